// `skq why --from`: what was recorded with --why is told as what is found now.
#include <sstream>

#include "days.h"

namespace skq::test {
namespace {

const std::string blocked =
    R"({"rule":"unix-send-blocked","severity":"critical","confidence":"certain","title":"psql cannot send",)"
    R"("waiters":[{"pid":812,"tid":812,"comm":"psql","fd":3,"syscall":"sendto","wchan":"sock_alloc_send_pskb","blocked_s":3.7}],)"
    R"("socket":{"family":"unix","inode":77,"path":"/run/db.sock","abstract":false},"peer":null,)"
    R"x("culprits":[{"pid":640,"comm":"postgres","fd":9,"doing":"stopped","detail":"stopped by a signal (state T)"}],)x"
    R"("chain":[],"evidence":[{"field":"send_fill","value":100.2,"limit":100,"text":null}],)"
    R"("since_s":3.7,"sockets":1,"advice":"Continue it."})";
const std::string warning =
    R"({"rule":"close-wait","severity":"warning","confidence":"likely","title":"nginx keeps sockets\u001b[2J",)"
    R"("waiters":[],"socket":{"family":"inet","inode":9,"local_port":5432},"peer":null,)"
    R"("culprits":[{"pid":5,"comm":"ng\u001binx","doing":"sleeping","detail":"x"}],"chain":[],"evidence":[],"since_s":null,"sockets":3,"advice":"A."})";

TEST_F(Days, WhyTellsTheRecordedFindings) {
  put(0, 1, "web1", "b1", {blocked, warning});
  put(1, 2);
  const auto text = skq({"why", "--from", folder_, "--at=12:00", "--exit-code"});
  EXPECT_EQ(text.exit, 5) << text.err;
  for (const char* piece : {"# 2026-11-21T12:00:00.000Z  web1", "psql cannot send", "postgres", "stopped by a signal",
                            "Continue it.", "nginx keeps sockets", "recorded at 2026-11-21T12:00:00.000Z"})
    EXPECT_NE(text.out.find(piece), std::string::npos) << piece << "\n" << text.out;
  EXPECT_EQ(text.out.find('\x1b'), std::string::npos);
  const auto json = skq({"why", "--from", folder_, "--at=12:00", "-J"});
  EXPECT_NE(json.out.find(blocked), std::string::npos) << json.out;
  EXPECT_NE(json.out.find("\"boot_id\":\"b1\""), std::string::npos);
  EXPECT_EQ(json.out.find('\x1b'), std::string::npos);
  const auto lines = skq({"why", "--from", folder_, "--at=12:00", "--json-lines"});
  EXPECT_EQ(lines.out.find("{\"ts\":1795262400,\"host\":\"web1\",\"rule\":\"unix-send-blocked\""), 0U) << lines.out;
  EXPECT_EQ(std::count(lines.out.begin(), lines.out.end(), '\n'), 2);
}

TEST_F(Days, WhyWithoutFindingsDoesNotSayThatNothingIsStuck) {
  put(0, 1);
  const auto text = skq({"why", "--from", folder_, "--strict"});
  EXPECT_EQ(text.exit, 3);
  EXPECT_NE(text.err.find("recorded without --why"), std::string::npos) << text.err;
  EXPECT_NE(text.out.find("No findings were recorded"), std::string::npos) << text.out;
  EXPECT_EQ(text.out.find("stuck is to be seen"), std::string::npos) << text.out;
  EXPECT_EQ(skq({"why", "--from", folder_, "--exit-code"}).exit, 3) << "nobody looked who was stuck";
  EXPECT_NE(skq({"--help=why"}).out.find("--from --exit-code: 3"), std::string::npos) << "and help says so";
  EXPECT_EQ(skq({"why", "--from", folder_}).exit, 0);
  diagnosed_ = true;
  put(1, 2);
  const auto none = skq({"why", "--from", folder_, "--exit-code"});
  EXPECT_EQ(none.exit, 0) << none.err;
  EXPECT_NE(none.out.find("Nothing is stuck"), std::string::npos) << none.out;
}

// Rows may be of one namespace alone; findings are only where it was named.
TEST_F(Days, WhyDoesNotCountTheNamespacesOfRowsAsThoseOfFindings) {
  diagnosed_ = true;
  scope_ = Scope{.tables = {}, .filter = {}, .all_netns = false};
  put(0, 1, "web1", "b1", {blocked});
  const std::string one = skq({"why", "--from", folder_}).out;
  EXPECT_NE(one.find("findings are of the whole host"), std::string::npos) << one;
  EXPECT_EQ(one.find("network namespace"), std::string::npos) << one;
  scope_->all_netns = true;
  put(1, 1, "web1", "b1", {blocked});
  const std::string all = skq({"why", "--from", folder_}).out;
  EXPECT_EQ(all.find("findings are of the whole host"), std::string::npos) << all;
}

TEST_F(Days, WhyOfOneNamespaceIsNotOfTheHost) {
  scope_ = Scope{.tables = {}, .filter = {}, .all_netns = false, .netns_findings = true};
  put(0, 1, "web1", "b1", {blocked});
  put(1, 1, "web1", "b1", {blocked});  // a delta has it from the full one
  for (const char* at : {"--at=12:00", "--at=12:01"}) {
    std::string one = skq({"why", "--from", folder_, at, "/run/x"}).out;
    std::replace(one.begin(), one.end(), '\n', ' ');
    EXPECT_NE(one.find("findings are of network namespace 4026531840 alone"), std::string::npos) << one;
    EXPECT_NE(one.find("Elsewhere in this network namespace there is 1 more finding"), std::string::npos) << one;
    EXPECT_EQ(one.find("host there"), std::string::npos) << one;
    EXPECT_EQ(one.find("whole host"), std::string::npos) << one;
  }
}

// Namespaces that could not be entered are missing from findings, and from rows only where those are of all of them.
TEST_F(Days, AListOfOneNamespaceLacksNothingOfOthers) {
  diagnosed_ = true;
  gaps_ = {{GapKind::netns, "3 network namespaces could not be entered"}};
  scope_ = Scope{.tables = {}, .filter = {}, .all_netns = false};
  for (const Netid netid : {Netid::u_str, Netid::u_dgr, Netid::u_seq})
    scope_->tables.push_back({Family::unix_domain, netid, ~StateSet()});
  put(0, 1);
  const auto list = [&] { return skq({"--from", folder_, "-xa", "-c", "inode", "--strict"}).exit; };
  EXPECT_EQ(list(), 0) << last_.err;
  EXPECT_EQ(skq({"why", "--from", folder_, "--strict"}).exit, 3);
  EXPECT_NE(last_.err.find("could not be entered"), std::string::npos) << last_.err;
  scope_->all_netns = true;
  put(1, 1);
  EXPECT_EQ(list(), 3);
  EXPECT_NE(last_.err.find("could not be entered"), std::string::npos) << last_.err;
}

TEST_F(Days, WhyTellsThatATargetIsNotThere) {
  put(0, 1, "web1", "b1", {blocked});
  EXPECT_EQ(skq({"why", "--from", folder_, "/run/x"}).exit, 0) << last_.err;
  const auto elsewhere = last_.out;
  EXPECT_NE(elsewhere.find("see skq why --from without TARGET"), std::string::npos) << elsewhere;
  const auto typo = skq({"why", "--from", folder_, "/run/y"});
  EXPECT_EQ(typo.exit, 2);
  EXPECT_NE(typo.err.find("'/run/y'"), std::string::npos) << typo.err;
  EXPECT_EQ(typo.out, "");
}

TEST_F(Days, WhyInARangeTellsWhereATargetIsNot) {
  diagnosed_ = true;
  put(0, 1);
  put(1, 2, "web1", "b1", {blocked});
  const auto why = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"why", "--from", folder_, "--begin=12:00", "--exit-code"});
    return skq(words);
  };
  const auto nowhere = why({"@nosuch", "/run/x"});
  EXPECT_EQ(nowhere.exit, 2);
  EXPECT_NE(nowhere.err.find("'@nosuch': nothing of that name is in any of the snapshots"), std::string::npos)
      << nowhere.err;
  EXPECT_EQ(nowhere.out, "");
  EXPECT_EQ(why({"-J", "@nosuch"}).out, "");
  const auto later = why({"/run/db.sock"});
  EXPECT_EQ(later.exit, 5) << later.err;
  EXPECT_NE(later.out.find("web1\nNothing of the name '/run/db.sock' is in this snapshot.\n"), std::string::npos)
      << later.out;
  EXPECT_EQ(later.out.find("Nothing is stuck"), std::string::npos) << later.out;
  EXPECT_NE(later.out.find("psql cannot send"), std::string::npos) << later.out;
  const auto other = why({"/run/db.sock", "/run/x"});
  EXPECT_NE(other.out.find("Nothing is stuck"), std::string::npos) << "at the one that is there: " << other.out;
  EXPECT_NE(why({"-J", "/run/db.sock"}).out.find("\"absent\":[\"/run/db.sock\"]}\n"), std::string::npos) << last_.out;
  EXPECT_EQ(std::count(last_.out.begin(), last_.out.end(), '\n'), 2) << last_.out;
  put(2, 1);
  EXPECT_NE(why({"/run/db.sock"}).out.find("psql cannot send"), std::string::npos);
  EXPECT_EQ(std::count(last_.out.begin(), last_.out.end(), '#'), 3) << "each once: " << last_.out;
}

