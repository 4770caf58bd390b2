// The past of the data through the public API: revisions, differences, rollback, holds.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "services/server/history_testing.h"

namespace probity::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(HistoryTest, DiffersFieldByField) {
  CreateOpen("d");
  const uint64_t made = Newest();
  Put("d", Named("a", "A"));
  Put("d", Named("b", "B"));
  const uint64_t loaded = Newest();
  Put("d", Named("a", "Aa"));
  Remove("datasets/d/records/b");
  EXPECT_THAT(Diff("d", made, loaded),
              ElementsAre("ADDED datasets/d/records/a; supplier.names[0].text  -> A",
                          "ADDED datasets/d/records/b; supplier.names[0].text  -> B",
                          "2+ 0~ 0- 0 not sent"));
  EXPECT_THAT(Diff("d", loaded),
              ElementsAre("CHANGED datasets/d/records/a; supplier.names[0].text A -> Aa",
                          "REMOVED datasets/d/records/b; supplier.names[0].text B -> ",
                          "0+ 1~ 1- 0 not sent"));
  EXPECT_THAT(Diff("d", Newest()), ElementsAre("0+ 0~ 0- 0 not sent"));
}

TEST_F(HistoryTest, SaysWhyItCannotDiffer) {
  CreateOpen("d");
  EXPECT_EQ(DiffRefusal("datasets/none", 1, 0), "DATASET_NOT_FOUND");
  EXPECT_EQ(DiffRefusal("d", 1, 0), "INVALID_FIELD");
  EXPECT_EQ(DiffRefusal("datasets/d", 0, 0), "INVALID_FIELD");
  EXPECT_EQ(field_, "from_revision");
  EXPECT_EQ(DiffRefusal("datasets/d", 3, 2), "INVALID_FIELD");
  EXPECT_EQ(DiffRefusal("datasets/d", 1, 1000), "REVISION_NOT_YET_HERE");
}

// More than one message holds.
TEST_F(HistoryTest, ALargeDifferenceComesInOrder) {
  CreateOpen("d");
  const uint64_t made = Newest();
  std::string rows = "record_type,key,name\n";
  for (int i = 1000; i < 1700; ++i) absl::StrAppend(&rows, "supplier,", i, ",Firm ", i, "\n");
  ASSERT_EQ(Import("d", "probity-csv", rows).state(), v1::LOAD_STATE_COMMITTED);
  const std::vector<std::string> lines = Diff("d", made);
  ASSERT_EQ(lines.size(), 701u);
  for (int i = 0; i < 700; ++i) {
    EXPECT_THAT(lines[i], HasSubstr(absl::StrCat("records/", 1000 + i, ";")));
  }
  EXPECT_EQ(lines.back(), "700+ 0~ 0- 0 not sent");
}

TEST_F(HistoryTest, DifferencesObeyTheMarks) {
  CreateDataset("kept");  // may not be passed on
  CreateOpen("d");
  const uint64_t made = Newest();
  Put("kept", Named("a", "A"));
  EXPECT_THAT(Diff("kept", made),
              ElementsAre("ADDED datasets/kept/records/a", "1+ 0~ 0- 0 not sent"));
  Put("d", Named("a", "A"));
  Put("d", Flagged("f", ""));
  Put("d", Flagged("g", "visibility: VISIBILITY_RESTRICTED"));
  const uint64_t open = Newest();
  EXPECT_THAT(Diff("d", made).back(), "3+ 0~ 0- 1 not sent");
  Put("d", Flagged("f", "visibility: VISIBILITY_RESTRICTED"));
  EXPECT_THAT(Diff("d", made, open), ElementsAre(HasSubstr("records/a;"), "3+ 0~ 0- 2 not sent"))
      << "what it said before is not shown either";
}

TEST_F(HistoryTest, OthersDoNotSeeThePastOfAnOwnedDataset) {
  UseTokens();
  CreateOpen("own", v1::ABSENCE_MODE_RETRACTED, "authorities/a");
  Put("own", Named("a", "A"));
  const uint64_t newest = Newest();
  EXPECT_EQ(Diff("own", newest - 1).size(), 2u);
  token_ = kBob;
  EXPECT_EQ(DiffRefusal("datasets/own", newest - 1, newest), "DATASET_NOT_FOUND");
  EXPECT_EQ(ExportRefusal("datasets/own", v1::EXPORT_FORMAT_JSONL), "DATASET_NOT_FOUND");
  EXPECT_EQ(Refusal(&DataStub::RollbackDataset, RollbackTo("own", newest - 1)),
            "DATASET_NOT_FOUND");
  EXPECT_EQ(Refusal(&DataStub::ListAffectedDecisions, ByRecord("datasets/own/records/a")),
            "DATASET_NOT_FOUND");
  EXPECT_THAT(Affected(ByRevision(newest)), IsEmpty()) << "what it changed is not told";
}

TEST_F(HistoryTest, TakesADatasetBack) {
  CreateOpen("d");
  Put("d", Named("a", "A"));
  const uint64_t good = Newest();
  Put("d", Named("a", "Wrong"));
  Put("d", Named("b", "B"));
  const v1::Load load = AwaitLoad(Ask(&DataStub::RollbackDataset, RollbackTo("d", good)));
  ASSERT_EQ(load.state(), v1::LOAD_STATE_COMMITTED) << load.error().message();
  EXPECT_EQ(load.mode(), v1::LOAD_MODE_ROLLBACK);
  EXPECT_EQ(load.target_revision(), good);
  EXPECT_EQ(load.counts().changed(), 1u);
  EXPECT_EQ(load.counts().removed(), 1u);
  EXPECT_THAT(Diff("d", good), ElementsAre("0+ 0~ 0- 0 not sent"));
  v1::ListRevisionsRequest list;
  list.set_dataset("datasets/d");
  const auto revisions = Ask(&DataStub::ListRevisions, list);
  EXPECT_EQ(revisions.revisions(0).note(), "the file was wrong");
  EXPECT_EQ(revisions.revisions(0).load(), load.name());
  // And forward again.
  const v1::Load again =
      AwaitLoad(Ask(&DataStub::RollbackDataset, RollbackTo("d", load.revision().revision() - 1)));
  EXPECT_EQ(again.state(), v1::LOAD_STATE_COMMITTED) << again.error().message();
  EXPECT_THAT(Diff("d", good),
              ElementsAre(HasSubstr("CHANGED datasets/d/records/a"),
                          HasSubstr("ADDED datasets/d/records/b"), "1+ 1~ 0- 0 not sent"));
}

