// Where facts are gathered from.
#ifndef PROBITY_SCREENING_DECISION_SHELF_H_
#define PROBITY_SCREENING_DECISION_SHELF_H_

#include "policy/legal_periods.h"
#include "policy/schemes.h"
#include "screening/asking.h"
#include "screening/commodity_risk.h"
#include "screening/names/name_question.h"
#include "storage/store.h"

namespace probity::screening {

// All borrowed: one view for the whole decision, the names of its revision, and
// the tables.
struct Shelf {
  const storage::View& view;
  const NameBook& names;
  const policy::LegalPeriods& law;
  const policy::SchemeCatalogue& schemes;
  const GoodsAtRisk& goods;

  const IdentifierCatalogue& identifiers() const { return names.comparer.identifiers; }
};

// The day facts are asked for, and who waits. `day` is also the day from which
// ages count, so that the same question about a past revision gives the same
// bundle whenever it is asked.
struct When {
  DayNumber day = 0;
  const Asking& asking;
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_DECISION_SHELF_H_
