// Recorded decisions that rest on what was corrected, and who is told of it.
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "services/server/history_testing.h"
#include "services/server/portfolio_testing.h"

namespace probity::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The firm was barred by mistake: the decision about it is found, and what it would be now.
TEST_F(HistoryTest, FindsDecisionsThatCitedWhatWasCorrected) {
  const v1::ScreenSupplierResponse barred = Screen(Numbered("01234567"));
  Screen(Numbered("04830352"));
  const uint64_t before = Newest();
  EXPECT_THAT(Affected(ByRecord("datasets/list/records/bar")), IsEmpty()) << "nothing changed yet";
  Remove("datasets/list/records/bar");
  const auto affected = Affected(ByRecord("datasets/list/records/bar"));
  ASSERT_EQ(affected.size(), 1u);
  EXPECT_EQ(affected[0].decision(), barred.decision().name());
  EXPECT_EQ(affected[0].procedure(), "ocid-1");
  EXPECT_EQ(affected[0].recorded_verdict(), v1::VERDICT_BLOCK);
  EXPECT_EQ(affected[0].corrected_verdict(), v1::VERDICT_CLEAR);
  EXPECT_THAT(affected[0].records(), ElementsAre("datasets/list/records/bar"));
  EXPECT_EQ(affected[0].display_name(), "Brackish Kilns Ltd");
  EXPECT_FALSE(affected[0].has_error());
  const auto by_revision = Affected(ByRevision(before + 1));
  ASSERT_EQ(by_revision.size(), 1u);
  EXPECT_EQ(by_revision[0].SerializeAsString(), affected[0].SerializeAsString());
  // One that was made since saw it as it is.
  Screen(Numbered("01234567"));
  EXPECT_EQ(Affected(ByRecord("datasets/list/records/bar")).size(), 1u);
}

TEST_F(HistoryTest, ARecordOfTheSupplierItselfIsCitedToo) {
  const v1::ScreenSupplierResponse decided = Screen(Numbered("04830352"));
  Put("reg", Firm("good", "Tidewater Paper Ltd", "04830352"));
  const auto affected = Affected(ByRevision(Newest()));
  ASSERT_EQ(affected.size(), 1u);
  EXPECT_EQ(affected[0].decision(), decided.decision().name());
  EXPECT_EQ(affected[0].recorded_verdict(), affected[0].corrected_verdict());
}

// Two firms had one number, and one of them a ban: who decided about them then is found.
TEST_F(HistoryTest, ASeparationAffectsThoseThatSawOneSupplier) {
  Put("reg", Firm("twin", "Lantern Bindery Ltd", "04830352"));
  const v1::ScreenSupplierResponse decided = Screen(Numbered("04830352"));
  Screen(Numbered("01234567"));
  CreateDataset("separations");
  Put("separations",
      "key: 's' separation { records: 'datasets/reg/records/good' apart_from: "
      "'datasets/reg/records/twin' apart_from: 'datasets/reg/records/none' reason: 'two firms' }");
  v1::ListAffectedDecisionsRequest one_a_page = ByRevision(Newest());
  one_a_page.set_page_size(1);
  for (const auto& cause :
       {ByRevision(Newest()), ByRecord("datasets/separations/records/s"), one_a_page}) {
    const auto affected = Affected(cause);
    ASSERT_EQ(affected.size(), 1u);
    EXPECT_EQ(affected[0].decision(), decided.decision().name());
    EXPECT_THAT(affected[0].records(),
                ElementsAre("datasets/reg/records/good", "datasets/reg/records/twin"));
  }
  // Who saw two is affected when they are one again.
  Screen("subject { ref { source_record: 'datasets/reg/records/good' } }");
  EXPECT_EQ(Affected(ByRecord("datasets/separations/records/s")).size(), 1u);
  Remove("datasets/separations/records/s");
  EXPECT_EQ(Affected(ByRevision(Newest())).size(), 1u);
}

// What was rolled back is corrected; a decision from before the mistake saw the truth.
TEST_F(HistoryTest, ARollbackAffectsThoseThatSawTheMistake) {
  Screen(Numbered("01234567"));
  const uint64_t good = Newest();
  Remove("datasets/list/records/bar");
  const v1::ScreenSupplierResponse mistaken = Screen(Numbered("01234567"));
  const v1::Load load = AwaitLoad(Ask(&DataStub::RollbackDataset, RollbackTo("list", good)));
  ASSERT_EQ(load.state(), v1::LOAD_STATE_COMMITTED) << load.error().message();
  // It did not cite the record that was missing; the one before cites what is true again.
  EXPECT_THAT(Affected(ByRevision(load.revision().revision())), IsEmpty());
  EXPECT_EQ(mistaken.decision().core().verdict(), v1::VERDICT_CLEAR);
  EXPECT_EQ(Screen(Numbered("01234567")).decision().core().verdict(), v1::VERDICT_BLOCK);
}

