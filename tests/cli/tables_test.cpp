#include "cli/tables.h"

#include <gtest/gtest.h>

#include <string>

#include "parse.h"

namespace skq::cli {
namespace {

std::string name_of(StateSet states) {
  const StateSet conn{State::unknown,    State::established, State::syn_sent, State::fin_wait_1,
                      State::fin_wait_2, State::close_wait,  State::last_ack, State::closing};
  if (states ==
      (conn | StateSet{State::syn_recv, State::time_wait, State::close, State::listen, State::bound_inactive}))
    return "ALL";
  std::string out;
  if ((states & conn) == conn) out = "CONN", states = states & ~conn;
  for (unsigned bit = 0; bit < 14; ++bit)
    if (states.has(static_cast<State>(bit)))
      out += std::string(out.empty() ? "" : "+") + std::string(to_text(static_cast<State>(bit)));
  return out;
}

/// "u_str u_dgr tcp4 tcp6: CONN"; all tables of one command line have the same states.
std::string tables_of(const std::string& line) {
  const auto parsed = parse(split(line));
  if (const auto* error = std::get_if<UsageError>(&parsed)) return error->text;
  const auto requests = table_requests(std::get<Settings>(parsed).tables, std::nullopt);
  std::string out;
  for (const TableRequest& request : requests) {
    out += std::string(to_text(request.netid));
    if (request.family == Family::inet) out += '4';
    if (request.family == Family::inet6) out += '6';
    out += ' ';
    EXPECT_EQ(request.states, requests.front().states);
  }
  return out + (requests.empty() ? "nothing" : name_of(requests.front().states));
}

struct Case {
  std::string line;
  std::string tables;
};

const std::string unix_all = "u_str u_dgr u_seq ";
const std::string inet_but_mptcp = "raw4 raw6 udp4 udp6 tcp4 tcp6 dccp4 dccp6 sctp4 sctp6 ";
const std::string mptcp = "mptcp4 mptcp6 ";
const std::string inet_all = inet_but_mptcp + mptcp;
const std::string inet_4 = "raw4 udp4 tcp4 dccp4 sctp4 mptcp4 ";
const std::string inet_6 = "raw6 udp6 tcp6 dccp6 sctp6 mptcp6 ";
const std::string vsock = "v_str v_dgr v_seq ";
const std::string tipc = "ti_st ti_dg ti_rd ti_sq ";
const std::string link = "p_raw p_dgr ";

// What ss 6.1 requests and prints for these, seen with strace in a network namespace that had sockets of every kind.
// (ALL has one more state here: sockets that are bound and idle, which ss shows under -a since iproute2 6.8.)
TEST(Tables, AsSs) {
  const std::vector<Case> cases{
      {"", unix_all + inet_but_mptcp + vsock + mptcp + "CONN"},
      {"-a", "nl " + link + unix_all + inet_but_mptcp + vsock + "xdp " + mptcp + "ALL"},
      {"-l", "nl " + link + unix_all + inet_but_mptcp + vsock + "xdp " + mptcp + "UNCONN+LISTEN"},
      {"-t", "tcp4 tcp6 CONN"},
      {"-u", "udp4 udp6 ESTAB"},
      {"-w", "raw4 raw6 ESTAB"},
      {"-x", unix_all + "CONN"},
      {"-0", link + "UNCONN"},
      {"-4", inet_4 + "CONN"},
      {"-6", inet_6 + "CONN"},
      {"-4 -6", inet_6 + "CONN"},
      {"-6 -4", inet_4 + "CONN"},
      {"-4 -t", "tcp4 CONN"},
      {"-t -6", "tcp6 CONN"},
      {"-4 -6 -t", "tcp6 CONN"},
      {"-4 -x", unix_all + inet_4 + "CONN"},
      {"-x -6", unix_all + inet_6 + "CONN"},
      {"-4 -x -6", unix_all + inet_6 + "CONN"},
      {"-4 -6 -x", unix_all + inet_all + "CONN"},
      {"-x -4 -t", unix_all + "tcp4 CONN"},
      {"-t -x", unix_all + "tcp4 tcp6 CONN"},
      {"-u -t", "udp4 udp6 tcp4 tcp6 CONN"},
      {"-u -x", unix_all + "udp4 udp6 CONN"},
      {"-w -x", unix_all + "raw4 raw6 CONN"},
      {"-0 -x", link + unix_all + "CONN+UNCONN"},
      {"-0 -t", link + "tcp4 tcp6 CONN+UNCONN"},
      {"-u -0", link + "udp4 udp6 ESTAB+UNCONN"},
      {"-4 -0", link + inet_4 + "CONN+UNCONN"},
      {"-ta -l", "tcp4 tcp6 UNCONN+LISTEN"},
      {"-tl -a", "tcp4 tcp6 ALL"},
      {"-u -l", "udp4 udp6 UNCONN+LISTEN"},
      {"-f inet", inet_4 + "CONN"},
      {"-f link", link + "UNCONN"},
      {"-f netlink", "nl UNCONN"},
      {"-f netlink -t", "nl tcp4 tcp6 CONN+UNCONN"},
      {"-f inet -x", unix_all + inet_4 + "CONN"},
      {"-f unix -f inet6", unix_all + inet_6 + "CONN"},
      {"-A all", unix_all + inet_but_mptcp + vsock + mptcp + "CONN"},
      {"-A inet", inet_all + "CONN"},
      {"-A udp", "udp4 udp6 CONN"},
      {"-A unix", unix_all + "CONN"},
      {"-A u_str,u_seq", "u_str u_seq CONN"},
      {"-A unix_dgram", "u_dgr CONN"},
      {"-A packet", "nothing"},
      {"-A packet -a", link + "ALL"},
      {"-A packet_raw -a", "p_raw ALL"},
      {"-A netlink", "nothing"},
      {"-A netlink -l", "nl UNCONN+LISTEN"},
      {"-A netlink,tcp", "tcp4 tcp6 CONN"},
      {"-A all,!tcp", unix_all + "raw4 raw6 udp4 udp6 dccp4 dccp6 sctp4 sctp6 " + vsock + mptcp + "CONN"},
      {"-A all,!inet", unix_all + vsock + "CONN"},
      {"-A all,!sctp", unix_all + "raw4 raw6 udp4 udp6 tcp4 tcp6 dccp4 dccp6 " + vsock + mptcp + "CONN"},
      {"-A !tcp", "nothing"},
      {"-A !tcp,all", unix_all + inet_but_mptcp + vsock + mptcp + "CONN"},
      {"-A inet,!raw", "udp4 udp6 tcp4 tcp6 dccp4 dccp6 sctp4 sctp6 " + mptcp + "CONN"},
      {"-A unix,!u_dgr", "u_str u_seq CONN"},
      {"-A tcp -A udp", "udp4 udp6 tcp4 tcp6 CONN"},
      {"-A tcp,udp -4", "udp4 tcp4 CONN"},
      {"-A unix -4", unix_all + inet_4 + "CONN"},
      {"-A tcp -6 -4", "tcp4 CONN"},
      {"-A udp -x -a", unix_all + "udp4 udp6 ALL"},
      {"-A udp -f inet6 -f unix", unix_all + "udp6 CONN"},
      {"-x -A all,!unix", unix_all + inet_but_mptcp + vsock + mptcp + "CONN"},
      {"-x -A u_str", "u_str CONN"},
      {"-t -A udp", "udp4 udp6 CONN"},
      {"-l -A udp", "udp4 udp6 UNCONN+LISTEN"},
      {"-u -A raw -a", "raw4 raw6 ALL"},
      {"-0 -A tcp", "tcp4 tcp6 CONN"},
  };
  for (const Case& c : cases) EXPECT_EQ(tables_of(c.line), c.tables) << "skq " << c.line;
}

// The kernel of the test machine lacks most of these: told by ss's table of defaults and its order of printing.
TEST(Tables, OfFamiliesThatFewKernelsHave) {
  const std::string tipc_default = "ESTAB+UNCONN+LISTEN";
  const std::vector<Case> cases{
      {"-S", "sctp4 sctp6 CONN"},
      {"-d", "dccp4 dccp6 CONN"},
      {"-M", "mptcp4 mptcp6 CONN"},
      {"-M -4", "mptcp4 CONN"},
      {"-MSt", "tcp4 tcp6 sctp4 sctp6 mptcp4 mptcp6 CONN"},
      {"-Sa", "sctp4 sctp6 ALL"},
      {"--vsock", vsock + "CONN"},
      {"--vsock -l", vsock + "UNCONN+LISTEN"},
      {"--tipc", tipc + tipc_default},
      {"--xdp", "xdp UNCONN"},
      {"-f vsock", vsock + "CONN"},
      {"-f tipc", tipc + tipc_default},
      {"-f xdp", "xdp UNCONN"},
      {"-f tipc -a", tipc + "ALL"},
      {"--vsock -t", "tcp4 tcp6 " + vsock + "CONN"},
      {"-A vsock", vsock + "CONN"},
      {"-A vsock_stream", "v_str CONN"},
      {"-A v_str,v_dgr", "v_str v_dgr CONN"},
      {"-A vsock,!v_dgr", "v_str v_seq CONN"},
      {"-A v_seq -a", "v_seq ALL"},
      {"-A xdp", "nothing"},
      {"-A xdp -a", "xdp ALL"},
      {"-A tipc", tipc + "CONN"},
      {"-A all,tipc -a", "nl " + link + unix_all + inet_but_mptcp + vsock + tipc + "xdp " + mptcp + "ALL"},
      {"-A mptcp,sctp,dccp", "dccp4 dccp6 sctp4 sctp6 mptcp4 mptcp6 CONN"},
      {"-B", unix_all + inet_but_mptcp + vsock + mptcp + "BOUND-INACTIVE"},
      {"-tB", "tcp4 tcp6 BOUND-INACTIVE"},
      {"-B -t -a", "tcp4 tcp6 ALL"},
  };
  for (const Case& c : cases) EXPECT_EQ(tables_of(c.line), c.tables) << "skq " << c.line;
}

TEST(Tables, StatesOfTheFilterReplaceAllOthers) {
  TableChoice choice;
  choose_table(choice, Netid::udp);
  ask_for_all(choice);
  const auto requests = table_requests(choice, StateSet{State::close});
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].states, StateSet{State::close});
  EXPECT_TRUE(table_requests(choice, StateSet{}).empty());
}

