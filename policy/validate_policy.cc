#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "policy/validate.h"

namespace probity::policy {
namespace {

// A hundred years.
constexpr int kMaxDays = 36525;

bool IsPolicyId(absl::string_view id) {
  return !id.empty() && id.size() <= 64 && absl::ascii_islower(id[0]) &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
         });
}

bool IsVersion(absl::string_view version) {
  return !version.empty() && version.size() <= 64 &&
         std::all_of(version.begin(), version.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '_';
         });
}

bool IsDatasetName(absl::string_view name) {
  return absl::ConsumePrefix(&name, "datasets/") && !name.empty() && !absl::StrContains(name, '/');
}

void Need(bool holds, const TextPlace& place, absl::string_view problem, Faults* faults) {
  if (!holds) faults->push_back(place.Fault(problem));
}

void CheckHead(const v1::Policy& policy, const TextPlace& root, const PolicyTables& tables,
               Faults* faults) {
  Need(IsPolicyId(policy.id()), root.At("id"),
       "is missing or holds other than lower-case letters, digits, \"-\" (at most 64)", faults);
  Need(IsVersion(policy.version()), root.At("version"),
       "is missing or holds other than letters, digits, \".\", \"-\", \"_\" (at most 64)", faults);
  Need(!policy.rules().empty() || !policy.includes().empty(), root,
       "holds no rules and takes in no packs", faults);
  for (int i = 0; i < policy.binds_size(); ++i) {
    ValidatePlace(policy.binds(i), true, root.At("binds", i), tables, faults);
  }
  Need(0 <= policy.review_after_days() && policy.review_after_days() <= kMaxDays,
       root.At("review_after_days"), "must be 0 to 36525", faults);
  const double alert = policy.identity().alert_score();
  Need(alert == 0 || (alert >= 0.5 && alert <= 1), root.At("identity").At("alert_score"),
       "must be 0.5 to 1, or 0 for the matcher's own", faults);
  const double agreement = policy.identity().name_agreement_score();
  Need(agreement >= 0 && agreement <= 1, root.At("identity").At("name_agreement_score"),
       "must be 0 to 1", faults);
}

void CheckRequired(const v1::Policy& policy, const TextPlace& root, Faults* faults) {
  for (int i = 0; i < policy.required_sources_size(); ++i) {
    const v1::RequiredSource& source = policy.required_sources(i);
    const TextPlace place = root.At("required_sources", i);
    Need(IsDatasetName(source.dataset()), place, "dataset must be datasets/{dataset}", faults);
    Need(0 <= source.max_age_days() && source.max_age_days() <= kMaxDays, place,
         "max_age_days must be 0 to 36525", faults);
    for (int k = 0; k < i; ++k) {
      Need(policy.required_sources(k).dataset() != source.dataset(), place,
           "names a list that stands above already", faults);
    }
  }
  for (int i = 0; i < policy.required_inputs_size(); ++i) {
    const v1::RequiredInput& input = policy.required_inputs(i);
    const TextPlace place = root.At("required_inputs", i);
    Need(input.input() != v1::INPUT_KIND_UNSPECIFIED, place, "input is missing", faults);
    if (input.has_value_at_least()) {
      ValidateMoney(input.value_at_least(), place.At("value_at_least"), faults);
    }
  }
}

// Faults of one text of several carry its id.
class Together {
 public:
  Together(const ParsedPolicy& policy, const std::vector<const ParsedPolicy*>& packs,
           Faults* faults)
      : policy_(policy), packs_(packs), faults_(faults) {}

  void Check() {
    CheckIncludes();
    for (const ParsedPolicy* pack : packs_) CheckPack(*pack);
    CheckRuleIds();
    for (int i = 0; i < policy_.policy.raises_size(); ++i) CheckRaise(i);
  }

 private:
  static TextPlace RootOf(const ParsedPolicy& parsed) {
    return TextPlace(parsed.policy, parsed.tree);
  }

  void Need(bool holds, const ParsedPolicy& in, const TextPlace& place, absl::string_view problem) {
    if (holds) return;
    faults_->push_back(place.Fault(problem));
    faults_->back().text = in.policy.id();
  }

  void CheckIncludes() {
    std::set<std::string> seen;
    for (int i = 0; i < policy_.policy.includes_size(); ++i) {
      const std::string& id = policy_.policy.includes(i);
      const TextPlace place = RootOf(policy_).At("includes", i);
      Need(seen.insert(id).second, policy_, place, "is taken in twice");
      const bool known = std::any_of(packs_.begin(), packs_.end(), [&](const ParsedPolicy* pack) {
        return pack->policy.id() == id;
      });
      Need(known, policy_, place, absl::StrCat("no pack \"", id, "\" is known"));
    }
  }

  // What an authority alone may say: which lists it requires, how identities
  // are read, what it raises.
  void CheckPack(const ParsedPolicy& pack) {
    const v1::Policy& said = pack.policy;
    const TextPlace root = RootOf(pack);
    Need(said.id() != policy_.policy.id(), pack, root.At("id"), "is that of the policy itself");
    Need(said.includes().empty(), pack, root, "takes in packs: a pack takes none in");
    Need(said.raises().empty(), pack, root, "raises effects: only an authority's policy does");
    Need(said.required_sources().empty(), pack, root,
         "requires lists: a list is required only where the authority's own policy names it");
    Need(!said.has_identity(), pack, root,
         "says how identities are read: only an authority's policy does");
  }

