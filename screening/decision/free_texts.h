// Texts in facts that people wrote freely: what happened, a supplier's reply, why a
// dossier was refused, who holds a certificate. They may name persons, no rule reads
// them, and so a bundle holds their digests alone.
#ifndef PROBITY_SCREENING_DECISION_FREE_TEXTS_H_
#define PROBITY_SCREENING_DECISION_FREE_TEXTS_H_

#include <functional>
#include <string>
#include <vector>

#include "probity/v1/decision.pb.h"
#include "screening/decision/personal.h"

namespace probity::screening {

// Moves the free texts of a gathered bundle beside it; EvidenceBundle.texts says
// which stood where.
void TakeFreeTexts(PersonalTexts* personal, v1::EvidenceBundle* bundle);

// Puts what `text_of` gives for each digest where the text stood: for people to
// read, never to be hashed.
void PutBackFreeTexts(const std::function<std::string(const v1::PersonalDigest&)>& text_of,
                      v1::EvidenceBundle* bundle);

// A text that is kept beside a bundle, by its place in it.
struct PlacedText {
  std::string path;    // "subjects[0].personal[1]", or KeptText.path
  std::string digest;  // 32 bytes
};
// All of them, in the order in which Gather kept them.
std::vector<PlacedText> PlacedTexts(const v1::EvidenceBundle& bundle);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_DECISION_FREE_TEXTS_H_
