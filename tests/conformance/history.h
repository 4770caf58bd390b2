// Random histories of a few datasets, as steps that can be taken through the
// public API and on the reference model alike.
#ifndef PROBITY_TESTS_CONFORMANCE_HISTORY_H_
#define PROBITY_TESTS_CONFORMANCE_HISTORY_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "storage/testing/builders.h"

namespace probity::conformance {

inline constexpr int kKeys = 6;  // k0, k1, ... in every dataset

struct HistoryDataset {
  std::string id;
  v1::AbsenceMode absence = v1::ABSENCE_MODE_RETRACTED;
  std::string owner;
};
// Two registers, a list that keeps editions, and one of authorities/a's own.
const std::vector<HistoryDataset>& Datasets();

enum class StepKind {
  kLoad,       // CreateLoad, UploadChunk, CommitLoad
  kPut,        // PutRecord: `load` has one record
  kRemove,     // RemoveRecord: `load` has one removed key
  kAbort,      // files are sent, then the load is given up: changes nothing
  kBrokenLoad  // more refused rows than allowed: changes nothing
};

struct Step {
  StepKind kind = StepKind::kLoad;
  // Records as a publisher writes them, identifiers not normalised.
  storage::testing::TestLoad load;
};

class History {
 public:
  explicit History(uint32_t seed) : random_(seed) {}

  // `store` holds the history so far: only what is there is removed.
  Step Next(const storage::Store& store);
  int Pick(int n) { return static_cast<int>(random_() % static_cast<uint32_t>(n)); }

 private:
  v1::Record NextRecord(const HistoryDataset& dataset, const std::string& key);
  std::string NextText(bool may_separate);

  std::mt19937 random_;
  int steps_ = 0;
};

}  // namespace probity::conformance

#endif  // PROBITY_TESTS_CONFORMANCE_HISTORY_H_
