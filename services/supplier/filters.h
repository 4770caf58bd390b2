// The filters of a search.
#ifndef PROBITY_SERVICES_SUPPLIER_FILTERS_H_
#define PROBITY_SERVICES_SUPPLIER_FILTERS_H_

#include <string>
#include <vector>

#include "probity/v1/supplier_service.pb.h"
#include "services/supplier/name_question.h"

namespace probity::supplier {

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

}  // namespace probity::supplier

#endif  // PROBITY_SERVICES_SUPPLIER_FILTERS_H_
