// Roles through the public API: every RPC with every role, as the protos say it, and what
// the access log keeps of it.
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "nlohmann/json.hpp"
#include "probity/v1/permission.pb.h"
#include "services/server/access_testing.h"

namespace probity::server {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Json = nlohmann::json;
using Suppliers = v1::SupplierService::Stub;

class AccessApiTest : public AccessTest {
 protected:
  // The lines of the access log so far, of this principal.
  std::vector<Json> LinesOf(const std::string& principal) const {
    std::vector<Json> lines;
    for (const auto& entry : std::filesystem::directory_iterator(directory_ + "/data/access")) {
      if (entry.path().extension() != ".jsonl") continue;
      std::ifstream file(entry.path());
      for (std::string text; std::getline(file, text);) {
        Json line = Json::parse(text);
        if (line.value("principal", "-") == principal) lines.push_back(std::move(line));
      }
    }
    return lines;
  }
  // A dataset that may be exported.
  void CreateOpen(const std::string& id) {
    Ask(&DataStub::CreateDataset, Parse<v1::CreateDatasetRequest>(
                                      "dataset { name: 'datasets/" + id +
                                      "' absence: ABSENCE_MODE_RETRACTED redistributable: true }"));
  }
  static bool IsRefused(const Answered& answered) {
    return answered.status.error_code() == grpc::StatusCode::PERMISSION_DENIED ||
           answered.status.error_code() == grpc::StatusCode::UNAUTHENTICATED;
  }
};

// What a role has passes, whatever becomes of an empty request then; nothing else does.
TEST_F(AccessApiTest, EveryMethodWithEveryRole) {
  int let_on = 0, refused = 0;
  for (const char* principal : kRoles) {
    if (principal == std::string("all")) continue;
    As(principal);
    const access::PermissionSet has = access::PermissionsOf(RoleOf(principal));
    for (const auto* method : Methods()) {
      const v1::Permission asked = method->options().GetExtension(v1::permission);
      const Answered answered = CallAny(*method, "");
      const std::string what = absl::StrCat(principal, " ", access::MethodName(*method), ": ",
                                            answered.status.error_message());
      EXPECT_NE(answered.status.error_code(), grpc::StatusCode::UNIMPLEMENTED) << what;
      EXPECT_EQ(IsRefused(answered), has.count(asked) == 0) << what;
      ++(IsRefused(answered) ? refused : let_on);
      if (!IsRefused(answered)) continue;
      EXPECT_EQ(reason_, "PERMISSION_DENIED") << what;
      EXPECT_THAT(answered.status.error_message(), HasSubstr(access::NameOf(asked)));
      EXPECT_THAT(answered.messages, IsEmpty()) << what;
    }
  }
  EXPECT_GT(let_on, 200);
  EXPECT_GT(refused, 200);
}

TEST_F(AccessApiTest, WhoHasNoBindingMayNothingAndWhoHasNoTokenLess) {
  for (const auto* method : Methods()) {
    As("stranger");
    EXPECT_EQ(CallAny(*method, "").status.error_code(), grpc::StatusCode::PERMISSION_DENIED)
        << method->full_name();
    token_.clear();
    EXPECT_EQ(CallAny(*method, "").status.error_code(), grpc::StatusCode::UNAUTHENTICATED)
        << method->full_name();
    token_ = "token-of-nobody-at-all";
    EXPECT_EQ(CallAny(*method, "").status.error_code(), grpc::StatusCode::UNAUTHENTICATED)
        << method->full_name();
  }
}

// The same words whether or not there is what was asked for.
TEST_F(AccessApiTest, ARefusalDoesNotTellWhatExists) {
  Fill();
  v1::GetDatasetRequest there, absent;
  there.set_name("datasets/reg");
  absent.set_name("datasets/none");
  v1::Dataset dataset;
  As("stranger");
  const grpc::Status one = Call(&DataStub::GetDataset, there, &dataset);
  const grpc::Status other = Call(&DataStub::GetDataset, absent, &dataset);
  EXPECT_EQ(one.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(one.error_message(), other.error_message());
  EXPECT_EQ(one.error_details(), other.error_details());
}

TEST_F(AccessApiTest, AnotherFileHoldsFromTheNextCallOn) {
  As("stranger");
  const v1::ListDatasetsRequest list;
  EXPECT_EQ(Refusal(&DataStub::ListDatasets, list), "PERMISSION_DENIED");
  WriteAccess("bindings { principals: 'stranger' roles: ROLE_READER authority: '*' }");
  ASSERT_TRUE(ReloadOf(*server_).ok());
  Ask(&DataStub::ListDatasets, list);
  As("reader");
  EXPECT_EQ(Refusal(&DataStub::ListDatasets, list), "PERMISSION_DENIED");
}

TEST_F(AccessApiTest, AFaultyFileChangesNothing) {
  WriteAccess("bindings { principals: 'stranger' roles: ROLE_LOADER authority: '*' }");
  const absl::Status again = ReloadOf(*server_);
  EXPECT_TRUE(absl::IsInvalidArgument(again));
  EXPECT_THAT(again.message(), AllOf(HasSubstr(AccessPath()), HasSubstr("bindings[0].datasets")));
  As("reader");
  Ask(&DataStub::ListDatasets, v1::ListDatasetsRequest());
  As("stranger");
  EXPECT_EQ(Refusal(&DataStub::ListDatasets, v1::ListDatasetsRequest()), "PERMISSION_DENIED");
}

TEST_F(AccessApiTest, WithAFaultyFileNothingStarts) {
  server_.reset();
  access_ = "bindings { principals: 'ann' }";
  const auto started = Server::Start(Config());
  EXPECT_TRUE(absl::IsInvalidArgument(started.status()));
  EXPECT_THAT(started.status().message(), HasSubstr("bindings[0].roles"));
  auto config = Config();
  config.set_access_file(directory_ + "/none");
  EXPECT_TRUE(absl::IsNotFound(Server::Start(config).status()));
}

TEST_F(AccessApiTest, EveryCallIsALine) {
  Fill();
  As("reader");
  v1::LookupSuppliersResponse found;
  ASSERT_TRUE(Lookup("GB-COH", "04830352", &found).ok());
  v1::GetSupplierRequest get;
  get.set_name(found.results(0).suppliers(0).name());
  Ask(&Suppliers::GetSupplier, get);
  get.set_name("suppliers/absent");
  EXPECT_EQ(Refusal(&Suppliers::GetSupplier, get), "SUPPLIER_NOT_FOUND");
  EXPECT_EQ(Refusal(&Screening::ScreenSupplier, Request(Numbered("04830352"))),
            "PERMISSION_DENIED");
  const std::vector<Json> lines = LinesOf("reader");
  ASSERT_THAT(lines, SizeIs(4));
  EXPECT_EQ(lines[0]["method"], "SupplierService.LookupSuppliers");
  EXPECT_EQ(lines[0]["permission"], "READ_RECORDS");
  EXPECT_EQ(lines[0]["authority"], "authorities/a");
  EXPECT_EQ(lines[0]["code"], "OK");
  EXPECT_THAT(lines[0]["subjects"], SizeIs(1));
  EXPECT_NE(lines[1]["subjects"], lines[2]["subjects"]);
  EXPECT_EQ(lines[2]["reason"], "SUPPLIER_NOT_FOUND");
  EXPECT_EQ(lines[3]["code"], "PERMISSION_DENIED");
  EXPECT_EQ(lines[3]["permission"], "SCREEN");
  EXPECT_FALSE(lines[3].contains("subjects")) << "its request was not looked at";
  for (const Json& line : lines) EXPECT_THAT(line.dump(), Not(HasSubstr("04830352")));
}

// A unary call, a stream and one that writes: by the same subject the same hash.
TEST_F(AccessApiTest, WhoLookedAtADatasetIsFoundByItsHash) {
  CreateOpen("reg");
  v1::GetDatasetRequest get;
  get.set_name("datasets/reg");
  As("auditor");
  Ask(&DataStub::GetDataset, get);
  const auto* service = access::Services()[1];
  ASSERT_EQ(service->name(), "DatasetService");
  v1::ExportDatasetRequest exported;
  exported.set_dataset("datasets/reg");
  exported.set_format(v1::EXPORT_FORMAT_JSONL);
  EXPECT_TRUE(CallAny(*service->FindMethodByName("ExportDataset"), exported.SerializeAsString())
                  .status.ok());
  As("steward");
  Put("reg", Firm("third", "Invented Looms Ltd", "07654321"));
  const std::vector<Json> read = LinesOf("auditor");
  ASSERT_THAT(read, SizeIs(2));
  EXPECT_THAT(read[0]["subjects"], SizeIs(1));
  EXPECT_EQ(read[0]["subjects"], read[1]["subjects"]);
  ASSERT_THAT(LinesOf("steward"), SizeIs(1));
  EXPECT_EQ(LinesOf("steward")[0]["subjects"], read[0]["subjects"]);
}

// What was read is never counted together, also where it names nothing that is hashed.
TEST_F(AccessApiTest, WhatIsTriedAgainIsALineAgain) {
  WriteAccess("bindings { principals: 'stranger' roles: ROLE_STEWARD authority: '*' }");
  ASSERT_TRUE(ReloadOf(*server_).ok());
  As("stranger");
  for (int i = 0; i < 3; ++i) {
    const auto hold = Parse<v1::SetLegalHoldRequest>("hold { reason: 'order 1' }");
    EXPECT_EQ(Refusal(&DataStub::SetLegalHold, hold), "PERMISSION_DENIED");
  }
  const std::vector<Json> lines = LinesOf("stranger");
  ASSERT_THAT(lines, SizeIs(3));
  for (const Json& line : lines) EXPECT_FALSE(line.contains("repeated")) << line;
}

TEST_F(AccessApiTest, WhoIsNotKnownIsALineToo) {
  token_ = "token-of-nobody-at-all";
  EXPECT_EQ(Refusal(&DataStub::ListDatasets, v1::ListDatasetsRequest()), "UNAUTHENTICATED");
  const std::vector<Json> lines = LinesOf("");
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0]["reason"], "UNAUTHENTICATED");
  EXPECT_THAT(lines[0].dump(), Not(HasSubstr("nobody-at-all")));
}

