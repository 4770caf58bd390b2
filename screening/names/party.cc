#include "screening/names/party.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/civil_day.h"
#include "base/errors.h"
#include "screening/names/limits.h"
#include "screening/resolve.h"
#include "screening/validate.h"

namespace probity::screening {
namespace {

absl::Status CheckNoMore(absl::string_view field, int count, int limit) {
  return count > limit ? LimitExceeded(field, limit, count) : absl::OkStatus();
}

absl::Status ReadCountries(absl::string_view path, const v1::PartyFacts& facts,
                           matching::Facts* out) {
  const std::string field = absl::StrCat(path, ".countries");
  absl::Status well = CheckNoMore(field, facts.countries_size(), kMaxCountriesOfParty);
  for (const std::string& country : facts.countries()) {
    if (well.ok()) well = CheckCountry(field, country);
    out->countries.push_back(country);
  }
  return well;
}

absl::Status ReadDate(absl::string_view path, const v1::Date& date, matching::Facts* out) {
  if (date.year() == 0 && date.month() == 0 && date.day() == 0) return absl::OkStatus();
  if (!IsValidDate(date)) return InvalidField(absl::StrCat(path, ".date"), "does not exist");
  out->date = {date.year(), date.month(), date.day()};
  return absl::OkStatus();
}

absl::Status ReadAddress(const Comparer& comparer, absl::string_view path,
                         const std::string& address, matching::Facts* out) {
  absl::Status well = ValidateText(absl::StrCat(path, ".address"), address, kMaxNameBytes);
  if (well.ok() && !address.empty()) {
    out->address = comparer.matcher.Normalize(address, matching::Kind::kAddress);
  }
  return well;
}

absl::Status ReadIdentifiers(const Comparer& comparer, absl::string_view path,
                             const v1::PartyFacts& facts, std::vector<v1::Identifier>* out) {
  const std::string field = absl::StrCat(path, ".identifiers");
  absl::Status well = CheckNoMore(field, facts.identifiers_size(), kMaxIdentifiers);
  for (int i = 0; well.ok() && i < facts.identifiers_size(); ++i) {
    auto normal = ReadIdentifier(comparer.identifiers, facts.identifiers(i),
                                 absl::StrCat(field, "[", i, "]"));
    if (!normal.ok()) return normal.status();
    out->push_back(*std::move(normal));
  }
  return well;
}

}  // namespace

absl::Status CheckCountry(absl::string_view field, absl::string_view code) {
  const bool well =
      code.size() == 2 && absl::ascii_isupper(code[0]) && absl::ascii_isupper(code[1]);
  return well ? absl::OkStatus() : InvalidField(field, "must be an ISO 3166-1 alpha-2 code");
}

matching::Kind KindOf(v1::NameKind kind) {
  switch (kind) {
    case v1::NAME_KIND_PERSON:
      return matching::Kind::kPerson;
    case v1::NAME_KIND_COMPANY:
      return matching::Kind::kCompany;
    case v1::NAME_KIND_VESSEL:
      return matching::Kind::kVessel;
    case v1::NAME_KIND_SITE:
      return matching::Kind::kSite;
    default:
      return matching::Kind::kAny;
  }
}

absl::StatusOr<matching::NormalizedName> ReadName(const matching::Matcher& matcher,
                                                  absl::string_view path, absl::string_view text,
                                                  matching::Kind kind) {
  if (text.empty()) return InvalidField(path, "is empty; give a name");
  if (absl::Status well = ValidateText(path, text, kMaxNameBytes); !well.ok()) return well;
  matching::NormalizedName name = matcher.Normalize(text, kind);
  if (name.tokens.empty()) return InvalidField(path, "holds no letter or digit to compare");
  return name;
}

absl::Status ReadFacts(const Comparer& comparer, absl::string_view path,
                       const v1::PartyFacts& facts, Party* party) {
  if (!v1::NameKind_IsValid(facts.kind())) {
    return InvalidField(absl::StrCat(path, ".kind"), "is not a value that this server knows");
  }
  party->facts.kind = KindOf(facts.kind());
  absl::Status well = ReadCountries(path, facts, &party->facts);
  if (well.ok()) well = ReadDate(path, facts.date(), &party->facts);
  if (well.ok()) well = ReadAddress(comparer, path, facts.address(), &party->facts);
  if (well.ok()) well = ReadIdentifiers(comparer, path, facts, &party->identifiers);
  return well;
}

absl::StatusOr<Party> ReadParty(const Comparer& comparer, absl::string_view path,
                                const v1::ComparedName& name) {
  Party party;
  absl::Status read = ReadFacts(comparer, absl::StrCat(path, ".facts"), name.facts(), &party);
  if (!read.ok()) return read;
  party.facts.weak_alias = name.weak_alias();
  auto normal =
      ReadName(comparer.matcher, absl::StrCat(path, ".text"), name.text(), party.facts.kind);
  if (!normal.ok()) return normal.status();
  party.name = *std::move(normal);
  return party;
}

}  // namespace probity::screening