TEST_F(Days, WhyShowsAndFindsNamesThatAreNoUtf8) {
  std::string bytes = blocked, first = blocked;
  const auto put_behind = [](std::string& text, const std::string& where, const std::string& what) {
    const std::size_t at = text.find(where);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, where.size(), what);
  };
  // fv8v is fe ff 2f.
  const std::string path = R"("path":"\ufffd\ufffd/")", path_b64 = R"("path_b64":"/v8v")";
  const std::string title = R"("title":"to \ufffd\ufffd/")", title_b64 = R"("title_b64":"dG8g/v8v")";
  put_behind(bytes, R"("path":"/run/db.sock")", path + "," + path_b64);
  put_behind(bytes, R"("title":"psql cannot send")", title + "," + title_b64);
  put_behind(first, R"("path":"/run/db.sock")", path_b64 + "," + path);
  put_behind(first, R"("title":"psql cannot send")", title_b64 + "," + title);
  put(0, 1, "web1", "b1", {bytes});
  put(1, 1, "web1", "b1", {first});
  for (const char* at : {"--at=12:00", "--at=12:01"})
    for (const char* target : {"\xfe\xff/", "\\xfe\\xff/"}) {
      const auto told = skq({"why", "--from", folder_, at, "--exit-code", target});
      EXPECT_EQ(told.exit, 5) << target << told.err << told.out;
      EXPECT_NE(told.out.find("to \\xfe\\xff/"), std::string::npos) << told.out;
      EXPECT_EQ(told.out.find("\xef\xbf\xbd"), std::string::npos) << told.out;
    }
}

