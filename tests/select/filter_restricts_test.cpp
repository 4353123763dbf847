// What -K takes for a filter, and what only looks like one.
#include <gtest/gtest.h>

#include <string>

#include "fake_resolver.h"
#include "skq/select.h"

namespace skq {
namespace {

bool chooses(std::string_view text) {
  test::FakeResolver resolver;
  auto parsed = parse_filter(std::span(&text, 1), resolver);
  EXPECT_TRUE(std::holds_alternative<Filter>(parsed)) << text;
  return restricts(std::get<Filter>(parsed));
}

TEST(FilterRestricts, NotWhatLetsEverythingThrough) {
  for (const char* text : {"",
                           "state established",
                           "sport = :",
                           "sport = *",
                           "sport = :*",
                           "dst :",
                           "dst *",
                           "src *:*",
                           "dst inet:*",
                           "src inet6:*",
                           "src 0.0.0.0/0",
                           "src 0/0",
                           "src ::/0",
                           "src ::ffff:0:0/96",
                           "sport ge 0",
                           "dport >= :0",
                           "sport le 65535",

                           "sport != netlink:5",
                           "sport != inet6:22",
                           "fwmark = 0/0",

                           "not not src *",
                           "src * and dst *",
                           "src * or sport = :22",
                           "not ( sport lt 0 and sport = :22 )",
                           "src 0/0 or src ::/0",
                           "src 0/0 or sport = :22",
                           "not src 0/0",
                           "src 0/0 and sport = *",
                           "not src unix:/run/x"})
    EXPECT_FALSE(chooses(text)) << text;
}

TEST(FilterRestricts, WhatChooses) {
  for (const char* text :
       {"sport = :22", "sport = :0", "sport ge 1", "sport le 65534", "src 10/8", "src ::/1", "src inet:*:22",
        "src *:22", "fwmark = 0", "autobound", "src * and sport = :22", "src 0/0 and sport = :22",
        "not ( src 0/0 or sport = :22 )", "sport = :22 or dport = :22", "not sport = :22",
        // These match nothing, so nothing is lost.
        "not src *", "sport lt 0", "sport = netlink:5", "sport != *", "src unix:/run/x"})
    EXPECT_TRUE(chooses(text)) << text;
}

}  // namespace
}  // namespace skq
