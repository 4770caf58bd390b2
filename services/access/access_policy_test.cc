#include "services/access/access_policy.h"

#include "base/errors.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::access {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

AccessPolicy Policy(const std::string& text) {
  auto policy = AccessPolicy::Parse("f", text);
  EXPECT_TRUE(policy.ok()) << policy.status();
  return *std::move(policy);
}

std::string FaultOf(const std::string& text) {
  const auto policy = AccessPolicy::Parse("f", text);
  EXPECT_EQ(ReasonOf(policy.status()), v1::ERROR_REASON_INVALID_FIELD) << text;
  return std::string(policy.status().message());
}

bool May(const AccessPolicy& policy, v1::Permission permission, rpc::Caller caller) {
  const absl::Status admitted = policy.Admit(permission, &caller);
  if (admitted.ok()) return true;
  EXPECT_EQ(ReasonOf(admitted), v1::ERROR_REASON_PERMISSION_DENIED);
  return false;
}

TEST(AccessPolicyTest, WhatNoBindingGivesIsRefused) {
  const AccessPolicy policy = Policy("bindings { principals: 'ann' roles: ROLE_READER }");
  EXPECT_TRUE(May(policy, v1::PERMISSION_READ_RECORDS, {"ann", ""}));
  EXPECT_FALSE(May(policy, v1::PERMISSION_SCREEN, {"ann", ""}));
  EXPECT_FALSE(May(policy, v1::PERMISSION_UNSPECIFIED, {"ann", ""}));
  EXPECT_FALSE(May(policy, v1::PERMISSION_READ_RECORDS, {"Ann", ""})) << "names are exact";
  EXPECT_FALSE(May(policy, v1::PERMISSION_READ_RECORDS, {"", ""}));
  EXPECT_FALSE(May(policy, v1::PERMISSION_READ_RECORDS, {"ann", "authorities/a"}))
      << "of another authority, ann is somebody else";
}

