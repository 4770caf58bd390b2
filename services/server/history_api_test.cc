// The past of the data through the public API: differences, rollback, recall, export,
// holds.
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "services/server/portfolio_testing.h"

namespace probity::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using DataStub = v1::DatasetService::Stub;

constexpr char kUuid[] = "0d9c8a52-1111-4222-8333-444455556666";

class HistoryTest : public ScreeningTest {
 protected:
  // A dataset that may be passed on.
  void CreateOpen(const std::string& id, v1::AbsenceMode absence = v1::ABSENCE_MODE_RETRACTED,
                  const std::string& owner = "") {
    v1::CreateDatasetRequest request;
    request.mutable_dataset()->set_name("datasets/" + id);
    request.mutable_dataset()->set_absence(absence);
    request.mutable_dataset()->set_owner(owner);
    request.mutable_dataset()->set_redistributable(true);
    Ask(&DataStub::CreateDataset, request);
  }

  // Calls a method that streams, to its end.
  template <typename Response, typename Request>
  grpc::Status Stream(std::unique_ptr<grpc::ClientReader<Response>> (DataStub::*method)(
                          grpc::ClientContext*, const Request&),
                      const Request& request, std::vector<Response>* messages) {
    grpc::ClientContext context;
    if (!token_.empty()) context.AddMetadata("authorization", "Bearer " + token_);
    DataStub stub(channel_);
    const auto reader = (stub.*method)(&context, request);
    messages->clear();
    Response message;
    while (reader->Read(&message)) messages->push_back(message);
    grpc::Status status = reader->Finish();
    ReadDetails(status.error_details());
    return status;
  }

  // "changed datasets/d/records/k: path before -> after; …", and the summary at the end.
  std::vector<std::string> Diff(const std::string& dataset, uint64_t from, uint64_t to = 0) {
    v1::DiffRevisionsRequest request;
    request.set_dataset("datasets/" + dataset);
    request.set_from_revision(from);
    request.set_to_revision(to);
    std::vector<v1::DiffRevisionsResponse> messages;
    const grpc::Status status = Stream(&DataStub::DiffRevisions, request, &messages);
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::vector<std::string> lines;
    for (const v1::DiffRevisionsResponse& message : messages) {
      for (const v1::RecordChange& change : message.changes()) lines.push_back(Line(change));
    }
    if (messages.empty()) return lines;
    const v1::DiffSummary& summary = messages.back().summary();
    lines.push_back(absl::StrCat(summary.added(), "+ ", summary.changed(), "~ ", summary.removed(),
                                 "- ", summary.not_sent(), " not sent"));
    return lines;
  }
  static std::string Line(const v1::RecordChange& change) {
    std::string line =
        absl::StrCat(v1::RecordChangeKind_Name(change.kind()).substr(sizeof("RECORD_CHANGE_KIND")),
                     " ", change.record());
    for (const v1::FieldDifference& field : change.fields()) {
      absl::StrAppend(&line, "; ", field.path(), " ", field.before(), " -> ", field.after());
    }
    return line;
  }
  std::string DiffRefusal(const std::string& dataset, uint64_t from, uint64_t to) {
    v1::DiffRevisionsRequest request;
    request.set_dataset(dataset);
    request.set_from_revision(from);
    request.set_to_revision(to);
    std::vector<v1::DiffRevisionsResponse> messages;
    EXPECT_FALSE(Stream(&DataStub::DiffRevisions, request, &messages).ok());
    return reason_;
  }