// A grievance and a flag beside it that everybody may see: each method that reads, with
// every role, asked about all that the two are of.
TEST_F(AccessApiTest, RestrictedFactsShowNowhere) {
  Fill();
  CreateOpen("open");
  constexpr char kOpen[] = "Open-marker-7c2f", kHidden[] = "Hidden-marker-9b1e";
  constexpr char kOpenKey[] = "seen-7c2f", kHiddenKey[] = "veiled-9b1e";
  const std::string open = absl::StrCat("datasets/open/records/", kOpenKey);
  const std::string hidden = absl::StrCat("datasets/open/records/", kHiddenKey);
  const uint64_t before = Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest())
                              .revision()
                              .revision();
  const auto flag = [](const char* key, const std::string& more, const std::string& summary) {
    return absl::StrCat("key: '", key, "' ", more,
                        " risk_flag { subject { party { identifier { scheme: 'GB-COH' value: "
                        "'01234567' } } } type: FLAG_TYPE_GRIEVANCE summary: '",
                        summary, "' }");
  };
  Put("open", flag(kOpenKey, "", kOpen));
  Put("open", flag(kHiddenKey, "visibility: VISIBILITY_RESTRICTED", kHidden));
  const std::string decided = Screen(Numbered("01234567")).decision().name();
  std::set<std::string> show_open, name_open;
  int asked = 0;
  for (const char* principal : kRoles) {
    As(principal);
    const access::PermissionSet has = principal == std::string("all")
                                          ? access::PermissionsOf(config::v1::ROLE_SCREENER)
                                          : access::PermissionsOf(RoleOf(principal));
    for (const auto* method : Methods()) {
      const std::string permission = access::NameOf(method->options().GetExtension(v1::permission));
      const bool reads = permission.find("READ_") == 0 || permission == "EXPORT_RECORDS" ||
                         permission == "SCREEN" || permission == "EDIT_POLICY";
      if (!reads || has.count(method->options().GetExtension(v1::permission)) == 0) continue;
      for (const std::string& name : {open, hidden, decided}) {
        // It would be the name of whom the decision or act is about, and on record as such.
        const bool keeps = permission == "SCREEN" || method->options().GetExtension(v1::is_act);
        if (keeps && name == hidden) continue;
        Filling filling;
        filling.texts = {
            {"name", name},   {"decision", decided},       {"dataset", "datasets/open"},
            {"record", name}, {"query", "Brackish Kilns"}, {"authority_country", "GB"}};
        filling.enums = {{"purpose", v1::PURPOSE_AWARD}, {"format", v1::EXPORT_FORMAT_JSONL}};
        filling.counts = {{"from_revision", before}};
        filling.identifier = Parse<v1::Identifier>("scheme: 'GB-COH' value: '01234567'");
        const std::string text = CallAny(*method, RequestOf(*method, filling)).Text();
        EXPECT_THAT(text, Not(HasSubstr(kHidden))) << principal << " " << method->full_name();
        // Who names it hears his own words again.
        if (name != hidden) {
          EXPECT_THAT(text, Not(HasSubstr(kHiddenKey))) << principal << " " << method->full_name();
        }
        if (text.find(kOpen) != std::string::npos) show_open.insert(method->name());
        const bool told = name == decided && text.find(kOpenKey) != std::string::npos;
        if (told) name_open.insert(method->name());
        ++asked;
      }
    }
  }
  EXPECT_GT(asked, 300);
  // Else the markers would be sought where nothing is.
  EXPECT_THAT(show_open,
              AllOf(Contains("ListRiskFlags"), Contains("GetRiskFlag"), Contains("ExportDataset")));
  EXPECT_THAT(name_open, Contains("DiffRevisions"));
}

}  // namespace
}  // namespace probity::server
