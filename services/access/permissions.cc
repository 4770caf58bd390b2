#include "services/access/permissions.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
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

namespace probity::access {

std::vector<const google::protobuf::ServiceDescriptor*> Services() {
  // By one message of each file, so that the linker keeps them all.
  const google::protobuf::Descriptor* const messages[] = {
      v1::CheckCertificationRequest::descriptor(), v1::CreateDatasetRequest::descriptor(),
      v1::CreatePolicyRequest::descriptor(),       v1::PutPortfolioRequest::descriptor(),
      v1::CreateJudgementRequest::descriptor(),    v1::ListRiskFlagsRequest::descriptor(),
      v1::ScreenSupplierRequest::descriptor(),     v1::GetServerInfoRequest::descriptor(),
      v1::GetSupplierRequest::descriptor(),        v1::ListVendorsRequest::descriptor()};
  std::vector<const google::protobuf::ServiceDescriptor*> services;
  for (const google::protobuf::Descriptor* message : messages) {
    for (int i = 0; i < message->file()->service_count(); ++i) {
      services.push_back(message->file()->service(i));
    }
  }
  return services;
}

std::string MethodName(const google::protobuf::MethodDescriptor& method) {
  return absl::StrCat(method.service()->name(), ".", method.name());
}

MethodPermissions::MethodPermissions() {
  for (const google::protobuf::ServiceDescriptor* service : Services()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const google::protobuf::MethodDescriptor& method = *service->method(i);
      permissions_[MethodName(method)] = method.options().GetExtension(v1::permission);
    }
  }
}

v1::Permission MethodPermissions::Of(absl::string_view method) const {
  const auto found = permissions_.find(method);
  return found == permissions_.end() ? v1::PERMISSION_UNSPECIFIED : found->second;
}

std::set<std::string> ActMethods() {
  std::set<std::string> methods;
  for (const google::protobuf::ServiceDescriptor* service : Services()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const google::protobuf::MethodDescriptor& method = *service->method(i);
      if (method.options().GetExtension(v1::is_act)) methods.insert(MethodName(method));
    }
  }
  return methods;
}

PermissionSet PermissionsOf(config::v1::Role role) {
  PermissionSet permissions;
  const auto* value = config::v1::Role_descriptor()->FindValueByNumber(role);
  if (value == nullptr) return permissions;
  for (int i = 0; i < value->options().ExtensionSize(config::v1::grants); ++i) {
    permissions.insert(value->options().GetExtension(config::v1::grants, i));
  }
  return permissions;
}

bool WritesRecords(v1::Permission permission) {
  return permission == v1::PERMISSION_LOAD || permission == v1::PERMISSION_COMMIT ||
         permission == v1::PERMISSION_ERASE || permission == v1::PERMISSION_HOLD;
}

std::string NameOf(v1::Permission permission) {
  return std::string(absl::StripPrefix(v1::Permission_Name(permission), "PERMISSION_"));
}

std::string NameOf(config::v1::Role role) { return config::v1::Role_Name(role); }

}  // namespace probity::access
