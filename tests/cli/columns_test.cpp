#include "cli/columns.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "parse.h"

namespace skq::cli {
namespace {

std::string columns_of(const std::vector<std::string>& words) {
  const auto parsed = parse(words);
  if (const auto* error = std::get_if<UsageError>(&parsed)) return error->text;
  const auto layout = make_layout(std::get<Settings>(parsed));
  if (const auto* error = std::get_if<SyntaxError>(&layout)) return error->text();
  std::string out;
  for (const Field* field : std::get<Layout>(layout).columns)
    out += std::string(out.empty() ? "" : " ") + std::string(field->name);
  return out;
}

Layout layout_of(const std::vector<std::string>& words) {
  return std::get<Layout>(make_layout(std::get<Settings>(parse(words))));
}

bool has(const Layout& layout, std::string_view name) {
  return std::find(layout.columns.begin(), layout.columns.end(), find_field(name)) != layout.columns.end();
}

TEST(Columns, DefaultTable) {
  EXPECT_EQ(columns_of({}), "netid state recv_q send_q mem fill local peer");
  EXPECT_EQ(columns_of({"-p"}), "netid state recv_q send_q mem fill local peer process peer_process");
  EXPECT_EQ(columns_of({"-pem"}),
            "netid state recv_q send_q mem fill local peer process peer_process timer_text "
            "details packet_details rx_ring_text tx_ring_text fanout_text skmem");
  EXPECT_EQ(columns_of({"-Q"}), "netid state mem fill local peer");
  EXPECT_EQ(columns_of({"--format=csv", "-x"}), "netid state recv_q send_q mem fill local peer");
}

TEST(Columns, EveryNamespaceBringsItsColumns) {
  EXPECT_EQ(columns_of({"--all-netns"}), "netns_text netid state recv_q send_q mem fill local peer");
  EXPECT_EQ(columns_of({"--all-netns", "-c", "netid"}), "netid");
  for (const char* format : {"--json", "--json-lines"}) {
    for (const char* name : {"netns", "netns_name"}) {
      EXPECT_TRUE(has(layout_of({"--all-netns", format}), name));
      EXPECT_FALSE(has(layout_of({format}), name));
    }
    EXPECT_FALSE(has(layout_of({"--all-netns", format}), "netns_text"));
  }
  EXPECT_TRUE(needs_of(layout_of({"--all-netns"})).has(Need::netns));
}

TEST(Columns, EachFlagBringsItsTextInTheOrderOfSs) {
  const std::string before = "netid state recv_q send_q local peer";
  const auto behind = [&](std::vector<std::string> flags) {
    flags.insert(flags.end(), {"-c", "@ss"});
    return columns_of(flags).substr(before.size());
  };
  EXPECT_EQ(behind({"-o"}), " timer_text");
  EXPECT_EQ(behind({"-i"}), " info");
  EXPECT_EQ(behind({"-b"}), " timer_text bpf_text");  // -b implies -o
  EXPECT_EQ(behind({"--tos"}), " tos_text");
  EXPECT_EQ(behind({"--cgroup"}), " cgroup_text");
  EXPECT_EQ(behind({"--inet-sockopt"}), " sockopt_text");
  EXPECT_EQ(behind({"-bime", "--inet-sockopt", "--cgroup", "--tos"}),
            " timer_text details tos_text cgroup_text sockopt_text packet_details rx_ring_text tx_ring_text "
            "fanout_text bpf_text skmem info");
  EXPECT_EQ(columns_of({"-i", "--format=csv"}), "netid state recv_q send_q mem fill local peer info");
}

TEST(Columns, ExactList) {
  EXPECT_EQ(columns_of({"-c", "pid,comm,local"}), "pid comm local");
  EXPECT_EQ(columns_of({"-c", "local,local"}), "local");
  EXPECT_EQ(columns_of({"-Q", "-c", "recv_q,fill"}), "recv_q fill");
}

TEST(Columns, SignedLists) {
  EXPECT_EQ(columns_of({"-c", "+inode,uid"}), "netid state recv_q send_q mem fill local peer inode uid");
  EXPECT_EQ(columns_of({"-c", "-mem,fill"}), "netid state recv_q send_q local peer");
  EXPECT_EQ(columns_of({"-c", "-netid,state,recv_q,send_q,mem,fill,local,peer"}),
            "no column is "
            "left\n-netid,state,recv_q,send_q,mem,fill,local,peer\n^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^");
}

TEST(Columns, Presets) {
  EXPECT_EQ(columns_of({"-c", "@ss"}), "netid state recv_q send_q local peer");
  EXPECT_EQ(columns_of({"-pem", "-c", "@ss"}),
            "netid state recv_q send_q local peer process timer_text details packet_details rx_ring_text tx_ring_text "
            "fanout_text skmem");
  EXPECT_EQ(columns_of({"-Q", "-c", "@ss"}), "netid state local peer");
  EXPECT_EQ(columns_of({"-c", "@ss,fill"}), "netid state recv_q send_q local peer fill");
  EXPECT_TRUE(has(layout_of({"-c", "@mem"}), "send_fill"));
  const Layout all = layout_of({"-c", "@all"});
  for (const Field& field : all_fields()) EXPECT_EQ(has(all, field.name), !field.composed) << field.name;
}

TEST(Columns, PresetOfSsHidesWhatSsHides) {
  const auto of = [](const std::vector<std::string>& words, std::optional<StateSet> states = {}) {
    const auto layout = std::get<Layout>(make_layout(std::get<Settings>(parse(words)), states));
    return std::string(has(layout, "netid") ? "netid " : "") + (has(layout, "state") ? "state" : "");
  };
  const StateSet one(State::established);
  EXPECT_EQ(of({"-t", "-c", "@ss"}), "state");
  EXPECT_EQ(of({"-t4", "-c", "@ss"}), "state");
  EXPECT_EQ(of({"-x", "-c", "@ss"}), "netid state");
  EXPECT_EQ(of({"-u", "-c", "@ss"}), "");
  EXPECT_EQ(of({"-ua", "-c", "@ss"}), "state");
  EXPECT_EQ(of({"-0", "-c", "@ss"}), "netid ");
  EXPECT_EQ(of({"--tipc", "-c", "@ss"}), "state");
  EXPECT_EQ(of({"-t", "-c", "@ss"}, one), "");
  EXPECT_EQ(of({"-tu", "-c", "@ss"}, one), "netid ");
  EXPECT_EQ(of({"-c", "@ss"}), "netid state");
  EXPECT_EQ(of({"-t"}, one), "netid state");
  for (const char* format : {"raw", "csv", "json"})
    EXPECT_EQ(of({"-t", "-c", "@ss", "--format", format}, one), "netid state") << format;
}

TEST(Columns, CellsOfFamiliesThatAreNotListedAreLeftOut) {
  EXPECT_EQ(columns_of({"-tanoiem", "--format=csv"}),
            "netid state recv_q send_q mem fill local peer timer_text details skmem info");
  EXPECT_EQ(
      columns_of({"-0e", "--format=raw"}),
      "netid state recv_q send_q mem fill local peer details packet_details rx_ring_text tx_ring_text fanout_text");
}

TEST(Columns, Mistakes) {
  EXPECT_EQ(columns_of({"-c", "netid,filll"}),
            "unknown column 'filll'; did you mean 'fill'?\nnetid,filll\n      ^^^^^");
  EXPECT_EQ(columns_of({"-c", "netid,,fill"}), "a column's name is missing\nnetid,,fill\n      ^");
  EXPECT_EQ(columns_of({"-c", "@mme"}).substr(0, 22), "unknown column '@mme';");
  EXPECT_EQ(columns_of({"-c", "\x1b[2J"}).substr(0, 25), "unknown column '\\x1b[2J'\n");
}

TEST(Columns, JsonBringsWhatTheFlagsFetch) {
  const Layout plain = layout_of({"-J"});
  EXPECT_TRUE(plain.per_family);
  EXPECT_TRUE(has(plain, "family"));
  EXPECT_TRUE(has(plain, "sndbuf"));
  EXPECT_FALSE(has(plain, "owners"));
  EXPECT_FALSE(has(plain, "mem"));
  EXPECT_TRUE(has(layout_of({"-Jp"}), "owners"));
  EXPECT_TRUE(has(layout_of({"-Je"}), "pending"));
  EXPECT_FALSE(has(plain, "pending"));
  EXPECT_TRUE(needs_of(layout_of({"-Jp"})).has(Need::owners));
  EXPECT_FALSE(needs_of(plain).has(Need::owners));
}

TEST(Columns, JsonHasPlainFieldsForEachFlag) {
  const std::vector<std::pair<std::vector<std::string>, std::vector<std::string>>> brought{
      {{"-J", "-o"}, {"timer", "timer_expires", "timer_retrans"}},
      {{"-J", "-e"}, {"timer", "cgroup_id", "cgroup_path", "mark", "packet_flags", "packet_rx_ring"}},
      {{"-J", "-i"}, {"tcp_rtt", "tcp_sack", "tcp_send_rate", "cong", "bbr_bw", "ulp", "tls_version", "subflow_token"}},
      {{"-J", "--tos"}, {"tos", "tclass", "class_id"}},
      {{"-J", "--cgroup"}, {"cgroup_id", "cgroup_path"}},
      {{"-J", "--inet-sockopt"}, {"sockopt_recverr", "sockopt_defer_connect"}},
      {{"-J", "-b"}, {"bpf_filter", "bpf_length"}},
      {{"--json-lines", "-i"}, {"tcp_rtt"}}};
  const Layout plain = layout_of({"-J"});
  for (const auto& [flags, names] : brought) {
    const Layout layout = layout_of(flags);
    for (const std::string& name : names) {
      EXPECT_TRUE(has(layout, name)) << name;
      EXPECT_FALSE(has(plain, name)) << name;
    }
    for (const Field* field : layout.columns) EXPECT_FALSE(field->composed) << field->name;
  }
  EXPECT_FALSE(needs_of(layout_of({"-J", "-e"})).has(Need::tcp_info));
  EXPECT_FALSE(needs_of(layout_of({"-e"})).has(Need::filter));
  EXPECT_TRUE(needs_of(layout_of({"-b"})).has(Need::filter));
  EXPECT_FALSE(has(layout_of({"-J", "-i"}), "md5_keys"));
}

TEST(Columns, JsonKeysStandInCatalogueOrder) {
  EXPECT_EQ(columns_of({"-J", "-c", "local,netid"}), "netid local");
  EXPECT_FALSE(layout_of({"-J", "-c", "local"}).per_family);
  EXPECT_TRUE(layout_of({"-J", "-c", "+pid"}).per_family);
  EXPECT_TRUE(has(layout_of({"-J", "-c", "+pid"}), "pid"));
}

}  // namespace
}  // namespace skq::cli
