// What goes down to the kernel, run on a machine that does what the kernel does: whatever the filter wants must pass,
// and where the kernel can decide everything, nothing else.
#include "select/push_down.h"

#include <gtest/gtest.h>

#include <random>

#include "bytecode_machine.h"
#include "fake_resolver.h"
#include "kernel/bytecode.h"
#include "kernel/request.h"
#include "sample_sockets.h"

namespace skq {
namespace {

using namespace test;
using namespace select;
using Expression = Filter::Expression;
using Kind = KernelTest::Kind;

Filter parsed(const std::string& text) {
  FakeResolver resolver;
  const std::string_view view = text;
  auto result = parse_filter(std::span(&view, 1), resolver);
  if (const auto* error = std::get_if<SyntaxError>(&result)) {
    ADD_FAILURE() << error->text();
    return {};
  }
  return std::move(std::get<Filter>(result));
}

/// A socket as the kernel has it, and its row.
struct Sample {
  Socket row;
  std::uint32_t mark = 0;
  std::uint64_t cgroup = 0;

  [[nodiscard]] Entry entry() const { return {row.inet(), row.family, mark, cgroup}; }
};

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }
  bool coin() { return below(2) == 0; }

  Expression expression(unsigned depth, bool decidable) {
    const std::uint32_t kind = depth == 0 ? 3 : below(6);
    if (kind == 0) return {And{terms(depth - 1, decidable)}};
    if (kind == 1) return {Or{terms(depth - 1, decidable)}};
    if (kind == 2) return {Not{std::make_unique<Expression>(expression(depth - 1, decidable))}};
    return leaf(decidable);
  }

  /// `honest`: the row tells everything that the kernel compares.
  Sample sample(bool honest) {
    constexpr std::array<std::string_view, 4> v4{"10.0.0.1", "10.0.0.2", "0.0.0.0", "127.0.0.1"};
    constexpr std::array<std::string_view, 5> v6{"fe80::1", "::ffff:10.0.0.1", "::", "::1", "::ffff:0.0.0.0"};
    const bool four = coin();
    const auto address = [&] { return four ? v4[below(v4.size())] : v6[below(v6.size())]; };
    Sample sample{inet_socket(address(), port(), address(), port()), below(4), 40 + below(4)};
    auto& part = std::get<InetPart>(sample.row.part);
    part.interface = below(3);
    if (honest || coin()) part.mark = sample.mark;
    if (honest || coin()) {
      part.cgroup_id = sample.cgroup;
    } else {
      sample.cgroup = 0;  // TIME-WAIT: the kernel compares 0 and sends nothing
    }
    return sample;
  }

 private:
  Expression leaf(bool decidable) {
    const Side side = coin() ? Side::local : Side::peer;
    switch (below(decidable ? 6 : 8)) {
      case 0:
      case 1:
        return {inet_host(side)};
      case 2:
        return {DeviceTest{coin(), below(3)}};
      case 3:
        return {CgroupTest{coin(), 40 + below(4), "/x"}};
      case 4:
        return {Autobound{{22, 24}}};
      case 5:
        return {port_test(side)};
      case 6:
        return {MarkTest{coin(), below(4), below(4)}};
      default:
        return {UnixName{side, "*"}};
    }
  }

  PortTest port_test(Side side) {
    constexpr std::array<std::uint32_t, 6> odd{0, 1, 65534, 65535, 65536, 70000};
    PortTest test{side, static_cast<Comparator>(below(6)), {}, below(4) == 0 ? odd[below(6)] : port()};
    if (below(8) == 0) test.families = FamilySet(coin() ? Family::inet : Family::netlink);
    if (below(8) == 0 && (test.comparator == Comparator::equal || test.comparator == Comparator::not_equal))
      test.port.reset();
    return test;
  }

