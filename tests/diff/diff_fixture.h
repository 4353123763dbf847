// Two looks of skq itself, and the changes that it tells between them.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "../live/live_test.h"
#include "skq/store.h"

namespace live {

using Json = nlohmann::json;

/// An answer of skq diff -J.
class Told {
 public:
  explicit Told(Json answer) : answer_(std::move(answer)) {}
  [[nodiscard]] const Json& all() const { return answer_; }
  [[nodiscard]] const Json& about() const { return answer_.at("diff"); }
  /// The change of the socket with that cookie; null: none.
  [[nodiscard]] Json of(const std::string& cookie) const;
  [[nodiscard]] std::string kind_of(const std::string& cookie) const;
  [[nodiscard]] std::set<std::string> cookies(const std::string& kind) const;
  [[nodiscard]] std::string gaps() const;

 private:
  Json answer_;
};

class DiffTest : public LiveTest {
 protected:
  /// One snapshot of `skq record` in the test's folder. Gives a TIME that finds it, and none that is made later.
  std::string record(std::vector<std::string> arguments = {}) const;
  /// `skq diff ARGUMENTS` about those recordings.
  [[nodiscard]] Finished diff(std::vector<std::string> arguments) const;
  [[nodiscard]] Told told(std::vector<std::string> arguments = {}) const;
  /// What is recorded here, as if it had been recorded under other circumstances, into another folder.
  [[nodiscard]] std::string recorded_as(const std::string& name,
                                        const std::function<void(skq::SnapshotHead&)>& change) const;
};

/// Of the change's field; fails where it did not change.
std::int64_t delta_of(const Json& change, const std::string& field);

}  // namespace live
