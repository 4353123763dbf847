// --where: what is accepted, and the whole message where it is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "skq/select.h"

namespace skq {
namespace {

std::string error_of(std::string_view text) {
  auto parsed = parse_where(text);
  if (const auto* error = std::get_if<SyntaxError>(&parsed)) return error->text();
  return "accepted";
}

TEST(WhereParse, Accepts) {
  for (const std::string_view text : {
           "fill > 80",
           "fill > 80%",
           "fill>80.5%",
           "fill > 80 and (comm == \"nginx\" or path =~ \"php\") and not state == LISTEN",
           "fill>80&&(comm==\"nginx\"||path=~'php')&&!state==LISTEN",
           "state == listen",
           "state == 'LISTEN'",
           "state != TIME-WAIT",
           "family == unix",
           "netid == u_str or netid == \"tcp\"",
           "shutdown == none",
           "send_mem >= 4K",
           "send_mem >= 1.5M",
           "sndbuf < 2G",
           "recv_q == 0x10",
           "recv_q > -1",
           "recv_q < 18446744073709551615",
           "recv_q > send_q",
           "accept_queue >= accept_limit",
           "local_addr == 10.0.0.0/8",
           "local_addr != ::1",
           "peer_addr == fe80::/10",
           "peer_addr == '10.1.2.3'",
           "local_port == 22",
           "writable",
           "not writable and abstract",
           "writable == false",
           "abstract != true",
           "pid == 1",
           "comm == 'a\\x41\\n'",
           "owners == 5",
           "owners == 'nginx'",
           "owners =~ 'ngi'",
           "pending == 123",
           "path =~ '\\d+\\.sock$'",
           "path !~ \"a|b\"",
           "((((fill > 1))))",
           "not not not fill > 1",
           "\tfill\n>\r1 ",
       }) {
    EXPECT_EQ(error_of(text), "accepted") << text;
  }
}

TEST(WhereParse, RejectsWithACaretUnderTheWord) {
  struct Row {
    std::string_view text, message;
  };
  constexpr Row rows[] = {
      {"", "a comparison must follow\n\n^"},
      {"   ", "a comparison must follow\n   \n   ^"},
      {"fil > 80", "unknown field 'fil'; did you mean 'fill'?\nfil > 80\n^^^"},
      {"fill", "one of == != < <= > >= =~ !~ must follow 'fill'\nfill\n    ^"},
      {"fill = 80", "unknown operator '='; did you mean '=='?\nfill = 80\n     ^"},
      {"fill => 80", "unknown operator '=>'; did you mean '>='?\nfill => 80\n     ^^"},
      {"fill <> 80", "unknown operator '<>'; did you mean '!='?\nfill <> 80\n     ^^"},
      {"fill gt 80", "one of == != < <= > >= =~ !~ must follow 'fill'; did you mean '>'?\nfill gt 80\n     ^^"},
      {"path ~ 'x'", "unknown operator '~'; did you mean '=~'?\npath ~ 'x'\n     ^"},
      {"fill >", "a value must follow\nfill >\n      ^"},
      {"fill > > 80", "a value must follow\nfill > > 80\n       ^"},
      {"fill > x", "fill is a percentage; 'x' is no number like 80 or 80%\nfill > x\n       ^"},
      {"fill > 4K", "fill is a percentage; '4K' is no number like 80 or 80%\nfill > 4K\n       ^^"},
      {"fill > '80'",
       "fill is a percentage; a number must not stand in quotes; did you mean '80'?\nfill > '80'\n       ^^^^"},
      {"fill > path", "fill is a percentage, but path is text\nfill > path\n       ^^^^"},
      {"fill =~ '8'", "fill is a percentage; only text is matched by '=~'\nfill =~ '8'\n     ^^"},
      {"send_mem > 80%",
       "send_mem is a number of bytes; '80%' is no number like 4096, 4K or 1M\nsend_mem > 80%\n           ^^^"},
      {"tcp_rtt > timer_expires",
       "tcp_rtt is a time in microseconds, but timer_expires is a time in milliseconds\ntcp_rtt > timer_expires\n      "
       "   "
       " ^^^^^^^^^^^^^"},
      {"tcp_pacing_rate > 1ms",
       "tcp_pacing_rate is a rate in bytes per second; '1ms' is no number like 4096, 4K or 1M\ntcp_pacing_rate > 1ms\n "
       "  "
       "               ^^^"},
      {"send_mem > 10ms",
       "send_mem is a number of bytes; '10ms' is no number like 4096, 4K or 1M\nsend_mem > 10ms\n           ^^^^"},
      {"recv_q > 99999999999999999999",
       "recv_q is a number; '99999999999999999999' is no number like 5 or 4K\nrecv_q > 99999999999999999999\n         "
       "^^^^^^^^^^^^^^^^^^^^"},
      {"recv_q > inf", "recv_q is a number; 'inf' is no number like 5 or 4K\nrecv_q > inf\n         ^^^"},
      {"recv_q > nan", "recv_q is a number; 'nan' is no number like 5 or 4K\nrecv_q > nan\n         ^^^"},
      {"state == LISTNE", "unknown state 'LISTNE'; did you mean 'LISTEN'?\nstate == LISTNE\n         ^^^^^^"},
      {"state == \"LISTNE\"", "unknown state 'LISTNE'; did you mean 'LISTEN'?\nstate == \"LISTNE\"\n         ^^^^^^^^"},
      {"shutdown == q", "unknown shutdown 'q'; it can be none rd wr rdwr\nshutdown == q\n            ^"},
      {"comm == nginx",
       "comm is text, and text must stand in quotes; did you mean '\"nginx\"'?\ncomm == nginx\n        ^^^^^"},
      {"path =~ php", "a regular expression must stand in quotes; did you mean '\"php\"'?\npath =~ php\n        ^^^"},
      {"path =~ 'a(b'", "bad regular expression: this '(' is never closed\npath =~ 'a(b'\n          ^"},
      {"path =~ '\\x41('", "bad regular expression: this '(' is never closed\npath =~ '\\\\x41('\n        ^^^^^^^^"},
      {"path == 'x", "the string is never closed\npath == 'x\n        ^"},
      {"path == 'a\\qb'", "unknown escape in the string\npath == 'a\\\\qb'\n          ^^^"},
      {"path == 'a\\x'", "unknown escape in the string\npath == 'a\\\\x'\n          ^^^"},
      {"path == 'a\\777'", "unknown escape in the string\npath == 'a\\\\777'\n          ^^^"},
      {"path == null",
       "a comparison with null never holds; 'not' of a comparison that any value meets finds rows without path\npath "
       "== null\n        ^^^^"},
      {"local_addr == 10.0.0.0/33",
       "local_addr is an address; '10.0.0.0/33' is no address like 10.0.0.1 and no prefix like 10.0.0.0/8\nlocal_addr "
       "== 10.0.0.0/33\n              ^^^^^^^^^^^"},
      {"local_addr < 10.0.0.1",
       "local_addr is an address and has no order; it cannot be compared by '<'\nlocal_addr < 10.0.0.1\n           ^"},
      {"writable == 1", "writable is true or false; did you mean 'true'?\nwritable == 1\n            ^"},
      {"writable < true",
       "writable is true or false and has no order; it cannot be compared by '<'\nwritable < true\n         ^"},
      {"owners == nginx",
       "owners is a list of processes; compare it with a pid, or with a command name in quotes; did you mean "
       "'\"nginx\"'?\nowners == nginx\n          ^^^^^"},
      {"pid == nginx", "pid is a number; 'nginx' is no number like 5 or 4K\npid == nginx\n       ^^^^^"},
      {"80 < fill", "a field must stand here, as in: fill > 80\n80 < fill\n^^"},
      {"'x' == path", "a field must stand here, as in: fill > 80\n'x' == path\n^^^"},
      {"fill > 80 fill < 90", "'and' or 'or' must stand between two comparisons\nfill > 80 fill < 90\n          ^^^^"},
      {"fill > 80 and", "a comparison must follow\nfill > 80 and\n             ^"},
      {"fill > 80 and or", "a field must stand here, as in: fill > 80\nfill > 80 and or\n              ^^"},
      {"fill > 80 & fill < 90", "unknown operator '&'; did you mean '&&'?\nfill > 80 & fill < 90\n          ^"},
      {"(fill > 80", "this '(' is never closed\n(fill > 80\n^"},
      {"(fill > 80 path", "'and' or 'or' must stand between two comparisons\n(fill > 80 path\n           ^^^^"},
      {"fill > 80)", "there is no '(' that this ')' could close\nfill > 80)\n         ^"},
      {"()", "a field must stand here, as in: fill > 80\n()\n ^"},
      {"not", "a comparison must follow\nnot\n   ^"},
  };
  for (const Row& row : rows) EXPECT_EQ(error_of(row.text), row.message) << row.text;
}

TEST(WhereParse, EndsOnHostileInput) {
  using testing::StartsWith;
  EXPECT_THAT(error_of(std::string(1000000, '(')), StartsWith("the expression is longer than 65536 bytes\n"));
  EXPECT_THAT(error_of(std::string(60000, '(')), StartsWith("the expression is nested too deeply, over 100 levels\n"));
  EXPECT_THAT(error_of(std::string(60000, '!')), StartsWith("the expression is nested too deeply, over 100 levels\n"));
  EXPECT_EQ(error_of(std::string(99, '(') + "writable" + std::string(99, ')')), "accepted");
  std::string chain = "writable";
  while (chain.size() < 60000) chain += " or writable";
  EXPECT_EQ(error_of(chain), "accepted");
  EXPECT_EQ(error_of(std::string_view("a\0b", 3)), "unknown field 'a\\x00b'\na\\x00b\n^^^^^^");
  EXPECT_EQ(error_of("\xff\xfe"), "unknown field '\\xff\\xfe'\n\\xff\\xfe\n^^^^^^^^");
  EXPECT_EQ(error_of("path == \"\xff\x1b\""), "accepted");
  EXPECT_THAT(error_of("path =~ '" + std::string(257, 'a') + "'"),
              StartsWith("bad regular expression: the pattern is longer than 256 bytes\n"));
}

TEST(WhereParse, NeedsAreThoseOfTheNamedFields) {
  const auto needs = [](std::string_view text) { return std::get<Where>(parse_where(text)).needs; };
  EXPECT_EQ(needs("local_port == 22"), NeedSet{});
  EXPECT_EQ(needs("path == 'x' or not comm == 'y'"), find_field("path")->needs | find_field("comm")->needs);
  EXPECT_EQ(needs("recv_q > accept_limit"), find_field("recv_q")->needs | find_field("accept_limit")->needs);
}

}  // namespace
}  // namespace skq
