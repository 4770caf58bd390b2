// What a difference means to people, and in which order they look at it.
#ifndef PROBITY_SCREENING_PREVIEW_IMPACTS_H_
#define PROBITY_SCREENING_PREVIEW_IMPACTS_H_

#include <string>

#include "screening/preview/comparison.h"
#include "screening/preview/previewer.h"

namespace probity::screening {

// Without the name of whom it is about.
Impact ImpactOf(std::string authority, Difference difference);

// Counts the impacts and puts them in order (PreviewResult::impacts).
void CountAndSort(PreviewResult* result);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_PREVIEW_IMPACTS_H_
