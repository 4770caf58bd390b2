#include "screening/decision/personal.h"

#include "evidence/personal_text.h"

namespace probity::screening {

v1::PersonalDigest PersonalTexts::Keep(absl::string_view text) {
  v1::PersonalDigest kept;
  if (text.empty()) return kept;
  texts_.push_back(evidence::MakePersonalText(text, salts_()));
  kept.set_digest(texts_.back().digest());
  return kept;
}

}  // namespace probity::screening
