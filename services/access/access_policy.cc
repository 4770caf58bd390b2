#include "services/access/access_policy.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/errors.h"
#include "base/text_proto.h"
#include "services/rpc/resource_names.h"

namespace probity::access {
namespace {

using config::v1::Binding;

constexpr char kAny[] = "*";
constexpr absl::string_view kSpiffe = "spiffe://";
constexpr size_t kMaxNameBytes = 256;

// Names as identities have them: printable, so that a pasted blank or quote is told here
// and not as a refusal at night.
bool IsName(absl::string_view text) {
  const auto plain = [](char c) { return absl::ascii_isgraph(c) && c != '"' && c != '\\'; };
  return !text.empty() && text.size() <= kMaxNameBytes &&
         std::all_of(text.begin(), text.end(), plain);
}

bool IsAuthority(absl::string_view text) {
  return absl::ConsumePrefix(&text, "authorities/") && IsName(text) &&
         !absl::StrContains(text, '/') && !absl::StrContains(text, '*');
}

// "spiffe://domain/" or "spiffe://domain/path/" of a pattern; nullopt for none.
std::optional<std::string> PrefixOf(absl::string_view pattern) {
  if (!IsName(pattern) || !absl::ConsumeSuffix(&pattern, "/*")) return std::nullopt;
  absl::string_view rest = pattern;
  if (!absl::ConsumePrefix(&rest, kSpiffe)) return std::nullopt;
  // Neither an empty trust domain or segment, nor another star.
  const bool hollow = rest.empty() || rest.front() == '/' || rest.back() == '/' ||
                      absl::StrContains(rest, "//") || absl::StrContains(rest, '*');
  return hollow ? std::nullopt : std::make_optional(absl::StrCat(pattern, "/"));
}

absl::Status CheckNames(const google::protobuf::RepeatedPtrField<std::string>& names,
                        absl::string_view field) {
  for (int i = 0; i < names.size(); ++i) {
    if (IsName(names[i]) && !absl::StrContains(names[i], '*')) continue;
    return InvalidField(absl::StrCat(field, "[", i, "]"),
                        "must be 1 to 256 printable characters of ASCII without space, quote, "
                        "backslash and *; patterns stand in spiffe_ids");
  }
  return absl::OkStatus();
}

absl::StatusOr<PermissionSet> ReadRoles(const Binding& binding, absl::string_view where) {
  const std::string field = absl::StrCat(where, ".roles");
  if (binding.roles().empty()) return InvalidField(field, "names no role, so gives nothing");
  PermissionSet permissions;
  for (const int role : binding.roles()) {
    PermissionSet of_role = PermissionsOf(static_cast<config::v1::Role>(role));
    if (of_role.empty()) return InvalidField(field, "must not be ROLE_UNSPECIFIED");
    permissions.merge(of_role);
  }
  return permissions;
}

// The bare ids; null for "*".
absl::StatusOr<std::shared_ptr<const std::set<std::string>>> ReadDatasets(
    const Binding& binding, const PermissionSet& permissions, absl::string_view where) {
  const std::string field = absl::StrCat(where, ".datasets");
  const auto& roles = binding.roles();
  const bool loads = std::count(roles.begin(), roles.end(), config::v1::ROLE_LOADER) > 0;
  if (loads && binding.datasets().empty()) {
    return InvalidField(field, "is required for ROLE_LOADER: datasets/{dataset}, or \"*\" for all");
  }
  const bool writes = std::any_of(permissions.begin(), permissions.end(), WritesRecords);
  if (!writes && !binding.datasets().empty()) {
    return InvalidField(field, "bounds nothing, because none of the roles changes records");
  }
  auto ids = std::make_shared<std::set<std::string>>();
  for (int i = 0; i < binding.datasets_size(); ++i) {
    if (binding.datasets(i) == kAny) return nullptr;
    auto id = rpc::ParseDatasetName(absl::StrCat(field, "[", i, "]"), binding.datasets(i));
    if (!id.ok()) return id.status();
    ids->insert(*std::move(id));
  }
  return ids;
}

}  // namespace

absl::StatusOr<AccessPolicy> AccessPolicy::Parse(absl::string_view file, const std::string& text) {
  config::v1::AccessConfig config;
  if (const std::string fault = ReadTextProto(text, &config); !fault.empty()) {
    return InvalidField("access_file", absl::StrCat(file, ":", fault));
  }
  if (config.bindings().empty()) {
    return InvalidField("access_file",
                        absl::StrCat(file, " has no bindings, so nobody could call"));
  }
  AccessPolicy policy;
  for (int i = 0; i < config.bindings_size(); ++i) {
    const std::string where = absl::StrCat(file, ": bindings[", i, "]");
    if (absl::Status added = policy.Add(config.bindings(i), where); !added.ok()) return added;
  }
  return policy;
}

absl::Status AccessPolicy::Add(const Binding& binding, absl::string_view where) {
  if (binding.principals().empty() && binding.spiffe_ids().empty() && binding.groups().empty()) {
    return InvalidField(where, "names no principals, spiffe_ids or groups, so holds for nobody");
  }
  absl::Status well = CheckNames(binding.principals(), absl::StrCat(where, ".principals"));
  if (well.ok()) well = CheckNames(binding.groups(), absl::StrCat(where, ".groups"));
  if (!well.ok()) return well;
  if (!binding.authority().empty() && binding.authority() != kAny &&
      !IsAuthority(binding.authority())) {
    return InvalidField(absl::StrCat(where, ".authority"),
                        "must be authorities/{authority}, \"*\" for whichever the caller's "
                        "identity names, or unset for none");
  }
  auto permissions = ReadRoles(binding, where);
  if (!permissions.ok()) return permissions.status();
  auto datasets = ReadDatasets(binding, *permissions, where);
  if (!datasets.ok()) return datasets.status();
  const size_t rule = rules_.size();
  for (int i = 0; i < binding.spiffe_ids_size(); ++i) {
    auto prefix = PrefixOf(binding.spiffe_ids(i));
    if (!prefix.has_value()) {
      return InvalidField(absl::StrCat(where, ".spiffe_ids[", i, "]"),
                          "must be spiffe://TRUST-DOMAIN/* or spiffe://TRUST-DOMAIN/PATH/*; one id "
                          "alone stands in principals");
    }
    patterns_.push_back({*std::move(prefix), rule});
  }
  for (const std::string& principal : binding.principals()) principals_[principal].push_back(rule);
  for (const std::string& group : binding.groups()) groups_[group].push_back(rule);
  rules_.push_back({*std::move(permissions), binding.authority(), *std::move(datasets)});
  return absl::OkStatus();
}

AccessPolicy::Rules AccessPolicy::RulesFor(const rpc::Caller& caller) const {
  Rules rules;
  const auto add = [&rules](const ByName& by_name, const std::string& name) {
    const auto found = by_name.find(name);
    if (found == by_name.end()) return;
    rules.insert(rules.end(), found->second.begin(), found->second.end());
  };
  add(principals_, caller.principal);
  for (const std::string& group : caller.groups) add(groups_, group);
  for (const Pattern& pattern : patterns_) {
    const bool below = caller.principal.size() > pattern.prefix.size() &&
                       absl::StartsWith(caller.principal, pattern.prefix);
    if (below) rules.push_back(pattern.rule);
  }
  std::sort(rules.begin(), rules.end());
  rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
  return rules;
}

absl::StatusOr<std::string> AccessPolicy::AuthorityOf(const rpc::Caller& caller,
                                                      const Rules& rules) const {
  if (!caller.authority.empty()) return caller.authority;
  std::optional<std::string> agreed;
  for (const size_t rule : rules) {
    const std::string& authority = rules_[rule].authority;
    if (authority == kAny) continue;
    if (agreed.has_value() && *agreed != authority) {
      return MakeError(absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_PERMISSION_DENIED,
                       "bindings of this caller name different authorities, and its identity "
                       "names none: for whom it acts is not known");
    }
    agreed = authority;
  }
  return agreed.value_or("");
}

absl::Status AccessPolicy::Admit(v1::Permission permission, rpc::Caller* caller) const {
  const Rules rules = RulesFor(*caller);
  auto authority = AuthorityOf(*caller, rules);
  if (!authority.ok()) return authority.status();
  bool permitted = false, everything = false;
  Datasets datasets;
  for (const size_t index : rules) {
    const Rule& rule = rules_[index];
    if (rule.authority != kAny && rule.authority != *authority) continue;
    if (rule.permissions.count(permission) == 0) continue;
    permitted = true;
    if (rule.datasets == nullptr) everything = true;
    if (everything || datasets == nullptr) {
      datasets = rule.datasets;
    } else if (!rule.datasets->empty()) {
      auto both = std::make_shared<std::set<std::string>>(*datasets);
      both->insert(rule.datasets->begin(), rule.datasets->end());
      datasets = std::move(both);
    }
  }
  if (!permitted) return PermissionMissing(NameOf(permission));
  caller->authority = *std::move(authority);
  caller->writes = everything ? nullptr : std::move(datasets);
  return absl::OkStatus();
}

}  // namespace probity::access
