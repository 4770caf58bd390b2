#include "src/service_config.h"

#include <set>
#include <string>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "probity/client/client.h"
#include "probity/v1/permission.pb.h"

namespace probity::client {
namespace {

using google::protobuf::MethodDescriptor;
using nlohmann::json;

// All of the protos.
std::vector<const MethodDescriptor*> Rpcs() {
  std::vector<const MethodDescriptor*> rpcs;
  for (const char* service :
       {"CertificationService", "DatasetService", "PolicyService", "PortfolioService",
        "ReviewService", "RiskService", "ScreeningService", "ServerService", "SupplierService",
        "VendorService"}) {
    const auto* found = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
        std::string("probity.v1.") + service);
    for (int i = 0; i < found->method_count(); ++i) rpcs.push_back(found->method(i));
  }
  return rpcs;
}

// Names of RPCs whose entry has the member.
std::set<std::string> Having(const std::string& config, const std::string& member) {
  std::set<std::string> names;
  const json parsed = json::parse(config);
  for (const json& entry : parsed.at("methodConfig")) {
    for (const json& name : entry.at("name")) {
      if (!entry.contains(member)) continue;
      names.insert(name.at("service").get<std::string>() + "." +
                   name.at("method").get<std::string>());
    }
  }
  return names;
}

bool MayBeRepeated(const MethodDescriptor& rpc) {
  const std::string permission = v1::Permission_Name(rpc.options().GetExtension(v1::permission));
  const bool reads = absl::StartsWith(permission, "PERMISSION_READ_") ||
                     absl::StartsWith(permission, "PERMISSION_EXPORT_") ||
                     rpc.name() == "GetBackup" || rpc.name() == "ListBackups";
  const bool is_named = rpc.input_type()->FindFieldByName("request_id") != nullptr ||
                        rpc.name() == "BatchScreenSuppliers";  // its items are
  return (reads || is_named) && !rpc.client_streaming();
}

TEST(ServiceConfigTest, SaysOfEveryRpcWhatItMust) {
  const std::set<std::string> retried = Having(ServiceConfigForGrpc(), "retryPolicy");
  EXPECT_GE(Rpcs().size(), 80u);
  for (const MethodDescriptor* rpc : Rpcs()) {
    EXPECT_EQ(retried.count(rpc->full_name()) == 1, MayBeRepeated(*rpc)) << rpc->full_name();
    EXPECT_EQ(TimeoutOf(*rpc).has_value(), !rpc->server_streaming()) << rpc->full_name();
  }
}

TEST(ServiceConfigTest, LeavesDeadlinesToTheCallerAndHedgesNothing) {
  EXPECT_TRUE(Having(ServiceConfigForGrpc(), "timeout").empty());
  EXPECT_FALSE(Having(kServiceConfigText, "timeout").empty());
  EXPECT_THAT(ServiceConfigForGrpc(), ::testing::Not(::testing::HasSubstr("hedging")));
  EXPECT_EQ(json::parse(ServiceConfigForGrpc()).at("retryThrottling"),
            json::parse(kServiceConfigText).at("retryThrottling"));
}

TEST(ServiceConfigTest, RequestsNameTheirRpc) {
  for (const MethodDescriptor* rpc : Rpcs()) {
    EXPECT_EQ(MethodOf(*rpc->input_type()), rpc) << "two RPCs share a type of request";
  }
  EXPECT_EQ(MethodOf(*v1::Decision::descriptor()), nullptr);
}

}  // namespace
}  // namespace probity::client