  void CheckRuleIds() {
    std::map<std::string, std::string> seen;
    for (const ParsedPolicy* pack : packs_) AddRuleIds(*pack, &seen);
    AddRuleIds(policy_, &seen);
  }

  void AddRuleIds(const ParsedPolicy& parsed, std::map<std::string, std::string>* seen) {
    for (int i = 0; i < parsed.policy.rules_size(); ++i) {
      const std::string& id = parsed.policy.rules(i).id();
      const auto [found, added] = seen->emplace(id, parsed.policy.id());
      if (added || id.empty()) continue;
      const bool same_text = found->second == parsed.policy.id();
      Need(false, parsed, RootOf(parsed).At("rules", i).At("id"),
           same_text ? absl::StrCat("\"", id, "\" stands here twice")
                     : absl::StrCat("\"", id, "\" is a rule of \"", found->second,
                                    "\": a policy may add rules or raise effects, not edit those "
                                    "it takes in"));
    }
  }

  const v1::Rule* FindPackRule(const std::string& id) const {
    for (const ParsedPolicy* pack : packs_) {
      for (const v1::Rule& rule : pack->policy.rules()) {
        if (rule.id() == id) return &rule;
      }
    }
    return nullptr;
  }

  void CheckRaise(int i) {
    const v1::RaisedEffect& raise = policy_.policy.raises(i);
    const TextPlace place = RootOf(policy_).At("raises", i);
    Need(!absl::StripAsciiWhitespace(raise.legal_basis()).empty(), policy_, place,
         "legal_basis is missing: name the law, decree or decision");
    for (int k = 0; k < i; ++k) {
      Need(policy_.policy.raises(k).rule_id() != raise.rule_id(), policy_, place,
           "raises a rule that is raised above already");
    }
    const v1::Rule* rule = FindPackRule(raise.rule_id());
    if (rule == nullptr) {
      return Need(false, policy_, place,
                  absl::StrCat("\"", raise.rule_id(), "\" is no rule of a pack that is taken in"));
    }
    Need(raise.effect() > rule->effect(), policy_, place,
         absl::StrCat("must be higher than the rule's own effect, ",
                      v1::RuleEffect_Name(rule->effect()),
                      ": a policy can tighten a rule of a "
                      "pack, never loosen it"));
    Need(raise.effect() != v1::RULE_EFFECT_BLOCK ||
             (MayBlock(rule->scope()) && !rule->addresses_buyer()),
         policy_, place, "cannot be BLOCK: a rule of this scope never blocks");
    Need(raise.effect() == v1::RULE_EFFECT_UNSPECIFIED || raise.effect() <= v1::RULE_EFFECT_NONE ||
             rule->reason() != v1::REVIEW_REASON_UNSPECIFIED,
         policy_, place, "cannot be raised: the rule says no reason for a review");
  }

  const ParsedPolicy& policy_;
  const std::vector<const ParsedPolicy*>& packs_;
  Faults* faults_;
};

}  // namespace

void ValidatePlace(const std::string& code, bool regimes, const TextPlace& place,
                   const PolicyTables& tables, Faults* faults) {
  const bool shaped =
      !code.empty() && code.size() <= 64 && std::all_of(code.begin(), code.end(), [](char c) {
        return absl::ascii_isupper(c) || absl::ascii_isdigit(c) || c == '-';
      });
  const bool is_iso_shape = code.size() <= 2 || (code.size() <= 6 && code[2] == '-');
  bool known = tables.countries.IsCountryOrSubdivision(code);
  if (regimes) {
    known = known || tables.groups.Find(code) != nullptr || (shaped && !is_iso_shape);
  }
  if (known) return;
  faults->push_back(place.Fault(absl::StrCat(
      "\"", code, "\" is no ISO 3166-1 or 3166-2 code",
      regimes ? ", group of countries or regime (3 capitals, digits or \"-\" and more)" : "")));
}

void ValidateMoney(const v1::Money& money, const TextPlace& place, Faults* faults) {
  const bool currency =
      money.currency().size() == 3 && std::all_of(money.currency().begin(), money.currency().end(),
                                                  [](char c) { return absl::ascii_isupper(c); });
  Need(currency, place, "currency must be an ISO 4217 code, for example EUR", faults);
  Need(money.minor_units() > 0, place, "minor_units must be above 0", faults);
}

void ValidatePolicy(const ParsedPolicy& parsed, const PolicyTables& tables, Faults* faults) {
  const v1::Policy& policy = parsed.policy;
  const TextPlace root(policy, parsed.tree);
  Faults found = CheckEnums(policy, root);
  CheckHead(policy, root, tables, &found);
  CheckRequired(policy, root, &found);
  for (int i = 0; i < policy.rules_size(); ++i) {
    ValidateRule(policy.rules(i), root.At("rules", i), tables, &found);
  }
  for (PolicyFault& fault : found) {
    fault.text = policy.id();
    faults->push_back(std::move(fault));
  }
}

void ValidateTogether(const ParsedPolicy& policy, const std::vector<const ParsedPolicy*>& packs,
                      Faults* faults) {
  Together(policy, packs, faults).Check();
}

}  // namespace probity::policy
