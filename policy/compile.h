// Makes a policy from its text and the texts of the packs it takes in: parses,
// validates, puts together. Pure.
#ifndef PROBITY_POLICY_COMPILE_H_
#define PROBITY_POLICY_COMPILE_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/tables.h"
#include "policy/needs.h"
#include "policy/places.h"
#include "policy/policy_text.h"
#include "probity/v1/decision.pb.h"
#include "probity/v1/policy.pb.h"

namespace probity::policy {

struct Program;

// A valid policy with all that it takes in. Immutable; cheap to copy;
// thread-safe.
class CompiledPolicy {
 public:
  explicit CompiledPolicy(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

  // policies/{policy}/versions/{version}.
  const std::string& name() const;
  const std::string& title() const;
  // The policy first, then what it takes in, with the digests of their texts.
  std::vector<v1::PolicyRef> Refs() const;
  // What must be gathered before it can be evaluated.
  const Needs& needs() const;

  // Ids of all rules, those of the policy itself first.
  std::vector<std::string> RuleIds() const;
  // Those of the policy itself.
  std::vector<std::string> OwnRuleIds() const;
  // Names of the inputs that a rule reads, sorted, for example
  // "facts[].flag.decided_on"; empty for an unknown rule.
  std::vector<std::string> Reads(absl::string_view rule_id) const;

  // How far the law lets a rule be waived; nullopt for an unknown rule. Borrowed from
  // the policy.
  struct Waivable {
    bool mandatory = false;  // only by one of `derogations`
    const google::protobuf::RepeatedPtrField<v1::Derogation>& derogations;
  };
  std::optional<Waivable> FindWaivable(absl::string_view rule_id) const;

  // For evaluation alone.
  const Program& program() const { return *program_; }

 private:
  std::shared_ptr<const Program> program_;
};

// A policy, or all that is wrong with it. Warnings do not stand against it.
struct Compilation {
  std::shared_ptr<const CompiledPolicy> policy;  // nullptr when there are faults
  std::vector<PolicyFault> faults;
  std::vector<PolicyFault> warnings;
};

// Tables by which codes of places are read; they need not outlive the call.
struct PolicyTables {
  const Countries& countries;
  const CountryGroups& groups;
};

// `packs` holds the text of every pack that `text` includes; of others only what
// cannot be parsed is reported. The faults of all texts are reported at once;
// those of a text that cannot be parsed hide what validation would say of it.
Compilation CompilePolicy(absl::string_view text, const std::vector<std::string>& packs,
                          const PolicyTables& tables);

// What a text says of itself, read without validation: its id, version, title
// and includes. Faults of the form alone.
struct PolicyHeader {
  std::string id, version, title;
  std::vector<std::string> includes;
  int rules = 0;
  std::vector<PolicyFault> faults;
};
PolicyHeader ReadPolicyHeader(absl::string_view text);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_COMPILE_H_
