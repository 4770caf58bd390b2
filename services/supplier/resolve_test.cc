// Lookups over GLEIF's sample, loaded as ingest loads it: ended registrations
// lead to their successor or to nobody.
#include "screening/resolve.h"

#include "base/errors.h"
#include "gmock/gmock.h"
#include "ingest/testing.h"

namespace probity::supplier {
namespace {

using ingest::testing::Workshop;
using screening::Finding;
using screening::Resolve;

class ResolveGleifTest : public ::testing::Test {
 protected:
  void SetUp() override {
    PROBITY_NEEDS_SHARED(entities, "gleif-lei-sample/lei2-sample.csv");
    ASSERT_EQ(storage::testing::CreateDataset(&store_, "gleif", v1::ABSENCE_MODE_RETRACTED),
              absl::OkStatus());
    storage::LoadSpec spec;
    spec.dataset = "gleif";
    const ingest::LoadFiles files{ingest::FindFormat("gleif-csv").value(),
                                  {{entities, "lei2.csv", v1::FILE_ROLE_DATA}},
                                  workshop_.directory(),
                                  workshop_.directory() + "/rejected"};
    ingest::LoadProgress progress;
    const auto changes =
        ingest::BuildChangeSet(workshop_.tables(), *store_.Head(""), spec, files, &progress);
    ASSERT_EQ(changes.status(), absl::OkStatus());
    ASSERT_EQ(store_.Publish(*changes, {}).status(), absl::OkStatus());
  }

  absl::StatusOr<Finding> Find(const std::string& value, const std::string& scheme = "XI-LEI") {
    v1::Identifier asked;
    asked.set_scheme(scheme);
    asked.set_value(value);
    return Resolve(*store_.Head(""), workshop_.identifiers(), asked, "identifiers[0]");
  }

  Workshop workshop_;
  storage::InMemoryStore store_{workshop_.identifiers(), "fedcba9876543210"};
};

TEST_F(ResolveGleifTest, ADuplicateLeadsToItsSuccessor) {
  const auto finding = Find("0292001436A4KDG0E577");
  ASSERT_EQ(finding.status(), absl::OkStatus());
  EXPECT_EQ(finding->outcome, v1::LOOKUP_OUTCOME_REDIRECTED);
  ASSERT_EQ(finding->redirects.size(), 1u);
  EXPECT_EQ(finding->redirects[0].to().value(), "0292001026A4KCG0E581");
  EXPECT_EQ(finding->redirects[0].reason(), v1::REGISTRATION_STATUS_DUPLICATE);
  ASSERT_EQ(finding->suppliers.size(), 1u);
  v1::Supplier supplier;
  ASSERT_TRUE(supplier.ParseFromString(finding->suppliers[0].bytes));
  EXPECT_EQ(supplier.registrations(0).status(), v1::REGISTRATION_STATUS_ISSUED);
}

// An LEI and what asking for it must say.
struct Question {
  const char* lei;
  v1::LookupOutcome outcome;
};

TEST_F(ResolveGleifTest, EachStatusIsReadAsGleifMeansIt) {
  const Question questions[] = {
      {"001GPB6A9XPE8XJICC14", v1::LOOKUP_OUTCOME_FOUND},           // ISSUED
      {"004L5FPTUREIWK9T2N63", v1::LOOKUP_OUTCOME_FOUND},           // LAPSED
      {"00TR8NKAEL48RGTZEW89", v1::LOOKUP_OUTCOME_FOUND},           // RETIRED
      {"0292002003B5D1F3B500", v1::LOOKUP_OUTCOME_NOT_RESOLVABLE},  // ANNULLED
      {"05SSS4SLZOFBX4WLVU11", v1::LOOKUP_OUTCOME_NOT_RESOLVABLE},  // MERGED, into a name alone
      {"029200098C3K8BI2D551", v1::LOOKUP_OUTCOME_NOT_RESOLVABLE},  // successor not loaded
      {"529900T8BM49AURSDO55", v1::LOOKUP_OUTCOME_NOT_FOUND}};
  for (const Question& question : questions) {
    const auto finding = Find(question.lei);
    ASSERT_EQ(finding.status(), absl::OkStatus()) << question.lei;
    EXPECT_EQ(finding->outcome, question.outcome) << question.lei;
  }
}

TEST_F(ResolveGleifTest, AWrongCheckDigitIsAnErrorUnlessARecordHasExactlyThatValue) {
  const auto stored = Find("0292001629A3Q7XJ0D13");
  ASSERT_EQ(stored.status(), absl::OkStatus());
  EXPECT_EQ(stored->outcome, v1::LOOKUP_OUTCOME_NOT_RESOLVABLE);
  EXPECT_EQ(ReasonOf(Find("0292001629A3Q7XJ0D14").status()),
            v1::ERROR_REASON_IDENTIFIER_CHECK_FAILED);
}

TEST_F(ResolveGleifTest, ARegisterNumberFindsTheRegistrationInForce) {
  // RC3040 stands in the records of a duplicate LEI and of its successor.
  const auto finding = Find("RC3040", "NG-CAC");
  ASSERT_EQ(finding.status(), absl::OkStatus());
  EXPECT_EQ(finding->outcome, v1::LOOKUP_OUTCOME_FOUND);
  EXPECT_EQ(finding->suppliers.size(), 1u);
  EXPECT_EQ(Find("S000005113", "XI-RA000665")->outcome, v1::LOOKUP_OUTCOME_FOUND);
}

}  // namespace
}  // namespace probity::supplier
