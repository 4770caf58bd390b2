// From a stored record to what the name index holds of it. Pure.
#ifndef PROBITY_STORAGE_NAMES_PARTY_NAMES_H_
#define PROBITY_STORAGE_NAMES_PARTY_NAMES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "index/record.h"
#include "matching/matcher.h"
#include "probity/storage/v1/storage.pb.h"
#include "probity/v1/supplier.pb.h"

namespace probity::storage {

// The part of a party's or a site's record that is searched by name, not yet
// normalised: cheap to make and to compare.
struct PartyNames {
  struct OneName {
    std::string text;
    uint8_t ordinal = 0;  // position among the record's names
    bool weak = false;    // the list itself calls the alias weak
    friend bool operator==(const OneName& a, const OneName& b) {
      return a.text == b.text && a.ordinal == b.ordinal && a.weak == b.weak;
    }
  };
  matching::Kind kind = matching::Kind::kAny;  // kSite for sites, and for them alone
  std::vector<OneName> names;
  std::vector<std::string> countries;  // of registration and addresses; sorted, each once
  matching::PartialDate date;          // of founding or birth

  friend bool operator==(const PartyNames& a, const PartyNames& b);
};

// How the matcher reads names of such a party: an organisation's is built as a
// firm's. kAny for UNSPECIFIED.
matching::Kind KindOf(probity::v1::PartyKind kind);

// What the row says last; nullopt when it is neither party nor site, or
// restricted: whom nobody may see is in no index.
std::optional<PartyNames> PartyNamesOf(const v1::RecordRow& row);

// What the supplier says; of a record where it was put together from that one alone, but
// for the places of its names, since a supplier says each once.
PartyNames PartyNamesOf(const probity::v1::Supplier& supplier);

// Normalised. Names that are one name to the matcher stand once; those without
// a word are left out. nullopt when none is left. Key and versions are the
// caller's to fill in.
std::optional<index::IndexedRecord> Normalize(const matching::Matcher& matcher,
                                              const PartyNames& party);

// Whether the two say the same, whatever their versions.
bool SayTheSame(const index::IndexedRecord& a, const index::IndexedRecord& b);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_NAMES_PARTY_NAMES_H_
