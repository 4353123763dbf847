// Changes as text and as JSON, of plain values.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "base/text_width.h"
#include "skq/arena.h"
#include "skq/render_changes.h"

namespace skq::test {
namespace {

class Changes : public testing::Test {
 protected:
  Changes() {
    before_.at.host = after_.at.host = "web1";
    before_.at.time_ns = 1'795'262'400'000'000'000;
    after_.at.time_ns = before_.at.time_ns + 300'000'000'000;
    report_.before = {&before_, 812, 812, false, &then_};
    report_.after = {&after_, 815, 815, true, &now_};
    report_.differences = &found_;
    columns_ = {find_field("netid"), find_field("state"), find_field("path"), find_field("recv_q")};
    report_.columns = columns_;
  }

  Socket& socket(std::string_view name, State state = State::established) {
    auto* made = arena_.make<Socket>();
    made->family = Family::unix_domain;
    made->netid = Netid::u_str;
    made->state = state;
    auto& part = made->part.emplace<UnixPart>();
    part.name = name;
    part.has_name = true;
    return *made;
  }
  void own(Socket& socket, int pid, std::string_view comm) {
    const auto list = arena_.room<Owner>(1);
    list[0] = Owner{pid, 0, 3, comm};
    socket.owners = arena_.make<Owners>(Owners{list});
  }
  void add(Change change) {
    ++report_.counts.at(static_cast<std::size_t>(change.kind));
    if (change.kind == ChangeKind::grown && change.growth != 0) ++report_.grew;
    found_.changes.push_back(std::move(change));
  }
  std::string text(ChangesView view = {}) {
    show();
    std::string out;
    append_changes_text(out, report_, view);
    return out;
  }
  nlohmann::json json() {
    show();
    std::string out;
    append_changes_json(out, report_, {.width = {}, .version = "1"});
    return nlohmann::json::parse(out, nullptr, false);
  }
  void show() {
    shown_.clear();
    for (const Change& change : found_.changes) shown_.push_back(&change);
    report_.changes = shown_;
  }
  void add_growth(std::string_view name = "/run/db.sock") {
    Socket &then = socket(name), &now = socket(name);
    own(now, 812, "nginx");
    add({ChangeKind::grown,
         &then,
         &now,
         {{find_field("recv_q"), 0, 4096},
          {find_field("rmem_alloc"), 1024, 9216},
          {find_field("tcp_bytes_received"), 1000, 1'001'000, true}},
         false,
         false,
         8192});
  }

