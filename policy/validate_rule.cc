#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "policy/spread.h"
#include "policy/validate.h"

namespace probity::policy {
namespace {

constexpr v1::RuleEffect kBlock = v1::RULE_EFFECT_BLOCK;
// Ten years.
constexpr int kMaxWithinDays = 3653;
// A hundred years: longer than any contract.
constexpr int kMaxDerogationMonths = 1200;

bool IsBlank(absl::string_view text) { return absl::StripAsciiWhitespace(text).empty(); }

bool IsRuleId(absl::string_view id) {  // and of a derogation
  return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '_';
  });
}

v1::RuleEffect Highest(const v1::Rule& rule) {
  v1::RuleEffect highest = rule.effect();
  for (const v1::EffectCase& one : rule.cases()) highest = std::max(highest, one.effect());
  return highest;
}

// A rule, with where its faults go.
class Checker {
 public:
  Checker(const v1::Rule& rule, const TextPlace& place, Faults* faults)
      : rule_(rule), place_(place), faults_(faults) {}

  void Head() {
    Need(IsRuleId(rule_.id()), "id",
         "is missing or holds other than letters, digits, \".\", \"-\", \"_\" (at most 64)");
    Need(!IsBlank(rule_.legal_basis()), "legal_basis",
         "is missing: name the law or principle, with article");
    Need(rule_.discretion() != v1::DISCRETION_UNSPECIFIED, "discretion",
         "is missing: MANDATORY, DISCRETIONARY or POLICY");
    Need(rule_.scope() != v1::RULE_SCOPE_UNSPECIFIED, "scope", "is missing, for example FACT");
    Need(rule_.has_when(), "when", "is missing: say when the rule fires");
    Need(rule_.effect() != v1::RULE_EFFECT_UNSPECIFIED, "effect",
         "is missing: NONE, REVIEW or BLOCK");
    Need(Highest(rule_) <= v1::RULE_EFFECT_NONE || rule_.reason() != v1::REVIEW_REASON_UNSPECIFIED,
         "reason", "is missing: say why a person must look");
  }

  void Effects() {
    CheckBlock(rule_.effect(), place_.At("effect"));
    for (int i = 0; i < rule_.cases_size(); ++i) {
      const TextPlace place = place_.At("cases", i);
      CheckBlock(rule_.cases(i).effect(), place.At("effect"));
      if (rule_.cases(i).effect() == v1::RULE_EFFECT_UNSPECIFIED) {
        faults_->push_back(place.Fault("effect is missing: NONE, REVIEW or BLOCK"));
      }
      if (!rule_.cases(i).has_when()) {
        faults_->push_back(place.Fault("when is missing: say in which case"));
      }
    }
    Need(rule_.foreign_effect() != kBlock, "foreign_effect",
         "cannot be BLOCK: a law that does not bind the buyer cannot block; an authority that "
         "follows it raises the rule");
    Need(rule_.foreign_effect() <= std::max(Highest(rule_), v1::RULE_EFFECT_NONE), "foreign_effect",
         "is higher than the rule's own effect");
    Need(rule_.effect_on_purchase() != v1::RULE_EFFECT_NONE, "effect_on_purchase",
         "cannot be NONE: a party that cannot be accepted is at least looked at");
    Need(rule_.effect_on_purchase() == v1::RULE_EFFECT_UNSPECIFIED ||
             rule_.scope() == v1::RULE_SCOPE_FACT,
         "effect_on_purchase", "has no use outside scope FACT: only facts block a party");
    Need(!rule_.self_cleaning() || rule_.scope() == v1::RULE_SCOPE_FACT ||
             rule_.scope() == v1::RULE_SCOPE_GOODS,
         "self_cleaning", "has no use outside scopes FACT and GOODS");
  }

  void CheckSpread() {
    if (!rule_.has_spread()) return;
    const v1::Spread& spread = rule_.spread();
    Need(rule_.scope() == v1::RULE_SCOPE_FACT, "spread",
         "has no use outside scope FACT: only facts reach others");
    Need(1 <= spread.max_steps() && spread.max_steps() <= 4, "spread",
         "max_steps is missing: 1 to 4 links");
    Need(!spread.links().empty(), "spread", "follows no links: name at least one");
    std::set<std::pair<int, int>> seen;
    for (int i = 0; i < spread.links_size(); ++i) {
      const v1::SpreadLink& link = spread.links(i);
      CheckLink(link, place_.At("spread").At("links", i));
      if (!seen.emplace(link.type(), link.subject_end()).second) {
        faults_->push_back(place_.At("spread").At("links", i).Fault("stands here twice"));
      }
    }
  }

