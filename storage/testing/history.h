// Random loads into a few datasets: shared and owned, retracted and delisted.
#ifndef PROBITY_STORAGE_TESTING_HISTORY_H_
#define PROBITY_STORAGE_TESTING_HISTORY_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "storage/testing/builders.h"

namespace probity::storage::testing {

struct RandomDataset {
  std::string id;
  probity::v1::AbsenceMode absence;
  std::string owner;
};
// "own" belongs to authorities/x, the others are shared.
const std::vector<RandomDataset>& RandomDatasets();
// Creates them through Publish.
void CreateRandomDatasets(Store* store);

// The same seed and store give the same loads.
class RandomHistory {
 public:
  static constexpr int kKeys = 8;  // k0, k1, ... in each dataset

  explicit RandomHistory(uint32_t seed) : random_(seed) {}
  virtual ~RandomHistory() = default;

  // One that `store` accepts next.
  TestLoad NextLoad(const Store& store);

 protected:
  int Pick(size_t n) { return static_cast<int>(random_() % n); }
  // By default parties that share few names and identifiers, and some flags.
  virtual probity::v1::Record NextRecord(const std::string& key);

 private:
  std::mt19937 random_;
  int steps_ = 0;
};

}  // namespace probity::storage::testing

#endif  // PROBITY_STORAGE_TESTING_HISTORY_H_
