// What Recordings and its ReplayRange share: the files of a recording, one of which is open.
#pragma once

#include "cli/recordings.h"
#include "skq/byte_source.h"

namespace skq::cli {

struct Recordings::State {
  struct File {
    std::string path;
    std::optional<std::int64_t> day;  ///< of a folder: its begin in seconds, as the name tells
  };
  struct Day {
    std::size_t number;
    std::unique_ptr<ByteSource> file;
    DayContents contents;
    std::optional<SnapshotReader> reader;
  };

  std::string name;
  std::vector<File> files;
  std::vector<File> no_files;                           ///< what has the name of a day and is no regular file
  std::shared_ptr<const std::vector<std::byte>> bytes;  ///< of the only file, where that is a stream
  std::unique_ptr<Day> open;

  /// Opens it, unless it is the one that is open.
  Result<Day*> day(std::size_t number);
  Result<std::unique_ptr<ByteSource>> open_file(std::size_t number);
  [[nodiscard]] Error error(std::size_t number, const Error& error) const;
  /// The last snapshot at or before that moment; damaged days that were passed by go to the gaps.
  Result<std::optional<Place>> find(std::int64_t time_ns, std::vector<Gap>& passed_by);
  /// Days that cannot be read, behind that one.
  void note_no_files(std::optional<std::int64_t> behind, std::int64_t until_s, std::vector<Gap>& gaps) const;
  /// Between it and the next one, or the end.
  [[nodiscard]] std::vector<Gap> damages_behind(const Place& place) const;
  Result<Replayed> read_or_before(Place place, std::int64_t until_ns);
  std::optional<Replayed> last_readable(Place place, std::int64_t until_ns);
  /// The first file or the last one, where it has snapshots of another day than its name is of.
  std::optional<std::size_t> misnamed();
  [[nodiscard]] Gap gap_of(std::size_t number, const Damage& damage) const;
};

}  // namespace skq::cli
