#include "policy/conditions.h"

#include "absl/strings/str_cat.h"

namespace probity::policy {
namespace {

// Inputs that are missing say nothing once the rest decides alone.
Truth All(const Node& node, const Context& context, const Unit& unit, Trace* trace) {
  const size_t known = trace->missing.size();
  Truth value = Truth::kTrue;
  for (const Node& child : node.children) {
    value = std::min(value, Holds(child, context, unit, trace));
    if (value == Truth::kFalse) break;
  }
  if (value == Truth::kFalse) trace->missing.resize(known);
  return value;
}

Truth Any(const Node& node, const Context& context, const Unit& unit, Trace* trace) {
  const size_t known = trace->missing.size();
  Truth value = Truth::kFalse;
  for (const Node& child : node.children) {
    value = std::max(value, Holds(child, context, unit, trace));
    if (value == Truth::kTrue) break;
  }
  if (value == Truth::kTrue) trace->missing.resize(known);
  return value;
}

}  // namespace

Truth Holds(const Node& node, const Context& context, const Unit& unit, Trace* trace) {
  using C = v1::Condition;
  switch (node.kind) {
    case C::kAll:
      return All(node, context, unit, trace);
    case C::kAny:
      return Any(node, context, unit, trace);
    case C::kNot:
      return Not(Holds(node.children.front(), context, unit, trace));
    case C::KIND_NOT_SET:
      return Truth::kFalse;
    default:
      break;
  }
  if (node.kind < C::kRole) return FactHolds(node, context, unit, trace);
  if (node.kind < C::kGoods) return SubjectHolds(node, context, unit, trace);
  if (node.kind < C::kPurpose) return GoodsHolds(node, context, unit, trace);
  return PurchaseHolds(node, context, unit, trace);
}

bool HoldsOn(const v1::DateInterval& interval, DayNumber day, Trace* trace) {
  if (!IsValidInterval(interval)) return false;
  if (interval.has_from() && FirstDay(interval.from()) > day) {
    trace->MayChangeOn(FirstDay(interval.from()));
    return false;
  }
  if (!Contains(interval, day)) return false;
  if (interval.has_to()) {
    trace->MayChangeOn(IsFullDay(interval.to()) ? FirstDay(interval.to())
                                                : LastDay(interval.to()) + 1);
  }
  return true;
}

}  // namespace probity::policy
