// Finds legal forms in front of, behind and inside a name.
#ifndef PROBITY_MATCHING_LEGAL_FORMS_H_
#define PROBITY_MATCHING_LEGAL_FORMS_H_

#include <cstdint>
#include <vector>

#include "matching/name.h"
#include "matching/tables.h"

namespace probity::matching {

// Takes the legal forms out of `tokens` and returns their ids in order of
// place. At least one token stays; a name that is nothing but a form is left
// whole and returns its ids with `*only_form` set.
std::vector<uint16_t> TakeLegalForms(const Tables& tables, std::vector<Token>* tokens,
                                     bool* only_form);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_LEGAL_FORMS_H_
