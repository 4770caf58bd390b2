// Predicates about the purchase: purpose, value, buyer, tender, demand, day.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "policy/conditions.h"

namespace probity::policy {
namespace {

Truth Purpose(EnumMask mask, v1::Purpose purpose, Trace* trace) {
  if (purpose == v1::PURPOSE_UNSPECIFIED) return trace->Missing("purpose");
  return TruthOf((mask & MaskOf(purpose)) != 0);
}

bool IsGiven(const v1::PurchaseItem& item, const std::string& currency) {
  return item.has_value() && item.value().currency() == currency && item.value().minor_units() >= 0;
}

// The value of the items looked at, added up; it can only grow by what is not
// known, so that it may be enough without.
Truth ValueAtLeast(const v1::Money& least, const Context& context, const Unit& unit, Trace* trace) {
  const auto& items = context.purchase.items();
  if (items.empty()) return trace->Missing("items");
  int64_t left = std::max<int64_t>(least.minor_units(), 0);
  std::vector<std::string> unknown;
  for (int i = 0; i < items.size() && left > 0; ++i) {
    if (unit.goods != nullptr && unit.goods->item != i) continue;
    if (IsGiven(items.Get(i), least.currency())) {
      left -= std::min(left, items.Get(i).value().minor_units());
    } else {
      unknown.push_back(absl::StrCat("items[", i, "].value"));
    }
  }
  if (left == 0) return Truth::kTrue;
  for (std::string& path : unknown) trace->Missing(std::move(path));
  return unknown.empty() ? Truth::kFalse : Truth::kUnknown;
}

Truth Buyer(const PlaceSet& places, const Context& context, Trace* trace) {
  if (places.ContainsBuyer(context.purchase, context.as_of)) return Truth::kTrue;
  if (context.purchase.authority_country().empty()) return trace->Missing("authority_country");
  return Truth::kFalse;
}

Truth AsOfFrom(DayNumber from, DayNumber as_of, Trace* trace) {
  if (from > as_of) trace->MayChangeOn(from);
  return TruthOf(as_of >= from);
}

// The least of what is asked; what is not given is missing.
class AllOf {
 public:
  explicit AllOf(Trace* trace) : trace_(trace), known_(trace->missing.size()) {}

  void Add(bool asked, bool given, bool fits, absl::string_view path) {
    if (!asked) return;
    value_ = std::min(value_, given ? TruthOf(fits) : trace_->Missing(std::string(path)));
  }
  Truth value() {
    if (value_ == Truth::kFalse) trace_->missing.resize(known_);
    return value_;
  }

 private:
  Trace* trace_;
  size_t known_;
  Truth value_ = Truth::kTrue;
};

Truth Tender(const v1::TenderMatch& match, const v1::TenderFacts& tender, Trace* trace) {
  AllOf asked(trace);
  asked.Add(match.has_abnormally_low(), tender.has_abnormally_low(),
            tender.abnormally_low() == match.abnormally_low(), "tender.abnormally_low");
  asked.Add(match.has_explained(), tender.has_explained(), tender.explained() == match.explained(),
            "tender.explained");
  asked.Add(match.has_due_to_labour_law_breach(), tender.has_due_to_labour_law_breach(),
            tender.due_to_labour_law_breach() == match.due_to_labour_law_breach(),
            "tender.due_to_labour_law_breach");
  // A claim is an act of the buyer: one who says nothing claims nothing.
  asked.Add(match.has_derogation_claimed(), true,
            tender.derogation_claimed() == match.derogation_claimed(), "tender.derogation_claimed");
  return asked.value();
}

Truth Demand(const v1::DemandMatch& match, const v1::DemandSignals& demand, Trace* trace) {
  AllOf asked(trace);
  asked.Add(match.price_below_estimate_percent() > 0, demand.has_price_percent_of_estimate(),
            demand.price_percent_of_estimate() <= 100 - match.price_below_estimate_percent(),
            "demand.price_percent_of_estimate");
  asked.Add(match.labour_share_percent_at_least() > 0, demand.has_labour_share_percent(),
            demand.labour_share_percent() >= match.labour_share_percent_at_least(),
            "demand.labour_share_percent");
  asked.Add(match.lead_time_days_below() > 0, demand.has_lead_time_days(),
            demand.lead_time_days() < match.lead_time_days_below(), "demand.lead_time_days");
  asked.Add(match.change_orders_at_least() > 0, demand.has_change_orders(),
            demand.change_orders() >= match.change_orders_at_least(), "demand.change_orders");
  asked.Add(match.payment_days_above() > 0, demand.has_payment_days(),
            demand.payment_days() > match.payment_days_above(), "demand.payment_days");
  asked.Add(match.tiers_at_least() > 0, demand.has_tiers(),
            demand.tiers() >= match.tiers_at_least(), "demand.tiers");
  return asked.value();
}

}  // namespace

Truth PurchaseHolds(const Node& node, const Context& context, const Unit& unit, Trace* trace) {
  using C = v1::Condition;
  const v1::Condition& condition = *node.condition;
  switch (node.kind) {
    case C::kPurpose:
      return Purpose(node.mask, context.purchase.purpose(), trace);
    case C::kValueAtLeast:
      return ValueAtLeast(condition.value_at_least(), context, unit, trace);
    case C::kBuyer:
      return Buyer(node.places, context, trace);
    case C::kAsOfFrom:
      return AsOfFrom(node.day, context.as_of, trace);
    case C::kTender:
      return Tender(condition.tender(), context.purchase.tender(), trace);
    case C::kDemand:
      return Demand(condition.demand(), context.purchase.demand(), trace);
    default:
      return Truth::kFalse;
  }
}

}  // namespace probity::policy
