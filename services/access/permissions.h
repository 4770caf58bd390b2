// Which permission a method asks for, and which ones a role has, as the protos say.
#ifndef PROBITY_SERVICES_ACCESS_PERMISSIONS_H_
#define PROBITY_SERVICES_ACCESS_PERMISSIONS_H_

#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "probity/config/v1/access_config.pb.h"
#include "probity/v1/permission.pb.h"

namespace probity::access {

using PermissionSet = std::set<v1::Permission>;

// Every service of probity.v1.
std::vector<const google::protobuf::ServiceDescriptor*> Services();

// "SupplierService.GetSupplier": as calls are named to gates and logs.
std::string MethodName(const google::protobuf::MethodDescriptor& method);

// Read from the descriptors once. Immutable; thread-safe.
class MethodPermissions {
 public:
  MethodPermissions();
  // UNSPECIFIED, which nobody has, for methods that are not Probity's or do not say.
  v1::Permission Of(absl::string_view method) const;

 private:
  absl::flat_hash_map<std::string, v1::Permission> permissions_;
};

// Methods whose calls are acts of administration.
std::set<std::string> ActMethods();

// Empty for UNSPECIFIED.
PermissionSet PermissionsOf(config::v1::Role role);

// Whether what is permitted changes records of a dataset that the request names, so that a
// binding's datasets bound it.
bool WritesRecords(v1::Permission permission);

// "READ_RECORDS" and "ROLE_READER".
std::string NameOf(v1::Permission permission);
std::string NameOf(config::v1::Role role);

}  // namespace probity::access

#endif  // PROBITY_SERVICES_ACCESS_PERMISSIONS_H_
