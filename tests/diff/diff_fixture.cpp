#include "diff_fixture.h"

#include <chrono>
#include <filesystem>
#include <thread>

#include "cli/append_snapshot.h"
#include "kernel/day_file.h"
#include "store/civil_time.h"

namespace live {
namespace {

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Json Told::of(const std::string& cookie) const {
  for (const Json& change : answer_.at("changes"))
    if (change.at("socket").at("cookie") == cookie) return change;
  return {};
}

std::string Told::kind_of(const std::string& cookie) const {
  const Json change = of(cookie);
  return change.is_null() ? "" : change.at("kind").get<std::string>();
}

std::set<std::string> Told::cookies(const std::string& kind) const {
  std::set<std::string> all;
  for (const Json& change : answer_.at("changes"))
    if (change.at("kind") == kind) all.insert(change.at("socket").at("cookie").get<std::string>());
  return all;
}

std::string Told::gaps() const {
  std::string all;
  for (const Json& gap : answer_.at("skq").at("gaps")) all += gap.at("detail").get<std::string>() + "\n";
  return all;
}

std::string DiffTest::record(std::vector<std::string> arguments) const {
  std::filesystem::create_directory(folder() + "/rec");
  arguments.insert(arguments.begin(), {"record", "--dir", folder() + "/rec"});
  const Finished finished = run_skq(arguments);
  EXPECT_EQ(finished.exit, 0) << finished.err;
  // A time has milliseconds, all of which it means: the next look must be of another one.
  const std::int64_t at = now_ns();
  std::string text;
  skq::store::append_iso_time(text, at);
  while (now_ns() / 1'000'000 == at / 1'000'000) std::this_thread::yield();
  return text;
}

Finished DiffTest::diff(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), {"diff", "--from", folder() + "/rec"});
  return run_skq(arguments);
}

Told DiffTest::told(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), "-J");
  const Finished finished = diff(arguments);
  EXPECT_EQ(finished.exit, 0) << finished.err;
  Json answer = Json::parse(finished.out, nullptr, false);
  EXPECT_FALSE(answer.is_discarded()) << finished.out;
  return Told(std::move(answer));
}

std::string DiffTest::recorded_as(const std::string& name,
                                  const std::function<void(skq::SnapshotHead&)>& change) const {
  std::string to = file(name);
  std::filesystem::create_directory(to);
  for (const auto& entry : std::filesystem::directory_iterator(folder() + "/rec")) {
    if (entry.path().filename().string().front() == '.') continue;
    const auto day = skq::kernel::DayFile::open_to_read(entry.path());
    const auto contents = skq::read_contents(*day);
    skq::SnapshotReader reader(*day, *contents);
    skq::Recorder recorder({});
    for (std::size_t at = 0; at < contents->snapshots.size(); ++at) {
      auto snapshot = reader.read(at);
      EXPECT_TRUE(snapshot);
      skq::SnapshotHead& head = (*snapshot)->head;
      change(head);
      const std::vector<const skq::Socket*> rows((*snapshot)->rows.begin(), (*snapshot)->rows.end());
      const auto names = skq::names_of((*snapshot)->names, nullptr);
      const skq::Look look{
          .circumstances = &head.at, .gaps = head.gaps, .rows = rows, .scope = head.scope ? &*head.scope : nullptr};
      EXPECT_TRUE(skq::cli::append_snapshot(to, recorder, look, names.get(), false));
    }
  }
  return to;
}

std::int64_t delta_of(const Json& change, const std::string& field) {
  if (change.is_object())
    for (const Json& each : change.at("fields"))
      if (each.at("field") == field) return each.at("delta").get<std::int64_t>();
  ADD_FAILURE() << field << " did not change in " << change.dump();
  return 0;
}

}  // namespace live