  InetHost inet_host(Side side) {
    constexpr std::array<std::string_view, 8> prefixes{"10.0.0.1",        "10.0.0.0/31",      "0.0.0.0/0",
                                                       "10.0.0.0/7",      "fe80::/10",        "::/0",
                                                       "::ffff:10.0.0.1", "::ffff:0.0.0.0/97"};
    InetHost host{side, {}, {}, {}, {}};
    if (coin()) host.port = port();
    if (below(4) == 0) host.interface = below(3);
    if (below(4) != 0) host.prefix = parse_prefix(prefixes[below(prefixes.size())]);
    if (below(4) == 0) host.families = FamilySet(host.prefix ? host.prefix->family : Family::inet6);
    return host;
  }

  std::vector<Expression> terms(unsigned depth, bool decidable) {
    std::vector<Expression> list;
    for (std::uint32_t n = 2 + below(3); n > 0; --n) list.push_back(expression(depth, decidable));
    return list;
  }
  std::uint16_t port() { return static_cast<std::uint16_t>(20 + below(6)); }

  std::mt19937 random_;
};

bool kernel_sends(const std::vector<std::byte>& program, const Sample& sample) {
  return program.empty() || runs_to_end(program, sample.entry());
}

std::vector<std::byte> program_for(const Expression& expression, Family version, KernelTestKinds refused = {}) {
  return kernel::encode_tests(simplified(select::kernel_tests(expression, version), refused));
}

TEST(PushDown, TheKernelSendsWhateverTheFilterWants) {
  Generator generator(1);
  int left_out = 0;
  for (int i = 0; i < 4000; ++i) {
    const Expression expression = generator.expression(4, false);
    const KernelTestKinds refused = KernelTestKinds::from_bits(generator.coin() ? 0 : generator.below(512));
    const auto v4 = program_for(expression, Family::inet, refused),
               v6 = program_for(expression, Family::inet6, refused);
    for (const auto* program : {&v4, &v6}) ASSERT_TRUE(program->empty() || passes_audit(*program)) << print(expression);
    for (int k = 0; k < 20; ++k) {
      const Sample sample = generator.sample(false);
      const bool sent = kernel_sends(sample.row.family == Family::inet ? v4 : v6, sample);
      if (select::matches(expression, sample.row)) {
        ASSERT_TRUE(sent) << print(expression);
      }
      if (!sent) ++left_out;
    }
  }
  EXPECT_GT(left_out, 10000);
}

TEST(PushDown, WhereItCanDecideEverythingItSendsNothingElse) {
  Generator generator(2);
  int wanted = 0;
  for (int i = 0; i < 4000; ++i) {
    const Expression expression = generator.expression(4, true);
    const auto v4 = program_for(expression, Family::inet), v6 = program_for(expression, Family::inet6);
    for (const auto* program : {&v4, &v6}) ASSERT_TRUE(program->empty() || passes_audit(*program)) << print(expression);
    for (int k = 0; k < 20; ++k) {
      const Sample sample = generator.sample(true);
      const bool wants = select::matches(expression, sample.row);
      ASSERT_EQ(kernel_sends(sample.row.family == Family::inet ? v4 : v6, sample), wants) << print(expression);
      if (wants) ++wanted;
    }
  }
  EXPECT_GT(wanted, 10000);
}

KernelTests tests_of(const std::string& text) { return kernel_tests(parsed(text)); }

TEST(PushDown, WhatItCannotDecideDoesNotGiveUpTheRest) {
  const auto tests = tests_of("sport = :22 and ( src unix:/x or fwmark != 3 )").v4;
  ASSERT_EQ(tests.size(), 1U);
  EXPECT_EQ(tests[0].kind, Kind::host);
  EXPECT_EQ(tests[0].port, 22);
  EXPECT_TRUE(tests_of("sport = :22 or fwmark != 3").v4.empty());
  // not (a or unknown) is not a and true
  EXPECT_EQ(tests_of("not ( sport = :22 or fwmark = 3 )").v4.size(), 1U);
}

