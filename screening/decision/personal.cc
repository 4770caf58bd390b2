#include "screening/decision/personal.h"

#include "evidence/keys.h"
#include "evidence/personal_text.h"
#include "evidence/signed_bytes.h"

namespace probity::screening {

SaltSource NewSalts() {
  return [] { return evidence::RandomBytes(evidence::kSaltBytes); };
}

v1::PersonalDigest PersonalTexts::Keep(absl::string_view text) {
  v1::PersonalDigest kept;
  if (text.empty()) return kept;
  texts_.push_back(evidence::MakePersonalText(text, salts_()));
  kept.set_digest(texts_.back().digest());
  return kept;
}

}  // namespace probity::screening