  struct Exported {
    std::string bytes;
    v1::ExportSummary summary;
  };
  Exported Export(const std::string& dataset, v1::ExportFormat format,
                  const v1::Consistency& consistency = {}) {
    v1::ExportDatasetRequest request;
    request.set_dataset("datasets/" + dataset);
    request.set_format(format);
    *request.mutable_consistency() = consistency;
    std::vector<v1::ExportDatasetResponse> messages;
    const grpc::Status status = Stream(&DataStub::ExportDataset, request, &messages);
    EXPECT_TRUE(status.ok()) << status.error_message();
    Exported exported;
    for (const v1::ExportDatasetResponse& message : messages) {
      EXPECT_LE(message.data().size(), size_t{256} << 10);
      exported.bytes += message.data();
    }
    if (!messages.empty()) exported.summary = messages.back().summary();
    return exported;
  }
  std::string ExportRefusal(const std::string& dataset, v1::ExportFormat format) {
    v1::ExportDatasetRequest request;
    request.set_dataset(dataset);
    request.set_format(format);
    std::vector<v1::ExportDatasetResponse> messages;
    EXPECT_FALSE(Stream(&DataStub::ExportDataset, request, &messages).ok());
    return reason_;
  }

  static v1::RollbackDatasetRequest RollbackTo(const std::string& dataset, uint64_t revision) {
    v1::RollbackDatasetRequest request;
    request.set_dataset("datasets/" + dataset);
    request.set_revision(revision);
    request.set_note("the file was wrong");
    return request;
  }
  // Waits until the load has ended or waits for somebody.
  v1::Load Await(v1::Load load) {
    v1::GetLoadRequest get;
    get.set_name(load.name());
    while (load.state() == v1::LOAD_STATE_COMMITTING || load.state() == v1::LOAD_STATE_PREVIEWING ||
           load.state() == v1::LOAD_STATE_VALIDATING) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      load = Ask(&DataStub::GetLoad, get);
    }
    return load;
  }

  std::vector<v1::AffectedDecision> Affected(const v1::ListAffectedDecisionsRequest& first,
                                             int* pages = nullptr) {
    v1::ListAffectedDecisionsRequest request = first;
    std::vector<v1::AffectedDecision> all;
    do {
      const auto page = Ask(&DataStub::ListAffectedDecisions, request);
      all.insert(all.end(), page.decisions().begin(), page.decisions().end());
      request.set_page_token(page.next_page_token());
      if (pages != nullptr) ++*pages;
    } while (!request.page_token().empty());
    return all;
  }
  static v1::ListAffectedDecisionsRequest ByRecord(const std::string& record) {
    v1::ListAffectedDecisionsRequest request;
    request.set_record(record);
    return request;
  }
  static v1::ListAffectedDecisionsRequest ByRevision(uint64_t revision) {
    v1::ListAffectedDecisionsRequest request;
    request.set_revision(revision);
    return request;
  }

  uint64_t Newest() {
    return Ask(&DataStub::ListRevisions, v1::ListRevisionsRequest())
        .revisions(0)
        .token()
        .revision();
  }
  void Remove(const std::string& record) {
    v1::RemoveRecordRequest request;
    request.set_name(record);
    Ask(&DataStub::RemoveRecord, request);
  }
  static std::string Named(const std::string& key, const std::string& name) {
    return "key: '" + key + "' supplier { names { text: '" + name + "' } }";
  }
  static std::string Flagged(const std::string& key, const std::string& more) {
    return "key: '" + key +
           "' risk_flag { subject { party { source_record: 'records/a' } } type: " +
           "FLAG_TYPE_MEDIA } " + more;
  }
};

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
  const v1::Load load = Await(Ask(&DataStub::RollbackDataset, RollbackTo("d", good)));
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
      Await(Ask(&DataStub::RollbackDataset, RollbackTo("d", load.revision().revision() - 1)));
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
  const v1::Load load = Await(Ask(&DataStub::RollbackDataset, request));
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
  const v1::Load load = Await(Ask(&DataStub::RollbackDataset, RollbackTo("list", good)));
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

