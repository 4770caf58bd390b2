#include "storage/memory/in_memory_store.h"

#include "base/testing.h"
#include "storage/testing/conformance.h"

namespace probity::storage::testing {
namespace {

class MemoryFactory : public StoreFactory {
 public:
  std::unique_ptr<Store> New() override {
    return std::make_unique<InMemoryStore>(TestIdentifiers(), kTestLineage);
  }
};

std::unique_ptr<StoreFactory> MakeMemoryFactory() { return std::make_unique<MemoryFactory>(); }

INSTANTIATE_TEST_SUITE_P(Memory, StoreConformanceTest, ::testing::Values(&MakeMemoryFactory));

}  // namespace
}  // namespace probity::storage::testing