TEST(PushDown, AddressesAreDecidedByTheIpVersion) {
  const KernelTests six = tests_of("src fe80::/10");
  ASSERT_EQ(six.v4.size(), 1U);
  EXPECT_EQ(six.v4[0].kind, Kind::any);
  EXPECT_EQ(six.v4[0].count, 0U);
  EXPECT_EQ(six.v6.size(), 1U);
  // A mapped address is one of an IPv6 socket.
  EXPECT_EQ(tests_of("src 10.0.0.0/8").v6.size(), 1U);
  EXPECT_TRUE(tests_of("not src unix:/x").v4.empty());
}

TEST(PushDown, AllAddressesOfANameGoDown) {
  const KernelTests tests = tests_of("dst localhost:ssh");
  EXPECT_EQ(tests.v4.size(), 1U);  // ::1 is no address of an IPv4 socket
  ASSERT_EQ(tests.v6.size(), 3U);
  EXPECT_EQ(tests.v6[0].kind, Kind::any);
}

TEST(PushDown, NoFilterIsNoProgram) {
  EXPECT_TRUE(kernel_tests(Filter()).v4.empty());
  EXPECT_TRUE(kernel::encode_tests({}).empty());
  EXPECT_TRUE(kernel::encode_tests(tests_of("state listening").v4).empty());
}

TEST(PushDown, AFilterThatNothingMatchesRejectsEverything) {
  const auto program = kernel::encode_tests(tests_of("src unix:/x").v4);
  ASSERT_TRUE(passes_audit(program));
  Generator generator(3);
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(kernel_sends(program, generator.sample(true)));
}

TEST(PushDown, ALongFilterGoesDownAsLongAsItFits) {
  const auto chain = [](int terms, const char* joint) {
    std::string text;
    for (int i = 0; i < terms; ++i) text += (i == 0 ? "" : joint) + std::string("sport = :") + std::to_string(i + 1);
    return text;
  };
  const auto fits = kernel::encode_tests(tests_of(chain(4000, " or ")).v4);
  ASSERT_FALSE(fits.empty());
  EXPECT_TRUE(passes_audit(fits));
  EXPECT_LE(fits.size(), kernel::longest_bytecode);
  EXPECT_TRUE(kernel::encode_tests(tests_of(chain(5000, " or ")).v4).empty());
  // Every length around the limit: either nothing, or a program with right distances.
  for (int terms = 5455; terms < 5465; ++terms) {
    const auto program = kernel::encode_tests(tests_of(chain(terms, " and ")).v4);
    EXPECT_TRUE(program.empty() || passes_audit(program)) << terms;
  }
  EXPECT_TRUE(kernel::encode_tests(tests_of(chain(6000, " and ")).v4).empty());
}

TEST(PushDown, ATreeThatWasCutLetsMoreThrough) {
  const std::vector<KernelTest> cut{{.kind = Kind::any, .count = 0xffffffff}, {.kind = Kind::host, .port = 22}};
  EXPECT_TRUE(simplified(cut).empty());
  EXPECT_TRUE(kernel::encode_tests(cut).empty());
  const std::vector<KernelTest> all{{.kind = Kind::all, .count = 3}, {.kind = Kind::host, .port = 22}};
  EXPECT_EQ(simplified(all).size(), 1U);
}

TEST(PushDown, TheRequestCarriesTheProgram) {
  const auto tests = tests_of("sport = :22").v4;
  const DumpRequest request{
      .family = Family::inet, .netid = Netid::mptcp, .states = ~StateSet(), .needs = {}, .tests = tests};
  const auto bytes = kernel::request_bytes(request, 1);
  const auto program = kernel::encode_tests(tests);
  ASSERT_GE(bytes.size(), program.size());
  EXPECT_TRUE(std::equal(program.begin(), program.end(), bytes.end() - static_cast<std::ptrdiff_t>(program.size())));
  // The protocol's attribute is still found.
  EXPECT_EQ(kernel::key_of(bytes)->protocol, 262U);
}

}  // namespace
}  // namespace skq