TEST_F(HistoryTest, AnExportCanBeLoadedAgain) {
  CreateOpen("from");
  CreateOpen("to");
  const uint64_t empty = Newest();
  Put("from", Firm("a", "=A, \"quoted\"", "04830352"));
  Put("from", Flagged("f", ""));
  Put("from", Flagged("g", "visibility: VISIBILITY_RESTRICTED"));
  Put("from", Flagged("h", "retain_until { year: 2020 month: 1 day: 1 }"));
  const Exported exported = Export("from", v1::EXPORT_FORMAT_JSONL);
  EXPECT_EQ(exported.summary.records(), 2u);
  EXPECT_EQ(exported.summary.left_out(), 2u);
  EXPECT_EQ(exported.summary.not_expressible(), 0u);
  EXPECT_EQ(exported.summary.sha256(), ToHex(Sha256(exported.bytes)));
  EXPECT_EQ(exported.summary.stamp().revision().revision(), Newest());
  ASSERT_EQ(Import("to", "probity-jsonl", exported.bytes).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Export("to", v1::EXPORT_FORMAT_JSONL).bytes, exported.bytes);
  const Exported csv = Export("from", v1::EXPORT_FORMAT_CSV);
  ASSERT_EQ(Import("to", "probity-csv", csv.bytes).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Export("to", v1::EXPORT_FORMAT_CSV).bytes, csv.bytes);
  EXPECT_THAT(Export("from", v1::EXPORT_FORMAT_FTM).bytes, HasSubstr("\"schema\":\"Company\""));
  v1::Consistency then;
  then.mutable_at_exact_revision()->set_revision(empty);
  then.mutable_at_exact_revision()->set_store_lineage(
      exported.summary.stamp().revision().store_lineage());
  EXPECT_EQ(Export("from", v1::EXPORT_FORMAT_JSONL, then).bytes, "");
}

TEST_F(HistoryTest, ALargeExportComesInPieces) {
  CreateOpen("d");
  std::string rows = "record_type,key,name\n";
  for (int i = 10000; i < 15000; ++i) {
    absl::StrAppend(&rows, "supplier,", i, ",Firm with a name of some length ", i, "\n");
  }
  ASSERT_EQ(Import("d", "probity-csv", rows).state(), v1::LOAD_STATE_COMMITTED);
  const Exported exported = Export("d", v1::EXPORT_FORMAT_JSONL);
  EXPECT_EQ(exported.summary.records(), 5000u);
  EXPECT_GT(exported.bytes.size(), size_t{512} << 10);
  EXPECT_EQ(std::count(exported.bytes.begin(), exported.bytes.end(), '\n'), 5000);
  EXPECT_EQ(exported.summary.sha256(), ToHex(Sha256(exported.bytes)));
}

TEST_F(HistoryTest, AnExportOfAListIsItsNewestEdition) {
  CreateOpen("l", v1::ABSENCE_MODE_DELISTED);
  for (const char* key : {"a", "b"}) {
    auto put = Parse<v1::PutRecordRequest>("dataset: 'datasets/l' edition " + D("2024-01-01"));
    *put.mutable_record() = Parse<v1::Record>(Named(key, "Firm"));
    Ask(&DataStub::PutRecord, put);
  }
  Remove("datasets/l/records/b");  // delisted today
  const Exported exported = Export("l", v1::EXPORT_FORMAT_JSONL);
  EXPECT_EQ(exported.summary.records(), 1u);
  EXPECT_EQ(exported.summary.past(), 1u);
  EXPECT_THAT(exported.bytes, HasSubstr("\"a\""));
}

TEST_F(HistoryTest, RefusesToExportWhatMayNotLeave) {
  CreateDataset("kept");
  CreateOpen("d");
  EXPECT_EQ(ExportRefusal("datasets/kept", v1::EXPORT_FORMAT_JSONL), "EXPORT_NOT_ALLOWED");
  EXPECT_EQ(ExportRefusal("datasets/none", v1::EXPORT_FORMAT_JSONL), "DATASET_NOT_FOUND");
  EXPECT_EQ(ExportRefusal("datasets/d", v1::EXPORT_FORMAT_UNSPECIFIED), "INVALID_FIELD");
  EXPECT_EQ(field_, "format");
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
