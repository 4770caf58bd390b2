#include "screening/identity.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/hash.h"

namespace probity::screening {
namespace {

constexpr int kCertain = 10000;

// An identifier of each side.
struct Pair {
  const v1::Identifier* query = nullptr;
  const v1::Identifier* candidate = nullptr;
};

// The first equal ones of a scheme, else the first ones; nothing when one side
// has none.
Pair PairOf(const std::string& scheme, const std::vector<v1::Identifier>& query,
            const IdentifierList& candidate) {
  Pair first;
  for (const v1::Identifier& asked : query) {
    if (asked.scheme() != scheme) continue;
    for (const v1::Identifier& held : candidate) {
      if (held.scheme() != scheme) continue;
      if (held.value() == asked.value()) return {&asked, &held};
      if (first.query == nullptr) first = {&asked, &held};
    }
  }
  return first;
}

}  // namespace

std::string IdentifierText(const v1::Identifier& identifier) {
  return absl::StrCat(identifier.scheme(), ":", identifier.value());
}

IdentifierFinding CompareIdentifiers(const IdentifierCatalogue& catalogue,
                                     const std::vector<v1::Identifier>& query,
                                     const IdentifierList& candidate) {
  Pair supports, confirms, contradicts;
  IdentifierFinding none;
  for (const v1::Identifier& asked : query) {
    const Pair pair = PairOf(asked.scheme(), query, candidate);
    const bool equal = pair.query != nullptr && pair.query->value() == pair.candidate->value();
    const bool identifying = catalogue.IsIdentifying(asked.scheme());
    if (equal) {
      (identifying ? confirms : supports) = pair;
    } else if (asked.check() == v1::IDENTIFIER_CHECK_FAILED) {
      none.query = IdentifierText(asked);
    } else if (pair.query != nullptr && identifying) {
      contradicts = pair;
    }
  }
  using E = IdentifierEvidence;
  const auto found = [](E evidence, const Pair& pair) {
    return IdentifierFinding{evidence, IdentifierText(*pair.query),
                             IdentifierText(*pair.candidate)};
  };
  if (contradicts.query != nullptr) {
    return found(confirms.query != nullptr ? E::kDisputed : E::kContradicts, contradicts);
  }
  if (confirms.query != nullptr) return found(E::kConfirms, confirms);
  if (supports.query != nullptr) return found(E::kSupports, supports);
  return none;
}

int ScoreWith(IdentifierEvidence evidence, int name_score) {
  switch (evidence) {
    case IdentifierEvidence::kConfirms:
      return kCertain;
    case IdentifierEvidence::kContradicts:
      return std::clamp(name_score - kConflictPoints, 0, kConflictCeiling);
    case IdentifierEvidence::kSupports:
      // Never by more than a third of what is missing, as other facts.
      return std::min(name_score + std::min(kSupportPoints, (kCertain - name_score) / 3),
                      kNameAloneCeiling);
    case IdentifierEvidence::kDisputed:
    case IdentifierEvidence::kNone:
      return std::min(name_score, kNameAloneCeiling);
  }
  return 0;
}

v1::MatchBasis BasisOf(IdentifierEvidence evidence) {
  switch (evidence) {
    case IdentifierEvidence::kConfirms:
      return v1::MATCH_BASIS_IDENTIFIER;
    case IdentifierEvidence::kContradicts:
    case IdentifierEvidence::kDisputed:
      return v1::MATCH_BASIS_IDENTIFIER_CONFLICT;
    default:
      return v1::MATCH_BASIS_NAME;
  }
}

std::string MatcherVersion(const matching::Matcher& matcher, const IdentifierCatalogue& catalogue) {
  const std::string all =
      absl::StrCat(kIdentityRules, "/", kNameAloneCeiling, ",", kConflictCeiling, ",",
                   kConflictPoints, ",", kSupportPoints, "/", catalogue.digest());
  return absl::StrCat(matcher.version(), " identity/", kIdentityRules, " ",
                      ToHex(Sha256(all)).substr(0, 12));
}

}  // namespace probity::screening
