// The table on a terminal: bars and colours where eyes look, never in a pipe.
#include "base/text_width.h"
#include "live_test.h"

namespace live {
namespace {

constexpr const char* colour = "\x1b[";
constexpr const char* full_block = "\xe2\x96\x88";

class Terminal : public LiveTest {
 protected:
  void SetUp() override {
    LiveTest::SetUp();
    if (IsSkipped()) return;
    pair_ = unix_pair(SOCK_STREAM);
    send_until_full(pair_.a.get(), 1);
    long_ = unix_bound(SOCK_DGRAM, std::string(1, '\0') + std::string(90, 'n') + "END");
  }

 private:
  Pair pair_;
  UniqueFd long_;
};

bool has(const std::string& text, const char* piece) { return text.find(piece) != std::string::npos; }

TEST_F(Terminal, BarsAndColours) {
  const Finished shown = run_on_terminal(skq({"-xa"}), 200);
  EXPECT_EQ(shown.exit, 0);
  EXPECT_TRUE(has(shown.out, colour)) << shown.out;
  EXPECT_TRUE(has(shown.out, full_block)) << shown.out;
}

TEST_F(Terminal, NeitherOnAPipe) {
  const Finished piped = run_skq({"-xa"}, {.environment = {"TERM=xterm-256color"}});
  EXPECT_FALSE(has(piped.out, colour));
  EXPECT_FALSE(has(piped.out, full_block));
  EXPECT_TRUE(has(piped.out, "END")) << "never cut: " << piped.out;
}

TEST_F(Terminal, NoColourWhereItIsNotWanted) {
  for (const char* variable : {"NO_COLOR=1", "TERM=dumb"}) {
    const Finished shown = run_on_terminal(skq({"-xa"}), 120, {.environment = {variable}});
    EXPECT_FALSE(has(shown.out, colour)) << variable;
  }
  EXPECT_FALSE(has(run_on_terminal(skq({"-xa", "--color=never"}), 120).out, colour));
}

TEST_F(Terminal, AlwaysWins) {
  EXPECT_TRUE(has(run_skq({"-xa", "--color=always"}).out, colour));
  EXPECT_TRUE(has(run_skq({"-xa", "--color=always"}, {.environment = {"NO_COLOR=1", "TERM=dumb"}}).out, colour));
  EXPECT_TRUE(has(run_skq({"-xa", "--color"}).out, colour));
}

TEST_F(Terminal, ColourNeverGetsIntoDataFormats) {
  for (const char* format : {"raw", "csv", "json", "jsonl"}) {
    const std::string option = std::string("--format=") + format;
    EXPECT_FALSE(has(run_skq({"-xa", "--color=always", option}).out, colour)) << format;
    EXPECT_FALSE(has(run_on_terminal(skq({"-xa", option}), 80).out, colour)) << format;
  }
}

std::string without_colours(const std::string& text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\x1b') {
      plain += text[at];
    } else {
      at = text.find('m', at);
    }
  }
  return plain;
}

TEST_F(Terminal, LinesStayWithinAWidthThatTheColumnsFit) {
  for (const int columns : {100, 160, 300}) {
    const std::string text = without_colours(run_on_terminal(skq({"-xa"}), columns).out);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      EXPECT_LE(skq::display_width(text.substr(at, end - at)), static_cast<std::size_t>(columns))
          << text.substr(at, end - at);
      at = end + 1;
    }
  }
}

TEST_F(Terminal, AnOutputFileIsNoTerminal) {
  const std::string path = file("table");
  EXPECT_EQ(run_on_terminal(skq({"-xa", "--output", path}), 120).exit, 0);
  const std::string text = run({"cat", path}).out;
  EXPECT_FALSE(has(text, colour));
  EXPECT_TRUE(has(text, "END"));
}

}  // namespace
}  // namespace live
