#include <string>

#include "model/address_text.h"
#include "select/filter_expression.h"
#include "select/filter_words.h"

namespace skq {

bool operator==(const Filter::Expression& a, const Filter::Expression& b) { return a.node == b.node; }

namespace select {

bool operator==(const And& a, const And& b) { return a.terms == b.terms; }
bool operator==(const Or& a, const Or& b) { return a.terms == b.terms; }
bool operator==(const Not& a, const Not& b) { return *a.term == *b.term; }

namespace {

std::string_view side_word(Side side, std::string_view local, std::string_view peer) {
  return side == Side::local ? local : peer;
}

bool is_safe(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("/.@*?_-[]:,+%").find(c) != std::string_view::npos || static_cast<unsigned char>(c) >= 0x80;
}

/// With a backslash before everything that could be taken for something else.
std::string word_of(std::string_view text) {
  std::string word;
  for (const char c : text) {
    if (!is_safe(c)) word += '\\';
    word += c;
  }
  return word;
}

std::string families_word(FamilySet families) {
  if (families.has(Family::unix_domain)) return "unix:";
  if (families.has(Family::packet)) return "link:";
  if (families.has(Family::netlink)) return "netlink:";
  if (families.has(Family::vsock)) return "vsock:";
  if (families.has(Family::inet)) return "inet:";
  if (families.has(Family::inet6)) return "inet6:";
  return {};
}

template <class Number>
std::string number_or_any(const std::optional<Number>& number) {
  return number ? std::to_string(*number) : "*";
}

std::string prefix_word(const Prefix& prefix) {
  std::string text;
  append_address(text, prefix.family, prefix.address);
  if (prefix.bits != (prefix.family == Family::inet ? v4_bits : v6_bits)) text += '/' + std::to_string(prefix.bits);
  return prefix.family == Family::inet6 ? '[' + text + ']' : text;
}

struct Printer {
  std::string operator()(const And& all) const { return joined(all.terms, " and "); }
  std::string operator()(const Or& any) const { return joined(any.terms, " or "); }
  std::string operator()(const Not& negation) const { return "not " + term(*negation.term); }

  std::string operator()(const InetHost& host) const {
    std::string text(side_word(host.side, "src ", "dst "));
    text += families_word(host.families);
    text += host.prefix ? prefix_word(*host.prefix) : "*";
    if (host.interface) text += '%' + std::to_string(*host.interface);
    if (host.port) text += ':' + std::to_string(*host.port);
    return text;
  }
  std::string operator()(const UnixName& name) const {
    return std::string(side_word(name.side, "src unix:", "dst unix:")) + word_of(name.pattern);
  }
  std::string operator()(const LinkHost& host) const {
    return std::string(side_word(host.side, "src link:", "dst link:")) + number_or_any(host.protocol) + ':' +
           number_or_any(host.interface);
  }
  std::string operator()(const NetlinkHost& host) const {
    return std::string(side_word(host.side, "src netlink:", "dst netlink:")) + number_or_any(host.protocol) + ':' +
           number_or_any(host.portid);
  }
  std::string operator()(const VsockHost& host) const {
    return std::string(side_word(host.side, "src vsock:", "dst vsock:")) + number_or_any(host.cid) + ':' +
           number_or_any(host.port);
  }
  std::string operator()(const PortTest& test) const {
    return std::string(side_word(test.side, "sport ", "dport ")) + std::string(to_text(test.comparator)) + ' ' +
           families_word(test.families) + ':' + number_or_any(test.port);
  }
  std::string operator()(const DeviceTest& test) const {
    return (test.negated ? "dev != " : "dev = ") + std::to_string(test.interface);
  }
  std::string operator()(const MarkTest& test) const {
    return (test.negated ? "fwmark != " : "fwmark = ") + std::to_string(test.value) + '/' + std::to_string(test.mask);
  }
  std::string operator()(const CgroupTest& test) const {
    return (test.negated ? "cgroup != " : "cgroup = ") + word_of(test.path);
  }
  std::string operator()(const Autobound&) const { return "autobound"; }

 private:
  static std::string term(const Filter::Expression& expression) {
    const bool composed = std::holds_alternative<And>(expression.node) || std::holds_alternative<Or>(expression.node);
    return composed ? '(' + print(expression) + ')' : print(expression);
  }
  static std::string joined(const std::vector<Filter::Expression>& terms, std::string_view joint) {
    std::string text;
    for (const auto& one : terms) {
      if (!text.empty()) text += joint;
      text += term(one);
    }
    return text;
  }
};

}  // namespace

std::string print(const Filter::Expression& expression) { return std::visit(Printer{}, expression.node); }

}  // namespace select
}  // namespace skq
