// One side of a comparison, made ready for the matcher: what a request says of a
// party, or what a record does.
#ifndef PROBITY_SCREENING_NAMES_PARTY_H_
#define PROBITY_SCREENING_NAMES_PARTY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/identifiers.h"
#include "matching/facts.h"
#include "matching/matcher.h"
#include "probity/v1/supplier_service.pb.h"
#include "screening/identity.h"

namespace probity::screening {

// What names are compared with. Borrowed.
struct Comparer {
  const matching::Matcher& matcher;
  const IdentifierCatalogue& identifiers;

  // For AnswerStamp.matcher_version.
  std::string version() const { return MatcherVersion(matcher, identifiers); }
};

struct Party {
  matching::NormalizedName name;  // has tokens
  matching::Facts facts;
  std::vector<v1::Identifier> identifiers;  // normalised
};

// Reads a name with what is known beside it. Errors name the field below
// `path`: INVALID_ARGUMENT / INVALID_FIELD (no letter or digit; a date, country
// or kind that is none), LIMIT_EXCEEDED, UNKNOWN_IDENTIFIER_SCHEME.
absl::StatusOr<matching::NormalizedName> ReadName(const matching::Matcher& matcher,
                                                  absl::string_view path, absl::string_view text,
                                                  matching::Kind kind);
absl::StatusOr<Party> ReadParty(const Comparer& comparer, absl::string_view path,
                                const v1::ComparedName& name);
// The facts alone; `path` names the message.
absl::Status ReadFacts(const Comparer& comparer, absl::string_view path,
                       const v1::PartyFacts& facts, Party* party);

// INVALID_ARGUMENT / INVALID_FIELD unless `code` is two capital letters.
absl::Status CheckCountry(absl::string_view field, absl::string_view code);

// How the matcher reads names of this kind; kAny for UNSPECIFIED.
matching::Kind KindOf(v1::NameKind kind);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_NAMES_PARTY_H_
