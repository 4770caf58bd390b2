#include "screening/decision/personal.h"

#include <memory>
#include <string>

#include "base/random.h"
#include "evidence/personal_text.h"
#include "evidence/signed_bytes.h"

namespace probity::screening {
namespace {

constexpr size_t kSaltsDrawn = 16;

}  // namespace

SaltSource NewSalts() {
  // Drawn for several texts at once: each draw costs more than its bytes.
  auto drawn = std::make_shared<std::string>();
  return [drawn] {
    if (drawn->empty()) *drawn = RandomBytes(kSaltsDrawn * evidence::kSaltBytes);
    std::string salt = drawn->substr(drawn->size() - evidence::kSaltBytes);
    drawn->resize(drawn->size() - salt.size());
    return salt;
  };
}

v1::PersonalDigest PersonalTexts::Keep(absl::string_view text) {
  v1::PersonalDigest kept;
  if (text.empty()) return kept;
  texts_.push_back(evidence::MakePersonalText(text, salts_()));
  kept.set_digest(texts_.back().digest());
  return kept;
}

}  // namespace probity::screening
