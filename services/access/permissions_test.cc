#include "services/access/permissions.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::access {
namespace {

using config::v1::Role;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

std::vector<Role> Roles() {
  std::vector<Role> roles;
  const auto* of = config::v1::Role_descriptor();
  for (int i = 0; i < of->value_count(); ++i) {
    if (of->value(i)->number() != 0) roles.push_back(static_cast<Role>(of->value(i)->number()));
  }
  return roles;
}

std::vector<v1::Permission> Permissions() {
  std::vector<v1::Permission> permissions;
  const auto* of = v1::Permission_descriptor();
  for (int i = 0; i < of->value_count(); ++i) {
    const int number = of->value(i)->number();
    if (number != 0) permissions.push_back(static_cast<v1::Permission>(number));
  }
  return permissions;
}

std::string TextOf(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

// The files are those of the source, so that a service nobody told of is seen too.
TEST(PermissionsTest, EveryServiceIsKnown) {
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator("proto/probity/v1")) {
    files += absl::EndsWith(entry.path().string(), "_service.proto") ? 1 : 0;
  }
  EXPECT_EQ(Services().size(), files);
}

TEST(PermissionsTest, NoMethodIsWithoutOne) {
  const MethodPermissions methods;
  int looked_at = 0;
  for (const auto* service : Services()) {
    for (int i = 0; i < service->method_count(); ++i, ++looked_at) {
      const std::string name = MethodName(*service->method(i));
      EXPECT_NE(methods.Of(name), v1::PERMISSION_UNSPECIFIED) << name;
    }
  }
  EXPECT_GE(looked_at, 99);
}

TEST(PermissionsTest, WhatIsNotProbitysHasNone) {
  const MethodPermissions methods;
  EXPECT_EQ(methods.Of("SupplierService.DropEverything"), v1::PERMISSION_UNSPECIFIED);
  EXPECT_EQ(methods.Of(""), v1::PERMISSION_UNSPECIFIED);
  EXPECT_EQ(methods.Of("GetSupplier"), v1::PERMISSION_UNSPECIFIED);
}

// Nobody has the permission that means "not said", and no permission is nobody's.
TEST(PermissionsTest, EachIsOfARoleAndAskedForByAMethod) {
  PermissionSet given, asked;
  for (const Role role : Roles()) {
    const PermissionSet of_role = PermissionsOf(role);
    EXPECT_FALSE(of_role.empty()) << NameOf(role);
    given.insert(of_role.begin(), of_role.end());
  }
  const MethodPermissions methods;
  for (const auto* service : Services()) {
    for (int i = 0; i < service->method_count(); ++i) {
      asked.insert(methods.Of(MethodName(*service->method(i))));
    }
  }
  const std::vector<v1::Permission> all = Permissions();
  EXPECT_EQ(given, PermissionSet(all.begin(), all.end()));
  EXPECT_EQ(asked, given);
  EXPECT_TRUE(PermissionsOf(config::v1::ROLE_UNSPECIFIED).empty());
}

TEST(PermissionsTest, RolesKeepDutiesApart) {
  const PermissionSet loader = PermissionsOf(config::v1::ROLE_LOADER);
  EXPECT_EQ(loader.count(v1::PERMISSION_COMMIT), 0U) << "who brings data does not publish it";
  const PermissionSet editor = PermissionsOf(config::v1::ROLE_POLICY_EDITOR);
  EXPECT_EQ(editor.count(v1::PERMISSION_WAIVE), 0U) << "nor waives who makes the rules";
  const PermissionSet operates = PermissionsOf(config::v1::ROLE_OPERATOR);
  EXPECT_EQ(operates.count(v1::PERMISSION_READ_RECORDS), 0U);
  for (const v1::Permission permission : PermissionsOf(config::v1::ROLE_AUDITOR)) {
    const std::string name = NameOf(permission);
    EXPECT_TRUE(absl::StartsWith(name, "READ_") || name == "EXPORT_RECORDS") << name;
  }
  const PermissionSet reader = PermissionsOf(config::v1::ROLE_READER);
  for (const Role role : Roles()) {
    if (role == config::v1::ROLE_OPERATOR) continue;
    EXPECT_THAT(PermissionsOf(role), IsSupersetOf(reader)) << NameOf(role);
  }
}

std::set<std::string> MethodsWith(v1::Permission permission) {
  const MethodPermissions methods;
  std::set<std::string> named;
  for (const auto* service : Services()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const std::string name = MethodName(*service->method(i));
      if (methods.Of(name) == permission) named.insert(service->method(i)->name());
    }
  }
  return named;
}

// The tests over the API ask for what the protos say; this is what the protos must say.
TEST(PermissionsTest, WhatWritesAsksForMoreThanReading) {
  constexpr absl::string_view kReading[] = {
      "Get",        "List",    "Lookup", "BatchLookup", "Search", "Compare", "Check",   "Diff",
      "BatchCheck", "Explain", "Watch",  "Print",       "Replay", "Export",  "Download"};
  const MethodPermissions methods;
  int writing = 0;
  for (const auto* service : Services()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const std::string& verb = service->method(i)->name();
      const bool reads =
          std::any_of(std::begin(kReading), std::end(kReading),
                      [&verb](absl::string_view read) { return absl::StartsWith(verb, read); });
      const std::string asked = NameOf(methods.Of(MethodName(*service->method(i))));
      const bool asks_to_read = absl::StartsWith(asked, "READ_") || asked == "EXPORT_RECORDS";
      if (reads) continue;
      EXPECT_FALSE(asks_to_read) << verb << " asks for " << asked;
      ++writing;
    }
  }
  EXPECT_GT(writing, 40);
}

