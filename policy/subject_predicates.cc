// Predicates about a subject: its role, kind, identity, declarations.
#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "policy/conditions.h"

namespace probity::policy {
namespace {

using Facts = google::protobuf::RepeatedPtrField<v1::DeclarationFact>;

// UNSPECIFIED is a missing input.
Truth Given(EnumMask mask, int value, const Unit& unit, absl::string_view field, Trace* trace) {
  if (value == 0) return trace->Missing(absl::StrCat(unit.subject->path(), ".", field));
  return TruthOf((mask & MaskOf(value)) != 0);
}

// Like names of others alone: the subject's own suppliers are no alert, and an
// equal identifier is no mere name.
bool IsAlert(const v1::IdentityCandidate& candidate, const Context& context,
             const v1::SubjectEvidence& subject) {
  const auto& own = subject.resolution().suppliers();
  return candidate.score() >= context.alert_score &&
         candidate.basis() != v1::MATCH_BASIS_IDENTIFIER &&
         std::find(own.begin(), own.end(), candidate.supplier()) == own.end();
}

Truth NameAlert(bool adverse_only, const Context& context, const Unit& unit, Trace* trace) {
  for (const v1::IdentityCandidate& candidate : unit.subject->candidates()) {
    if (IsAlert(candidate, context, *unit.subject) && (!adverse_only || candidate.adverse())) {
      return Truth::kTrue;
    }
  }
  if (!unit.subject->candidates_incomplete()) return Truth::kFalse;
  return trace->Missing(absl::StrCat(unit.subject->path(), ".candidates"));
}

Truth BothTrue(bool has_one, bool one, bool has_other, bool other, const std::string& path,
               Trace* trace) {
  if ((has_one && !one) || (has_other && !other)) return Truth::kFalse;
  if (!has_one) return trace->Missing(absl::StrCat(path, ".board_approved"));
  if (!has_other) return trace->Missing(absl::StrCat(path, ".signed"));
  return Truth::kTrue;
}

// One made after the asked day was not there. An imprecise day is read as its
// earliest, so that no declaration counts for too long.
Truth IsYoungEnough(bool has, const v1::Date& declared_on, int months, const Context& context,
                    const std::string& path, Trace* trace) {
  if (!has || !IsValidDate(declared_on)) {
    return months == 0 ? Truth::kTrue : trace->Missing(absl::StrCat(path, ".declared_on"));
  }
  const DayNumber made = FirstDay(declared_on);
  if (made > context.as_of) return Truth::kFalse;
  if (months == 0) return Truth::kTrue;
  const DayNumber ends = AddMonths(made, months);
  if (ends > context.as_of) trace->MayChangeOn(ends);
  return TruthOf(context.as_of < ends);
}

// `Declared` is a declaration on record or of the request: both have the fields
// that are read here.
template <typename Declared>
Truth Fits(const Declared& declared, const Node& node, const Context& context,
           const std::string& path, Trace* trace) {
  const v1::DeclarationMatch& match = node.condition->declaration();
  if ((node.mask & MaskOf(declared.kind())) == 0) return Truth::kFalse;
  const size_t known = trace->missing.size();
  Truth value = IsYoungEnough(declared.has_declared_on(), declared.declared_on(),
                              match.max_age_months(), context, path, trace);
  if (match.approved_and_signed()) {
    value = std::min(value, BothTrue(declared.has_board_approved(), declared.board_approved(),
                                     declared.has_signed_(), declared.signed_(), path, trace));
  }
  if (value == Truth::kFalse) trace->missing.resize(known);
  return value;
}

// The declarations of the request are those of the supplier, the first subject.
Truth Declared(const Node& node, const Context& context, const v1::SubjectEvidence* subject,
               Trace* trace) {
  const size_t known = trace->missing.size();
  Truth value = Truth::kFalse;
  for (int i = 0; subject != nullptr && i < subject->declarations_size(); ++i) {
    const std::string path = absl::StrCat(subject->path(), ".declarations[", i, "]");
    value =
        std::max(value, Fits(subject->declarations(i).declaration(), node, context, path, trace));
  }
  const bool is_supplier = subject == nullptr || subject == &context.bundle.subjects(0);
  for (int i = 0; is_supplier && i < context.purchase.declarations_size(); ++i) {
    const std::string path = absl::StrCat("declarations[", i, "]");
    value = std::max(value, Fits(context.purchase.declarations(i), node, context, path, trace));
  }
  if (value == Truth::kTrue) trace->missing.resize(known);
  return value;
}

// An address alone never counts.
bool IsPhoenix(const v1::PhoenixFact& fact, int least) {
  static constexpr std::array<absl::string_view, 4> kShared = {"address", "director", "phone",
                                                               "bank_account"};
  int shared = 0, besides_address = 0;
  for (size_t i = 0; i < kShared.size(); ++i) {
    if (std::find(fact.shared().begin(), fact.shared().end(), kShared[i]) == fact.shared().end()) {
      continue;
    }
    ++shared;
    besides_address += i > 0;
  }
  return shared >= least && besides_address > 0;
}

Truth Phoenix(int least, const v1::SubjectEvidence& subject) {
  return TruthOf(std::any_of(subject.phoenix().begin(), subject.phoenix().end(),
                             [&](const v1::PhoenixFact& fact) { return IsPhoenix(fact, least); }));
}

}  // namespace

bool HasNameAlert(const Context& context, const v1::SubjectEvidence& subject) {
  return std::any_of(
      subject.candidates().begin(), subject.candidates().end(),
      [&](const v1::IdentityCandidate& one) { return IsAlert(one, context, subject); });
}

Truth SubjectHolds(const Node& node, const Context& context, const Unit& unit, Trace* trace) {
  using C = v1::Condition;
  if (node.kind == C::kDeclaration) {
    const bool any = unit.subject != nullptr || context.bundle.subjects().empty();
    return Declared(node, context, any ? unit.subject : &context.bundle.subjects(0), trace);
  }
  if (unit.subject == nullptr) return Truth::kFalse;
  const v1::SubjectEvidence& subject = *unit.subject;
  switch (node.kind) {
    case C::kRole:
      return Given(node.mask, subject.role(), unit, "role", trace);
    case C::kPartyKind:
      return Given(node.mask, subject.kind(), unit, "kind", trace);
    case C::kIdentity:
      return Given(node.mask, subject.identity(), unit, "identity", trace);
    case C::kNameAlert:
      return NameAlert(node.condition->name_alert().adverse_only(), context, unit, trace);
    case C::kIdentityFault:
      return TruthOf((node.mask & MaskOfList(subject.faults())) != 0);
    case C::kPhoenix:
      return Phoenix(node.condition->phoenix().shared_at_least(), subject);
    case C::kSourcesConflict:
      return TruthOf(!subject.conflicts().empty() == node.condition->sources_conflict());
    default:
      return Truth::kFalse;
  }
}

}  // namespace probity::policy
