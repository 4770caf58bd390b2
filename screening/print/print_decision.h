// A recorded decision as a document for people. Pure: the same decision, texts
// and language give the same bytes.
#ifndef PROBITY_SCREENING_PRINT_PRINT_DECISION_H_
#define PROBITY_SCREENING_PRINT_PRINT_DECISION_H_

#include <string>
#include <vector>

#include "probity/v1/decision.pb.h"
#include "probity/v1/evidence.pb.h"
#include "probity/v1/screening_service.pb.h"
#include "screening/print/catalogue.h"

namespace probity::screening {

// What is printed. Borrowed for the call.
struct PrintedDecision {
  const v1::Decision& decision;
  const v1::EvidenceBundle& bundle;
  const std::vector<v1::PersonalText>& personal;
};

// Plain text in UTF-8, lines of at most 100 columns, fifteen numbered parts.
// `language` is one of the catalogue's. Rules that the catalogue does not know,
// because an authority wrote them, are shown by their id and law.
std::string PrintDecision(const TextCatalogue& catalogue, const std::string& language,
                          v1::Audience audience, const PrintedDecision& printed);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_PRINT_PRINT_DECISION_H_
