// A redaction through the public API: nothing that the server answers or keeps shows what
// was erased, and nothing brings it back.
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "services/server/screening_testing.h"
#include "storage/redaction_fields.h"

namespace probity::server {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Suppliers = v1::SupplierService::Stub;

constexpr char kAnn2[] = "token-of-a-second-person";
// In every text that must go, and nowhere else.
constexpr char kPlanted[] = "zebulonquill";

// Fields whose values must be known ones.
bool IsCode(const FieldDescriptor& field) {
  for (const char* name : {"country", "language", "script", "region", "Date", "DateInterval",
                           "GeoPoint", "Identifier"}) {
    if (field.name() == name) return true;
    if (field.message_type() != nullptr && field.message_type()->name() == name) return true;
  }
  return false;
}

// Puts a text of its own into every text field that a redaction erases: in messages that
// are there, and in those that go whole.
void Plant(const std::string& path, bool goes, Message* message, int* count) {
  const auto* reflection = message->GetReflection();
  const auto* descriptor = message->GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor* field = descriptor->field(i);
    if (IsCode(*field)) continue;
    const auto kind = storage::PersonalFieldOf(*field).value_or(storage::PersonalField::kNever);
    const bool takes = goes || kind == storage::PersonalField::kAlways;
    const std::string at = absl::StrCat(path, ".", field->name());
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      const bool is_set = field->is_repeated() ? reflection->FieldSize(*message, field) > 0
                                               : reflection->HasField(*message, field);
      if (!takes && (kind != storage::PersonalField::kInside || !is_set)) continue;
      Message* inner = !field->is_repeated() ? reflection->MutableMessage(message, field)
                       : is_set              ? reflection->MutableRepeatedMessage(message, field, 0)
                                             : reflection->AddMessage(message, field);
      Plant(at, takes, inner, count);
    } else if (takes && field->type() == FieldDescriptor::TYPE_STRING) {
      const std::string text = absl::StrCat(kPlanted, " ", ++*count, " ", at);
      if (field->is_repeated()) {
        reflection->AddString(message, field, text);
      } else {
        reflection->SetString(message, field, text);
      }
    }
  }
}