TEST_F(Days, WhyTargetsNarrow) {
  put(0, 77, "web1", "b1", {blocked, warning});
  const auto rules = [&](const std::string& target) {
    std::string found;
    std::istringstream lines(skq({"why", "--from", folder_, "--json-lines", target}).out);
    for (std::string line; std::getline(lines, line);) found += line.find("unix-send") != std::string::npos ? "u" : "c";
    return found;
  };
  EXPECT_EQ(rules("812"), "u");
  EXPECT_EQ(rules("postgres"), "u");
  EXPECT_EQ(rules("/run/db.sock"), "u");
  EXPECT_EQ(rules("ino:77"), "u");
  EXPECT_EQ(rules(":5432"), "c");
  EXPECT_EQ(rules("nobody"), "");
  EXPECT_EQ(rules("127.0.0.1:5432"), "");
  EXPECT_EQ(last_.exit, 2);
}

TEST_F(Days, WhyLeavesOutWhatIsNoFindingAndSaysSo) {
  put(0, 1, "web1", "b1", {"\"text\"", "{}", R"({"rule":"of-the-future","title":"x"})", blocked, "[[[[]]]]"});
  const auto json = skq({"why", "--from", folder_, "-J"});
  EXPECT_NE(json.err.find("4 of the findings"), std::string::npos) << json.err;
  EXPECT_NE(json.out.find("\"complete\":false"), std::string::npos);
  EXPECT_NE(json.out.find(blocked), std::string::npos);
}

}  // namespace
}  // namespace skq::test
