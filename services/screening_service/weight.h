// What a decision costs against one by number alone, as its request tells.
#ifndef PROBITY_SERVICES_SCREENING_SERVICE_WEIGHT_H_
#define PROBITY_SERVICES_SCREENING_SERVICE_WEIGHT_H_

#include <cstddef>

#include "probity/v1/screening_service.pb.h"

namespace probity::screening_service {

// In decisions by number: 1 for a request without names, 2 more for each party that is named
// beside its number or record, whose name is searched in lists or where the number is not
// known, and 6 more for each that is named alone, and searched among all.
size_t WeightOf(const v1::ScreenSupplierRequest& request);

}  // namespace probity::screening_service

#endif  // PROBITY_SERVICES_SCREENING_SERVICE_WEIGHT_H_
