// What roles are bound to: an authority's own things do not exist for another whatever his
// roles, and who may write one dataset writes no other.
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "probity/v1/permission.pb.h"
#include "probity/v1/portfolio_service.grpc.pb.h"
#include "probity/v1/review_service.grpc.pb.h"
#include "probity/v1/vendor_service.grpc.pb.h"
#include "services/server/access_testing.h"

namespace probity::server {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using Vendors = v1::VendorService::Stub;

// Stands in each thing that authority a keeps; in none of their names.
constexpr char kMark[] = "Mark-of-authority-a";

// Authority a has all that an authority can keep; "all" acts for it, "other" for b, each
// with every role that an authority gives.
class TenantTest : public AccessTest {
 protected:
  void SetUp() override {
    AccessTest::SetUp();
    Fill();
    CreateDataset("own", v1::ABSENCE_MODE_RETRACTED, "authorities/a");
    Put("own",
        "key: 'flag' risk_flag { subject { party { identifier { scheme: 'GB-COH' value: "
        "'04830352' } } } type: FLAG_TYPE_MEDIA summary: '" +
            Mark() + "' }");
    load_ = OpenLoad("own", "probity-jsonl");
    decision_ =
        Screen("subject { ref { identifier { scheme: 'GB-COH' value: '04830352' } } name: '" +
               Mark() + "' } ")
            .decision()
            .name();
    Ask(&Vendors::BatchUpsertVendors,
        Parse<v1::BatchUpsertVendorsRequest>(
            "vendors { number { system: 'SAP' number: '4711' } display_name: '" + Mark() +
            "' identifier { scheme: 'GB-COH' value: '04830352' } }"));
    Ask(&Portfolios::PutPortfolio,
        Parse<v1::PutPortfolioRequest>("portfolio { name: 'portfolios/textiles' title: '" + Mark() +
                                       "' " + Bought() + " }"));
    judgement_ = Ask(&Reviews::CreateJudgement,
                     Parse<v1::CreateJudgementRequest>(
                         "judgement { subject { identifier { scheme: 'GB-COH' value: "
                         "'04830352' } } source_record: 'datasets/list/records/vessel' outcome: "
                         "JUDGEMENT_OUTCOME_IS_NOT reason: '" +
                         Mark() + "' }"))
                     .judgement()
                     .name();
    reply_ =
        Ask(&Reviews::SubmitReply,
            Parse<v1::SubmitReplyRequest>(
                "reply { about: 'datasets/list/records/bar' kind: REPLY_KIND_STATEMENT text: '" +
                Mark() + "' }"))
            .reply()
            .name();
  }
  static std::string Mark() { return kMark; }

  std::vector<std::string> NamesOfA() const {
    return {"datasets/own", "datasets/own/records/flag",         load_,
            decision_,      "authorities/a/portfolios/textiles", judgement_,
            reply_};
  }
  // A request that names this wherever it can name anything.
  static std::string Naming(const google::protobuf::MethodDescriptor& method,
                            const std::string& name) {
    Filling filling;
    for (const char* field : {"name", "dataset", "load", "record", "decision", "portfolio",
                              "source_record", "about", "supplier"}) {
      filling.texts[field] = name;
    }
    for (const char* field : {"reason", "note", "query", "text"}) filling.texts[field] = "seen";
    filling.texts["system"] = "SAP";
    filling.texts["number"] = "4711";
    filling.texts["authority_country"] = "GB";
    filling.enums = {{"purpose", v1::PURPOSE_AWARD}, {"format", v1::EXPORT_FORMAT_JSONL}};
    filling.identifier = Parse<v1::Identifier>("scheme: 'GB-COH' value: '04830352'");
    return RequestOf(method, filling);
  }
  static bool Reads(const google::protobuf::MethodDescriptor& method) {
    const std::string permission = access::NameOf(method.options().GetExtension(v1::permission));
    return permission.find("READ_") == 0 || permission == "EXPORT_RECORDS";
  }

  std::string load_, decision_, judgement_, reply_;
};

// Names of datasets are one space for all. That one is taken is all that is told, in the
// words in which it is told of those that everybody sees.
TEST_F(TenantTest, ATakenNameIsRefusedInTheSameWordsWhoeverItIsOf) {
  As("other");
  const auto refusal = [this](const std::string& name) {
    v1::CreateDatasetRequest request;
    request.mutable_dataset()->set_name(name);
    request.mutable_dataset()->set_absence(v1::ABSENCE_MODE_RETRACTED);
    v1::Dataset made;
    const grpc::Status status = Call(&DataStub::CreateDataset, request, &made);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::ALREADY_EXISTS);
    EXPECT_EQ(reason_, "DATASET_EXISTS");
    return absl::StrReplaceAll(status.error_message(), {{name, "NAME"}});
  };
  EXPECT_EQ(refusal("datasets/own"), refusal("datasets/list"));
}

