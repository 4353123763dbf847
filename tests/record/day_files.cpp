#include "day_files.h"

#include <algorithm>
#include <filesystem>

#include "kernel/day_file.h"

namespace live {

DayRead read_day_file(const std::string& path) {
  DayRead day;
  const auto file = skq::kernel::DayFile::open_to_read(path);
  EXPECT_TRUE(file) << path;
  if (!file) return day;
  const auto contents = skq::read_contents(*file);
  EXPECT_TRUE(contents);
  for (const skq::Damage& damage : contents->damages) {
    EXPECT_TRUE(damage.torn) << damage.offset << ' ' << damage.why;
    day.torn = true;
  }
  skq::SnapshotReader reader(*file, *contents);
  for (std::size_t at = 0; at < contents->snapshots.size(); ++at) {
    const auto snapshot = reader.read(at);
    EXPECT_TRUE(snapshot) << snapshot.error().text();
    if (!snapshot) continue;
    EXPECT_EQ((*snapshot)->head.seq, at) << "a snapshot is missing, or is there twice";
    EXPECT_EQ((*snapshot)->rows.size(), (*snapshot)->head.rows);
    day.sockets.push_back((*snapshot)->rows.size());
    day.findings.push_back((*snapshot)->findings);
    day.heads.push_back((*snapshot)->head);
  }
  return day;
}

std::vector<std::string> day_files(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (skq::day_of_file_name(entry.path().filename().string())) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

DayRead read_folder(const std::string& folder) {
  DayRead all;
  const auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
  for (const std::string& path : day_files(folder)) {
    const DayRead day = read_day_file(path);
    append(all.heads, day.heads);
    append(all.sockets, day.sockets);
    append(all.findings, day.findings);
    all.torn = all.torn || day.torn;
  }
  return all;
}

}  // namespace live
