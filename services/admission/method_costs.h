// What calls cost, and where they run: the one table of it.
//
// The unit is the server's CPU for one lookup by identifier, 21 microseconds on the machine
// of docs/PERFORMANCE.md, where most of these come from: a check by number is 28.5 us and
// by supplier 48.7, a batched lookup 6.2, a search by name 900 on average, a decision by
// identifier 191 and by name 1,389, a receipt 72. Costs are for sharing the machine fairly,
// so the nearest round number does; what grows with its request is charged an item.
#ifndef PROBITY_SERVICES_ADMISSION_METHOD_COSTS_H_
#define PROBITY_SERVICES_ADMISSION_METHOD_COSTS_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace probity::admission {

enum class Lane {
  // On gRPC's threads, at once: what takes some microseconds.
  kPoint,
  // On threads of lower priority, as many as the machine has, for as many calls as
  // adaptive_limit.h finds: searches, decisions, listings, batches.
  kHeavy,
  // On the writers' threads.
  kWrite,
  // On two threads of lower priority: what takes seconds. Writers do not stand behind it.
  kLong,
  // Streams; their work has threads of its own.
  kStream,
};

struct MethodCost {
  absl::string_view method;  // "SupplierService.GetSupplier"
  Lane lane = Lane::kPoint;
  double units = 1;
  double units_an_item = 0;
};

// The cost of a lookup for a method that is not in the table. Valid for ever.
const MethodCost& CostOf(absl::string_view method);
absl::Span<const MethodCost> AllCosts();

}  // namespace probity::admission

#endif  // PROBITY_SERVICES_ADMISSION_METHOD_COSTS_H_
