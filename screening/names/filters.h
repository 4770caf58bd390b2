// The filters of a search.
#ifndef PROBITY_SCREENING_NAMES_FILTERS_H_
#define PROBITY_SCREENING_NAMES_FILTERS_H_

#include <string>
#include <vector>

#include "probity/v1/supplier_service.pb.h"
#include "screening/names/name_question.h"

namespace probity::screening {

// A site by whose name a supplier is found.
struct NamedSite {
  std::string dataset;                 // bare id, of its record
  std::vector<std::string> countries;  // ISO 3166-1 alpha-2
};

// Which filters of the question leave `supplier` out. With `site`, also where that
// is and which dataset tells of it let the supplier pass.
std::vector<v1::SearchMissReason> FiltersAgainst(const NameQuestion& question,
                                                 const v1::Supplier& supplier,
                                                 const NamedSite* site);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_NAMES_FILTERS_H_
