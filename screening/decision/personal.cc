#include "screening/decision/personal.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/hash.h"

namespace probity::screening {

v1::PersonalDigest PersonalTexts::Keep(absl::string_view text) {
  v1::PersonalDigest kept;
  if (text.empty()) return kept;
  PersonalText personal{"", salts_(), std::string(text)};
  personal.digest = Sha256(absl::StrCat(personal.salt, personal.text));
  kept.set_digest(personal.digest);
  texts_.push_back(std::move(personal));
  return kept;
}

}  // namespace probity::screening
