#include "storage/memory/in_memory_evidence_log.h"

#include "base/errors.h"
#include "storage/testing/evidence_conformance.h"

namespace probity::storage::testing {
namespace {

class MemoryFactory : public EvidenceLogFactory {
 public:
  std::unique_ptr<EvidenceLog> New(const evidence::SigningKey& key,
                                   std::function<int64_t()> clock) override {
    return std::make_unique<InMemoryEvidenceLog>(key, kTestLogId, std::move(clock));
  }
};

std::unique_ptr<EvidenceLogFactory> MakeMemoryFactory() {
  return std::make_unique<MemoryFactory>();
}

INSTANTIATE_TEST_SUITE_P(Memory, EvidenceConformanceTest, ::testing::Values(&MakeMemoryFactory));

TEST(InMemoryEvidenceLogTest, FailsWhenToldTo) {
  InMemoryEvidenceLog log(evidence::TestKey(0), kTestLogId, [] { return int64_t{1}; });
  ASSERT_TRUE(AppendAndWait(&log, EntryNumber(0)).ok());
  log.FailWith(EvidenceLogUnavailable("memory", "told to"));
  EXPECT_EQ(ReasonOf(AppendAndWait(&log, EntryNumber(1)).status()),
            probity::v1::ERROR_REASON_EVIDENCE_LOG_UNAVAILABLE);
  EXPECT_TRUE(AppendAndWait(&log, EntryNumber(0)).ok()) << "recorded before";
  EXPECT_EQ(log.stats().not_recorded, 1u);
  log.FailWith(std::nullopt);
  EXPECT_EQ(AppendAndWait(&log, EntryNumber(1))->leaf_index, 1u);
}

}  // namespace
}  // namespace probity::storage::testing
