#include "screening/decision/bundle_differences.h"

#include <gmock/gmock.h>

#include "base/text_proto.h"

namespace probity::screening {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kBundle[] = R"(
subjects {
  path: "subject"
  facts { id: "f1" flag { name: "datasets/l/records/a" flag { stage: FLAG_STAGE_ALLEGATION } } }
  facts { id: "f2" flag { name: "datasets/l/records/b" } }
  not_consulted: "links"
}
sources { dataset: "datasets/l" age_days: 3 }
)";

v1::EvidenceBundle Bundle(const std::string& text) {
  v1::EvidenceBundle bundle;
  EXPECT_EQ(ReadTextProto(text, &bundle), "");
  return bundle;
}

TEST(BundleDifferencesTest, EqualBundlesHaveNone) {
  EXPECT_THAT(BundleDifferences(Bundle(kBundle), Bundle(kBundle), 100), IsEmpty());
}

TEST(BundleDifferencesTest, NamesEachFieldWithBothValues) {
  v1::EvidenceBundle after = Bundle(kBundle);
  after.mutable_subjects(0)->mutable_facts(0)->mutable_flag()->mutable_flag()->set_stage(
      v1::FLAG_STAGE_FINAL_ADMIN_DECISION);
  after.mutable_sources(0)->set_age_days(4);
  after.mutable_subjects(0)->add_not_consulted("flags");
  after.mutable_subjects(0)->set_country("GB");
  EXPECT_THAT(BundleDifferences(Bundle(kBundle), after, 100),
              ElementsAre("subjects[0].country: not there before (\"GB\")",
                          "subjects[0].facts[0].flag.flag.stage: FLAG_STAGE_ALLEGATION before, "
                          "FLAG_STAGE_FINAL_ADMIN_DECISION after",
                          "subjects[0].not_consulted[1]: not there before (\"flags\")",
                          "sources[0].age_days: 3 before, 4 after"));
  EXPECT_THAT(BundleDifferences(Bundle(kBundle), after, 2), SizeIs(2));
}

// A fact that is gone makes no difference of those behind it, but for their ids.
TEST(BundleDifferencesTest, FactsAreComparedWithThoseOfTheSameName) {
  v1::EvidenceBundle after = Bundle(kBundle);
  after.mutable_subjects(0)->mutable_facts()->DeleteSubrange(0, 1);
  after.mutable_subjects(0)->mutable_facts(0)->set_id("f1");
  EXPECT_THAT(BundleDifferences(Bundle(kBundle), after, 100),
              ElementsAre("subjects[0].facts[0].id: \"f2\" before, \"f1\" after",
                          "subjects[0].facts[0]: not there after"));
}

}  // namespace
}  // namespace probity::screening