  Arena arena_;
  SnapshotHead before_, after_;
  TextContext then_, now_;
  Differences found_;
  ChangesReport report_;
  std::vector<const Change*> shown_;
  std::vector<const Field*> columns_;
};

TEST_F(Changes, OneLineAChangeOnAPipe) {
  add_growth();
  Socket& gone = socket("/run/old.sock", State::listen);
  own(gone, 7, "old");
  add({ChangeKind::gone, &gone, nullptr});
  EXPECT_EQ(text(),
            "In 5 min: 1 gone, 1 grew\n"
            "From 2026-11-21T12:00:00.000Z (812 sockets) to 2026-11-21T12:05:00.000Z (now, 815 sockets), web1\n"
            "\n"
            "Change  Netid State  Local Address:Port Peer Address:Port Process\n"
            "grown   u_str ESTAB   /run/db.sock 0               * 0    nginx[812] recv_q 0 \u2192 4096, "
            "rmem_alloc 1.0K \u2192 9.0K, tcp_bytes_received +976.6K (3.3K/s)\n"
            "gone    u_str LISTEN /run/old.sock 0               * 0    old[7]\n");
  EXPECT_EQ(text({.width = {}, .header = false}).find("In "), std::string::npos);
}

TEST_F(Changes, BelowTheRowOnATerminal) {
  add_growth("/run/a/very/long/path/that/leads/to/a/socket/of/the/database.sock");
  add_growth("/run/b.sock");
  for (const int width : {80, 100, 200}) {
    const std::string shown = text({.width = width});
    std::string line;
    for (std::istringstream lines(shown); std::getline(lines, line);)
      EXPECT_LE(display_width(line), static_cast<std::size_t>(width)) << line;
    EXPECT_NE(shown.find("\n        recv_q 0 \u2192 4096,"), std::string::npos) << shown;
  }
  EXPECT_EQ(text({.width = 80, .utf8 = false}).find("\u2192"), std::string::npos);
}

TEST_F(Changes, HostileNamesStayText) {
  add_growth("/run/\x1b[2J\n\xff");
  Socket &then = socket("x"), &now = socket("x");
  own(then, 1, "a\nb");
  own(now, 2, "c\x1b]0;d");
  add({ChangeKind::owner, &then, &now, {}, true});
  for (const ChangesView& view : {ChangesView{}, ChangesView{.width = 60, .color = false}}) {
    const std::string shown = text(view);
    EXPECT_EQ(shown.find('\x1b'), std::string::npos);
    EXPECT_NE(shown.find("a\\nb[1] \u2192 c\\x1b]0;d[2]"), std::string::npos) << shown;
  }
  EXPECT_FALSE(json().is_discarded());
  std::string lines;
  append_changes_lines(lines, report_);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
}

TEST_F(Changes, JsonHasBeforeAfterAndDelta) {
  add_growth();
  found_.changes.back().fields.push_back({find_field("send_q"), 500, 100});
  const nlohmann::json document = json();
  const nlohmann::json& change = document.at("changes").at(0);
  EXPECT_EQ(document.at("diff").at("seconds"), 300);
  EXPECT_EQ(document.at("diff").at("b").at("live"), true);
  EXPECT_EQ(document.at("diff").at("grown"), 1);
  EXPECT_EQ(change.at("kind"), "grown");
  EXPECT_EQ(change.at("growth"), 8192);
  EXPECT_EQ(change.at("before").at("recv_q"), 0);
  EXPECT_EQ(change.at("after").at("recv_q"), 4096);
  EXPECT_EQ(change.at("fields").at(0).at("delta"), 4096);
  EXPECT_TRUE(change.at("fields").at(0).at("per_second").is_null()) << "a queue has no rate";
  EXPECT_EQ(change.at("fields").at(2).at("per_second"), 3333.33);
  EXPECT_EQ(change.at("fields").at(3).at("delta"), -400);
  std::string line;
  append_changes_lines(line, report_);
  const nlohmann::json flat = nlohmann::json::parse(line);
  EXPECT_EQ(line.rfind("{\"ts\":1795262700,\"host\":\"web1\",", 0), 0U) << line;
  EXPECT_EQ(flat.at("recv_q_delta"), 4096);
  EXPECT_EQ(flat.at("send_q_delta"), -400);
}

// Nobody holds a connection that waits in its listener's queue, and nobody one that was closed: these are two things.
TEST_F(Changes, WhoWaitsToBeAcceptedIsNotHeldByNobody) {
  const auto opened = [&](State state, bool unix_domain, bool pending) {
    found_.changes.clear();
    report_.counts = {};
    Socket& one = socket("", state);
    one.owners = arena_.make<Owners>();
    if (unix_domain) {
      std::get<UnixPart>(one.part).in_pending_list = pending;
    } else {
      one.family = Family::inet;
      one.netid = Netid::tcp;
      one.part.emplace<InetPart>();
      if (!pending) one.inode = Inode{77};
    }
    add({ChangeKind::opened, nullptr, &one});
    const std::string out = text();
    const bool waits = out.find("(not accepted yet)") != std::string::npos;
    EXPECT_NE(waits, out.find("nobody") != std::string::npos) << out;
    return waits;
  };
  EXPECT_TRUE(opened(State::established, false, true));
  EXPECT_TRUE(opened(State::close_wait, false, true)) << "whose client has gone again";
  EXPECT_TRUE(opened(State::established, true, true));
  EXPECT_FALSE(opened(State::established, false, false));
  EXPECT_FALSE(opened(State::fin_wait_2, false, true)) << "closed: it has no descriptor any more";
  EXPECT_FALSE(opened(State::established, true, false));
}

TEST_F(Changes, TimesAreToldInSeconds) {
  Socket &then = socket("x"), &now = socket("x");
  add({ChangeKind::grown, &then, &now, {{find_field("tcp_rwnd_limited"), 20'000, 90'000'000, true}}});
  EXPECT_NE(text().find("tcp_rwnd_limited +1 min 29 s"), std::string::npos) << text();
  found_.changes.front().fields = {{find_field("tcp_rwnd_limited"), 0, 3'400, true}};
  EXPECT_NE(text().find("tcp_rwnd_limited +3400us"), std::string::npos) << text();
}

TEST_F(Changes, ACounterThatWentBackHasNoRate) {
  Socket &then = socket("x"), &now = socket("x");
  add({ChangeKind::grown, &then, &now, {{find_field("tcp_bytes_received"), 5000, 10, true}}});
  EXPECT_NE(text().find("tcp_bytes_received 4.9K \u2192 10\n"), std::string::npos) << text();
  EXPECT_TRUE(json().at("changes").at(0).at("fields").at(0).at("per_second").is_null());
}

TEST_F(Changes, ABootAnewIsOneSentence) {
  found_.relation = Relation::other_boot;
  EXPECT_EQ(
      text(),
      "The host was booted anew between the two: none of the 812 sockets of the earlier look lives on, and all 815 of "
      "the later one are new.\n");
  EXPECT_EQ(json().at("diff").at("comparable"), false);
}

}  // namespace
}  // namespace skq::test
