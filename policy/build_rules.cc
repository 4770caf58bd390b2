// Puts the rules of a policy and its packs together, and says what they need.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "policy/program.h"

namespace probity::policy {
namespace {

const v1::RaisedEffect* FindRaise(const v1::Policy& policy, const std::string& rule_id) {
  for (const v1::RaisedEffect& raise : policy.raises()) {
    if (raise.rule_id() == rule_id) return &raise;
  }
  return nullptr;
}

// An authority that raises a rule makes it its own law: it binds whom the
// authority's policy binds, and leaves no choice where it blocks.
void Raise(const v1::RaisedEffect& raise, const ProgramPart& by, CompiledRule* rule) {
  rule->effect = raise.effect();
  rule->binds = &by.binds;
  absl::StrAppend(&rule->legal_basis, "; raised by: ", raise.legal_basis());
  if (raise.effect() == v1::RULE_EFFECT_BLOCK) rule->discretion = v1::DISCRETION_MANDATORY;
}

CompiledRule Compile(const v1::Rule& said, const ProgramPart& part, const Program& program) {
  CompiledRule rule;
  rule.rule = &said;
  rule.policy = &part.ref.name();
  rule.binds = &part.binds;
  rule.effect = said.effect();
  rule.discretion = said.discretion();
  rule.legal_basis = said.legal_basis();
  const ProgramPart& own = *program.parts[0];
  const v1::RaisedEffect* raise = &part == &own ? nullptr : FindRaise(own.policy, said.id());
  if (raise != nullptr) Raise(*raise, own, &rule);
  rule.when = CompileCondition(said.when(), program.groups);
  rule.highest = rule.effect;
  for (const v1::EffectCase& one : said.cases()) {
    rule.cases.push_back(
        {CompileCondition(one.when(), program.groups), one.effect(), one.reason()});
    rule.highest = std::max(rule.highest, one.effect());
  }
  rule.purposes = MaskOfList(said.purposes());
  return rule;
}

void AddLink(const v1::SpreadLink& link, std::vector<v1::SpreadLink>* links) {
  for (v1::SpreadLink& known : *links) {
    if (known.type() != link.type() || known.subject_end() != link.subject_end()) continue;
    known.set_min_share_percent(std::min(known.min_share_percent(), link.min_share_percent()));
    return;
  }
  links->push_back(link);
}

bool Mentions(const Node& node, v1::Condition::KindCase kind) {
  return node.kind == kind || std::any_of(node.children.begin(), node.children.end(),
                                          [&](const Node& child) { return Mentions(child, kind); });
}

bool Mentions(const CompiledRule& rule, v1::Condition::KindCase kind) {
  return Mentions(rule.when, kind) ||
         std::any_of(rule.cases.begin(), rule.cases.end(),
                     [&](const CompiledCase& one) { return Mentions(one.when, kind); });
}

}  // namespace

void BuildRules(Program* program) {
  for (const auto& part : program->parts) {
    for (const v1::Rule& rule : part->policy.rules()) {
      program->rules.push_back(Compile(rule, *part, *program));
      program->weighs_freezes |= rule.freeze();
    }
  }
}

Needs NeedsOf(const Program& program) {
  const v1::Policy& own = program.parts[0]->policy;
  Needs needs;
  needs.required_sources = {own.required_sources().begin(), own.required_sources().end()};
  const v1::IdentityRules& identity = own.identity();
  if (identity.alert_score() > 0) needs.alert_score = identity.alert_score();
  if (identity.name_agreement_score() > 0) {
    needs.name_agreement_score = identity.name_agreement_score();
  }
  for (const CompiledRule& rule : program.rules) {
    for (const v1::SpreadLink& link : rule.rule->spread().links()) AddLink(link, &needs.links);
    needs.max_steps = std::max(needs.max_steps, rule.rule->spread().max_steps());
    needs.findings |= rule.rule->scope() == v1::RULE_SCOPE_FINDING;
    needs.phoenix |= Mentions(rule, v1::Condition::kPhoenix);
  }
  return needs;
}

}  // namespace probity::policy
