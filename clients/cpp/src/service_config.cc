#include "src/service_config.h"

#include <cstdlib>
#include <iostream>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
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

namespace probity::client {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::Struct;
using google::protobuf::Value;

// A file that no release has: the tests read it too.
[[noreturn]] void Broken(const std::string& why) {
  std::cerr << "service_config.json: " << why << '\n';
  std::abort();
}

struct Config {
  std::map<std::string, std::chrono::milliseconds> timeouts;  // by full name of the method
  std::string for_grpc;
};

std::chrono::milliseconds ReadTimeout(const std::string& text) {
  absl::Duration timeout;
  if (!absl::ParseDuration(text, &timeout)) Broken(absl::StrCat(text, " is no duration"));
  return absl::ToChronoMilliseconds(timeout);
}

std::string ToJson(const Struct& config) {
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(config, &text).ok()) Broken("no JSON");
  return text;
}

Config Read() {
  Struct config;
  const auto read = google::protobuf::util::JsonStringToMessage(kServiceConfigText, &config);
  if (!read.ok()) Broken(read.ToString());
  Config found;
  for (Value& entry :
       *config.mutable_fields()->at("methodConfig").mutable_list_value()->mutable_values()) {
    auto& fields = *entry.mutable_struct_value()->mutable_fields();
    const auto timeout = fields.find("timeout");
    if (timeout == fields.end()) continue;
    for (const Value& name : fields.at("name").list_value().values()) {
      const auto& parts = name.struct_value().fields();
      found.timeouts.emplace(
          absl::StrCat(parts.at("service").string_value(), ".", parts.at("method").string_value()),
          ReadTimeout(timeout->second.string_value()));
    }
    fields.erase("timeout");
  }
  found.for_grpc = ToJson(config);
  return found;
}

const Config& Known() {
  static const Config& config = *new Config(Read());
  return config;
}

std::map<const Descriptor*, const MethodDescriptor*> ReadMethods() {
  std::map<const Descriptor*, const MethodDescriptor*> methods;
  for (const FileDescriptor* file :
       {v1::CheckCertificationRequest::descriptor()->file(),
        v1::GetDatasetRequest::descriptor()->file(), v1::GetPolicyRequest::descriptor()->file(),
        v1::GetPortfolioRequest::descriptor()->file(), v1::GetWaiverRequest::descriptor()->file(),
        v1::GetRiskFlagRequest::descriptor()->file(),
        v1::ScreenSupplierRequest::descriptor()->file(),
        v1::GetServerInfoRequest::descriptor()->file(),
        v1::GetSupplierRequest::descriptor()->file(),
        v1::ListVendorsRequest::descriptor()->file()}) {
    for (int service = 0; service < file->service_count(); ++service) {
      for (int i = 0; i < file->service(service)->method_count(); ++i) {
        const MethodDescriptor* method = file->service(service)->method(i);
        methods.emplace(method->input_type(), method);
      }
    }
  }
  return methods;
}

}  // namespace

const std::string& ServiceConfigForGrpc() { return Known().for_grpc; }

const MethodDescriptor* MethodOf(const Descriptor& request) {
  static const auto& methods =
      *new std::map<const Descriptor*, const MethodDescriptor*>(ReadMethods());
  const auto found = methods.find(&request);
  return found == methods.end() ? nullptr : found->second;
}

std::optional<std::chrono::milliseconds> TimeoutOf(const MethodDescriptor& method) {
  const auto found = Known().timeouts.find(method.full_name());
  if (found == Known().timeouts.end()) return std::nullopt;
  return found->second;
}

}  // namespace probity::client