TEST_F(TenantTest, WhatAnAuthorityKeepsDoesNotExistForAnother) {
  // First that the questions find it, asked by who may see it.
  std::set<std::string> shown;
  for (const auto* method : Methods()) {
    if (!Reads(*method)) continue;
    for (const std::string& name : NamesOfA()) {
      if (CallAny(*method, Naming(*method, name)).Text().find(kMark) != std::string::npos) {
        shown.insert(method->name());
      }
    }
    if (CallAny(*method, "").Text().find(kMark) != std::string::npos) shown.insert(method->name());
  }
  EXPECT_THAT(shown,
              AllOf(Contains("ListVendors"), Contains("GetPortfolio"), Contains("GetJudgement"),
                    Contains("GetReply"), Contains(AnyOf("GetDecision", "PrintDecision")),
                    Contains("GetRiskFlag"), Contains("ListRiskFlags")))
      << absl::StrJoin(shown, " ");
  // Then all of them, those that write too, asked by the other.
  As("other");
  for (const auto* method : Methods()) {
    for (const std::string& name : NamesOfA()) {
      EXPECT_THAT(CallAny(*method, Naming(*method, name)).Text(), Not(HasSubstr(kMark)))
          << method->full_name() << " of " << name;
    }
    EXPECT_THAT(CallAny(*method, "").Text(), Not(HasSubstr(kMark))) << method->full_name();
  }
  // And nothing of it came to harm.
  As("all");
  v1::GetLoadRequest load;
  load.set_name(load_);
  EXPECT_EQ(Ask(&DataStub::GetLoad, load).state(), v1::LOAD_STATE_OPEN);
  const auto vendors = Ask(&Vendors::ListVendors, v1::ListVendorsRequest());
  ASSERT_THAT(vendors.vendors(), SizeIs(1));
  EXPECT_EQ(vendors.vendors(0).display_name(), kMark);
  EXPECT_THAT(Ask(&Portfolios::ListPortfolios, v1::ListPortfoliosRequest()).portfolios(),
              SizeIs(1));
  v1::GetJudgementRequest judgement;
  judgement.set_name(judgement_);
  EXPECT_EQ(Ask(&Reviews::GetJudgement, judgement).judgement().withdrawn_by(), "");
  v1::GetReplyRequest reply;
  reply.set_name(reply_);
  EXPECT_EQ(Ask(&Reviews::GetReply, reply).reply().withdrawn_by(), "");
}

// Each method whose permission changes records: a request that would do so in the dataset
// whose name is put in the place of $.
const std::map<std::string, std::string>& Writes() {
  static const auto* const writes = new std::map<std::string, std::string>{
      {"CreateDataset", "dataset { name: 'datasets/$' absence: ABSENCE_MODE_RETRACTED }"},
      {"UpdateDataset", "dataset { name: 'datasets/$' absence: ABSENCE_MODE_RETRACTED }"},
      {"CreateLoad", "dataset: 'datasets/$' load { format: 'probity-jsonl' }"},
      {"UploadChunk", "load: 'datasets/$/loads/1' file_name: 'f' data: 'x'"},
      {"ValidateLoad", "name: 'datasets/$/loads/1'"},
      {"PreviewLoad", "name: 'datasets/$/loads/1'"},
      {"CommitLoad", "name: 'datasets/$/loads/1'"},
      {"ApproveLoad", "name: 'datasets/$/loads/1' note: 'seen'"},
      {"AbortLoad", "name: 'datasets/$/loads/1'"},
      {"RollbackDataset", "dataset: 'datasets/$' revision: 1 note: 'wrong'"},
      {"PutRecord", "dataset: 'datasets/$' record { key: 'k' supplier { names { text: 'K' } } }"},
      {"RemoveRecord", "name: 'datasets/$/records/k'"},
      {"RedactRecord", "record: 'datasets/$/records/k' reason: 'asked'"},
      {"SetLegalHold", "hold { dataset: 'datasets/$' reason: 'order 1' }"}};
  return *writes;
}
// Those that name a dataset through something that was made before.
const std::set<std::string>& NamedByAct() {
  static const auto* const acts =
      new std::set<std::string>{"ApproveRedaction", "ReleaseLegalHold", "ErasePersonalTexts"};
  return *acts;
}

