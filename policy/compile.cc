#include "policy/compile.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/hash.h"
#include "policy/program.h"
#include "policy/validate.h"

namespace probity::policy {
namespace {

constexpr int kUsualReviewDays = 365;

std::string NameOf(const v1::Policy& policy) {
  return absl::StrCat("policies/", policy.id(), "/versions/", policy.version());
}

// What `text` is called in faults until its id is known.
bool Parse(absl::string_view text, absl::string_view label, ParsedPolicy* parsed, Faults* faults) {
  Faults found = ReadPolicyText(text, &parsed->policy, &parsed->tree);
  parsed->digest = Sha256(text);
  for (PolicyFault& fault : found) {
    fault.text = parsed->policy.id().empty() ? std::string(label) : parsed->policy.id();
    faults->push_back(std::move(fault));
  }
  return found.empty();
}

// The packs that the policy takes in, in its order. Of the others nothing is
// said.
std::vector<const ParsedPolicy*> Included(const v1::Policy& policy,
                                          const std::vector<std::unique_ptr<ParsedPolicy>>& packs) {
  std::vector<const ParsedPolicy*> included;
  for (const std::string& id : policy.includes()) {
    for (const auto& pack : packs) {
      if (pack->policy.id() == id) {
        included.push_back(pack.get());
        break;
      }
    }
  }
  return included;
}

void AddPart(const ParsedPolicy& parsed, const CountryGroups& groups, Program* program) {
  auto part = std::make_unique<ProgramPart>();
  part->policy = parsed.policy;
  part->ref.set_name(NameOf(parsed.policy));
  part->ref.set_digest(parsed.digest);
  part->binds = PlaceSet(parsed.policy.binds(), groups);
  program->parts.push_back(std::move(part));
}

// The shortest time that one of the texts says.
int ReviewDays(const Program& program) {
  int days = 0;
  for (const auto& part : program.parts) {
    const int said = part->policy.review_after_days();
    if (said > 0 && (days == 0 || said < days)) days = said;
  }
  return days == 0 ? kUsualReviewDays : days;
}

std::shared_ptr<const CompiledPolicy> Build(const ParsedPolicy& policy,
                                            const std::vector<const ParsedPolicy*>& packs,
                                            const CountryGroups& groups) {
  auto program = std::make_shared<Program>();
  program->groups = groups;
  AddPart(policy, groups, program.get());
  for (const ParsedPolicy* pack : packs) AddPart(*pack, groups, program.get());
  for (const auto& part : program->parts) {
    const auto& inputs = part->policy.required_inputs();
    program->required_inputs.insert(program->required_inputs.end(), inputs.begin(), inputs.end());
  }
  program->review_after_days = ReviewDays(*program);
  BuildRules(program.get());
  program->needs = NeedsOf(*program);
  program->alert_score = policy.policy.identity().alert_score();
  program->allow_asserted = policy.policy.identity().allow_asserted();
  return std::make_shared<CompiledPolicy>(std::move(program));
}

// What is allowed but worth a look.
void Warn(const Program& program, Faults* warnings) {
  for (const CompiledRule& rule : program.rules) {
    if (rule.rule->to_confirm().empty() || rule.policy != &program.parts[0]->ref.name()) continue;
    warnings->push_back({program.parts[0]->policy.id(), 0, rule.rule->id(),
                         absl::StrCat("a lawyer must confirm: ", rule.rule->to_confirm())});
  }
}

}  // namespace

const std::string& CompiledPolicy::name() const { return program_->parts[0]->ref.name(); }
const std::string& CompiledPolicy::title() const { return program_->parts[0]->policy.title(); }
const Needs& CompiledPolicy::needs() const { return program_->needs; }

std::vector<v1::PolicyRef> CompiledPolicy::Refs() const {
  std::vector<v1::PolicyRef> refs;
  for (const auto& part : program_->parts) refs.push_back(part->ref);
  return refs;
}

std::vector<std::string> CompiledPolicy::RuleIds() const {
  std::vector<std::string> ids;
  for (const CompiledRule& rule : program_->rules) ids.push_back(rule.rule->id());
  return ids;
}

std::vector<std::string> CompiledPolicy::OwnRuleIds() const {
  std::vector<std::string> ids;
  for (const v1::Rule& rule : program_->parts[0]->policy.rules()) ids.push_back(rule.id());
  return ids;
}

std::vector<std::string> CompiledPolicy::Reads(absl::string_view rule_id) const {
  for (const CompiledRule& rule : program_->rules) {
    if (rule.rule->id() == rule_id) return ReadsOf(rule);
  }
  return {};
}

std::optional<CompiledPolicy::Waivable> CompiledPolicy::FindWaivable(
    absl::string_view rule_id) const {
  for (const CompiledRule& rule : program_->rules) {
    if (rule.rule->id() != rule_id) continue;
    return Waivable{rule.discretion == v1::DISCRETION_MANDATORY, rule.rule->derogations()};
  }
  return std::nullopt;
}

Compilation CompilePolicy(absl::string_view text, const std::vector<std::string>& packs,
                          const PolicyTables& tables) {
  Compilation result;
  ParsedPolicy policy;
  if (Parse(text, "policy", &policy, &result.faults)) {
    ValidatePolicy(policy, tables, &result.faults);
  }
  std::vector<std::unique_ptr<ParsedPolicy>> parsed;
  for (size_t i = 0; i < packs.size(); ++i) {
    auto pack = std::make_unique<ParsedPolicy>();
    const std::string label = absl::StrCat("pack ", i + 1);
    const bool read = Parse(packs[i], label, pack.get(), &result.faults);
    const auto& includes = policy.policy.includes();
    const bool included =
        std::find(includes.begin(), includes.end(), pack->policy.id()) != includes.end();
    if (read && included) ValidatePolicy(*pack, tables, &result.faults);
    if (read) parsed.push_back(std::move(pack));
  }
  const std::vector<const ParsedPolicy*> included = Included(policy.policy, parsed);
  ValidateTogether(policy, included, &result.faults);
  if (!result.faults.empty()) return result;
  result.policy = Build(policy, included, tables.groups);
  Warn(result.policy->program(), &result.warnings);
  return result;
}

PolicyHeader ReadPolicyHeader(absl::string_view text) {
  PolicyHeader header;
  ParsedPolicy parsed;
  Parse(text, "policy", &parsed, &header.faults);
  header.id = parsed.policy.id();
  header.version = parsed.policy.version();
  header.title = parsed.policy.title();
  header.includes = {parsed.policy.includes().begin(), parsed.policy.includes().end()};
  header.rules = parsed.policy.rules_size();
  return header;
}

}  // namespace probity::policy
