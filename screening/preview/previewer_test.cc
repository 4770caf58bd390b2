// What a preview tells of one change, and when it tells nothing.
#include "screening/preview/previewer.h"

#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "gmock/gmock.h"
#include "policy/testing.h"
#include "screening/preview/comparison.h"
#include "screening/preview/testing.h"
#include "storage/testing/builders.h"

namespace probity::screening::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kAward[] = "authority_country: 'GB' purpose: PURPOSE_AWARD no_other_parties: true ";

v1::Record Firm(const std::string& key, const std::string& name, const std::string& number) {
  return policy::Parse<v1::Record>(
      absl::StrCat("key: '", key, "' supplier { kind: PARTY_KIND_COMPANY names { text: '", name,
                   "' } identifiers { scheme: 'GB-COH' value: '", number, "' } }"));
}
std::string Numbered(const std::string& number) {
  return "subject { ref { identifier { scheme: 'GB-COH' value: '" + number + "' } } }";
}
v1::Record Ban(const std::string& key, const std::string& number) {
  return policy::Parse<v1::Record>(
      absl::StrCat("key: '", key,
                   "' risk_flag { subject { party { identifier { scheme: 'GB-COH' value: '", number,
                   "' } } } type: FLAG_TYPE_DEBARMENT stage: FLAG_STAGE_FINAL_ADMIN_DECISION "
                   "listing_intervals { from ",
                   policy::D("2026-01-01"), " } }"));
}

class PreviewerTest : public ::testing::Test {
 protected:
  // Two firms, one of them barred by a register, members of two authorities.
  PreviewerTest() {
    world_.Change("reg", {Firm("good", "Tidewater Stationery Ltd", "04830352"),
                          Firm("bad", "Brackish Kilns Ltd", "01234567"), Ban("ban", "01234567")});
    for (const char* authority : {"", kAuthority}) {
      world_.PutPortfolio(authority, "p", kAward);
      world_.PutMember(authority, "p", "bad", Numbered("01234567"));
    }
    world_.PutMember(kAuthority, "p", "good", Numbered("04830352"));
    world_.PutMember(kAuthority, "p", "named", "subject { name: 'Umber Lantern Weavers' }");
  }

  static std::vector<std::string> Members(const PreviewResult& result) {
    std::vector<std::string> members;
    for (const Impact& impact : result.impacts) members.push_back(impact.shown.member());
    return members;
  }

  PreviewWorld world_;
};

TEST_F(PreviewerTest, ABanThatGoesIsLifted) {
  const PreviewResult result = world_.Preview(world_.MakeChanges("reg", {}, {"ban"}));
  EXPECT_EQ(result.base_revision, world_.Head());
  EXPECT_EQ(result.members_evaluated, 4U);
  EXPECT_EQ(result.lifted, 2U);
  ASSERT_THAT(Members(result),
              ElementsAre("portfolios/p/members/bad", "authorities/x/portfolios/p/members/bad"));
  const Impact& impact = result.impacts[1];
  EXPECT_EQ(impact.authority, kAuthority);
  EXPECT_EQ(impact.shown.display_name(), "Brackish Kilns Ltd");
  EXPECT_EQ(impact.shown.before().verdict(), v1::VERDICT_BLOCK);
  EXPECT_NE(impact.shown.after().verdict(), v1::VERDICT_BLOCK);
  EXPECT_EQ(impact.shown.after().revision(), 0U) << "no revision has it";
  EXPECT_THAT(impact.shown.records(), ElementsAre("datasets/reg/records/ban"));
  EXPECT_THAT(impact.vanishing_rules, ::testing::Contains("T-BAR"));
  EXPECT_EQ(result.counts.at(kAuthority).members_changing, 1U);
  const std::vector<v1::LiftedVerdict> lifted = LiftedOf(result);
  ASSERT_THAT(lifted, SizeIs(2));
  EXPECT_EQ(lifted[1].member(), "authorities/x/portfolios/p/members/bad");
  EXPECT_EQ(lifted[1].before(), v1::VERDICT_BLOCK);
  EXPECT_THAT(lifted[1].vanishing_rules(), ::testing::Contains("T-BAR"));
}

