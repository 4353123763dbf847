#include "cli/recordings.h"

#include <algorithm>
#include <cstring>
#include <ctime>
#include <limits>
#include <utility>

#include "cli/recordings_state.h"
#include "kernel/day_file.h"
#include "store/civil_time.h"

namespace skq::cli {
namespace {

constexpr std::int64_t second = 1'000'000'000, day_seconds = 86'400;
constexpr std::int64_t latest = std::numeric_limits<std::int64_t>::max();

class Memory final : public ByteSource {
 public:
  explicit Memory(std::shared_ptr<const std::vector<std::byte>> bytes) : bytes_(std::move(bytes)) {}
  [[nodiscard]] std::uint64_t size() const override { return bytes_->size(); }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> to) const override {
    if (offset >= bytes_->size()) return std::size_t{0};
    const std::size_t count = std::min(to.size(), bytes_->size() - static_cast<std::size_t>(offset));
    std::memcpy(to.data(), bytes_->data() + offset, count);
    return count;
  }

 private:
  std::shared_ptr<const std::vector<std::byte>> bytes_;
};

std::int64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return std::int64_t{now.tv_sec} * second + now.tv_nsec;
}

}  // namespace

bool is_same_host(const Circumstances& a, const Circumstances& b) {
  return a.host == b.host || (!a.boot_id.empty() && a.boot_id == b.boot_id);
}

std::string time_text(std::int64_t time_ns) {
  std::string text;
  store::append_iso_time(text, time_ns);
  return text;
}

Error Recordings::State::error(std::size_t number, const Error& error) const {
  return {files[number].path + ": " + error.doing, error.code};
}

Gap Recordings::State::gap_of(std::size_t number, const Damage& damage) const {
  return {GapKind::recording, files[number].path + ": " + std::to_string(damage.length) + " bytes at offset " +
                                  std::to_string(damage.offset) + " are no snapshot: " + damage.why};
}

Result<std::unique_ptr<ByteSource>> Recordings::State::open_file(std::size_t number) {
  if (bytes) return std::unique_ptr<ByteSource>(std::make_unique<Memory>(bytes));
  auto file = kernel::DayFile::open_to_read(files[number].path);
  if (!file) return file.error();
  return std::unique_ptr<ByteSource>(std::make_unique<kernel::DayFile>(std::move(*file)));
}

// One is open at a time: its heads and the reader's rows are what a replay holds.
Result<Recordings::State::Day*> Recordings::State::day(std::size_t number) {
  if (open && open->number == number) return open.get();
  auto file = open_file(number);
  if (!file) return file.error();
  auto contents = read_contents(**file);
  if (!contents) return error(number, contents.error());
  open = std::make_unique<Day>(Day{number, std::move(*file), std::move(*contents), {}});
  open->reader.emplace(*open->file, open->contents);
  return open.get();
}

Recordings::Recordings(std::unique_ptr<State> state) : state_(std::move(state)) {}
Recordings::Recordings(Recordings&&) noexcept = default;
Recordings& Recordings::operator=(Recordings&&) noexcept = default;
Recordings::~Recordings() = default;

Recordings Recordings::again() const {
  auto state = std::make_unique<State>();
  state->name = state_->name;
  state->files = state_->files;
  state->no_files = state_->no_files;
  state->bytes = state_->bytes;
  return Recordings(std::move(state));
}

const std::string& Recordings::name() const { return state_->name; }

void Recordings::State::note_no_files(std::optional<std::int64_t> behind, std::int64_t until_s,
                                      std::vector<Gap>& gaps) const {
  for (const File& file : no_files) {
    const bool later = !behind || !file.day || *file.day > *behind;
    if (later && file.day.value_or(0) <= until_s)
      gaps.push_back({GapKind::recording, file.path + std::string(no_regular_file)});
  }
}

Result<std::optional<Place>> Recordings::State::find(std::int64_t time_ns, std::vector<Gap>& passed_by) {
  for (std::size_t number = files.size(); number-- > 0;) {
    const auto begin = files[number].day;
    if (begin && *begin > time_ns / second) continue;
    const auto opened = day(number);
    if (!opened) return opened.error();
    if (const auto index = find_at((*opened)->contents, time_ns)) {
      note_no_files(begin, time_ns / second, passed_by);
      return std::optional(Place{number, *index});
    }
    // All of its snapshots are later. What lies before them may have been the one.
    const auto& all = (*opened)->contents.snapshots;
    for (const Damage& damage : (*opened)->contents.damages)
      if (all.empty() || damage.offset < all.front().offset) passed_by.push_back(gap_of(number, damage));
  }
  note_no_files(std::nullopt, time_ns / second, passed_by);
  return std::optional<Place>();
}