TEST(AccessPolicyTest, ARefusalNamesThePermission) {
  const AccessPolicy policy = Policy("bindings { principals: 'ann' roles: ROLE_READER }");
  rpc::Caller caller{"ann", ""};
  const absl::Status refused = policy.Admit(v1::PERMISSION_SCREEN, &caller);
  EXPECT_EQ(refused.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(MetadataOf(refused)["permission"], "SCREEN");
}

TEST(AccessPolicyTest, BindingsAddUp) {
  const AccessPolicy policy = Policy(
      "bindings { principals: 'ann' roles: ROLE_READER } "
      "bindings { groups: 'ops' roles: ROLE_OPERATOR }");
  EXPECT_FALSE(May(policy, v1::PERMISSION_OPERATE, {"ann", ""}));
  EXPECT_TRUE(
      May(policy, v1::PERMISSION_OPERATE, {"ann", "", rpc::IdentityKind::kJwt, {"staff", "ops"}}));
  EXPECT_TRUE(May(policy, v1::PERMISSION_READ_RECORDS,
                  {"ann", "", rpc::IdentityKind::kJwt, {"staff", "ops"}}));
  EXPECT_FALSE(
      May(policy, v1::PERMISSION_READ_RECORDS, {"bob", "", rpc::IdentityKind::kJwt, {"ops"}}));
}

TEST(AccessPolicyTest, PatternsHoldBelowWholeSegments) {
  const AccessPolicy policy = Policy(
      "bindings { spiffe_ids: 'spiffe://ministry.example/erp/*' roles: ROLE_READER } "
      "bindings { spiffe_ids: 'spiffe://agency.example/*' roles: ROLE_READER }");
  const auto may = [&policy](const std::string& principal) {
    return May(policy, v1::PERMISSION_READ_RECORDS, {principal, ""});
  };
  EXPECT_TRUE(may("spiffe://ministry.example/erp/sap"));
  EXPECT_TRUE(may("spiffe://ministry.example/erp/sap/1"));
  EXPECT_TRUE(may("spiffe://agency.example/x"));
  EXPECT_FALSE(may("spiffe://ministry.example/erp"));
  EXPECT_FALSE(may("spiffe://ministry.example/erp/"));
  EXPECT_FALSE(may("spiffe://ministry.example/erpx/sap"));
  EXPECT_FALSE(may("spiffe://ministry.example.evil/erp/sap"));
  EXPECT_FALSE(may("spiffe://agency.example.evil/x"));
  EXPECT_FALSE(may("dns:spiffe://agency.example/x"));
}

TEST(AccessPolicyTest, ABindingNamesTheAuthorityOfThoseWhoBringNone) {
  const AccessPolicy policy =
      Policy("bindings { principals: 'erp' roles: ROLE_SCREENER authority: 'authorities/a' }");
  rpc::Caller caller{"erp", ""};
  ASSERT_TRUE(policy.Admit(v1::PERMISSION_SCREEN, &caller).ok());
  EXPECT_EQ(caller.authority, "authorities/a");
  EXPECT_TRUE(May(policy, v1::PERMISSION_SCREEN, {"erp", "authorities/a"}));
  EXPECT_FALSE(May(policy, v1::PERMISSION_SCREEN, {"erp", "authorities/b"}))
      << "a binding takes nobody into another authority";
}

TEST(AccessPolicyTest, ForWhomACallerActsIsNeverGuessed) {
  const std::string both =
      "bindings { principals: 'erp' roles: ROLE_SCREENER authority: 'authorities/a' } "
      "bindings { principals: 'erp' roles: ROLE_READER authority: 'authorities/b' }";
  const AccessPolicy policy = Policy(both);
  rpc::Caller caller{"erp", ""};
  EXPECT_THAT(policy.Admit(v1::PERMISSION_SCREEN, &caller).message(),
              HasSubstr("name different authorities"));
  EXPECT_EQ(caller.authority, "");
  EXPECT_TRUE(May(policy, v1::PERMISSION_SCREEN, {"erp", "authorities/a"}));
  EXPECT_FALSE(May(policy, v1::PERMISSION_SCREEN, {"erp", "authorities/b"}));
}

TEST(AccessPolicyTest, AStarIsWhicheverAuthorityTheIdentityNames) {
  const AccessPolicy policy = Policy(
      "bindings { principals: 'ops' roles: ROLE_OPERATOR authority: '*' } "
      "bindings { principals: 'ops' roles: ROLE_READER authority: 'authorities/a' }");
  EXPECT_TRUE(May(policy, v1::PERMISSION_OPERATE, {"ops", "authorities/b"}));
  EXPECT_FALSE(May(policy, v1::PERMISSION_READ_RECORDS, {"ops", "authorities/b"}));
  rpc::Caller none{"ops", ""};
  ASSERT_TRUE(policy.Admit(v1::PERMISSION_OPERATE, &none).ok());
  EXPECT_EQ(none.authority, "authorities/a") << "the one that the others agree on";
}

TEST(AccessPolicyTest, DatasetsBoundWhatMayBeWritten) {
  const AccessPolicy policy = Policy(
      "bindings { principals: 'ann' roles: ROLE_LOADER datasets: 'datasets/x' } "
      "bindings { principals: 'ann' roles: ROLE_STEWARD datasets: 'datasets/y' } "
      "bindings { principals: 'all' roles: ROLE_LOADER datasets: '*' } "
      "bindings { principals: 'waives' roles: ROLE_STEWARD }");
  const auto writes = [&policy](const char* principal, v1::Permission permission) {
    rpc::Caller caller{principal, ""};
    EXPECT_TRUE(policy.Admit(permission, &caller).ok());
    return caller;
  };
  EXPECT_THAT(*writes("ann", v1::PERMISSION_LOAD).writes, ElementsAre("x", "y"));
  const rpc::Caller commits = writes("ann", v1::PERMISSION_COMMIT);
  EXPECT_THAT(*commits.writes, ElementsAre("y"));
  EXPECT_TRUE(commits.MayWrite("dataset", "y").ok());
  const absl::Status refused = commits.MayWrite("dataset", "x");
  EXPECT_EQ(ReasonOf(refused), v1::ERROR_REASON_PERMISSION_DENIED);
  EXPECT_EQ(MetadataOf(refused)["field"], "dataset");
  EXPECT_EQ(writes("all", v1::PERMISSION_LOAD).writes, nullptr);
  EXPECT_TRUE(writes("all", v1::PERMISSION_LOAD).MayWrite("dataset", "x").ok());
  EXPECT_THAT(*writes("waives", v1::PERMISSION_WAIVE).writes, IsEmpty());
  EXPECT_FALSE(writes("waives", v1::PERMISSION_COMMIT).MayWrite("dataset", "x").ok());
}

TEST(AccessPolicyTest, FaultsSayWhatAndWhere) {
  EXPECT_THAT(FaultOf("bindings {\n  principal: 'ann' }"), HasSubstr("f:2:"));
  EXPECT_THAT(FaultOf(""), HasSubstr("nobody could call"));
  EXPECT_THAT(FaultOf("bindings { principals: 'a' roles: ROLE_READER } bindings { roles: "
                      "ROLE_READER }"),
              AllOf(HasSubstr("f: bindings[1]"), HasSubstr("holds for nobody")));
  EXPECT_THAT(FaultOf("bindings { principals: 'a' }"), HasSubstr("bindings[0].roles"));
  EXPECT_THAT(FaultOf("bindings { principals: 'a' roles: ROLE_UNSPECIFIED }"),
              HasSubstr("ROLE_UNSPECIFIED"));
  for (const char* name : {"", "a b", "a*", "a\\\"b", "\\303\\244"}) {
    EXPECT_THAT(
        FaultOf(std::string("bindings { principals: \"") + name + "\" roles: ROLE_READER }"),
        HasSubstr("bindings[0].principals[0]"))
        << name;
  }
  EXPECT_THAT(FaultOf("bindings { groups: '' roles: ROLE_READER }"), HasSubstr("groups[0]"));
}

TEST(AccessPolicyTest, FaultyPatternsAreRefused) {
  for (const char* pattern :
       {"spiffe://*", "spiffe:///*", "spiffe://d", "spiffe://d/x", "spiffe://d/*/x", "spiffe://d*",
        "spiffe://d//*", "*", "https://d/*", "spiffe://d/a*/*"}) {
    EXPECT_THAT(
        FaultOf(std::string("bindings { spiffe_ids: '") + pattern + "' roles: ROLE_READER }"),
        HasSubstr("bindings[0].spiffe_ids[0]"))
        << pattern;
  }
}

TEST(AccessPolicyTest, FaultyBoundsAreRefused) {
  const std::string ann = "bindings { principals: 'ann' ";
  for (const char* authority : {"a", "authorities/", "authorities/a/b", "authorities/*", "**"}) {
    EXPECT_THAT(FaultOf(ann + "roles: ROLE_READER authority: '" + authority + "' }"),
                HasSubstr("bindings[0].authority"))
        << authority;
  }
  EXPECT_THAT(FaultOf(ann + "roles: ROLE_LOADER }"), HasSubstr("is required for ROLE_LOADER"));
  EXPECT_THAT(FaultOf(ann + "roles: ROLE_READER datasets: 'datasets/x' }"),
              HasSubstr("bounds nothing"));
  EXPECT_THAT(FaultOf(ann + "roles: ROLE_LOADER datasets: 'x' }"),
              HasSubstr("bindings[0].datasets[0]"));
}

}  // namespace
}  // namespace probity::access
