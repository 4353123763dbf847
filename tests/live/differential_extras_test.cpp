// -p, -m and -e against those of ss: the same owners, memory and details in the same rows.
#include "live_test.h"
#include "ss_rows.h"
#include "zoo.h"

namespace live {
namespace {

using DifferentialExtras = LiveTest;

TEST_F(DifferentialExtras, EveryOwner) {
  SKIP_WITHOUT("ss");
  const Zoo zoo(folder());
  const Pair shared = unix_pair(SOCK_STREAM);
  const Child first({shared.a.get()}, [] { return true; });
  const Child second({shared.a.get(), shared.b.get()}, [] { return true; });
  for (const std::vector<std::string>& line : {std::vector<std::string>{"-xap"},
                                               {"-tap"},
                                               {"-tp"},
                                               {"-tulpn"},
                                               {"-uap"},
                                               {"-xapT"},
                                               {"-tapT"},
                                               {"-0ap"},
                                               {"-ap"},
                                               {"-p"},
                                               {"-lp"},
                                               {"-xp", "state", "connected"},
                                               {"-tp4"},
                                               {"-f", "unix", "-p", "-a"},
                                               {"-A", "tcp,u_str", "-pa"},
                                               {"-tap", "sport", "=", ":4100"},
                                               {"-xap", "src", folder() + "/*"}}) {
    const BothRows both = run_both(line, Extra::processes);
    EXPECT_TRUE(difference(both).empty()) << "ss -O " << as_shell(line) << "\n" << difference(both);
    EXPECT_FALSE(both.ss.empty());
  }
}

TEST_F(DifferentialExtras, MemoryOfEveryFamily) {
  SKIP_WITHOUT("ss");
  const Zoo zoo(folder());
  for (const std::vector<std::string>& line : {std::vector<std::string>{"-tam"},
                                               {"-uam"},
                                               {"-xam"},
                                               {"-0am"},
                                               {"-am"},
                                               {"-tm4"},
                                               {"-lm"},
                                               {"-f", "netlink", "-am"}}) {
    const BothRows both = run_both(line, Extra::memory);
    EXPECT_TRUE(difference(both).empty()) << "ss -O " << as_shell(line) << "\n" << difference(both);
    EXPECT_FALSE(both.ss.empty());
  }
}

// Listeners and udp sockets have no timers, which -e brings in ss (it implies -o) and which skq cannot show yet.
TEST_F(DifferentialExtras, DetailsOfInetAndPacket) {
  SKIP_WITHOUT("ss");
  const Zoo zoo(folder());
  for (const std::vector<std::string>& line :
       {std::vector<std::string>{"-uae"}, {"-tle"}, {"-0ae"}, {"-ue"}, {"-tulen"}}) {
    const BothRows both = run_both(line, Extra::details);
    EXPECT_TRUE(difference(both).empty()) << "ss -O " << as_shell(line) << "\n" << difference(both);
    EXPECT_FALSE(both.ss.empty());
  }
}

}  // namespace
}  // namespace live
