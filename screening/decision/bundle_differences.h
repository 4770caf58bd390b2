// Which facts of two bundles differ.
#ifndef PROBITY_SCREENING_DECISION_BUNDLE_DIFFERENCES_H_
#define PROBITY_SCREENING_DECISION_BUNDLE_DIFFERENCES_H_

#include <string>
#include <vector>

#include "probity/v1/decision.pb.h"

namespace probity::screening {

// A line for each field that is not the same, by its path in the bundle, at most
// `most`:
//
//   subjects[0].facts[0].flag.flag.stage: FLAG_STAGE_ALLEGATION before, ... after
//   subjects[0].facts[1]: not there before
//
// Subjects, facts, candidates and lists are compared with those of the same name,
// other lists by place. Only values of single fields are printed; bundles hold no
// texts about persons, so that the lines name nobody.
std::vector<std::string> BundleDifferences(const v1::EvidenceBundle& before,
                                           const v1::EvidenceBundle& after, size_t most);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_DECISION_BUNDLE_DIFFERENCES_H_