  void Steps() {
    for (int i = 0; i < rule_.next_steps_size(); ++i) {
      const v1::RuleStep& step = rule_.next_steps(i);
      const TextPlace place = place_.At("next_steps", i);
      if (step.action() == v1::NEXT_ACTION_UNSPECIFIED) {
        faults_->push_back(place.Fault("action is missing: say what is to be done"));
      }
      if (step.within_days() < 0 || step.within_days() > kMaxWithinDays) {
        faults_->push_back(place.Fault("within_days must be 0 to 3653"));
      }
      const EnumMask purposes = MaskOfList(step.purposes());
      if (purposes != 0 && !rule_.purposes().empty() &&
          (purposes & MaskOfList(rule_.purposes())) == 0) {
        faults_->push_back(place.Fault("is for purposes for which the rule is never asked"));
      }
    }
  }

  void Derogations() {
    std::set<std::string> seen;
    for (int i = 0; i < rule_.derogations_size(); ++i) {
      const v1::Derogation& one = rule_.derogations(i);
      const TextPlace place = place_.At("derogations", i);
      if (!IsRuleId(one.id())) {
        faults_->push_back(place.Fault(
            "id is missing or holds other than letters, digits, \".\", \"-\", \"_\" (at most 64)"));
      } else if (!seen.insert(one.id()).second) {
        faults_->push_back(place.At("id").Fault("stands here twice"));
      }
      if (IsBlank(one.legal_basis())) {
        faults_->push_back(
            place.Fault("legal_basis is missing: name the law that lets the ground be waived"));
      }
      if (one.max_months() < 0 || one.max_months() > kMaxDerogationMonths) {
        faults_->push_back(
            place.At("max_months")
                .Fault("must be 0 to 1200; 0 where the law names no longest period"));
      }
    }
    Need(rule_.derogations().empty() || Highest(rule_) > v1::RULE_EFFECT_NONE, "derogations",
         "has no use for a rule that comes to nothing");
  }

 private:
  void Need(bool holds, absl::string_view field, absl::string_view problem) {
    if (!holds) faults_->push_back(place_.At(field).Fault(problem));
  }

  void CheckBlock(v1::RuleEffect effect, const TextPlace& place) {
    if (effect != kBlock) return;
    if (rule_.discretion() != v1::DISCRETION_MANDATORY &&
        rule_.discretion() != v1::DISCRETION_UNSPECIFIED) {
      faults_->push_back(
          place.Fault("only a rule with discretion MANDATORY can BLOCK; an "
                      "authority whose own law says so raises the rule"));
    }
    if (rule_.addresses_buyer()) {
      faults_->push_back(place.Fault("a rule that addresses the buyer cannot BLOCK"));
    }
    if (rule_.scope() != v1::RULE_SCOPE_UNSPECIFIED && !MayBlock(rule_.scope())) {
      faults_->push_back(place.Fault(absl::StrCat("a rule of scope ", ScopeName(rule_.scope()),
                                                  " cannot BLOCK: only FACT, GOODS, ITEM and "
                                                  "PURCHASE can")));
    }
  }

  void CheckLink(const v1::SpreadLink& link, const TextPlace& place) {
    if (link.type() == v1::LINK_TYPE_UNSPECIFIED) {
      faults_->push_back(place.Fault("type is missing: name a kind of link"));
    }
    if (link.subject_end() == v1::LINK_END_UNSPECIFIED) {
      faults_->push_back(place.Fault("subject_end is missing: say which end the subject is"));
    }
    const double share = link.min_share_percent();
    if (!(share >= 0 && share <= 100)) {
      faults_->push_back(place.Fault("min_share_percent must be 0 to 100"));
    }
    if (share > 0 && !IsOwnership(link.type())) {
      faults_->push_back(
          place.Fault("min_share_percent has no use: only OWNS and "
                      "BENEFICIAL_OWNER_OF hold shares"));
    }
  }

  const v1::Rule& rule_;
  const TextPlace& place_;
  Faults* faults_;
};

}  // namespace

std::string ScopeName(v1::RuleScope scope) {
  return std::string(absl::StripPrefix(v1::RuleScope_Name(scope), "RULE_SCOPE_"));
}

bool MayBlock(v1::RuleScope scope) {
  return scope == v1::RULE_SCOPE_FACT || scope == v1::RULE_SCOPE_GOODS ||
         scope == v1::RULE_SCOPE_ITEM || scope == v1::RULE_SCOPE_PURCHASE;
}

void ValidateRule(const v1::Rule& rule, const TextPlace& place, const PolicyTables& tables,
                  Faults* faults) {
  const size_t before = faults->size();
  Checker checker(rule, place, faults);
  checker.Head();
  checker.Effects();
  checker.CheckSpread();
  checker.Steps();
  checker.Derogations();
  if (rule.has_when()) {
    ValidateCondition(rule.when(), rule.scope(), place.At("when"), tables, faults);
  }
  for (int i = 0; i < rule.cases_size(); ++i) {
    if (!rule.cases(i).has_when()) continue;
    ValidateCondition(rule.cases(i).when(), rule.scope(), place.At("cases", i).At("when"), tables,
                      faults);
  }
  // What is not well formed cannot be said to be reachable or not.
  if (faults->size() == before) ValidateReachable(rule, place, faults);
}

}  // namespace probity::policy
