// The contract of storage/store.h as tests, for any implementation:
//
//   INSTANTIATE_TEST_SUITE_P(Memory, StoreConformanceTest,
//                            ::testing::Values(&MakeMemoryFactory));
//
// Link probity::storage_testing whole: the tests stand in conformance.cc, differences.cc,
// random_history.cc, record_versions.cc, rollbacks.cc, separations.cc and stewardship.cc.
#ifndef PROBITY_STORAGE_TESTING_CONFORMANCE_H_
#define PROBITY_STORAGE_TESTING_CONFORMANCE_H_

#include <memory>

#include "gtest/gtest.h"
#include "storage/store.h"

namespace probity::storage::testing {

// Makes stores of one kind, each with the lineage kTestLineage.
inline constexpr char kTestLineage[] = "0123456789abcdef";
class StoreFactory {
 public:
  virtual ~StoreFactory() = default;
  // A new, empty store. Those before are closed: it may take their place.
  virtual std::unique_ptr<Store> New() = 0;
  // The same store after a restart; a store that cannot restart comes back as
  // it is.
  virtual std::unique_ptr<Store> Reopen(std::unique_ptr<Store> store) { return store; }
};

class StoreConformanceTest : public ::testing::TestWithParam<std::unique_ptr<StoreFactory> (*)()> {
 protected:
  void SetUp() override {
    factory_ = GetParam()();
    StartAnew();
  }
  // An empty store in the place of the one before.
  void StartAnew() {
    store_.reset();
    store_ = factory_->New();
  }
  void Reopen() { store_ = factory_->Reopen(std::move(store_)); }

  std::unique_ptr<StoreFactory> factory_;
  std::unique_ptr<Store> store_;
};

}  // namespace probity::storage::testing

#endif  // PROBITY_STORAGE_TESTING_CONFORMANCE_H_
