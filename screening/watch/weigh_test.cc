// A member decided for the watch: as a screening does, but as if all lists were fresh.
#include "screening/watch/weigh.h"

#include <string>

#include "gmock/gmock.h"
#include "policy/testing.h"
#include "screening/watch/sources.h"
#include "screening/watch/testing.h"

namespace probity::screening::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kAsked[] =
    "subject { ref { identifier { scheme: 'GB-COH' value: '01234567' } } } purchase { "
    "authority_country: 'GB' purpose: PURPOSE_AWARD no_other_parties: true }";

class WeighTest : public ::testing::Test {
 protected:
  WeighTest() {
    world_.Put("reg",
               "key: 'k' supplier { kind: PARTY_KIND_COMPANY names { text: 'Brackish Kilns Ltd' } "
               "identifiers { scheme: 'GB-COH' value: '01234567' } }");
    world_.Put("list", "key: 'f' risk_flag { type: FLAG_TYPE_DEBARMENT }");
  }
  SourceStanding Standing(v1::Purpose purpose = v1::PURPOSE_AWARD) {
    const PolicyPtr policy = world_.policies().Stable(kAuthority).value();
    return StandingOf(*world_.View(), policy->needs(), purpose, world_.today());
  }

  WatchWorld world_;
};

TEST_F(WeighTest, OnlyTheAgeOfListsMakesItDifferFromAScreening) {
  for (int day = 0; day < 9; ++day, world_.PassDays(1)) {
    SCOPED_TRACE(day);
    const v1::DecisionCore core = world_.Screen(kAsked);
    const v1::WatchedVerdict verdict = world_.WeighNow(kAsked).verdict;
    EXPECT_EQ(verdict.verdict(), v1::VERDICT_CLEAR);
    EXPECT_EQ(verdict.evidence(), v1::EVIDENCE_STATE_COMPLETE);
    EXPECT_FALSE(verdict.has_valid_until()) << "no age of a list ends it";
    const bool stale = core.evidence() == v1::EVIDENCE_STATE_STALE;
    EXPECT_EQ(stale, !Standing().stale.empty());
    EXPECT_EQ(core.verdict(), stale ? v1::VERDICT_REVIEW : v1::VERDICT_CLEAR);
    EXPECT_EQ(stale, day > 5) << "5 days are fresh enough";
    if (!stale) {
      EXPECT_EQ(Standing().changes_on, world_.today() - day + 6);
    }
  }
}

TEST_F(WeighTest, AListThatIsNotLoadedIsStaleToo) {
  v1::RequiredSource source;
  source.set_dataset("datasets/nowhere");
  source.add_purposes(v1::PURPOSE_AWARD);
  policy::Needs needs;
  needs.required_sources = {source};
  EXPECT_THAT(StandingOf(*world_.View(), needs, v1::PURPOSE_AWARD, world_.today()).stale,
              ElementsAre("datasets/nowhere"));
  EXPECT_THAT(StandingOf(*world_.View(), needs, v1::PURPOSE_ORDER, world_.today()).stale,
              IsEmpty());
}

TEST_F(WeighTest, DatesAndRevisionsAloneAreNoDifference) {
  v1::WatchedVerdict one = world_.WeighNow(kAsked).verdict, other = one;
  other.set_revision(99);
  *other.mutable_as_of() = DateOf(1);
  *other.mutable_valid_until() = DateOf(2);
  other.set_policy("policies/other/versions/1");
  EXPECT_TRUE(AreWorthTheSame(one, other));
  for (const char* change :
       {"verdict: VERDICT_BLOCK", "identity: IDENTITY_STATE_AMBIGUOUS",
        "evidence: EVIDENCE_STATE_INCOMPLETE", "risk: RISK_STATE_BINDING_GROUND",
        "reasons: REVIEW_REASON_ALLEGATION", "rule_ids: 'X'", "error { reason: 'X' }"}) {
    other = one;
    other.MergeFrom(policy::Parse<v1::WatchedVerdict>(change));
    EXPECT_FALSE(AreWorthTheSame(one, other)) << change;
  }
}

TEST_F(WeighTest, ItIsDueOnTheFirstDayOnWhichADateMeansSomethingElse) {
  EXPECT_FALSE(world_.WeighNow(kAsked).due.has_value());
  world_.Put("list",
             "key: 'f' risk_flag { subject { party { identifier { scheme: 'GB-COH' value: "
             "'01234567' } } } type: FLAG_TYPE_DEBARMENT decided_on " +
                 policy::D("2026-06-20") + " }");
  const auto due = world_.WeighNow(kAsked).due;
  ASSERT_TRUE(due.has_value());
  EXPECT_EQ(FormatDate(DateOf(*due)), "2026-06-16") << "the edition is of yesterday then";
  EXPECT_EQ(world_.WeighNow(kAsked).verdict.policy(), "policies/test/versions/1");
}

}  // namespace
}  // namespace probity::screening::testing
