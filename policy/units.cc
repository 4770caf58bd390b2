#include "policy/units.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "policy/commodity.h"

namespace probity::policy {
namespace {

const v1::ItemEvidence* EvidenceOf(const v1::EvidenceBundle& bundle, absl::string_view item_id,
                                   int input) {
  for (const v1::ItemEvidence& evidence : bundle.items()) {
    if (evidence.item_id() == item_id && evidence.input() == input) return &evidence;
  }
  return nullptr;
}

GoodsCode CodeOf(const v1::CommodityCode& code) { return {code.scheme(), NormalizeCode(code)}; }

std::vector<GoodsLine> GoodsOf(const v1::EvidenceBundle& bundle) {
  std::vector<GoodsLine> lines;
  for (int i = 0; i < bundle.purchase().items_size(); ++i) {
    const v1::PurchaseItem& item = bundle.purchase().items(i);
    lines.push_back(
        {i, 0, CodeOf(item.commodity()), item.origin(), EvidenceOf(bundle, item.item_id(), 0)});
    for (int k = 0; k < item.inputs_size(); ++k) {
      lines.push_back({i, k + 1, CodeOf(item.inputs(k).commodity()), item.inputs(k).origin(),
                       EvidenceOf(bundle, item.item_id(), k + 1)});
    }
  }
  return lines;
}

SourceStatus StatusOf(const v1::RequiredSource& required, const v1::EvidenceBundle& bundle,
                      DayNumber as_of) {
  SourceStatus status;
  status.required = &required;
  status.state = v1::SOURCE_STATE_MISSING;
  for (const v1::SourceEvidence& evidence : bundle.sources()) {
    if (evidence.dataset() != required.dataset() || !evidence.has_edition()) continue;
    status.evidence = &evidence;
    status.state = v1::SOURCE_STATE_FRESH;
    if (required.max_age_days() <= 0) break;
    const int64_t left = int64_t{required.max_age_days()} - evidence.age_days();
    if (left < 0)
      status.state = v1::SOURCE_STATE_STALE;
    else
      status.stale_on = static_cast<DayNumber>(std::min<int64_t>(as_of + left + 1, kMaxDay));
    break;
  }
  return status;
}

// What the policy says goes before what the bundle was gathered with, so that a
// candidate is asked by its own score.
double AlertScore(const Program& program, const v1::EvidenceBundle& bundle) {
  if (program.alert_score > 0) return program.alert_score;
  return bundle.alert_score() > 0 ? bundle.alert_score() : kDefaultAlertScore;
}

Unit& AddSubject(const Context& context, int subject, std::vector<Unit>* units) {
  Unit& unit = units->emplace_back();
  unit.subject = &context.bundle.subjects(subject);
  unit.subject_index = subject;
  return unit;
}

void AddFacts(const Context& context, std::vector<Unit>* units) {
  for (int i = 0; i < context.bundle.subjects_size(); ++i) {
    for (const v1::SubjectFact& fact : context.bundle.subjects(i).facts()) {
      AddSubject(context, i, units).fact = &fact;
    }
  }
}

void AddGoods(const Context& context, std::vector<Unit>* units) {
  for (const GoodsLine& line : context.goods) {
    if (line.evidence == nullptr) continue;
    for (const v1::SubjectFact& fact : line.evidence->measures()) {
      Unit& unit = units->emplace_back();
      unit.goods = &line;
      unit.fact = &fact;
    }
  }
}

void AddRisks(const Context& context, std::vector<Unit>* units) {
  for (const GoodsLine& line : context.goods) {
    if (line.evidence == nullptr) continue;
    for (const v1::CommodityRiskFact& risk : line.evidence->risks()) {
      Unit& unit = units->emplace_back();
      unit.goods = &line;
      unit.risk = &risk;
    }
  }
}

void AddItems(const Context& context, std::vector<Unit>* units) {
  for (const GoodsLine& line : context.goods) {
    if (line.input == 0) units->emplace_back().goods = &line;
  }
}

void AddSubjects(const Context& context, std::vector<Unit>* units) {
  for (int i = 0; i < context.bundle.subjects_size(); ++i) AddSubject(context, i, units);
}

void AddRequirements(const Context& context, std::vector<Unit>* units) {
  for (const v1::RequirementEvidence& requirement : context.bundle.requirements()) {
    const int subject = requirement.subject();
    const bool known = subject >= 0 && subject < context.bundle.subjects_size();
    Unit& unit = known ? AddSubject(context, subject, units) : units->emplace_back();
    unit.requirement = &requirement;
  }
}

void AddFindings(const Context& context, std::vector<Unit>* units) {
  for (int i = 0; i < context.bundle.subjects_size(); ++i) {
    for (const v1::FindingFact& finding : context.bundle.subjects(i).findings()) {
      AddSubject(context, i, units).finding = &finding;
    }
  }
}

void AddSources(const Context& context, std::vector<Unit>* units) {
  for (const SourceStatus& source : context.sources) units->emplace_back().source = &source;
}

void AddPurchase(const Context& context, std::vector<Unit>* units) { units->emplace_back(); }

}  // namespace

bool IsForPurpose(EnumMask purposes, v1::Purpose purpose) {
  return purposes == 0 || purpose == v1::PURPOSE_UNSPECIFIED || (purposes & MaskOf(purpose)) != 0;
}

Context MakeContext(const Program& program, const v1::EvidenceBundle& bundle) {
  Context context = {program, bundle, bundle.purchase(), 0, 0, {}, {}};
  if (IsFullDay(bundle.as_of())) context.as_of = FirstDay(bundle.as_of());
  context.alert_score = AlertScore(program, bundle);
  for (const v1::RequiredSource& source : program.needs.required_sources) {
    if (!IsForPurpose(MaskOfList(source.purposes()), bundle.purchase().purpose())) continue;
    context.sources.push_back(StatusOf(source, bundle, context.as_of));
  }
  context.goods = GoodsOf(bundle);
  return context;
}

std::vector<Unit> UnitsOf(v1::RuleScope scope, const Context& context) {
  using Adder = void (*)(const Context&, std::vector<Unit>*);
  static constexpr std::array<Adder, v1::RuleScope_ARRAYSIZE> kAdders = {
      nullptr,  AddFacts,        AddGoods,    AddRisks,   AddSubjects,
      AddItems, AddRequirements, AddFindings, AddSources, AddPurchase};
  std::vector<Unit> units;
  if (kAdders[scope] != nullptr) kAdders[scope](context, &units);
  for (Unit& unit : units) unit.scope = scope;
  return units;
}

std::string PathOf(const GoodsLine& line) {
  std::string path = absl::StrCat("items[", line.item, "]");
  if (line.input > 0) absl::StrAppend(&path, ".inputs[", line.input - 1, "]");
  return path;
}

std::string PathOf(const Context& context, const Unit& unit) {
  std::string path;
  if (unit.requirement != nullptr) {
    return absl::StrCat("requirements[", unit.requirement->requirement_id(), "]");
  }
  if (unit.source != nullptr) return unit.source->required->dataset();
  if (unit.subject != nullptr) path = unit.subject->path();
  if (unit.goods != nullptr) path = PathOf(*unit.goods);
  if (unit.fact != nullptr) {
    absl::StrAppend(&path, unit.goods != nullptr ? ".measures[" : ".facts[", unit.fact->id(), "]");
  }
  if (unit.risk != nullptr) absl::StrAppend(&path, ".risks[", unit.risk->id(), "]");
  if (unit.finding != nullptr) absl::StrAppend(&path, ".findings[", unit.finding->id(), "]");
  return path;
}

std::string ItemIdOf(const Context& context, const Unit& unit) {
  return unit.goods == nullptr ? "" : context.purchase.items(unit.goods->item).item_id();
}

}  // namespace probity::policy
