// Texts about natural persons, kept so that they can be erased: what is hashed
// and signed holds only the digest SHA-256(salt . text), and salt and text stand
// beside it. Erasing them leaves every hash, tree and receipt as it was; without
// the salt nobody can try which text it may have been.
#ifndef PROBITY_EVIDENCE_PERSONAL_TEXT_H_
#define PROBITY_EVIDENCE_PERSONAL_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "probity/v1/evidence.pb.h"

namespace probity::evidence {

// With a random salt; the digest goes where the text would have stood.
v1::PersonalText MakePersonalText(absl::string_view text);
// With the salt of an earlier one, 32 bytes, so that the same text has the same
// digest: for a decision that is derived again.
v1::PersonalText MakePersonalText(absl::string_view text, absl::string_view salt);

enum class PersonalTextState { kPresent, kErased, kAltered };
// kAltered: salt and text do not give the digest, or are half erased.
PersonalTextState StateOf(const v1::PersonalText& text);

// When, by whom and why a text is erased.
struct Erasure {
  int64_t time_us = 0;
  std::string by;
  std::string reason;
};
// Takes salt and text away and notes the erasure. What was erased stays as it is.
void Erase(const Erasure& erasure, v1::PersonalText* text);

}  // namespace probity::evidence

#endif  // PROBITY_EVIDENCE_PERSONAL_TEXT_H_
