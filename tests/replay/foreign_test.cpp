// Files that somebody wrote again, or a newer version: what is there is read however it is laid out, and what is left
// out is a gap.
#include <algorithm>
#include <functional>

#include "days.h"
#include "kernel/day_file.h"
#include "store/frame.h"

namespace skq::test {
namespace {

const std::string finding =
    R"({"rule":"unix-send-blocked","severity":"critical","confidence":"certain","title":"psql cannot send",)"
    R"("waiters":[],"socket":null,"peer":null,"culprits":[],"chain":[],"evidence":[],"since_s":1,"sockets":1,"advice":"A."})";

void replace(std::string& text, const std::string& from, const std::string& to) {
  bool any = false;
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
    any = true;
  }
  EXPECT_TRUE(any) << from << " in " << text;
}

class Foreign : public Days {
 protected:
  using Change = std::function<void(std::string&)>;
  /// Every snapshot of the day's file once more, with lines that were changed and checksums that are right.
  void rewrite(const Change& change) const {
    std::string all;
    {
      const auto file = kernel::DayFile::open_to_read(day());
      ASSERT_TRUE(file);
      const auto contents = read_contents(*file);
      ASSERT_TRUE(contents);
      for (const SnapshotPlace& place : contents->snapshots) {
        auto text = store::FrameReader().text(*file, place.offset, place.length, {});
        ASSERT_TRUE(text);
        std::string lines(*text);
        change(lines);
        auto frame = store::compress(lines, lines.find('\n') + 1, 1);
        ASSERT_TRUE(frame);
        all += *frame;
      }
    }
    write(all);
  }
  bool told(const std::string& words) const { return last_.err.find(words) != std::string::npos; }
};

// As the usual library of Python writes them, and the same with the members in another order.
TEST_F(Foreign, BlanksAndTheOrderOfMembersChangeNothing) {
  put(0, 100, "web1", "b1", {finding});
  put(1, 101);
  rewrite([](std::string& text) {
    replace(text, R"({"type":"snapshot","v":1)", R"({"v": 1, "type": "snapshot")");
    if (text.find("psql") != std::string::npos)
      replace(text, R"({"type":"finding","finding":)", R"({ "type": "finding", "finding": )");
    if (text.find(R"({"family")") != std::string::npos)
      replace(text, R"({"family":)", R"({ "netns" : null, "family": )");
    for (const char* word : {"chg", "del", "add"})
      if (text.find("{\"" + std::string(word) + "\":") != std::string::npos)
        replace(text, "{\"" + std::string(word) + "\":", "{ \"" + std::string(word) + "\" : ");
  });
  EXPECT_EQ(listed({"--begin=12:00"}), "0:100 1:101");
  EXPECT_EQ(last_.err, "");
  const auto why = [&] { return skq({"why", "--from", folder_, "--at=12:00", "--exit-code", "--strict"}); };
  EXPECT_EQ(why().exit, 5) << last_.err;
  EXPECT_NE(last_.out.find("psql cannot send"), std::string::npos) << last_.out;
  rewrite([](std::string& text) {
    if (text.find("psql") == std::string::npos) return;
    replace(text, R"({ "type": "finding", "finding": )", R"({"finding": )");
    replace(text, R"("advice":"A."})", R"("advice":"A."}, "type": "finding")");
  });
  EXPECT_EQ(why().exit, 5) << last_.err << last_.out;
}

TEST_F(Foreign, FindingsThatAreLostAreAGap) {
  put(0, 100, "web1", "b1", {finding});
  rewrite([](std::string& text) { replace(text, R"({"type":"finding","finding":)", R"({"type":"finding","was":)"); });
  EXPECT_EQ(skq({"why", "--from", folder_, "--strict"}).exit, 3);
  EXPECT_TRUE(told("1 of the findings recorded at 2026-11-21T12:00:00.000Z cannot be read")) << last_.err;
  EXPECT_EQ(skq({"why", "--from", folder_, "--exit-code"}).exit, 3) << "somebody was stuck, or not";
  EXPECT_NE(skq({"why", "--from", folder_, "-J"}).out.find("\"complete\":false"), std::string::npos) << last_.out;
}

TEST_F(Foreign, AHeadThatSaysNothingGoodIsIncomplete) {
  put(0, 100);
  const std::string sound = bytes();
  for (const auto& [to, words] : {std::pair<const char*, const char*>{R"("complete":false,)", "and not why"},
                                  {R"("complete":"yes",)", "does not say whether it is complete"},
                                  {R"("complete":null,)", "does not say whether it is complete"},
                                  {"", "does not say whether it is complete"}}) {
    write(sound);
    rewrite([&, to = to](std::string& text) { replace(text, R"("complete":true,)", to); });
    EXPECT_EQ(skq({"--from", folder_, "-xa", "-c", "inode", "--strict"}).exit, 3) << to;
    EXPECT_TRUE(told(words)) << to << last_.err;
    EXPECT_NE(skq({"record", "--list", "--dir", folder_, "-J"}).out.find("\"incomplete\":1"), std::string::npos)
        << last_.out;
  }
}

TEST_F(Foreign, RowsAndValuesThatAreLeftOutAreCounted) {
  put(0, 100);
  rewrite([](std::string& text) {
    const std::size_t at = text.find("{\"family\"");
    ASSERT_NE(at, std::string::npos);
    const std::string row = text.substr(at);
    std::string other = row, newer = row, wrong = row, absent = row;
    replace(other, R"("family":"unix")", R"("family":"pigeon")");
    replace(newer, R"("netid":"u_str")", R"("netid":"u_new")");
    replace(wrong, R"("recv_q":0)", R"("recv_q":"much","uid":{"a":1})");
    replace(absent, R"("recv_q":0)", R"("recv_q":null,"of_tomorrow":7)");
    text += other;
    text += newer;
    text += wrong;
    text += absent;
    replace(text, "\"n\":1,", "\"n\":5,");
  });
  const auto list = skq({"--from", folder_, "-xa", "-J", "-c", "inode,recv_q", "--strict"});
  EXPECT_EQ(list.exit, 3);
  EXPECT_TRUE(told("2 sockets of the snapshot are left out")) << list.err;
  EXPECT_TRUE(told("2 values in the snapshot are left out")) << list.err;
  EXPECT_NE(list.out.find("\"complete\":false"), std::string::npos) << list.out;
  EXPECT_EQ(skq({"diff", "--from", folder_, "12:00", "12:00", "--strict"}).exit, 3) << last_.err;
}

TEST_F(Foreign, ASocketThatStandsThereThreeTimesIsNoCompleteSnapshot) {
  put(0, 100);
  rewrite([](std::string& text) {
    const std::string row = text.substr(text.find("{\"family\""));
    text += row + row;
    replace(text, "\"n\":1,", "\"n\":3,");
  });
  const auto list = skq({"--from", folder_, "-xa", "-J", "-c", "inode", "--strict"});
  EXPECT_EQ(list.exit, 3) << list.out;
  EXPECT_TRUE(told("2 rows of the snapshot are of sockets that it has already")) << list.err;
  EXPECT_NE(list.out.find("\"complete\":false"), std::string::npos) << list.out;
  EXPECT_EQ(skq({"record", "--list", "--dir", folder_, "-J", "--strict"}).exit, 3);
  EXPECT_NE(last_.out.find("\"unreadable\":1"), std::string::npos) << last_.out;
}

TEST_F(Foreign, ANewerFormatIsNamed) {
  put(0, 100);
  const std::string sound = bytes();
  rewrite([](std::string& text) {
    replace(text, R"({"type":"snapshot","v":1,"kind":"full")", R"({"v":2,"kind":["of","tomorrow"],"type":"snapshot")");
  });
  EXPECT_EQ(skq({"--from", folder_}).exit, 1);
  EXPECT_TRUE(told("a snapshot of format 2, and this version of skq reads format 1")) << last_.err;
  write(sound + bytes());
  EXPECT_EQ(listed({}), "0:100");
  EXPECT_TRUE(told("a snapshot of format 2")) << last_.err;
  std::string both;
  write(sound);
  rewrite([&](std::string& text) {
    both = text;
    replace(text, R"("v":1)", R"("v":2)");
    both += text;
  });
  write(*store::compress(both, both.size(), 1));
  EXPECT_EQ(skq({"--from", folder_, "-xa", "-c", "inode", "--strict"}).exit, 3) << "unpacked and compressed again";
  EXPECT_TRUE(told("a snapshot of format 2")) << last_.err;
  const auto replaced = [&](const char* to) {
    write(sound);
    rewrite([&](std::string& text) { replace(text, R"("v":1)", to); });
    skq({"--from", folder_});
    return told("a frame that is no snapshot");
  };
  EXPECT_TRUE(replaced(R"("v":"2")")) << last_.err;
}

// Whoever names no table sees those that were asked for when it was recorded, and what lacked of them.
TEST_F(Foreign, WhatLackedOfANamedTableIsToldToWhoeverListsIt) {
  gaps_ = {{GapKind::family, "vsock: this kernel cannot list these sockets (no sock_diag module for them)"}};
  scope_ = Scope{.tables = {}, .filter = {}, .all_netns = false};
  put(0, 100);
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"-a", "-J"}, {"--vsock"}, {"-a", "--format=prom"}}) {
    std::vector<std::string> all{"--from", folder_, "-c", "inode", "--strict"};
    if (words.back() == "--format=prom") all = {"--from", folder_, "--strict"};
    all.insert(all.end(), words.begin(), words.end());
    EXPECT_EQ(skq(all).exit, 3) << words.back() << last_.err;
    const std::size_t at = last_.err.find("vsock: this kernel cannot list");
    EXPECT_NE(at, std::string::npos) << words.back() << last_.err;
    if (at != std::string::npos) {
      EXPECT_EQ(last_.err.find("vsock: this kernel cannot list", at + 1), std::string::npos) << "once: " << last_.err;
    }
  }
  skq({"--from", folder_, "-xa", "-c", "inode"});
  EXPECT_FALSE(told("vsock")) << "nobody asked: " << last_.err;
}

