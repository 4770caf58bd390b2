#include "services/admission/method_costs.h"

#include <set>
#include <string>

#include "gtest/gtest.h"
#include "probity/v1/certification_service.pb.h"
#include "probity/v1/dataset_service.pb.h"
#include "probity/v1/policy_service.pb.h"
#include "probity/v1/portfolio_service.pb.h"
#include "probity/v1/review_service.pb.h"
#include "probity/v1/risk_service.pb.h"
#include "probity/v1/screening_service.pb.h"
#include "probity/v1/server_service.pb.h"
#include "probity/v1/supplier_service.pb.h"
#include "probity/v1/vendor_service.pb.h"

namespace probity::admission {
namespace {

std::vector<const google::protobuf::ServiceDescriptor*> Services() {
  std::vector<const google::protobuf::ServiceDescriptor*> services;
  for (const google::protobuf::FileDescriptor* file :
       {v1::CheckCertificationRequest::descriptor()->file(),
        v1::CreateLoadRequest::descriptor()->file(), v1::CreatePolicyRequest::descriptor()->file(),
        v1::PutPortfolioRequest::descriptor()->file(),
        v1::CreateJudgementRequest::descriptor()->file(),
        v1::ListRiskFlagsRequest::descriptor()->file(),
        v1::ScreenSupplierRequest::descriptor()->file(),
        v1::GetServerInfoRequest::descriptor()->file(),
        v1::LookupSuppliersRequest::descriptor()->file(),
        v1::ListVendorsRequest::descriptor()->file()}) {
    EXPECT_EQ(file->service_count(), 1) << file->name();
    services.push_back(file->service(0));
  }
  return services;
}

TEST(MethodCostsTest, EveryMethodHasItsPriceAndNothingElseHas) {
  std::set<std::string> methods;
  for (const auto* service : Services()) {
    for (int i = 0; i < service->method_count(); ++i) {
      methods.insert(service->name() + "." + service->method(i)->name());
    }
  }
  std::set<std::string> priced;
  for (const MethodCost& cost : AllCosts()) {
    EXPECT_TRUE(priced.insert(std::string(cost.method)).second) << cost.method << " twice";
    EXPECT_GE(cost.units, 1) << cost.method;
    EXPECT_EQ(CostOf(cost.method).units, cost.units);
  }
  EXPECT_EQ(priced, methods);
}

// The place of a stream is held for as long as it is open, and no other's is.
TEST(MethodCostsTest, StreamsAreThoseOfTheProtos) {
  for (const auto* service : Services()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const auto* method = service->method(i);
      const bool streams = method->client_streaming() || method->server_streaming();
      const Lane lane = CostOf(service->name() + "." + method->name()).lane;
      EXPECT_EQ(lane == Lane::kStream, streams) << method->full_name();
    }
  }
}

TEST(MethodCostsTest, WhatIsNotInTheTableCostsALookup) {
  const MethodCost& cost = CostOf("NullService.Null");
  EXPECT_EQ(cost.lane, Lane::kPoint);
  EXPECT_EQ(cost.units, CostOf("SupplierService.LookupSuppliers").units);
  EXPECT_EQ(cost.units_an_item, 0);
}

}  // namespace
}  // namespace probity::admission