class RedactionApiTest : public ScreeningTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    tokens_ = absl::StrCat(kAnn, " ann authorities/a\n", kAnn2, " eve authorities/a\n", kBob,
                           " bob authorities/b\n");
    Restart();
    token_ = kAnn;
    Fill();
  }

  // One record of each body that a load may bring, every erasable text planted.
  std::vector<v1::Record> Planted() {
    std::vector<v1::Record> records = {
        Parse<v1::Record>(
            "key: 'person' supplier { kind: PARTY_KIND_PERSON identifiers { scheme: "
            "'GB-COH' value: '09876543' } founded { year: 1970 } jurisdiction: 'GB' }"),
        Parse<v1::Record>("key: 'site' site { position { latitude: 12.345 } operators { operator { "
                          "source_record: 'datasets/people/records/person' } } }"),
        Parse<v1::Record>(
            "key: 'flag' risk_flag { subject { party { source_record: "
            "'datasets/people/records/person' } } type: FLAG_TYPE_DEBARMENT stage: "
            "FLAG_STAGE_FINAL_ADMIN_DECISION listing_intervals { from { year: 2025 month: 1 day: 1 "
            "} } remedies { } reply { } }"),
        Parse<v1::Record>("key: 'measure' legal_measure { subject { party { source_record: "
                          "'datasets/people/records/person' } } regime: 'EU-1' effect: "
                          "MEASURE_EFFECT_MUST_EXCLUDE }"),
        Parse<v1::Record>(
            "key: 'cert' certification { scheme_id: 'SA8000' certificate_no: '1' "
            "holder { source_record: 'datasets/people/records/person' } valid_from { "
            "year: 2025 month: 1 day: 1 } expires_on { year: 2027 month: 1 day: 1 } }"),
        Parse<v1::Record>(
            "key: 'audit' audit { scheme_id: 'SMETA' site { source_record: "
            "'datasets/people/records/site' } ended_on { year: 2025 month: 1 day: 1 } "
            "}"),
        Parse<v1::Record>("key: 'dossier' self_cleaning { subject { source_record: "
                          "'datasets/people/records/person' } about: "
                          "'datasets/people/records/flag' }"),
        Parse<v1::Record>("key: 'paper' declaration { subject { source_record: "
                          "'datasets/people/records/person' } kind: DECLARATION_KIND_ESPD }"),
        Parse<v1::Record>("key: 'link' link { from { source_record: "
                          "'datasets/people/records/person' } to { source_record: "
                          "'datasets/reg/records/good' } type: LINK_TYPE_DIRECTOR_OF }")};
    int count = 0;
    for (v1::Record& record : records) {
      Message* body = record.GetReflection()->MutableMessage(
          &record, record.GetReflection()->GetOneofFieldDescriptor(
                       record, record.GetDescriptor()->FindOneofByName("body")));
      Plant(record.key(), false, body, &count);
    }
    EXPECT_GT(count, 20);
    return records;
  }

  static std::string Json(const v1::Record& record) {
    std::string json;
    EXPECT_TRUE(google::protobuf::util::MessageToJsonString(record, &json).ok());
    return json;
  }

  // Loads them, and one row that is refused.
  void Load() {
    v1::CreateDatasetRequest create;
    create.mutable_dataset()->set_name("datasets/people");
    create.mutable_dataset()->set_absence(v1::ABSENCE_MODE_RETRACTED);
    create.mutable_dataset()->set_personal_data(true);
    create.mutable_dataset()->set_max_refused_percent(50);
    Ask(&DataStub::CreateDataset, create);
    std::string lines;
    for (const v1::Record& record : Planted()) lines += Json(record) + "\n";
    lines += "{\"key\": \"wrong\", \"supplier\": {\"names\": [{\"text\": \"" +
             std::string(kPlanted) + " 1 person.names.text\"}], \"kind\": \"NOBODY\"}}\n";
    load_ = Import("people", "probity-jsonl", lines);
    EXPECT_EQ(load_.state(), v1::LOAD_STATE_COMMITTED) << load_.DebugString();
  }

  v1::Redaction Request(const std::string& record, const std::vector<std::string>& fields = {}) {
    v1::RedactRecordRequest request;
    request.set_record(record);
    request.set_reason("GDPR art. 17");
    for (const std::string& field : fields) request.add_fields(field);
    return Ask(&DataStub::RedactRecord, request);
  }
  v1::ApproveRedactionRequest Named(const std::string& name) {
    v1::ApproveRedactionRequest request;
    request.set_name(name);
    return request;
  }
  v1::Redaction Redact(const std::string& record, const std::vector<std::string>& fields = {}) {
    const v1::Redaction asked = Request(record, fields);
    token_ = kAnn2;
    v1::Redaction done = Ask(&DataStub::ApproveRedaction, Named(asked.name()));
    token_ = kAnn;
    return done;
  }
  void RedactAll() {
    for (const v1::Record& record : Planted()) {
      const v1::Redaction done = Redact("datasets/people/records/" + record.key());
      EXPECT_TRUE(done.has_done_at()) << record.key();
      EXPECT_EQ(done.versions(), 1u) << record.key();
    }
  }

  // All bytes of all files of the server but its tokens.
  std::string Files() const { return TextOfFilesBelow(directory_ + "/data"); }

  // What the server answers about the person, in text.
  std::string Answers() {
    std::string all;
    const auto add = [&all](const Message& answer) { all += answer.DebugString(); };
    v1::GetSubjectReportRequest report;
    report.set_record("datasets/people/records/person");
    add(Ask(&DataStub::GetSubjectReport, report));
    v1::SearchSuppliersRequest search;
    search.set_query(std::string(kPlanted) + " person names text");
    const auto hits = Ask(&Suppliers::SearchSuppliers, search);
    for (const auto& hit : hits.hits()) add(hit);
    v1::GetRiskFlagRequest flag;
    flag.set_name("datasets/people/records/flag");
    add(Ask(&v1::RiskService::Stub::GetRiskFlag, flag));
    v1::ListRejectedRecordsRequest rejected;
    rejected.set_load(load_.name());
    add(Ask(&DataStub::ListRejectedRecords, rejected));
    add(Ask(&DataStub::ListRevisions, v1::ListRevisionsRequest()));
    add(Ask(&DataStub::ListRedactions, v1::ListRedactionsRequest()));
    if (!decision_.empty()) {
      v1::GetDecisionRequest get;
      get.set_name(decision_);
      add(Ask(&Screening::GetDecision, get));
      v1::PrintDecisionRequest print;
      print.set_name(decision_);
      print.set_audience(v1::AUDIENCE_AUDITOR);
      add(Ask(&Screening::PrintDecision, print));
      v1::GetReceiptRequest receipt;
      receipt.set_name(decision_);
      add(Ask(&Screening::GetReceipt, receipt));
    }
    return all;
  }

  v1::Load load_;
  std::string decision_;
};