Result<std::optional<Place>> Recordings::last() { return at(latest); }

Result<std::optional<Place>> Recordings::at(std::int64_t time_ns) {
  std::vector<Gap> passed_by;
  return state_->find(time_ns, passed_by);
}

Result<std::optional<Place>> Recordings::first(std::int64_t time_ns) {
  for (std::size_t number = 0; number < state_->files.size(); ++number) {
    const auto begin = state_->files[number].day;
    if (begin && *begin + day_seconds <= time_ns / second) continue;
    const auto day = state_->day(number);
    if (!day) return day.error();
    const auto& all = (*day)->contents.snapshots;
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const SnapshotPlace& s) { return s.head.at.time_ns >= time_ns; });
    if (found != all.end()) return std::optional(Place{number, static_cast<std::size_t>(found - all.begin())});
  }
  return std::optional<Place>();
}

Result<std::optional<Place>> Recordings::after(Place place, bool of_same_host) {
  Circumstances at;
  if (of_same_host) {
    const auto known = head(place);
    if (!known) return known.error();
    at = known->at;
  }
  for (++place.index; place.day < state_->files.size(); ++place.day, place.index = 0) {
    const auto day = state_->day(place.day);
    if (!day) return day.error();
    const auto& all = (*day)->contents.snapshots;
    for (; place.index < all.size(); ++place.index)
      if (!of_same_host || is_same_host(all[place.index].head.at, at)) return std::optional(place);
  }
  return std::optional<Place>();
}

Result<SnapshotHead> Recordings::head(Place place) {
  const auto day = state_->day(place.day);
  if (!day) return day.error();
  return (*day)->contents.snapshots.at(place.index).head;
}

Result<std::unique_ptr<RecordedSnapshot>> Recordings::read(Place place) {
  const auto day = state_->day(place.day);
  if (!day) return day.error();
  auto snapshot = (*day)->reader->read(place.index);
  if (!snapshot) return state_->error(place.day, snapshot.error());
  return snapshot;
}

Result<Replayed> Recordings::read_last() { return read_at(latest); }

Result<Replayed> Recordings::read_at(std::int64_t time_ns) {
  std::vector<Gap> passed_by;
  const auto place = state_->find(time_ns, passed_by);
  if (!place) return place.error();
  if (!*place) {
    const std::string when = time_ns == latest ? " in it" : " at or before " + time_text(time_ns);
    const std::string why = passed_by.empty() ? "" : "; " + passed_by.front().detail;
    return Error{state_->name + ": there is no snapshot" + when + why + span_text(), 0};
  }
  auto replayed = state_->read_or_before(**place, time_ns);
  if (!replayed && time_ns != latest)
    return Error{state_->name + ": there is no snapshot at or before " + time_text(time_ns) + " that can be read; " +
                     replayed.error().text() + span_text(),
                 0};
  if (replayed) replayed->gaps.insert(replayed->gaps.end(), passed_by.begin(), passed_by.end());
  return replayed;
}

std::string Recordings::span_text() {
  const auto all = span();
  if (!all) return {};
  std::string text =
      "; the first one is of " + time_text(all->first_ns) + ", the last one of " + time_text(all->last_ns);
  if (const auto number = state_->misnamed())
    text += "; " + state_->files[*number].path + " is not of the day of its name";
  return text;
}

// In a folder a day is looked for by the name of its file. Not more of them are opened than those of first and last.
std::optional<std::size_t> Recordings::State::misnamed() {
  if (files.empty()) return std::nullopt;
  for (const std::size_t number : {std::size_t{0}, files.size() - 1}) {
    const auto name = files[number].day;
    const auto opened = name ? day(number) : Result<Day*>(nullptr);
    if (!opened || *opened == nullptr) continue;
    for (const SnapshotPlace& place : (*opened)->contents.snapshots)
      if (day_of_file_name(day_file_name(place.head.at.time_ns)) != name) return number;
  }
  return std::nullopt;
}

