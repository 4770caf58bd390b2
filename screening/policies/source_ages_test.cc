#include "screening/policies/source_ages.h"

#include <memory>

#include "base/testing.h"
#include "gtest/gtest.h"
#include "policy/policy_testing.h"
#include "storage/borrowed_view.h"
#include "storage/memory/in_memory_store.h"

namespace probity::screening {
namespace {

constexpr int64_t kDay = 86400;
const absl::Time kNow = absl::FromUnixSeconds(20000 * kDay + 3600);

// Shows a manifest that nobody published.
class ManifestView : public storage::BorrowedView {
 public:
  ManifestView(const storage::View& view, storage::v1::Manifest manifest)
      : BorrowedView(view), manifest_(std::move(manifest)) {}
  const storage::v1::Manifest& manifest() const override { return manifest_; }

 private:
  storage::v1::Manifest manifest_;
};

class SourceAgesTest : public ::testing::Test {
 protected:
  // Checked in a second of a day; none: never.
  void Add(const std::string& id, std::optional<int64_t> checked,
           v1::DatasetKind kind = v1::DATASET_KIND_UNSPECIFIED) {
    storage::v1::DatasetState* state = manifest_.add_datasets();
    state->mutable_dataset()->set_name("datasets/" + id);
    state->mutable_dataset()->set_kind(kind);
    if (checked) state->mutable_edition()->mutable_checked_at()->set_seconds(*checked);
  }
  std::map<std::string, SourceAge> Ages(const std::map<std::string, int32_t>& limits) {
    const auto head = store_.Head("");
    std::map<std::string, SourceAge> ages;
    for (SourceAge& age : AgesOf(ManifestView(*head, manifest_), limits, kNow)) {
      ages[age.dataset] = age;
    }
    return ages;
  }

  storage::InMemoryStore store_{TestIdentifiers(), "fedcba9876543210"};
  storage::v1::Manifest manifest_;
};

TEST_F(SourceAgesTest, TakeTheStrictestLimitOfAllPolicies) {
  const auto policy = [](const std::string& sources) {
    return std::make_shared<const policy::CompiledPolicy>(policy::MustCompile(
        policy::PolicyText(policy::RuleText("FACT", "in_force: true")) + sources));
  };
  const auto limits =
      AgeLimits({policy("required_sources { dataset: 'datasets/a' max_age_days: 30 }\n"
                        "required_sources { dataset: 'datasets/b' }\n"),
                 policy("required_sources { dataset: 'datasets/a' max_age_days: 7 }\n"
                        "required_sources { dataset: 'datasets/b' max_age_days: 90 }\n"
                        "required_sources { dataset: 'datasets/c' }\n")});
  EXPECT_EQ(limits, (std::map<std::string, int32_t>{
                        {"datasets/a", 7}, {"datasets/b", 90}, {"datasets/c", 0}}));
}

TEST_F(SourceAgesTest, AreStaleTheDayAfterTheLimit) {
  Add("old", 19992 * kDay);
  Add("last", 19993 * kDay);
  Add("any", 10 * kDay);
  const auto ages = Ages({{"datasets/old", 7}, {"datasets/last", 7}});
  ASSERT_EQ(ages.size(), 3u);
  EXPECT_TRUE(ages.at("datasets/old").stale);
  EXPECT_EQ(*ages.at("datasets/old").age, absl::Hours(8 * 24 + 1));
  EXPECT_FALSE(ages.at("datasets/last").stale);
  EXPECT_EQ(ages.at("datasets/last").max_age_days, 7);
  EXPECT_FALSE(ages.at("datasets/any").stale);
}

TEST_F(SourceAgesTest, WhatWasNeverCheckedHasNoAge) {
  Add("empty", std::nullopt);
  const auto ages = Ages({{"datasets/empty", 7}, {"datasets/absent", 0}});
  EXPECT_FALSE(ages.at("datasets/empty").age.has_value());
  EXPECT_TRUE(ages.at("datasets/empty").stale);
  EXPECT_TRUE(ages.at("datasets/empty").loaded);
  EXPECT_FALSE(ages.at("datasets/absent").loaded);
  EXPECT_TRUE(ages.at("datasets/absent").stale);
  EXPECT_FALSE(Ages({}).at("datasets/empty").stale);
}

TEST_F(SourceAgesTest, AClockSetBackMakesNothingYoungerThanNow) {
  Add("ahead", 20005 * kDay);
  const auto ages = Ages({{"datasets/ahead", 7}});
  EXPECT_EQ(*ages.at("datasets/ahead").age, absl::ZeroDuration());
  EXPECT_FALSE(ages.at("datasets/ahead").stale);
}

TEST_F(SourceAgesTest, AnAuthoritysOwnWordIsNoSource) {
  Add("own", 1, v1::DATASET_KIND_JUDGEMENTS);
  EXPECT_TRUE(Ages({}).empty());
}

}  // namespace
}  // namespace probity::screening