TEST_F(RedactionApiTest, NothingShowsWhatWasErased) {
  Load();
  decision_ = Screen("subject { ref { source_record: 'datasets/people/records/person' } } ")
                  .decision()
                  .name();
  EXPECT_THAT(Answers(), HasSubstr(kPlanted));
  EXPECT_THAT(Files(), HasSubstr(kPlanted));
  RedactAll();
  for (int round = 0; round < 2; ++round) {
    const auto checked = Ask(&v1::ServerService::Stub::CheckStore, v1::CheckStoreRequest());
    EXPECT_EQ(checked.findings_size(), 0) << checked.DebugString();
    const std::string answers = Answers();
    EXPECT_EQ(answers.find(kPlanted), answers.npos)
        << answers.substr(std::max<size_t>(answers.find(kPlanted), 200) - 200, 400);
    EXPECT_THAT(answers, Not(HasSubstr("09876543")));
    EXPECT_THAT(answers, Not(HasSubstr("12.345")));
    const std::string files = Files();
    EXPECT_EQ(files.find(kPlanted), files.npos)
        << files.substr(std::max<size_t>(files.find(kPlanted), 300) - 300, 400);
    Restart();
  }
  EXPECT_THAT(Files(), Not(HasSubstr("09876543"))) << "also no key that bounded a file";
}

TEST_F(RedactionApiTest, ARedactedFlagStillCounts) {
  Load();
  RedactAll();
  const auto decided =
      Screen("subject { ref { source_record: 'datasets/people/records/person' } } ");
  EXPECT_EQ(decided.decision().core().verdict(), v1::VERDICT_BLOCK);
}

// No text was told in them, or those of another authority: the facts cannot be fetched
// again all the same, and that is no difference.
TEST_F(RedactionApiTest, DecisionsThatRestOnItAreDerivedFromWhatTheyRecorded) {
  Load();
  const std::string subject =
      "subject { ref { source_record: 'datasets/people/records/person' } } ";
  token_ = kBob;
  v1::ActivatePolicyRequest activate;
  activate.set_name("policies/test");
  activate.set_label(v1::POLICY_LABEL_STABLE);
  Ask(&Policies::ActivatePolicy, activate);
  const std::string name = Screen(subject).decision().name();
  EXPECT_EQ(Replay(name, v1::REPLAY_MODE_REDERIVE).redacted_records(), 0);
  token_ = kAnn;
  RedactAll();
  token_ = kBob;
  const auto replayed = Replay(name, v1::REPLAY_MODE_REDERIVE);
  EXPECT_TRUE(replayed.equal()) << replayed.DebugString();
  EXPECT_GE(replayed.redacted_records(), 2) << "the person and the flag";
  EXPECT_EQ(replayed.erased_texts(), 0);
  EXPECT_TRUE(Replay(name, v1::REPLAY_MODE_REEVALUATE).equal());
}

