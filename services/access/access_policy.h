// Who may do what: bindings of callers to roles. What no binding gives is refused.
#ifndef PROBITY_SERVICES_ACCESS_ACCESS_POLICY_H_
#define PROBITY_SERVICES_ACCESS_ACCESS_POLICY_H_

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "probity/config/v1/access_config.pb.h"
#include "services/access/permissions.h"
#include "services/rpc/call_context.h"

namespace probity::access {

// Immutable once made; thread-safe.
class AccessPolicy {
 public:
  // Reads probity.config.v1.AccessConfig as text; `file` is its name for messages.
  // INVALID_ARGUMENT / INVALID_FIELD names the line of a fault of the text, or the
  // binding and field of any other.
  static absl::StatusOr<AccessPolicy> Parse(absl::string_view file, const std::string& text);

  // Adds to `caller` the authority that it acts for and the datasets that the call may
  // change. A caller acts for the authority that its identity names; where that names none,
  // for the one that its bindings agree on, or none. PERMISSION_DENIED where no binding
  // gives `permission` there, or its bindings do not agree.
  absl::Status Admit(v1::Permission permission, rpc::Caller* caller) const;

 private:
  // Null: every dataset.
  using Datasets = std::shared_ptr<const std::set<std::string>>;
  struct Rule {
    PermissionSet permissions;
    std::string authority;  // "*": any
    Datasets datasets;
  };
  struct Pattern {
    std::string prefix;  // "spiffe://domain/path/"
    size_t rule;
  };
  using ByName = absl::flat_hash_map<std::string, std::vector<size_t>>;

  absl::Status Add(const config::v1::Binding& binding, absl::string_view where);
  // Few, as a rule: asked for each call.
  using Rules = absl::InlinedVector<size_t, 8>;
  // Indices of the rules that name the caller, in order, each once.
  Rules RulesFor(const rpc::Caller& caller) const;
  absl::StatusOr<std::string> AuthorityOf(const rpc::Caller& caller, const Rules& rules) const;

  std::vector<Rule> rules_;
  ByName principals_;
  ByName groups_;
  std::vector<Pattern> patterns_;
};

}  // namespace probity::access

#endif  // PROBITY_SERVICES_ACCESS_ACCESS_POLICY_H_
