// What loads would do, asked of screening's previewer: before a commit who would be
// lifted, and for PreviewLoad everything, which is stored and read page by page.
#ifndef PROBITY_SERVICES_DATASET_LOAD_PREVIEW_H_
#define PROBITY_SERVICES_DATASET_LOAD_PREVIEW_H_

#include "screening/preview/previewer.h"
#include "services/dataset/load_impact.h"

namespace probity::dataset {

// What LoadManager asks. Borrows the previewer.
LoadImpact ImpactBy(const screening::Previewer* previewer);

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_LOAD_PREVIEW_H_