TEST_F(RedactionApiTest, NothingHappensBeforeASecondPersonApproves) {
  Load();
  const v1::Redaction asked = Request("datasets/people/records/person");
  EXPECT_FALSE(asked.has_approved_at());
  EXPECT_EQ(asked.requested_by(), "ann");
  EXPECT_EQ(Refusal(&DataStub::ApproveRedaction, Named(asked.name())), "REDACTION_SELF_APPROVAL");
  token_ = kBob;
  EXPECT_EQ(Refusal(&DataStub::ApproveRedaction, Named(asked.name())), "REDACTION_NOT_FOUND")
      << "another authority's decisions would be touched";
  token_ = kAnn;
  EXPECT_THAT(Answers(), HasSubstr(kPlanted));
  token_ = kAnn2;
  const v1::Redaction done = Ask(&DataStub::ApproveRedaction, Named(asked.name()));
  EXPECT_EQ(done.approved_by(), "eve");
  EXPECT_EQ(Ask(&DataStub::ApproveRedaction, Named(asked.name())).SerializeAsString(),
            done.SerializeAsString())
      << "asked again";
  const auto listed = Ask(&DataStub::ListRedactions, v1::ListRedactionsRequest());
  ASSERT_EQ(listed.redactions_size(), 1);
  EXPECT_EQ(listed.redactions(0).SerializeAsString(), done.SerializeAsString());
  EXPECT_EQ(Ask(&DataStub::ListRevisions, v1::ListRevisionsRequest()).revisions(0).note(),
            done.name());
}

TEST_F(RedactionApiTest, NoLoadBringsItBack) {
  Load();
  Redact("datasets/people/records/person");
  std::string lines;
  for (const v1::Record& record : Planted()) lines += Json(record) + "\n";
  const v1::Load again = Import("people", "probity-jsonl", lines);
  EXPECT_EQ(again.counts().unchanged(), 9u) << again.DebugString();
  Put("people", Planted()[0].DebugString());
  v1::SearchSuppliersRequest search;
  search.set_query(std::string(kPlanted) + " person names text");
  const auto found = Ask(&Suppliers::SearchSuppliers, search);
  for (const auto& hit : found.hits()) {
    EXPECT_THAT(hit.source_record(), Not(HasSubstr("records/person")));
  }
}

TEST_F(RedactionApiTest, OnlyTheFieldsThatAreNamedGo) {
  Load();
  Redact("datasets/people/records/person", {"supplier.addresses"});
  v1::GetSubjectReportRequest report;
  report.set_record("datasets/people/records/person");
  const auto held = Ask(&DataStub::GetSubjectReport, report);
  v1::Record person;
  for (const v1::HeldRecord& one : held.records()) {
    if (one.record().record().key() == "person") person = one.record().record();
  }
  ASSERT_EQ(person.key(), "person") << held.DebugString();
  EXPECT_THAT(person.supplier().addresses(), IsEmpty());
  EXPECT_THAT(person.supplier().names(0).text(), HasSubstr(kPlanted));
  ASSERT_EQ(held.redactions_size(), 1);
  EXPECT_THAT(person.redactions(), ElementsAre(held.redactions(0).name()));
}

