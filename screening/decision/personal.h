// Texts about persons, kept beside a bundle so that they can be erased: the
// bundle holds digests alone.
#ifndef PROBITY_SCREENING_DECISION_PERSONAL_H_
#define PROBITY_SCREENING_DECISION_PERSONAL_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "probity/v1/decision.pb.h"
#include "probity/v1/evidence.pb.h"

namespace probity::screening {

// Gives 32 raw bytes a call: random for a new decision; for one that is derived
// again, the salts of its own texts, in order.
using SaltSource = std::function<std::string()>;
// The random ones.
SaltSource NewSalts();

// Takes texts in the order in which a bundle is gathered.
class PersonalTexts {
 public:
  explicit PersonalTexts(SaltSource salts) : salts_(std::move(salts)) {}

  // The digest to put into the bundle; empty for an empty text.
  v1::PersonalDigest Keep(absl::string_view text);
  std::vector<v1::PersonalText> Take() { return std::move(texts_); }

 private:
  const SaltSource salts_;
  std::vector<v1::PersonalText> texts_;
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_DECISION_PERSONAL_H_