TEST_F(Foreign, AThoroughListReadsTheLines) {
  for (int i = 0; i < 3; ++i) put(i, 100 + i);
  const auto list = [&](bool strict) {
    std::vector<std::string> words{"record", "--list", "--dir", folder_, "-J"};
    if (strict) words.emplace_back("--strict");
    return skq(words);
  };
  EXPECT_EQ(list(true).exit, 0) << last_.err;
  rewrite([](std::string& text) {
    const std::size_t at = text.find("{\"family\"");
    if (at != std::string::npos) text[at] = '(';
  });
  EXPECT_EQ(list(false).exit, 0);
  EXPECT_NE(last_.out.find("\"unreadable\":0"), std::string::npos) << last_.out;
  EXPECT_EQ(list(true).exit, 3);
  EXPECT_NE(last_.out.find("\"unreadable\":3"), std::string::npos) << "with the deltas behind it: " << last_.out;
}

TEST_F(Foreign, AClockThatWasSetBackIsToldAsSuch) {
  put(0, 100);
  put(300, 101);
  put(60, 102);
  EXPECT_EQ(listed({"--at=17:30"}), "60:102") << "the last in the file";
  EXPECT_TRUE(told("a clock was set back")) << last_.err;
  EXPECT_TRUE(told("one of 2026-11-21T17:00:00.000Z stands before it")) << last_.err;
  EXPECT_FALSE(told("no snapshot near")) << last_.err;
  EXPECT_EQ(listed({"--at=16:30"}), "60:102");
  EXPECT_TRUE(told("has no snapshot near")) << last_.err;
}

TEST_F(Foreign, ADayThatIsNoFileIsNamed) {
  std::filesystem::create_directory(day());
  EXPECT_EQ(skq({"--from", folder_}).exit, 1);
  EXPECT_TRUE(told("20261121.jsonl.zst is no regular file")) << last_.err;
  std::filesystem::remove(day());
  put(0, 100);
  std::filesystem::create_symlink("nowhere", day("20261122"));
  for (const auto& [moment, is_gap] : {std::pair{"--at=20261121 12:30", false},
                                       {"--at=20261122 12:30", true},
                                       {"--begin=20261121 12:00", true},
                                       {"--end=20261121 12:30", false}}) {
    EXPECT_EQ(listed({moment}), "0:100") << moment;
    EXPECT_EQ(told("20261122.jsonl.zst is no regular file"), is_gap) << moment << last_.err;
  }
}

}  // namespace
}  // namespace skq::test
