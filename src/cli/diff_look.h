// The looks that skq diff compares: recorded ones, and that of now.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/diff_operands.h"
#include "cli/recordings.h"
#include "cli/settings.h"
#include "kernel/host_names.h"
#include "skq/collect.h"
#include "skq/fields.h"
#include "skq/store.h"

namespace skq::cli {

/// One look with its two ends joined, as far as the tables of the command line go.
class DiffLook {
 public:
  /// `same` is another look at the same recordings: a stream can be read only once.
  static Result<std::unique_ptr<DiffLook>> recorded(const DiffOperand& operand, const Settings& settings,
                                                    std::span<const TableRequest> tables,
                                                    const DiffLook* same = nullptr);
  /// The one recorded next on the same host, if there is one.
  Result<std::unique_ptr<DiffLook>> next(std::span<const TableRequest> tables);
  /// Of every network namespace, or of that which skq is in.
  static Result<std::unique_ptr<DiffLook>> live(const Settings& settings, std::span<const TableRequest> tables,
                                                NeedSet needs, bool all_netns);

  DiffLook(const DiffLook&) = delete;
  DiffLook& operator=(const DiffLook&) = delete;
  ~DiffLook() = default;

  [[nodiscard]] const SnapshotHead& head() const { return head_; }
  [[nodiscard]] Sight sight() const { return {&head_, rows_, name_}; }
  /// As the user knows it: by its time, or as the live one.
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool is_live() const { return source_ != nullptr; }
  [[nodiscard]] bool is_same_as(const DiffLook& other) const;
  /// Whether it has rows of other namespaces than its own.
  [[nodiscard]] bool has_many_namespaces() const;
  /// What was damaged around it.
  [[nodiscard]] const std::vector<Gap>& gaps() const { return gaps_; }
  [[nodiscard]] NameService& names() { return *names_; }
  /// Takes out the rows of other network namespaces.
  void keep_netns(std::uint64_t netns);

 private:
  DiffLook() = default;
  void take(Replayed replayed, std::span<const TableRequest> tables);

  std::optional<Recordings> recordings_;
  Place place_;
  std::unique_ptr<RecordedSnapshot> snapshot_;
  std::unique_ptr<Source> source_;
  Snapshot storage_;
  SnapshotHead head_;
  std::string name_;
  std::vector<const Socket*> rows_;
  std::vector<Gap> gaps_;
  std::unique_ptr<kernel::HostNames> here_;
  std::unique_ptr<NameService> recorded_names_;
  NameService* names_ = nullptr;
};

}  // namespace skq::cli