class DatasetScopeTest : public AccessTest {
 protected:
  void SetUp() override {
    AddToken("bound", "authorities/a");
    AddToken("keeper", "authorities/a");
    AccessTest::SetUp();
    WriteAccess(RoleBindings() +
                "bindings { principals: 'bound' roles: ROLE_STEWARD authority: '*' datasets: "
                "'datasets/mine' datasets: 'datasets/next' }"
                "bindings { principals: 'keeper' roles: ROLE_STEWARD authority: '*' }");
    ASSERT_TRUE(ReloadOf(*server_).ok());
    CreateDataset("mine");
    CreateDataset("theirs");
    Put("mine", "key: 'k' supplier { names { text: 'Kiln' } }");
    Put("theirs", "key: 'k' supplier { names { text: 'Kiln' } }");
    As("bound");
  }

  Answered Try(const google::protobuf::MethodDescriptor& method, const std::string& dataset) {
    std::string text = Writes().at(method.name());
    text.replace(text.find('$'), 1, dataset);
    const std::unique_ptr<google::protobuf::Message> request(
        google::protobuf::MessageFactory::generated_factory()
            ->GetPrototype(method.input_type())
            ->New());
    EXPECT_EQ(ReadTextProto(text, request.get()), "") << text;
    return CallAny(method, request->SerializeAsString());
  }
};

// The protos say which methods change records; none of them is left out here.
TEST_F(DatasetScopeTest, WhoMayWriteOneDatasetWritesNoOther) {
  int tried = 0;
  for (const auto* method : Methods()) {
    if (!access::WritesRecords(method->options().GetExtension(v1::permission))) continue;
    if (NamedByAct().count(method->name()) > 0) continue;
    ASSERT_EQ(Writes().count(method->name()), 1U) << method->full_name();
    ++tried;
    for (const char* principal : {"bound", "keeper"}) {
      As(principal);
      const Answered there = Try(*method, "theirs");
      EXPECT_EQ(there.status.error_code(), grpc::StatusCode::PERMISSION_DENIED)
          << principal << " " << method->full_name() << ": " << there.status.error_message();
      EXPECT_EQ(reason_, "PERMISSION_DENIED");
      EXPECT_NE(field_, "");
      // Of one that is not there he hears the same.
      const Answered absent = Try(*method, "absent");
      EXPECT_EQ(absent.status.error_code(), there.status.error_code());
      EXPECT_EQ(absent.status.error_message(), there.status.error_message());
      EXPECT_EQ(absent.status.error_details(), there.status.error_details());
    }
  }
  EXPECT_EQ(tried, static_cast<int>(Writes().size()));
}

TEST_F(DatasetScopeTest, HisOwnHeWrites) {
  for (const auto* method : Methods()) {
    if (Writes().count(method->name()) == 0) continue;
    const std::string dataset = method->name() == "CreateDataset" ? "next" : "mine";
    const Answered answered = Try(*method, dataset);
    EXPECT_NE(answered.status.error_code(), grpc::StatusCode::PERMISSION_DENIED)
        << method->full_name() << ": " << answered.status.error_message();
  }
}

TEST_F(DatasetScopeTest, WhatWasMadeOnAnotherIsOutOfReachToo) {
  As("all");
  const auto hold =
      Ask(&DataStub::SetLegalHold,
          Parse<v1::SetLegalHoldRequest>("hold { dataset: 'datasets/theirs' reason: 'order 1' }"));
  const auto all =
      Ask(&DataStub::SetLegalHold, Parse<v1::SetLegalHoldRequest>("hold { reason: 'order 2' }"));
  As("bound");
  for (const std::string& name : {hold.name(), all.name()}) {
    v1::ReleaseLegalHoldRequest release;
    release.set_name(name);
    EXPECT_EQ(Refusal(&DataStub::ReleaseLegalHold, release), "PERMISSION_DENIED");
  }
  EXPECT_EQ(Refusal(&DataStub::SetLegalHold,
                    Parse<v1::SetLegalHoldRequest>("hold { reason: 'order 3' }")),
            "PERMISSION_DENIED")
      << "a hold on no dataset is one on all";
  As("all");
  for (const std::string& name : {hold.name(), all.name()}) {
    v1::ReleaseLegalHoldRequest release;
    release.set_name(name);
    Ask(&DataStub::ReleaseLegalHold, release);
  }
  const auto asked =
      Ask(&DataStub::RedactRecord,
          Parse<v1::RedactRecordRequest>("record: 'datasets/theirs/records/k' reason: 'asked'"));
  v1::ApproveRedactionRequest approve;
  approve.set_name(asked.name());
  As("bound");
  EXPECT_EQ(Refusal(&DataStub::ApproveRedaction, approve), "PERMISSION_DENIED");
}

TEST_F(DatasetScopeTest, WhoIsBoundReadsAll) {
  v1::GetDatasetRequest get;
  get.set_name("datasets/theirs");
  Ask(&DataStub::GetDataset, get);
}

}  // namespace
}  // namespace probity::server
