#include "evidence/personal_text.h"

#include "absl/strings/str_cat.h"
#include "base/hash.h"
#include "base/random.h"
#include "evidence/merkle.h"
#include "evidence/signed_bytes.h"

namespace probity::evidence {

v1::PersonalText MakePersonalText(absl::string_view text) {
  return MakePersonalText(text, RandomBytes(kSaltBytes));
}

v1::PersonalText MakePersonalText(absl::string_view text, absl::string_view salt) {
  v1::PersonalText personal;
  personal.set_salt(std::string(salt));
  personal.set_text(std::string(text));
  personal.set_digest(Sha256(absl::StrCat(personal.salt(), text)));
  return personal;
}

PersonalTextState StateOf(const v1::PersonalText& text) {
  if (text.digest().size() != kHashBytes) return PersonalTextState::kAltered;
  if (text.has_erase_time()) {
    const bool gone = text.salt().empty() && text.text().empty();
    return gone ? PersonalTextState::kErased : PersonalTextState::kAltered;
  }
  const bool fits = text.salt().size() == kSaltBytes &&
                    Sha256(absl::StrCat(text.salt(), text.text())) == text.digest();
  return fits ? PersonalTextState::kPresent : PersonalTextState::kAltered;
}

void Erase(const Erasure& erasure, v1::PersonalText* text) {
  if (text->has_erase_time()) return;
  text->clear_salt();
  text->clear_text();
  *text->mutable_erase_time() = ToTimestamp(erasure.time_us);
  text->set_erased_by(erasure.by);
  text->set_erase_reason(erasure.reason);
}

}  // namespace probity::evidence