TEST(Tables, NetlinkAndPacketCountAsClosed) {
  TableChoice choice;
  choose_family(choice, Family::packet);
  EXPECT_TRUE(table_requests(choice, StateSet{State::established}).empty());
  EXPECT_EQ(table_requests(choice, StateSet{State::close}).size(), 2U);
}

std::string named(const std::string& line) {
  const auto parsed = parse(split(line));
  std::string out;
  for (const TableRequest& request : table_requests(std::get<Settings>(parsed).tables, std::nullopt))
    if (request.named) out += std::string(to_text(request.netid)) + " ";
  return out;
}

TEST(Tables, OnlyWhatWasNamedIsMissedWhenTheKernelLacksIt) {
  EXPECT_EQ(named("-a"), "");
  EXPECT_EQ(named("-A all"), "");
  EXPECT_EQ(named("-A inet"), "");
  EXPECT_EQ(named("-4"), "");
  EXPECT_EQ(named("-w"), "raw raw ");
  EXPECT_EQ(named("-A raw,tcp -4"), "raw tcp ");
  EXPECT_EQ(named("-0"), "p_raw p_dgr ");
  EXPECT_EQ(named("-x"), "u_str u_dgr u_seq ");
  EXPECT_EQ(named("-S -d -4"), "dccp sctp ");
  EXPECT_EQ(named("--vsock"), "v_str v_dgr v_seq ");
  EXPECT_EQ(named("-f xdp"), "xdp ");
  EXPECT_EQ(named("--tipc"), "ti_st ti_dg ti_rd ti_sq ");
  EXPECT_EQ(named("-A v_str,xdp -a"), "v_str xdp ");
}

}  // namespace
}  // namespace skq::cli
