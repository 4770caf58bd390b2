#include "storage/names/party_names.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/string_view.h"
#include "matching/name_codec.h"
#include "storage/timeline.h"

namespace probity::storage {
namespace {

using matching::Kind;

// "US" of "US" and "US-MA"; nothing of other forms.
void AddCountry(absl::string_view code, std::vector<std::string>* countries) {
  if (code.size() < 2 || (code.size() > 2 && code[2] != '-')) return;
  countries->emplace_back(code.substr(0, 2));
}

void Settle(std::vector<std::string>* countries) {
  std::sort(countries->begin(), countries->end());
  countries->erase(std::unique(countries->begin(), countries->end()), countries->end());
}

void AddNames(const google::protobuf::RepeatedPtrField<probity::v1::Name>& all, PartyNames* out) {
  const int count = std::min(all.size(), UINT8_MAX + 1);
  for (int i = 0; i < count; ++i) {
    out->names.push_back(
        {all[i].text(), static_cast<uint8_t>(i), all[i].type() == probity::v1::NAME_TYPE_AKA_WEAK});
  }
}

// Of a record's party, or of a supplier.
template <typename Party>
PartyNames NamesOf(const Party& party) {
  PartyNames names;
  names.kind = KindOf(party.kind());
  AddCountry(party.jurisdiction(), &names.countries);
  for (const probity::v1::Address& address : party.addresses()) {
    AddCountry(address.country(), &names.countries);
  }
  Settle(&names.countries);
  names.date = {party.founded().year(), party.founded().month(), party.founded().day()};
  AddNames(party.names(), &names);
  return names;
}

PartyNames NamesOfSite(const probity::v1::SiteRecord& site) {
  PartyNames names;
  names.kind = Kind::kSite;
  AddCountry(site.address().country(), &names.countries);
  AddNames(site.names(), &names);
  return names;
}

auto Tied(const matching::PartialDate& date) { return std::tie(date.year, date.month, date.day); }

std::string BytesOf(const matching::NormalizedName& name) {
  std::string bytes;
  matching::AppendName(name, &bytes);
  return bytes;
}

}  // namespace

matching::Kind KindOf(probity::v1::PartyKind kind) {
  switch (kind) {
    case probity::v1::PARTY_KIND_PERSON:
      return Kind::kPerson;
    case probity::v1::PARTY_KIND_VESSEL:
      return Kind::kVessel;
    case probity::v1::PARTY_KIND_COMPANY:
    case probity::v1::PARTY_KIND_ORGANIZATION:
    case probity::v1::PARTY_KIND_PUBLIC_BODY:
    case probity::v1::PARTY_KIND_GROUP:
      return Kind::kCompany;
    default:
      return Kind::kAny;
  }
}

bool operator==(const PartyNames& a, const PartyNames& b) {
  return a.kind == b.kind && a.names == b.names && a.countries == b.countries &&
         Tied(a.date) == Tied(b.date);
}

std::optional<PartyNames> PartyNamesOf(const v1::RecordRow& row) {
  const probity::v1::Record& record = LatestRecord(row);
  if (record.visibility() == probity::v1::VISIBILITY_RESTRICTED) return std::nullopt;
  if (record.has_supplier()) return NamesOf(record.supplier());
  if (record.has_site()) return NamesOfSite(record.site());
  return std::nullopt;
}

PartyNames PartyNamesOf(const probity::v1::Supplier& supplier) { return NamesOf(supplier); }

std::optional<index::IndexedRecord> Normalize(const matching::Matcher& matcher,
                                              const PartyNames& party) {
  index::IndexedRecord record;
  record.kind = party.kind;
  record.countries = party.countries;
  record.date = party.date;
  std::vector<std::pair<std::string, bool>> seen;  // bytes, weak
  for (const PartyNames::OneName& name : party.names) {
    matching::NormalizedName normalized = matcher.Normalize(name.text, party.kind);
    if (normalized.tokens.empty()) continue;
    std::pair<std::string, bool> id(BytesOf(normalized), name.weak);
    if (std::find(seen.begin(), seen.end(), id) != seen.end()) continue;
    seen.push_back(std::move(id));
    record.names.push_back({std::move(normalized), name.ordinal, name.weak});
  }
  if (record.names.empty()) return std::nullopt;
  return record;
}

bool SayTheSame(const index::IndexedRecord& a, const index::IndexedRecord& b) {
  const auto same_name = [](const index::IndexedName& x, const index::IndexedName& y) {
    return x.ordinal == y.ordinal && x.weak == y.weak && BytesOf(x.name) == BytesOf(y.name);
  };
  return a.kind == b.kind && a.countries == b.countries && Tied(a.date) == Tied(b.date) &&
         std::equal(a.names.begin(), a.names.end(), b.names.begin(), b.names.end(), same_name);
}

}  // namespace probity::storage
