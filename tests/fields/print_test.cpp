// Numbers as printf writes them: the quick way has to agree with the exact one wherever it is taken.
#include "fields/print.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace skq::testing {
namespace {

std::string printed(const char* form, int digits, double value) {
  std::array<char, 400> text{};
  const int size = std::snprintf(text.data(), text.size(), form, digits, value);
  return {text.data(), static_cast<std::size_t>(size)};
}

void expect_as_printf(double value) {
  for (const int digits : {1, 3, 6, 9}) {
    std::string text = "x";
    fields::append_general(text, value, digits);
    ASSERT_EQ(text, "x" + printed("%.*g", digits, value)) << digits << " digits";
  }
  for (const int decimals : {0, 1, 2}) {
    std::string text;
    fields::append_fixed(text, value, decimals);
    ASSERT_EQ(text, printed("%.*f", decimals, value)) << decimals << " decimals";
  }
}

TEST(Print, AgreesWithPrintfAtEdges) {
  for (const double value : {0.0,          -0.0,         1.0,         0.5,      1.5,
                             2.5,          0.05,         0.15,        0.25,     0.35,
                             0.001,        0.0009999999, 1e-4,        1e-5,     1e-7,
                             9.995,        99.95,        999.4999999, 999.5,    999.9,
                             1000.0,       99999.95,     999999.0,    999999.4, 999999.5,
                             1e6,          1e9,          1e12,        1e15,     1.8446744073709552e19,
                             1e300,        -1.0,         -12.5,       0.1,      0.099999999999999992,
                             0.0999999999, 0.99999949,   0.9999995,   123456.5, 12345.65,
                             100.05,       100.5})
    expect_as_printf(value);
  expect_as_printf(std::numeric_limits<double>::denorm_min());
  expect_as_printf(std::numeric_limits<double>::max());
}

TEST(Print, AgreesWithPrintfNearPowersOfTenAndTies) {
  for (double power = 1e-5; power < 1e10; power *= 10) {
    for (const double base : {power, power * 5, power * 1.5, power * 2.5, power * 9.995, power * 9.9995}) {
      double below = base, above = base;
      for (int step = 0; step < 4; ++step) {
        expect_as_printf(below);
        expect_as_printf(above);
        below = std::nextafter(below, 0);
        above = std::nextafter(above, 1e300);
      }
    }
  }
}

TEST(Print, AgreesWithPrintfForThousandthsAndForAnyNumber) {
  for (std::uint32_t value = 0; value < 20'000; ++value) expect_as_printf(value / 1000.0);
  std::mt19937_64 random(20261122);
  for (int at = 0; at < 40'000; ++at) {
    const double exponent = std::uniform_real_distribution<double>(-6, 13)(random);
    expect_as_printf(std::pow(10, exponent));
    expect_as_printf(static_cast<double>(random() % 100'000'000) / 1000);
  }
}

}  // namespace
}  // namespace skq::testing
