// What --from names, found and told apart.
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "cli/recordings_state.h"
#include "kernel/day_file.h"
#include "kernel/input_file.h"
#include "kernel/recording.h"

namespace skq::cli {
namespace {

constexpr std::string_view suffix = ".jsonl.zst";
// A stream has to be held in memory; a day of 100 000 sockets is a fifth of this.
constexpr std::size_t largest_stream = std::size_t{1} << 30;

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string below(const std::string& folder, std::string_view name) {
  return folder + (folder.ends_with('/') ? "" : "/") + std::string(name);
}

enum class PathKind : std::uint8_t { none, folder, file, stream };

PathKind kind_of(const std::string& path) {
  struct stat status {};
  if (path == "-") return PathKind::stream;
  if (::stat(path.c_str(), &status) != 0) return PathKind::none;
  if (S_ISDIR(status.st_mode)) return PathKind::folder;
  return S_ISREG(status.st_mode) ? PathKind::file : PathKind::stream;
}

/// "20261121" is a day of the usual folder, "DIR/20261121" one of that folder.
std::optional<std::string> path_of_day(const std::string& spec) {
  const std::string_view name = base_name(spec);
  if (!store::day_of_digits(name)) return std::nullopt;
  const std::string file = std::string(name) + std::string(suffix);
  if (name.size() == spec.size()) return below(std::string(usual_recordings), file);
  return spec.substr(0, spec.size() - name.size()) + file;
}

/// A frame of zstd, or one of its comments.
bool begins_a_frame(std::span<const std::byte> bytes) {
  constexpr std::array<unsigned, 4> frame{0x28, 0xb5, 0x2f, 0xfd}, comment{0x50, 0x2a, 0x4d, 0x18};
  if (bytes.size() < frame.size()) return false;
  bool is_frame = true, is_comment = true;
  for (std::size_t at = 0; at < frame.size(); ++at) {
    const auto byte = std::to_integer<unsigned>(bytes[at]);
    is_frame = is_frame && byte == frame[at];
    is_comment = is_comment && (at == 0 ? byte & 0xf0U : byte) == comment[at];
  }
  return is_frame || is_comment;
}

/// Whatever day its name is of: whoever names one file means what is in it, also of a copy.
std::unique_ptr<Recordings::State> one_file(const std::string& path) {
  auto state = std::make_unique<Recordings::State>();
  state->name = path;
  state->files.push_back({path, std::nullopt});
  return state;
}

Result<std::unique_ptr<Recordings::State>> folder(const std::string& path) {
  const auto days = kernel::list_day_files(path, day_of_file_name, kernel::Links::followed);
  if (!days) return days.error();
  auto state = std::make_unique<Recordings::State>();
  state->name = path;
  for (const kernel::DayFileEntry& day : *days)
    (day.regular ? state->files : state->no_files).push_back({below(path, day.name), day.day});
  if (!state->files.empty()) return state;
  std::string why = path + ": there is no recording in it, no YYYYMMDD" + std::string(suffix);
  constexpr std::size_t named = 3;
  for (std::size_t at = 0; at < std::min(state->no_files.size(), named); ++at)
    why += "; " + state->no_files[at].path + std::string(no_regular_file);
  if (state->no_files.size() > named) why += "; nor are " + std::to_string(state->no_files.size() - named) + " more";
  return Error{std::move(why), 0};
}

/// Empty: its bytes are none of snapshots. A file of a day's name is one, however damaged.
Result<std::unique_ptr<Recordings::State>> regular_file(const std::string& path) {
  const auto file = kernel::DayFile::open_to_read(path);
  if (!file) return file.error();
  std::array<std::byte, 4> begin{};
  const auto got = file->read(0, begin);
  if (!got) return got.error();
  if (!begins_a_frame(std::span(begin).first(*got)) && !day_of_file_name(base_name(path)))
    return std::unique_ptr<Recordings::State>();
  return one_file(path);
}

}  // namespace

static Result<Recorded> open_stream(const std::string& path) {
  auto file = kernel::InputFile::open(path);
  if (!file) return file.error();
  if (const Status status = file->read_up_to(4); !status) return status.error();
  if (!begins_a_frame(file->bytes())) {
    auto source = kernel::open_recording(std::move(*file));
    if (!source) return source.error();
    return Recorded(std::move(*source));
  }
  if (const Status status = file->read_all(largest_stream); !status) return status.error();
  auto state = one_file(file->name());
  state->bytes = std::make_shared<const std::vector<std::byte>>(std::move(file->bytes()));
  return Recorded(Recordings(std::move(state)));
}

Result<Recorded> open_recorded(const std::string& spec) {
  const std::optional<std::string> day = path_of_day(spec);
  // A day is a day; a file of eight digits is ./20261121.
  const bool is_day = day && (base_name(spec) == spec || kind_of(spec) == PathKind::none);
  const std::string path = is_day ? *day : spec;
  const PathKind kind = is_day ? PathKind::file : kind_of(path);
  if (kind == PathKind::stream) return open_stream(path);
  auto state = kind == PathKind::folder ? folder(path) : regular_file(path);
  if (!state && is_day && base_name(spec) == spec && kind_of("./" + path.substr(path.rfind('/') + 1)) == PathKind::file)
    return Error{state.error().doing + " (the one of this folder is ./" + spec + ")", state.error().code};
  if (!state) return state.error();
  if (*state) return Recorded(Recordings(std::move(*state)));
  auto source = kernel::open_recording(path);
  if (!source) return source.error();
  return Recorded(std::move(*source));
}

Result<Recordings> Recordings::open(const std::string& spec) {
  auto recorded = open_recorded(spec);
  if (!recorded) return recorded.error();
  if (auto* recordings = std::get_if<Recordings>(&*recorded)) return std::move(*recordings);
  return Error{spec + ": it holds dumps of -D, and no snapshots", 0};
}

}  // namespace skq::cli