// A firm that has the number of another answers for its ban until they are parted.
TEST_F(PreviewerTest, ASeparationFromABarredFirmLifts) {
  v1::Record ban = Ban("ban2", "");
  ban.mutable_risk_flag()->mutable_subject()->mutable_party()->set_source_record("records/twin");
  world_.Change("reg", {Firm("twin", "Lantern Bindery Ltd", "04830352"), ban});
  world_.PutMember(kAuthority, "p", "recorded",
                   "subject { ref { source_record: 'datasets/reg/records/good' } }");
  const auto shown = [](const PreviewResult& result) {
    for (const Impact& impact : result.impacts) {
      if (absl::EndsWith(impact.shown.member(), "/recorded")) return impact.shown;
    }
    return v1::LoadImpact();
  };
  const v1::Record separation = storage::testing::Separation("s", {"datasets/reg/records/good"},
                                                             {"datasets/reg/records/twin"});
  const auto changes = world_.MakeChanges("reg2", {separation});
  const v1::LoadImpact parted = shown(world_.Preview(changes));
  EXPECT_EQ(parted.before().verdict(), v1::VERDICT_BLOCK);
  EXPECT_NE(parted.after().verdict(), v1::VERDICT_BLOCK);
  EXPECT_TRUE(parted.lifted());
  EXPECT_THAT(parted.records(), ElementsAre("datasets/reg2/records/s"));
  world_.Publish(changes);
  const v1::LoadImpact joined = shown(world_.Preview(world_.MakeChanges("reg2", {}, {"s"})));
  EXPECT_EQ(joined.after().verdict(), v1::VERDICT_BLOCK);
  EXPECT_FALSE(joined.lifted());
  EXPECT_THAT(joined.records(), ElementsAre("datasets/reg2/records/s"));
}

TEST_F(PreviewerTest, LiftedOnesFirstThenBlocks) {
  const storage::ChangeSet changes = world_.MakeChanges("reg", {Ban("ban2", "04830352")}, {"ban"});
  const PreviewResult all = world_.Preview(changes);
  EXPECT_THAT(Members(all),
              ElementsAre("portfolios/p/members/bad", "authorities/x/portfolios/p/members/bad",
                          "authorities/x/portfolios/p/members/good"));
  const PreviewResult lifted = world_.Preview(changes, PreviewScope::kLifted);
  EXPECT_THAT(Members(lifted),
              ElementsAre("portfolios/p/members/bad", "authorities/x/portfolios/p/members/bad"));
  EXPECT_EQ(lifted.lifted, all.lifted);
}

TEST_F(PreviewerTest, ANameAloneIsFound) {
  const PreviewResult result = world_.Preview(world_.MakeChanges(
      "list", {Firm("listed", "Umber Lantern Weavers", "07654321"), Ban("flag", "07654321")}));
  EXPECT_THAT(Members(result), ::testing::Contains("authorities/x/portfolios/p/members/named"));
}

TEST_F(PreviewerTest, AnOwnersDataTouchNobodyElse) {
  const PreviewResult result =
      world_.Preview(world_.MakeChanges("own", {Ban("ban", "04830352")}, {}, kAuthority));
  EXPECT_THAT(Members(result), ElementsAre("authorities/x/portfolios/p/members/good"));
  EXPECT_EQ(result.members_evaluated, 3U);
}

TEST_F(PreviewerTest, RestrictedRecordsAreNotNamed) {
  v1::Record restricted = Ban("ban", "01234567");
  restricted.set_visibility(v1::VISIBILITY_RESTRICTED);
  const PreviewResult result = world_.Preview(world_.MakeChanges("reg", {restricted}));
  ASSERT_EQ(result.lifted, 2U) << "a restricted fact changes no verdict";
  EXPECT_THAT(result.impacts[0].shown.records(), IsEmpty());
}

TEST_F(PreviewerTest, RecordedDecisionsAreDecidedAgain) {
  const std::string request = absl::StrCat("purchase { procedure: 'T-7' ", kAward, "} ");
  world_.Record("bad", request + Numbered("01234567"));
  world_.Record("good", request + Numbered("04830352"));
  const PreviewResult result = world_.Preview(world_.MakeChanges("reg", {}, {"ban"}));
  const PreviewCounts& counts = result.counts.at(kAuthority);
  EXPECT_EQ(counts.decisions_evaluated, 2U);
  ASSERT_EQ(counts.decisions_changing, 1U);
  EXPECT_EQ(result.lifted, 2U) << "of members alone";
  const auto at = std::find_if(result.impacts.begin(), result.impacts.end(), [](const Impact& one) {
    return one.shown.decision() == "authorities/x/decisions/bad";
  });
  ASSERT_NE(at, result.impacts.end());
  EXPECT_TRUE(at->shown.lifted());
  EXPECT_EQ(at->shown.procedure(), "T-7");
  EXPECT_EQ(at->shown.before().verdict(), v1::VERDICT_BLOCK);
}

