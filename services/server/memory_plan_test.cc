#include "services/server/memory_plan.h"

#include "gmock/gmock.h"
#include "services/server/config.h"
#include "services/server/open_store.h"

namespace probity::server {
namespace {

using ::testing::HasSubstr;

constexpr uint64_t kMib = uint64_t{1} << 20;

uint64_t AllOf(const MemoryPlan& plan) {
  // A load has two buffers while one is written.
  return plan.block_cache + 2 * plan.load_buffer + plan.write_buffers + plan.evidence_cache +
         plan.transport;
}

TEST(MemoryPlanTest, LeavesAtLeastHalfToWhatDoesNotFollowTheLimit) {
  for (const uint64_t mib : {512, 768, 1024, 2048, 4096, 16384, 262144}) {
    EXPECT_LE(AllOf(PlanMemory({mib * kMib, "test"})), mib * kMib / 2) << mib;
  }
}

// docs/CAPACITY.md shows these.
TEST(MemoryPlanTest, IsTheTableOfTheHandbook) {
  struct Row {
    uint64_t limit, block_cache, load_buffer, write_buffers, evidence_cache, transport;
  };
  for (const Row& row : {Row{256, 16, 16, 16, 8, 32}, Row{512, 16, 32, 16, 8, 64},
                         Row{1024, 32, 64, 32, 16, 128}, Row{2048, 64, 96, 32, 32, 256},
                         Row{4096, 128, 96, 32, 32, 512}, Row{16384, 128, 96, 32, 32, 1024}}) {
    const MemoryPlan plan = PlanMemory({row.limit * kMib, "test"});
    EXPECT_EQ(plan.block_cache / kMib, row.block_cache) << row.limit;
    EXPECT_EQ(plan.load_buffer / kMib, row.load_buffer) << row.limit;
    EXPECT_EQ(plan.write_buffers / kMib, row.write_buffers) << row.limit;
    EXPECT_EQ(plan.evidence_cache / kMib, row.evidence_cache) << row.limit;
    EXPECT_EQ(plan.transport / kMib, row.transport) << row.limit;
  }
  EXPECT_EQ(PlanMemory({}).block_cache, PlanMemory({1024 * kMib, ""}).block_cache);
}

TEST(MemoryPlanTest, SettingsWinOverTheLimitAndTheLimitOverTheMachine) {
  config::v1::ServerConfig config;
  config.set_data_dir("x");
  config.set_memory_limit_mib(512);
  config.set_block_cache_mib(200);
  ASSERT_TRUE(CompleteConfig(&config).ok());
  EXPECT_EQ(config.block_cache_mib(), 200u);
  EXPECT_EQ(config.load_buffer_mib(), 32u);
  const storage::RocksdbOptions store = StoreOptions(config);
  EXPECT_EQ(store.block_cache, 200 * kMib);
  EXPECT_EQ(store.load_buffer, 32 * kMib);
  EXPECT_EQ(store.write_buffers, 16 * kMib);
  EXPECT_EQ(MemoryPlanOf(config).evidence_cache, 8 * kMib);
  const std::string said = Describe(MemoryPlanOf(config), config);
  EXPECT_THAT(said, HasSubstr("512 MiB by memory_limit_mib"));
  EXPECT_THAT(said, HasSubstr("block cache 200 MiB"));
  EXPECT_THAT(Describe(PlanMemory({}), config), HasSubstr("not found"));
}

}  // namespace
}  // namespace probity::server
