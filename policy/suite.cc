#include "policy/suite.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "policy/evaluate.h"
#include "policy/program.h"

namespace probity::policy {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool IsMessage(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
}

void LayList(const Message& over, const FieldDescriptor* field, Message* base) {
  const Reflection& reflection = *base->GetReflection();
  for (int i = 0; i < over.GetReflection()->FieldSize(over, field); ++i) {
    const bool there = i < reflection.FieldSize(*base, field);
    LayOver(over.GetReflection()->GetRepeatedMessage(over, field, i),
            there ? reflection.MutableRepeatedMessage(base, field, i)
                  : reflection.AddMessage(base, field));
  }
}

// What came of a case's rule.
struct RuleState {
  const v1::RuleFinding* finding = nullptr;  // the gravest
  std::vector<std::string> missing;
};

RuleState StateOf(const std::string& rule_id, const v1::DecisionCore& core) {
  RuleState state;
  for (const v1::RuleFinding& finding : core.findings()) {
    if (finding.rule_id() != rule_id) continue;
    const bool graver = state.finding == nullptr || finding.effect() > state.finding->effect();
    if (graver) state.finding = &finding;
  }
  for (const v1::NotChecked& one : core.not_checked()) {
    if (one.rule_id() == rule_id) state.missing.push_back(one.input());
  }
  return state;
}

// Collects what did not come as expected.
class Comparison {
 public:
  Comparison(const v1::PolicyCase& asked, const v1::DecisionCore& core)
      : asked_(asked), core_(core), state_(StateOf(asked.rule_id(), core)) {}

  std::string Detail() {
    if (!asked_.rule_id().empty()) CheckKind();
    CheckRule();
    const v1::CaseExpectation& expect = asked_.expect();
    if (expect.verdict() != v1::VERDICT_UNSPECIFIED && expect.verdict() != core_.verdict()) {
      Differ(v1::Verdict_Name(expect.verdict()), v1::Verdict_Name(core_.verdict()));
    }
    if (expect.evidence() != v1::EVIDENCE_STATE_UNSPECIFIED &&
        expect.evidence() != core_.evidence()) {
      Differ(v1::EvidenceState_Name(expect.evidence()), v1::EvidenceState_Name(core_.evidence()));
    }
    return absl::StrJoin(differences_, "; ");
  }

 private:
  void Differ(absl::string_view expected, absl::string_view came) {
    differences_.push_back(absl::StrCat("expected ", expected, ", came ", came));
  }

  std::string Came() const {
    if (state_.finding != nullptr) return "a finding";
    if (!state_.missing.empty()) {
      return absl::StrCat("NOT_CHECKED for want of ", absl::StrJoin(state_.missing, ", "));
    }
    return "no finding";
  }

  void CheckKind() {
    switch (asked_.kind()) {
      case v1::CASE_KIND_FIRES:
      case v1::CASE_KIND_FIRST_DAY:
        if (state_.finding == nullptr) Differ("a finding", Came());
        return;
      case v1::CASE_KIND_DOES_NOT_FIRE:
      case v1::CASE_KIND_DAY_AFTER_LAST:
        if (state_.finding != nullptr || !state_.missing.empty()) Differ("no finding", Came());
        return;
      case v1::CASE_KIND_NOT_CHECKED:
        if (state_.missing.empty()) Differ("NOT_CHECKED", Came());
        return;
      default:
        return;
    }
  }

  void CheckEffect(v1::RuleEffect expected, v1::RuleEffect came) {
    if (expected == v1::RULE_EFFECT_UNSPECIFIED || state_.finding == nullptr) return;
    if (expected != came) Differ(v1::RuleEffect_Name(expected), v1::RuleEffect_Name(came));
  }

  void CheckRule() {
    const v1::CaseExpectation& expect = asked_.expect();
    if (state_.finding != nullptr) {
      CheckEffect(expect.effect(), state_.finding->effect());
      CheckEffect(expect.purchase_effect(), state_.finding->purchase_effect());
    }
    const std::string& input = expect.not_checked_input();
    const auto& missing = state_.missing;
    if (!input.empty() && std::find(missing.begin(), missing.end(), input) == missing.end()) {
      Differ(absl::StrCat("NOT_CHECKED for want of ", input), Came());
    }
  }

