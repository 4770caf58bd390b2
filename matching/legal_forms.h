// Finds legal forms in front of, behind and inside a name.
#ifndef PROBITY_MATCHING_LEGAL_FORMS_H_
#define PROBITY_MATCHING_LEGAL_FORMS_H_

#include "matching/name.h"
#include "matching/tables.h"

namespace probity::matching {

// Takes the legal forms out of the tokens and sets legal_forms, form_initials
// and, for a name that is nothing but a form and so is left whole,
// only_legal_form.
void TakeLegalForms(const Tables& tables, NormalizedName* name);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_LEGAL_FORMS_H_