TEST_F(RedactionApiTest, WrongRequestsAreRefused) {
  Load();
  struct Case {
    const char* record;
    const char* field;
    const char* reason;
    const char* refusal;
    const char* at;
  };
  const std::vector<Case> cases = {
      {"datasets/people/records/none", "", "why", "RECORD_NOT_FOUND", ""},
      {"datasets/none/records/person", "", "why", "RECORD_NOT_FOUND", ""},
      {"people", "", "why", "INVALID_FIELD", "record"},
      {"datasets/people/records/person", "", " ", "INVALID_FIELD", "reason"},
      {"datasets/people/records/person", "supplier.kind", "why", "INVALID_FIELD", "fields[0]"},
  };
  for (const Case& one : cases) {
    v1::RedactRecordRequest request;
    request.set_record(one.record);
    request.set_reason(one.reason);
    if (*one.field != '\0') request.add_fields(one.field);
    EXPECT_EQ(Refusal(&DataStub::RedactRecord, request), one.refusal) << one.record << one.field;
    EXPECT_EQ(field_, one.at);
  }
  EXPECT_EQ(Refusal(&DataStub::ApproveRedaction, Named("redactions/0")), "REDACTION_NOT_FOUND");
  EXPECT_EQ(Ask(&DataStub::ListRedactions, v1::ListRedactionsRequest()).redactions_size(), 0);
}

TEST_F(RedactionApiTest, AHoldKeepsWhatWasToGo) {
  Load();
  const v1::Redaction asked = Request("datasets/people/records/person");
  v1::SetLegalHoldRequest set;
  set.mutable_hold()->set_dataset("datasets/people");
  set.mutable_hold()->set_reason("a court's order");
  const v1::LegalHold hold = Ask(&DataStub::SetLegalHold, set);
  v1::RedactRecordRequest another;
  another.set_record("datasets/people/records/flag");
  another.set_reason("why");
  EXPECT_EQ(Refusal(&DataStub::RedactRecord, another), "LEGAL_HOLD");
  token_ = kAnn2;
  EXPECT_EQ(Refusal(&DataStub::ApproveRedaction, Named(asked.name())), "LEGAL_HOLD");
  EXPECT_THAT(Answers(), HasSubstr(kPlanted));
  v1::ReleaseLegalHoldRequest release;
  release.set_name(hold.name());
  Ask(&DataStub::ReleaseLegalHold, release);
  EXPECT_TRUE(Ask(&DataStub::ApproveRedaction, Named(asked.name())).has_done_at());
}

TEST_F(RedactionApiTest, AKeyThatHoldsWhatIsToGoIsTold) {
  CreateDataset("people");
  Put("people", "key: 'jo-smith' supplier { names { text: 'jo-smith' } }");
  v1::RedactRecordRequest request;
  request.set_record("datasets/people/records/jo-smith");
  request.set_reason("why");
  EXPECT_EQ(Refusal(&DataStub::RedactRecord, request), "INVALID_FIELD");
  EXPECT_EQ(field_, "record");
}

TEST_F(RedactionApiTest, ARequestSentAgainIsAnsweredAgain) {
  Load();
  v1::RedactRecordRequest request;
  request.set_record("datasets/people/records/person");
  request.set_reason("why");
  request.set_request_id("11111111-2222-3333-4444-555555555555");
  const auto first = Ask(&DataStub::RedactRecord, request);
  EXPECT_EQ(Ask(&DataStub::RedactRecord, request).name(), first.name());
  request.set_reason("another");
  EXPECT_EQ(Refusal(&DataStub::RedactRecord, request), "REQUEST_ID_REUSED");
}

// A copy of the store from before the redaction, put back: the journal beside the
// evidence log is the newer one.
TEST_F(RedactionApiTest, ARestoredStoreIsRedactedBeforeItAnswers) {
  Load();
  server_.reset();
  std::filesystem::copy(directory_ + "/data/store", directory_ + "/copy",
                        std::filesystem::copy_options::recursive);
  Start();
  RedactAll();
  server_.reset();
  std::filesystem::remove_all(directory_ + "/data/store");
  std::filesystem::copy(directory_ + "/copy", directory_ + "/data/store",
                        std::filesystem::copy_options::recursive);
  Start();
  EXPECT_THAT(Answers(), Not(HasSubstr(kPlanted)));
  Restart();
  EXPECT_THAT(Files(), Not(HasSubstr(kPlanted)));
}