std::optional<store::TimeSpan> Recordings::span() {
  const auto begin = first(std::numeric_limits<std::int64_t>::min());
  if (!begin || !*begin) return std::nullopt;
  const auto from = head(**begin);
  const auto end = last();
  if (!from || !end || !*end) return std::nullopt;
  const auto to = head(**end);
  return to ? std::optional(store::TimeSpan{from->at.time_ns, to->at.time_ns}) : std::nullopt;
}

Result<std::int64_t> Recordings::day_ns() {
  std::optional<std::int64_t> last;  // which a clock that was ahead may have put into the future
  const std::int64_t now = now_ns();
  for (std::size_t number = state_->files.size(); number-- > 0;) {
    std::optional<std::int64_t> begin = state_->files[number].day;
    if (!begin) {
      const auto day = state_->day(number);
      if (!day) return day.error();
      const auto& contents = (*day)->contents;
      if (contents.snapshots.empty()) continue;
      const std::size_t index = find_at(contents, now).value_or(contents.snapshots.size() - 1);
      begin = day_of_file_name(day_file_name(contents.snapshots[index].head.at.time_ns)).value_or(0);
    }
    if (!last) last = *begin * second;
    if (*begin <= now / second) return *begin * second;
  }
  if (last) return *last;
  return Error{state_->name + ": there is no snapshot in it", 0};
}

std::vector<Gap> Recordings::State::damages_behind(const Place& place) const {
  const auto& all = open->contents.snapshots;
  const std::uint64_t from = all[place.index].offset;
  const std::uint64_t to =
      place.index + 1 < all.size() ? all[place.index + 1].offset : std::numeric_limits<std::uint64_t>::max();
  std::vector<Gap> gaps;
  // That of the place's own frame is behind the last snapshot that it gave.
  for (const Damage& damage : open->contents.damages)
    if (damage.offset >= from && damage.offset < to) gaps.push_back(gap_of(place.day, damage));
  return gaps;
}

// A damaged frame takes with it the deltas behind it, but what is before it is sound: one walk from the full snapshot
// finds the last one that can be read.
std::optional<Replayed> Recordings::State::last_readable(Place place, std::int64_t until_ns) {
  std::optional<Replayed> found;
  const auto& all = open->contents.snapshots;
  std::size_t index = place.index;
  while (index > 0 && !all[index].head.full) --index;
  for (; index <= place.index; ++index) {
    auto snapshot = open->reader->read(index);
    if (!snapshot) break;
    if (all[index].head.at.time_ns <= until_ns) found = Replayed{std::move(*snapshot), {place.day, index}};
  }
  return found;
}

Result<Replayed> Recordings::State::read_or_before(Place place, std::int64_t until_ns) {
  const auto opened = day(place.day);
  if (!opened) return opened.error();
  const auto& all = open->contents.snapshots;
  auto snapshot = open->reader->read(place.index);
  if (snapshot) return Replayed{std::move(*snapshot), place, damages_behind(place)};
  const Error why = error(place.day, snapshot.error());
  const Gap gap{GapKind::recording, "the snapshot of " + time_text(all[place.index].head.at.time_ns) +
                                        " cannot be read, this is one before it: " + why.text()};
  for (Place until = place;; --until.index) {
    auto found = last_readable(until, until_ns);
    if (found) {
      found->gaps.push_back(gap);
      return std::move(*found);
    }
    while (until.index > 0 && !all[until.index].head.full) --until.index;
    if (until.index == 0) break;
  }
  // Nothing of that day can be read: the days before it may.
  for (std::size_t number = place.day; number-- > 0;) {
    const auto before = day(number);
    if (!before) return why;
    const auto index = find_at((*before)->contents, until_ns);
    if (!index) continue;
    auto found = read_or_before({number, *index}, until_ns);
    if (!found) return why;
    found->gaps.push_back(gap);
    return found;
  }
  return why;
}

std::variant<store::Moment, UsageError> read_moment(const std::string& spelling, std::string_view text) {
  auto parsed = store::parse_moment(text);
  if (const auto* mistake = std::get_if<store::MomentMistake>(&parsed))
    return wrong_value({spelling, text}, mistake->why, mistake->at, mistake->length, {});
  return std::get<store::Moment>(parsed);
}

Result<store::TimeSpan> resolve(const store::Moment& moment, Recordings& recordings) {
  if (moment.kind != store::Moment::Kind::of_day) return moment.at(now_ns(), 0);
  const auto day = recordings.day_ns();
  if (!day) return day.error();
  return moment.at(0, *day);
}

}  // namespace skq::cli