TEST_F(HistoryTest, ARollbackIsMadeOnce) {
  CreateOpen("d");
  Put("d", Named("a", "A"));
  const uint64_t good = Newest();
  Put("d", Named("a", "Wrong"));
  v1::RollbackDatasetRequest request = RollbackTo("d", good);
  request.set_request_id(kUuid);
  const v1::Load load = AwaitLoad(Ask(&DataStub::RollbackDataset, request));
  EXPECT_EQ(Ask(&DataStub::RollbackDataset, request).name(), load.name());
  EXPECT_EQ(Newest(), good + 2);
  request.set_note("another reason");
  EXPECT_EQ(Refusal(&DataStub::RollbackDataset, request), "REQUEST_ID_REUSED");
}

TEST_F(HistoryTest, SaysWhyItCannotGoBack) {
  CreateOpen("d");
  const uint64_t made = Newest();
  Put("d", Named("a", "A"));
  const auto field_of = [&](const v1::RollbackDatasetRequest& request) {
    const std::string reason = Refusal(&DataStub::RollbackDataset, request);
    return reason == "INVALID_FIELD" ? field_ : reason;
  };
  EXPECT_EQ(field_of(RollbackTo("none", 1)), "DATASET_NOT_FOUND");
  EXPECT_EQ(field_of(RollbackTo("d", 0)), "revision");
  EXPECT_EQ(field_of(RollbackTo("d", made - 1)), "revision") << "it was not there";
  EXPECT_EQ(field_of(RollbackTo("d", Newest())), "revision") << "it is as it was";
  EXPECT_EQ(field_of(RollbackTo("d", 1000)), "REVISION_NOT_YET_HERE");
  v1::RollbackDatasetRequest silent = RollbackTo("d", made);
  silent.set_note(" ");
  EXPECT_EQ(field_of(silent), "note");
}

TEST_F(HistoryTest, ListsRevisionsOfATime) {
  CreateOpen("d");
  Put("d", Named("a", "A"));
  v1::ListRevisionsRequest request;
  request.set_dataset("datasets/d");
  const auto all = Ask(&DataStub::ListRevisions, request);
  ASSERT_EQ(all.revisions_size(), 2);
  *request.mutable_published_from() = all.revisions(0).published_at();
  EXPECT_EQ(Ask(&DataStub::ListRevisions, request).revisions_size(), 1) << "at that very instant";
  request.clear_published_from();
  *request.mutable_published_to() = all.revisions(0).published_at();
  const auto before = Ask(&DataStub::ListRevisions, request);
  ASSERT_EQ(before.revisions_size(), 1) << "before that instant";
  EXPECT_EQ(before.revisions(0).SerializeAsString(), all.revisions(1).SerializeAsString());
  request.mutable_published_to()->set_seconds(1);
  EXPECT_EQ(Ask(&DataStub::ListRevisions, request).revisions_size(), 0) << "before all of them";
}

TEST_F(HistoryTest, HoldsAreSetAndReleasedOnce) {
  UseTokens();
  CreateOpen("own", v1::ABSENCE_MODE_RETRACTED, "authorities/a");
  v1::SetLegalHoldRequest set;
  set.mutable_hold()->set_dataset("datasets/own");
  EXPECT_EQ(Refusal(&DataStub::SetLegalHold, set), "INVALID_FIELD");
  EXPECT_EQ(field_, "hold.reason");
  set.mutable_hold()->set_reason("order 7/2026");
  set.set_request_id(kUuid);
  const v1::LegalHold hold = Ask(&DataStub::SetLegalHold, set);
  EXPECT_EQ(hold.set_by(), "ann");
  EXPECT_EQ(hold.from_revision(), 1u);
  EXPECT_EQ(Ask(&DataStub::SetLegalHold, set).name(), hold.name());
  set.mutable_hold()->set_reason("another");
  EXPECT_EQ(Refusal(&DataStub::SetLegalHold, set), "REQUEST_ID_REUSED");
  v1::ReleaseLegalHoldRequest release;
  release.set_name(hold.name());
  token_ = kBob;
  EXPECT_EQ(Ask(&DataStub::ListLegalHolds, v1::ListLegalHoldsRequest()).holds_size(), 0);
  EXPECT_EQ(Refusal(&DataStub::ReleaseLegalHold, release), "LEGAL_HOLD_NOT_FOUND");
  token_ = kAnn;
  EXPECT_EQ(Ask(&DataStub::ReleaseLegalHold, release).released_by(), "ann");
  const auto all = Ask(&DataStub::ListLegalHolds, v1::ListLegalHoldsRequest());
  ASSERT_EQ(all.holds_size(), 1);
  EXPECT_TRUE(all.holds(0).has_released_at());
  set.mutable_hold()->set_dataset("datasets/none");
  set.clear_request_id();
  EXPECT_EQ(Refusal(&DataStub::SetLegalHold, set), "DATASET_NOT_FOUND");
}

}  // namespace
}  // namespace probity::server