TEST_F(RedactionApiTest, RecordsAreRedactedWhenTheirLastDayHasPassed) {
  static absl::Time now;
  now = absl::FromCivil(absl::CivilDay(2026, 11, 30), absl::UTCTimeZone()) + absl::Hours(23);
  clock_ = [] { return now; };
  Restart();
  CreateDataset("people");
  const auto put = [this](const std::string& key, const std::string& day) {
    Put("people", "key: '" + key + "' supplier { names { text: 'Zebulon " + key +
                      "' } } retain_until " + D(day));
  };
  put("yesterday", "2026-11-29");
  put("today", "2026-11-30");
  const auto says = [this](const std::string& key) {
    v1::GetSubjectReportRequest report;
    report.set_record("datasets/people/records/" + key);
    return Ask(&DataStub::GetSubjectReport, report).records(0).record().record().DebugString();
  };
  const auto await = [&](const std::string& key) {
    for (int i = 0; i < 600 && says(key).find("Zebulon") != std::string::npos; ++i) {
      absl::SleepFor(absl::Milliseconds(50));
    }
  };
  Restart();
  await("yesterday");
  EXPECT_THAT(says("yesterday"), Not(HasSubstr("Zebulon")));
  EXPECT_THAT(says("today"), HasSubstr("Zebulon")) << "its last day";
  now += absl::Hours(1);
  await("today");
  EXPECT_THAT(says("today"), Not(HasSubstr("Zebulon")));
  const auto listed = Ask(&DataStub::ListRedactions, v1::ListRedactionsRequest());
  ASSERT_EQ(listed.redactions_size(), 2);
  EXPECT_EQ(listed.redactions(0).approved_by(), "server");
}

TEST_F(RedactionApiTest, TheReportSaysWhatIsHeldAndWhoWasTold) {
  Load();
  decision_ = Screen("subject { ref { source_record: 'datasets/people/records/person' } } ")
                  .decision()
                  .name();
  v1::GetSubjectReportRequest report;
  report.set_record("datasets/people/records/person");
  const auto held = Ask(&DataStub::GetSubjectReport, report);
  std::vector<std::string> keys;
  for (const auto& record : held.records()) {
    keys.push_back(record.record().record().key());
    EXPECT_GT(record.first_revision(), 0u);
    EXPECT_TRUE(record.has_held_since());
    EXPECT_EQ(record.record().edition().dataset(), "datasets/people");
  }
  EXPECT_THAT(keys, AllOf(::testing::Contains("person"), ::testing::Contains("flag"),
                          ::testing::Contains("measure"), ::testing::Contains("cert"),
                          ::testing::Contains("link"), Not(::testing::Contains("good"))));
  ASSERT_EQ(held.decisions_size(), 1);
  EXPECT_EQ(held.decisions(0).decision(), decision_);
  EXPECT_EQ(held.decisions(0).procedure(), "ocid-1");
  EXPECT_EQ(held.decisions(0).verdict(), v1::VERDICT_BLOCK);
  token_ = kBob;
  EXPECT_EQ(Ask(&DataStub::GetSubjectReport, report).decisions_size(), 0) << "those are a's";
  report.set_record("datasets/people/records/none");
  EXPECT_EQ(Refusal(&DataStub::GetSubjectReport, report), "RECORD_NOT_FOUND");
  report.set_supplier("suppliers/0");
  EXPECT_EQ(Refusal(&DataStub::GetSubjectReport, report), "SUPPLIER_NOT_FOUND");
  EXPECT_EQ(Refusal(&DataStub::GetSubjectReport, v1::GetSubjectReportRequest()), "INVALID_FIELD");
}

}  // namespace
}  // namespace probity::server