  const v1::PolicyCase& asked_;
  const v1::DecisionCore& core_;
  RuleState state_;
  std::vector<std::string> differences_;
};

const v1::CaseBase* FindBase(const v1::PolicySuite& suite, const std::string& name) {
  for (const v1::CaseBase& base : suite.bases()) {
    if (base.name() == name) return &base;
  }
  return nullptr;
}

// The id of policies/{policy}/versions/{version}.
std::string IdOf(const CompiledPolicy& policy) {
  absl::string_view name = absl::StripPrefix(policy.name(), "policies/");
  return std::string(name.substr(0, name.find('/')));
}

class Validation {
 public:
  Validation(const CompiledPolicy& policy, const v1::PolicySuite& suite, const TextPlace& root)
      : suite_(suite) {
    faults = CheckEnums(suite, root);
    const std::vector<std::string> ids = policy.RuleIds();
    rules_ = {ids.begin(), ids.end()};
    Need(suite.policy() == IdOf(policy), root.At("policy"),
         absl::StrCat("is not the id of the policy that is tested, \"", IdOf(policy), "\""));
    std::set<std::string> names;
    for (int i = 0; i < suite.bases_size(); ++i) {
      Need(!suite.bases(i).name().empty() && names.insert(suite.bases(i).name()).second,
           root.At("bases", i), "name is missing or stands above already");
    }
    for (int i = 0; i < suite.cases_size(); ++i) CheckCase(suite.cases(i), root.At("cases", i));
  }

  std::vector<PolicyFault> faults;

 private:
  void Need(bool holds, const TextPlace& place, absl::string_view problem) {
    if (!holds) faults.push_back(place.Fault(problem));
  }

  void CheckCase(const v1::PolicyCase& one, const TextPlace& place) {
    const bool about_rule = !one.rule_id().empty();
    Need(!about_rule || rules_.count(one.rule_id()) > 0, place.At("rule_id"),
         absl::StrCat("\"", one.rule_id(), "\" is no rule of the policy or its packs"));
    Need(about_rule == (one.kind() != v1::CASE_KIND_UNSPECIFIED), place,
         "rule_id and kind go together");
    Need(about_rule || one.expect().verdict() != v1::VERDICT_UNSPECIFIED, place,
         "expects nothing: give rule_id and kind, or a verdict");
    Need(one.base().empty() || FindBase(suite_, one.base()) != nullptr, place.At("base"),
         absl::StrCat("no base \"", one.base(), "\" stands in this suite"));
  }

  const v1::PolicySuite& suite_;
  std::set<std::string> rules_;
};

v1::CaseResult RunCase(const CompiledPolicy& policy, const v1::PolicySuite& suite,
                       const v1::PolicyCase& asked) {
  v1::EvidenceBundle bundle;
  if (!asked.base().empty()) bundle = FindBase(suite, asked.base())->bundle();
  LayOver(asked.with(), &bundle);
  const v1::DecisionCore core = Evaluate(policy, bundle);
  v1::CaseResult result;
  result.set_rule_id(asked.rule_id());
  result.set_kind(asked.kind());
  result.set_title(asked.title());
  result.set_detail(Comparison(asked, core).Detail());
  result.set_passed(result.detail().empty());
  return result;
}

std::vector<std::string> WithoutCases(const CompiledPolicy& policy, const v1::PolicySuite& suite) {
  constexpr EnumMask kFour = MaskOf(v1::CASE_KIND_FIRES) | MaskOf(v1::CASE_KIND_DOES_NOT_FIRE) |
                             MaskOf(v1::CASE_KIND_FIRST_DAY) | MaskOf(v1::CASE_KIND_DAY_AFTER_LAST);
  std::map<std::string, EnumMask> kinds;
  for (const v1::PolicyCase& one : suite.cases()) kinds[one.rule_id()] |= MaskOf(one.kind());
  std::vector<std::string> without;
  for (const std::string& id : policy.OwnRuleIds()) {
    if ((kinds[id] & kFour) != kFour) without.push_back(id);
  }
  return without;
}

}  // namespace

void LayOver(const Message& over, Message* base) {
  std::vector<const FieldDescriptor*> fields;
  const Reflection& reflection = *over.GetReflection();
  reflection.ListFields(over, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->is_repeated() && IsMessage(*field)) {
      LayList(over, field, base);
    } else if (IsMessage(*field)) {
      LayOver(reflection.GetMessage(over, field), reflection.MutableMessage(base, field));
    } else {
      const std::unique_ptr<Message> copy(over.New());
      copy->CopyFrom(over);
      reflection.SwapFields(base, copy.get(), {field});
    }
  }
}

SuiteRun RunSuite(const CompiledPolicy& policy, absl::string_view text,
                  const std::function<bool()>& goes_on) {
  SuiteRun run;
  v1::PolicySuite suite;
  google::protobuf::TextFormat::ParseInfoTree places;
  run.faults = ReadPolicyText(text, &suite, &places);
  const TextPlace root(suite, places);
  if (run.faults.empty()) run.faults = Validation(policy, suite, root).faults;
  for (PolicyFault& fault : run.faults) fault.text = suite.policy();
  if (!run.faults.empty()) return run;
  for (const v1::PolicyCase& one : suite.cases()) {
    if (goes_on != nullptr && !goes_on()) break;
    run.results.push_back(RunCase(policy, suite, one));
  }
  run.rules_without_cases = WithoutCases(policy, suite);
  return run;
}

}  // namespace probity::policy
