#include "metrics/label_text.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/text_utf8.h"

namespace skq::metrics {
namespace {

using namespace std::string_literals;

std::string text_of(std::string_view name) {
  Socket socket;
  socket.netid = Netid::u_str;
  UnixPart part;
  part.name = name;
  part.has_name = true;
  socket.part = part;
  return listener_text(socket, {});
}

std::string text_of(std::uint16_t port, PortRange ephemeral) {
  Socket socket;
  socket.family = Family::inet6;
  socket.netid = Netid::tcp;
  InetPart part;
  part.local_port = port;
  part.v6only = true;
  socket.part = part;
  return listener_text(socket, ephemeral);
}

TEST(LabelText, UnixNames) {
  EXPECT_EQ(text_of("/run/app.sock"), "/run/app.sock");
  EXPECT_EQ(text_of("\0app"s), "@app");
  EXPECT_EQ(text_of("@app"), "\\x40app");
  EXPECT_EQ(text_of("\\x40app"), "\\\\x40app");
  EXPECT_EQ(text_of("\0a\nb\xff"s), "@a\\nb\\xff");
  EXPECT_EQ(text_of("\0"s), "@");
}

TEST(LabelText, NamesThatTheKernelMadeUp) {
  EXPECT_EQ(text_of("\0001f00a"s), "@autobound");
  for (const std::string& name : {"\0001f00"s, "\0001f00aa"s, "\0001F00A"s, "1f00a"s, "\0001f00g"s})
    EXPECT_NE(text_of(name), "@autobound") << name;
}

TEST(LabelText, PortsThatTheKernelHandsOut) {
  EXPECT_EQ(text_of(443, {32768, 60999}), "[::]:443");
  EXPECT_EQ(text_of(32767, {32768, 60999}), "[::]:32767");
  EXPECT_EQ(text_of(32768, {32768, 60999}), "[::]:ephemeral");
  EXPECT_EQ(text_of(60999, {32768, 60999}), "[::]:ephemeral");
  EXPECT_EQ(text_of(61000, {32768, 60999}), "[::]:61000");
  EXPECT_EQ(text_of(443, {400, 500}), "[::]:ephemeral");
}

// A unix name has at most 108 bytes, and a byte becomes at most 10.
TEST(LabelText, LongNamesAreCutAndStayApart) {
  std::vector<std::string> names;
  for (const std::string& filling : {"x"s, "\x01"s, "\xff"s, "\\"s, "é"s, "\u202e"s}) {
    for (const char last : {'a', 'b'}) {
      std::string name(1, '\0');
      while (name.size() + filling.size() < 107) name += filling;
      names.push_back(name + last);
    }
  }
  std::set<std::string> texts;
  for (const std::string& name : names) {
    const std::string text = text_of(name);
    EXPECT_LE(text.size(), longest_label);
    EXPECT_TRUE(is_valid_utf8(text));
    EXPECT_TRUE(texts.insert(text).second) << text;
  }
}

TEST(LabelText, WhatFitsIsNotCut) {
  const std::string longest = "/" + std::string(107, 'x');
  EXPECT_EQ(text_of(longest), longest);
  const std::string text = text_of("/" + std::string(100, '\x01'));
  EXPECT_TRUE(text.starts_with("/\\x01\\x01"));
  // No escape is cut in two: behind the slash stand whole ones of four signs each.
  EXPECT_EQ((text.find("...") - 1) % 4, 0U);
}

}  // namespace
}  // namespace skq::metrics
