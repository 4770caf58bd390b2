#include "probity/client/decisions.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

namespace probity::client {
namespace {

const char* WhatNext(v1::Verdict verdict) {
  switch (verdict) {
    case v1::VERDICT_CLEAR:
      return "Nothing adverse in the sources named.";
    case v1::VERDICT_REVIEW:
      return "A person must look before this goes on.";
    case v1::VERDICT_BLOCK:
      return "Hold: a binding ground is in force.";
    default:
      return "This client does not know the verdict: treat it as a hold, and update the client.";
  }
}

// A day that is known by year or month alone is none.
bool IsDay(const v1::Date& date) {
  return date.year() != 0 && date.month() != 0 && date.day() != 0;
}

bool IsBefore(const v1::Date& a, const v1::Date& b) {
  if (a.year() != b.year()) return a.year() < b.year();
  if (a.month() != b.month()) return a.month() < b.month();
  return a.day() < b.day();
}

std::string LineOf(const v1::RuleFinding& finding) {
  std::string line = absl::StrCat("\n- ", finding.rule_id());
  if (!finding.legal_basis().empty()) absl::StrAppend(&line, " (", finding.legal_basis(), ")");
  if (!finding.subject().empty()) absl::StrAppend(&line, ", about ", finding.subject());
  return line;
}

}  // namespace

const v1::DecisionCore* CoreOf(const v1::DecisionCore& core) { return &core; }

const v1::DecisionCore* CoreOf(const v1::Decision& decision) {
  return decision.has_core() ? &decision.core() : nullptr;
}

const v1::DecisionCore* CoreOf(const v1::ScreenSupplierResponse& answer) {
  return CoreOf(answer.decision());
}

const v1::DecisionCore* CoreOf(const v1::GetDecisionResponse& answer) {
  return CoreOf(answer.decision());
}

const v1::DecisionCore* CoreOf(const v1::BatchScreenItemResult& answer) {
  return CoreOf(answer.response());
}

const v1::DecisionCore* CoreOf(const v1::StreamScreenSuppliersResponse& answer) {
  return CoreOf(answer.result());
}

bool IsClear(const v1::DecisionCore* core) {
  return core != nullptr && core->verdict() == v1::VERDICT_CLEAR;
}

bool IsClearOn(const v1::DecisionCore* core, const v1::Date& day) {
  return IsClear(core) && IsDay(day) && IsDay(core->as_of()) && IsDay(core->valid_until()) &&
         !IsBefore(day, core->as_of()) && !IsBefore(core->valid_until(), day);
}

std::string VerdictNameOf(const v1::DecisionCore* core) {
  if (core == nullptr || core->verdict() == v1::VERDICT_UNSPECIFIED) return "NONE";
  if (!v1::Verdict_IsValid(core->verdict())) {
    return absl::StrCat("UNKNOWN(", static_cast<int>(core->verdict()), ")");
  }
  return std::string(absl::StripPrefix(v1::Verdict_Name(core->verdict()), "VERDICT_"));
}

std::string ExplanationOf(const v1::DecisionCore* core) {
  if (core == nullptr) return "NONE: there is no decision; nothing may be bought on this.";
  std::string text = absl::StrCat(VerdictNameOf(core), ": ", WhatNext(core->verdict()));
  for (const v1::RuleFinding& finding : core->findings()) text += LineOf(finding);
  for (const auto& missing : core->not_checked()) {
    if (missing.required()) absl::StrAppend(&text, "\n- not checked: ", missing.input());
  }
  const v1::Date& last = core->valid_until();
  if (!IsDay(last)) return text;
  return text + absl::StrFormat("\nStands until %04d-%02d-%02d if nothing new is learnt.",
                                last.year(), last.month(), last.day());
}

}  // namespace probity::client