TEST_F(PreviewerTest, OldDecisionsAreNotLookedAt) {
  world_.Record("bad", absl::StrCat("purchase { ", kAward, "} ", Numbered("01234567")));
  world_.PassDays(kRecentDays);
  const auto evaluated = [this] {
    return world_.Preview(world_.MakeChanges("reg", {}, {"ban"}))
        .counts[kAuthority]
        .decisions_evaluated;
  };
  EXPECT_EQ(evaluated(), 1U);
  world_.PassDays(1);
  EXPECT_EQ(evaluated(), 0U);
}

TEST_F(PreviewerTest, NothingIsWrittenAndTheWatchSeesNothing) {
  world_.OpenWatch();
  const uint64_t head = world_.Head();
  world_.Preview(world_.MakeChanges("reg", {}, {"ban"}));
  EXPECT_EQ(world_.Head(), head);
  EXPECT_THAT(world_.Events(), IsEmpty());
}

// A version of a list that was previewed may be published with other lines.
TEST_F(PreviewerTest, GoodsOfACandidateAreForgotten) {
  const auto goods = [](const std::string& origin) {
    return policy::Parse<v1::Record>(
        absl::StrCat("key: 'cotton' commodity_risk { publisher_name: 'Cotton' origin: '", origin,
                     "' harms: LABOUR_HARM_FORCED_LABOUR commodities { commodity { scheme: "
                     "COMMODITY_SCHEME_HS code: '5205' } } }"));
  };
  world_.Change("list", {goods("CN")});
  world_.PutMember(kAuthority, "p", "cotton",
                   absl::StrCat(Numbered("04830352"), " purchase { ", kAward,
                                "items { item_id: 'i' commodity { scheme: COMMODITY_SCHEME_HS "
                                "code: '5205' } origin: 'IN' } }"));
  const storage::ChangeSet india = world_.MakeChanges("list", {goods("IN")});
  EXPECT_THAT(Members(world_.Preview(india)),
              ElementsAre("authorities/x/portfolios/p/members/cotton"));
  world_.Change("list", {goods("UZ")});
  EXPECT_THAT(Members(world_.Preview(world_.MakeChanges("list", {goods("KZ")}))), IsEmpty());
}

TEST_F(PreviewerTest, WhoWasOvertakenComparesAgain) {
  const storage::ChangeSet changes = world_.MakeChanges("reg", {}, {"ban"});
  world_.Change("reg", {Firm("new", "Quarrelsome Heron Fisheries", "07654321")});
  const auto result = world_.TryPreview({changes, PreviewScope::kAll, "", nullptr, nullptr});
  EXPECT_EQ(ReasonOf(result.status()), v1::ERROR_REASON_LOAD_CONFLICT);
  unlink(changes.path.c_str());
}

TEST_F(PreviewerTest, EndsWhenItIsNoLongerWanted) {
  const storage::ChangeSet changes = world_.MakeChanges("reg", {}, {"ban"});
  const auto unwanted = [] { return absl::CancelledError("the load was given up"); };
  const auto result = world_.TryPreview({changes, PreviewScope::kAll, "", unwanted, nullptr});
  EXPECT_TRUE(absl::IsCancelled(result.status())) << result.status();
}

TEST_F(PreviewerTest, TellsHowFarItHasCome) {
  std::vector<double> shares;
  const storage::ChangeSet changes = world_.MakeChanges("reg", {}, {"ban"});
  ASSERT_TRUE(world_
                  .TryPreview({changes, PreviewScope::kAll, "", nullptr,
                               [&](double share) { shares.push_back(share); }})
                  .ok());
  EXPECT_TRUE(std::is_sorted(shares.begin(), shares.end()));
  ASSERT_THAT(shares, ::testing::Not(IsEmpty()));
  EXPECT_EQ(shares.back(), 1);
}

TEST(IsLiftedTest, EachPair) {
  constexpr v1::Verdict kClear = v1::VERDICT_CLEAR, kReview = v1::VERDICT_REVIEW,
                        kBlock = v1::VERDICT_BLOCK;
  struct Row {
    v1::Verdict before, after;
    bool lifted;
  };
  for (const Row& row : std::vector<Row>{{kBlock, kBlock, false},
                                         {kBlock, kReview, true},
                                         {kBlock, kClear, true},
                                         {kReview, kBlock, false},
                                         {kReview, kReview, false},
                                         {kReview, kClear, true},
                                         {kClear, kBlock, false},
                                         {kClear, kReview, false},
                                         {kClear, kClear, false}}) {
    EXPECT_EQ(IsLifted(row.before, row.after), row.lifted) << row.before << " " << row.after;
  }
}

}  // namespace
}  // namespace probity::screening::testing