// What those may who are trusted with little: each method by name, so that another one is
// looked at by somebody before a loader, an operator or a reader may call it.
TEST(PermissionsTest, LittleTrustIsNamedMethodByMethod) {
  EXPECT_THAT(MethodsWith(v1::PERMISSION_LOAD),
              ElementsAre("AbortLoad", "CreateLoad", "PreviewLoad", "UploadChunk", "ValidateLoad"));
  EXPECT_THAT(MethodsWith(v1::PERMISSION_READ_LOADS),
              ElementsAre("DownloadRejectedFile", "GetLoad", "GetLoadPreview", "ListLoads",
                          "ListRejectedRecords"));
  EXPECT_THAT(MethodsWith(v1::PERMISSION_READ_SERVER), ElementsAre("GetServerInfo"));
  EXPECT_THAT(MethodsWith(v1::PERMISSION_OPERATE),
              ElementsAre("CheckStore", "CreateBackup", "DeleteBackups", "GetBackup", "ListBackups",
                          "VerifyBackup"));
  EXPECT_THAT(MethodsWith(v1::PERMISSION_READ_RECORDS),
              ElementsAre("BatchCheckCertifications", "BatchLookupSuppliers", "CheckAudit",
                          "CheckCertification", "CheckCommodityRisk", "CompareNames",
                          "DiffRevisions", "ExplainSearchMiss", "GetCertification", "GetDataset",
                          "GetPolicy", "GetRiskFlag", "GetSupplier", "ListAudits",
                          "ListCertifications", "ListDatasets", "ListLinks", "ListPolicies",
                          "ListRevisions", "ListRiskFlags", "LookupSuppliers", "SearchSuppliers"));
}

// Every method that may change what verdicts rest on, or give it up, is one or the other, so
// that a new one is looked at by somebody.
TEST(PermissionsTest, WhatChangesVerdictsIsAnAct) {
  const std::set<std::string> acts = ActMethods();
  std::set<std::string> others;
  for (const v1::Permission permission :
       {v1::PERMISSION_COMMIT, v1::PERMISSION_ERASE, v1::PERMISSION_HOLD, v1::PERMISSION_JUDGE,
        v1::PERMISSION_WAIVE, v1::PERMISSION_KEEP_REPLIES, v1::PERMISSION_KEEP_VENDORS,
        v1::PERMISSION_EDIT_POLICY, v1::PERMISSION_OPERATE}) {
    for (const auto* service : Services()) {
      for (int i = 0; i < service->method_count(); ++i) {
        const auto& method = *service->method(i);
        if (method.options().GetExtension(v1::permission) != permission) continue;
        if (acts.count(MethodName(method)) == 0) others.insert(MethodName(method));
      }
    }
  }
  EXPECT_THAT(acts,
              ElementsAre("DatasetService.ApproveLoad", "DatasetService.ApproveRedaction",
                          "DatasetService.CommitLoad", "DatasetService.CreateDataset",
                          "DatasetService.PutRecord", "DatasetService.RedactRecord",
                          "DatasetService.ReleaseLegalHold", "DatasetService.RemoveRecord",
                          "DatasetService.RollbackDataset", "DatasetService.SetLegalHold",
                          "DatasetService.UpdateDataset", "PolicyService.ActivatePolicy",
                          "PolicyService.CreatePolicy", "ReviewService.ApproveWaiver",
                          "ReviewService.AssessSelfCleaning", "ReviewService.BatchCreateJudgements",
                          "ReviewService.CreateJudgement", "ReviewService.CreateWaiver",
                          "ReviewService.RevokeWaiver", "ReviewService.SubmitReply",
                          "ReviewService.WithdrawJudgement", "ReviewService.WithdrawReply",
                          "ScreeningService.ErasePersonalTexts", "VendorService.BatchUpsertVendors",
                          "VendorService.DeleteVendors"));
  EXPECT_THAT(others,
              ElementsAre("PolicyService.PreviewPolicy", "PolicyService.TestPolicy",
                          "PortfolioService.BatchPutMembers", "PortfolioService.DeletePortfolio",
                          "PortfolioService.PutPortfolio", "PortfolioService.RemoveMembers",
                          "ServerService.CheckStore", "ServerService.CreateBackup",
                          "ServerService.DeleteBackups", "ServerService.GetBackup",
                          "ServerService.ListBackups", "ServerService.VerifyBackup"));
}

// docs/SECURITY.md has one row a permission, with the roles that have it.
TEST(PermissionsTest, TheDocumentSaysTheSame) {
  const std::string document = TextOf("docs/SECURITY.md");
  for (const v1::Permission permission : Permissions()) {
    std::vector<std::string> cells;
    for (const Role role : Roles()) {
      cells.push_back(PermissionsOf(role).count(permission) > 0 ? "x" : "");
    }
    const std::string row =
        absl::StrCat("| ", NameOf(permission), " | ", absl::StrJoin(cells, " | "));
    EXPECT_THAT(document, HasSubstr(row + " | "));
  }
}

TEST(PermissionsTest, NamesAreShort) {
  EXPECT_EQ(NameOf(v1::PERMISSION_READ_RECORDS), "READ_RECORDS");
  EXPECT_EQ(NameOf(config::v1::ROLE_POLICY_EDITOR), "ROLE_POLICY_EDITOR");
}

}  // namespace
}  // namespace probity::access
