#include "services/dataset/decision_use.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/memory/in_memory_evidence_log.h"
#include "storage/testing/evidence_conformance.h"

namespace probity::dataset {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DecisionUseTest : public ::testing::Test {
 protected:
  void Record(int number, std::vector<std::string> names, const std::string& authority = kOwn) {
    storage::EvidenceEntry entry = storage::testing::EntryNumber(number, authority);
    entry.records = std::move(names);
    EXPECT_TRUE(storage::testing::AppendAndWait(log_.get(), std::move(entry)).ok());
  }

  // "NUMBER: NAME NAME" a decision, in the order in which they are visited.
  std::vector<std::string> Using(const std::set<std::string>& names) {
    std::vector<std::string> found;
    const auto visit = [&](const storage::StoredDecision& decision,
                           const std::set<std::string>& held) {
      found.push_back(absl::StrCat(decision.summary.leaf_index(), ": ", absl::StrJoin(held, " ")));
      return absl::OkStatus();
    };
    EXPECT_TRUE(ForEachDecisionUsing(*log_, kOwn, names, visit).ok());
    return found;
  }

  static constexpr char kOwn[] = "authorities/a";
  std::unique_ptr<storage::EvidenceLog> log_ = std::make_unique<storage::InMemoryEvidenceLog>(
      evidence::TestKey(0), storage::testing::kTestLogId, [] { return int64_t{1}; });
};

TEST_F(DecisionUseTest, EachDecisionOnceNewestFirstWithWhatItHolds) {
  Record(0, {"datasets/d/records/k", "suppliers/1"});
  Record(1, {"datasets/d/records/other"});
  Record(2, {"suppliers/1"});
  Record(3, {"datasets/d/records/k", "suppliers/1"}, "authorities/b");
  EXPECT_THAT(Using({"suppliers/1", "datasets/d/records/k"}),
              ElementsAre("2: suppliers/1", "0: datasets/d/records/k suppliers/1"));
  EXPECT_THAT(Using({"suppliers/2"}), IsEmpty());
  EXPECT_THAT(Using({}), IsEmpty());
}

TEST_F(DecisionUseTest, EndsWithTheErrorOfTheVisit) {
  Record(0, {"suppliers/1"});
  Record(1, {"suppliers/1"});
  int visited = 0;
  const auto visit = [&](const auto&, const auto&) {
    ++visited;
    return absl::CancelledError("enough");
  };
  EXPECT_TRUE(absl::IsCancelled(ForEachDecisionUsing(*log_, kOwn, {"suppliers/1"}, visit)));
  EXPECT_EQ(visited, 1);
}

}  // namespace
}  // namespace probity::dataset
