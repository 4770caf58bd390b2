#include "services/dataset/decision_use.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "probity/v1/decision.pb.h"

namespace probity::dataset {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::set<std::string> NamesOf(const v1::EvidenceBundle& bundle) {
  const std::string bytes = bundle.SerializeAsString();
  const std::set<absl::string_view> names = NamesIn(bytes);
  std::set<std::string> copies;
  for (const absl::string_view name : names) copies.emplace(name);
  return copies;
}

TEST(NamesInTest, FindsWholeNamesWhereverTheyStand) {
  v1::EvidenceBundle bundle;
  v1::SubjectEvidence* subject = bundle.add_subjects();
  subject->mutable_resolution()->add_suppliers("suppliers/1a");
  subject->add_candidates()->set_source_record("datasets/d/records/k1");
  subject->add_candidates()->set_source_record("datasets/d/records/k12");
  subject->add_facts()->mutable_flag()->mutable_provenance()->set_source_record(
      "datasets/d/records/k1");
  EXPECT_THAT(NamesOf(bundle),
              ElementsAre("datasets/d/records/k1", "datasets/d/records/k12", "suppliers/1a"));
}

// A length of one byte and of two; names of 512 bytes are the longest.
TEST(NamesInTest, NamesOfEveryLength) {
  for (size_t length = 12; length < 600; ++length) {
    v1::EvidenceBundle bundle;
    std::string name = "datasets/d/";
    name.resize(length, 'k');
    bundle.add_subjects()->add_candidates()->set_source_record(name);
    EXPECT_THAT(NamesOf(bundle), ElementsAre(name)) << length;
  }
}

TEST(NamesInTest, ATextThatMentionsANameIsNone) {
  v1::EvidenceBundle bundle;
  bundle.mutable_purchase()->set_procedure("see datasets/d/records/k");
  EXPECT_THAT(NamesOf(bundle), IsEmpty());
  EXPECT_THAT(NamesIn("datasets/d"), IsEmpty());
  EXPECT_THAT(NamesIn(""), IsEmpty());
  EXPECT_THAT(NamesIn("\x7F"
                      "datasets/d"),
              IsEmpty())
      << "longer than what there is";
}

}  // namespace
}  // namespace probity::dataset