// Each edition says something else of the firm and of the flag about it.
std::string Edition(const std::string& word) {
  return absl::StrCat(R"({"key":"firm","supplier":{"names":[{"text":"Kilns )", word,
                      R"("}],"identifiers":[{"scheme":"GB-COH","value":"01234567"}]}})", "\n",
                      R"({"key":"flag","riskFlag":{"subject":{"party":{"sourceRecord":)",
                      R"("records/firm"}},"type":"FLAG_TYPE_MEDIA","summary":")", word, R"("}})",
                      "\n");
}

TEST_F(HistoryTest, ListsEachAffectedDecisionOnceInPages) {
  CreateOpen("two");
  ASSERT_EQ(Import("two", "probity-jsonl", Edition("one")).state(), v1::LOAD_STATE_COMMITTED);
  for (int i = 0; i < 5; ++i) Screen(Numbered("01234567"));
  ASSERT_EQ(Import("two", "probity-jsonl", Edition("two")).state(), v1::LOAD_STATE_COMMITTED);
  v1::ListAffectedDecisionsRequest request = ByRevision(Newest());
  request.set_page_size(2);
  int pages = 0;
  const auto affected = Affected(request, &pages);
  EXPECT_EQ(pages, 3);
  std::set<std::string> names;
  for (const v1::AffectedDecision& one : affected) {
    names.insert(one.decision());
    EXPECT_THAT(one.records(),
                ElementsAre("datasets/two/records/firm", "datasets/two/records/flag"));
  }
  EXPECT_EQ(affected.size(), 5u);
  EXPECT_EQ(names.size(), 5u);
  request.set_page_size(101);
  EXPECT_EQ(Refusal(&DataStub::ListAffectedDecisions, request), "LIMIT_EXCEEDED");
  request.set_page_size(2);
  request.set_page_token("x");
  EXPECT_EQ(Refusal(&DataStub::ListAffectedDecisions, request), "INVALID_PAGE_TOKEN");
  EXPECT_EQ(Refusal(&DataStub::ListAffectedDecisions, ByRevision(1)), "INVALID_FIELD");
  EXPECT_EQ(Refusal(&DataStub::ListAffectedDecisions, v1::ListAffectedDecisionsRequest()),
            "INVALID_FIELD");
}

TEST_F(HistoryTest, AffectedDecisionsAreThoseOfTheCaller) {
  UseTokens();
  Ask(&Policies::ActivatePolicy,
      Parse<v1::ActivatePolicyRequest>("name: 'policies/test' label: POLICY_LABEL_STABLE"));
  Screen(Numbered("01234567"));
  Remove("datasets/list/records/bar");
  const uint64_t corrected = Newest();
  EXPECT_EQ(Affected(ByRevision(corrected)).size(), 1u);
  token_ = kBob;
  EXPECT_THAT(Affected(ByRevision(corrected)), IsEmpty());
  EXPECT_THAT(Affected(ByRecord("datasets/list/records/bar")), IsEmpty());
}

using CitedTest = PortfolioTest;

// One event when a record that was cited changes, told once, also after a restart.
TEST_F(CitedTest, TheWatchTellsWhenWhatDecisionsCiteIsCorrected) {
  PutPortfolio();
  std::string cursor;
  Put("list", "key: 'another' supplier { names { text: 'Somebody Else Ltd' } }");
  EXPECT_THAT(Changes(&cursor), IsEmpty());
  Screen(Numbered("01234567"));
  Put("list", "key: 'another' supplier { names { text: 'Somebody Else Limited' } }");
  EXPECT_THAT(Changes(&cursor), IsEmpty()) << "no decision cites it";
  v1::RemoveRecordRequest remove;
  remove.set_name("datasets/list/records/bar");
  const uint64_t corrected = Ask(&DataStub::RemoveRecord, remove).stamp().revision().revision();
  const auto changes = Changes(&cursor);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].kind(), v1::CHANGE_KIND_DECISIONS_CITED);
  EXPECT_EQ(changes[0].cause(), v1::CHANGE_CAUSE_DATA);
  EXPECT_EQ(changes[0].changed_dataset(), "datasets/list");
  EXPECT_EQ(changes[0].revision(), corrected);
  EXPECT_EQ(changes[0].portfolio(), "");
  Restart();
  EXPECT_THAT(Changes(&cursor), IsEmpty());
  std::string of_one;
  EXPECT_THAT(Changes(&of_one, "portfolios/textiles"), IsEmpty()) << "it is of no portfolio";
  token_ = kBob;
  std::string bobs;
  EXPECT_THAT(Changes(&bobs), IsEmpty());
}

}  // namespace
}  // namespace probity::server
