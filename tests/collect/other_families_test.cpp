// A zoo of the families that few kernels have, from the kernel's bytes to what is printed: the whole table, and every
// field as JSON. The bytes are annotated from headers (tests/kernel/annotate_capture.cpp), not recorded.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "kernel/recording.h"
#include "skq/collect.h"
#include "skq/fields.h"
#include "skq/render.h"

namespace skq {
namespace {

constexpr StateSet every_state = ~StateSet{};

std::vector<TableRequest> tables() {
  std::vector<TableRequest> list;
  for (const Netid netid : {Netid::raw, Netid::dccp, Netid::sctp}) {
    for (const Family family : {Family::inet, Family::inet6}) list.push_back({netid, family, every_state, true});
  }
  for (const Netid netid :
       {Netid::v_str, Netid::v_dgr, Netid::v_seq, Netid::ti_st, Netid::ti_dg, Netid::ti_rd, Netid::ti_sq, Netid::xdp})
    list.push_back({netid, family_of(netid), every_state, true});
  return list;
}

std::vector<const Field*> named(std::initializer_list<std::string_view> names) {
  std::vector<const Field*> fields;
  for (const std::string_view name : names) fields.push_back(find_field(name));
  return fields;
}

std::string rendered(Format format, const Layout& layout, std::vector<TableRequest> wanted = tables()) {
  auto source = kernel::open_recording(SKQ_TEST_DATA "/other_families.skqcap");
  if (!source) return source.error().text();
  Request request{.tables = std::move(wanted), .needs = {}};
  // Owners are in no capture, and other ends are no matter of these families.
  for (const Field* field : layout.columns)
    request.needs =
        request.needs | (field->needs & ~NeedSet(Need::owners, Need::peer_owners, Need::process, Need::peer));
  TextContext context;
  View view;
  view.version = "test";
  const auto renderer = make_renderer(format, layout, view, context);
  std::string out;
  Snapshot storage;
  renderer->begin((*source)->circumstances(), out);
  const auto summary = collect(request, **source, storage, [&](std::span<const Socket* const> rows) {
    for (const Socket* row : rows) renderer->row(*row, out);
  });
  if (!summary) return summary.error().text();
  while (renderer->end(*summary, out)) {
  }
  for (const Gap& gap : summary->gaps) out += gap.detail + '\n';
  return out;
}

/// Compares with a whole file of tests/data. What differs is left in the temporary folder, to be read and, where it is
/// right, taken over.
void expect_file(const std::string& actual, const std::string& name) {
  std::ifstream in(std::string(SKQ_TEST_DATA "/") + name);
  const std::string expected{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (actual == expected) return;
  std::ofstream(testing::TempDir() + name) << actual;
  EXPECT_EQ(actual, expected) << "see " << testing::TempDir() << name;
}

TEST(OtherFamilies, TableAsSs) {
  expect_file(rendered(Format::table, {named({"netid", "state", "recv_q", "send_q", "local", "peer"}), false}),
              "other_families.table");
}

TEST(OtherFamilies, WithEverythingThatFlagsBring) {
  expect_file(rendered(Format::raw, {named({"netid", "local", "details", "skmem", "tipcinfo"}), false}),
              "other_families.raw");
}

TEST(OtherFamilies, EveryFieldAsJson) {
  std::vector<const Field*> fields;
  for (const Field& field : all_fields())
    if (!field.composed) fields.push_back(&field);
  expect_file(rendered(Format::json, {fields, true}), "other_families.json");
}

TEST(OtherFamilies, StatesSelectEndpointsAndAssociations) {
  const auto sctp = [](StateSet states) {
    return rendered(Format::raw, {named({"state", "peer_port"}), false}, {{Netid::sctp, Family::inet, states, true}});
  };
  EXPECT_EQ(sctp(StateSet(State::listen)), "state peer_port\nLISTEN -\n");
  EXPECT_EQ(sctp(StateSet(State::established)), "state peer_port\nESTAB 6000\n");
  EXPECT_EQ(sctp(StateSet(State::fin_wait_2)), "state peer_port\nSHUTDOWN_SENT 6001\n");
  EXPECT_EQ(sctp(StateSet(State::syn_sent)), "state peer_port\nCOOKIE_WAIT 6000\n");
}

}  // namespace
}  // namespace skq
