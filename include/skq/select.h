// Which rows are shown and in which order: ss's FILTER, --where, --sort, --limit.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "skq/fields.h"
#include "skq/kernel_test.h"
#include "skq/socket.h"

namespace skq {

/// A mistake in a filter: where it is and what was probably meant.
struct SyntaxError {
  std::string message;     ///< "unknown state 'establish'"
  std::string input;       ///< the whole text
  std::size_t at = 0;      ///< byte offset of the offending word
  std::size_t length = 1;  ///< its length, for the caret line
  std::string suggestion;  ///< nearest known word, or empty

  /// Three lines: message (with suggestion), the input, carets. Control bytes of the input are escaped.
  [[nodiscard]] std::string text() const;
};

template <class T>
using Parsed = std::variant<T, SyntaxError>;

/// ss's FILTER, parsed: which states, and a predicate over addresses and ports.
class Filter {
 public:
  struct Expression;
  Filter();
  ~Filter();
  Filter(Filter&&) noexcept;
  Filter& operator=(Filter&&) noexcept;

  std::optional<StateSet> states;          ///< empty: no state was named, the tables' defaults hold
  std::vector<std::string> warnings;       ///< e.g. ss would read this expression differently
  NeedSet needs;                           ///< what its tests read: unix names, the other end
  std::unique_ptr<Expression> expression;  ///< null: everything
};

/// Which tables were asked for; a word that says no family is read as theirs (-x: a pattern of names). Empty: all.
struct FilterScope {
  FamilySet families;
  NetidSet netids;
};

/// `words` are the command line's remaining arguments; they are joined by spaces, as ss does.
Parsed<Filter> parse_filter(std::span<const std::string_view> words, Resolver& resolver, const FilterScope& scope = {});
/// What both let through: a filter of two sources, such as a file and the command line.
Filter both(Filter first, Filter second);
bool matches(const Filter& filter, const Socket& socket);
/// Whether the expression tells inet sockets apart by more than their IP version: "src *" and "src 0/0" do not. States
/// do not count.
bool restricts(const Filter& filter);
/// What the kernel may leave out beforehand. It knows less than the filter, which must still be asked about every row.
KernelTests kernel_tests(const Filter& filter);

/// --where EXPR over any field.
class Where {
 public:
  struct Expression;
  Where();
  ~Where();
  Where(Where&&) noexcept;
  Where& operator=(Where&&) noexcept;

  std::unique_ptr<Expression> expression;
  NeedSet needs;  ///< union of the needs of the fields it names
};

Parsed<Where> parse_where(std::string_view text);
bool matches(const Where& where, const Socket& socket, TextContext& context);
/// For rows whose owners are not known yet: false when no owner could make the row match.
bool can_match(const Where& where, const Socket& socket, TextContext& context);

/// --sort=[-]COL,...
struct SortKey {
  const Field* field = nullptr;
  bool descending = false;
};
Parsed<std::vector<SortKey>> parse_sort(std::string_view text);

/// Sorts stably by the keys, rows without a value last; with a limit only that many rows are kept.
void sort_rows(std::vector<const Socket*>& rows, std::span<const SortKey> keys, std::optional<std::size_t> limit,
               TextContext& context);

}  // namespace skq
