// What the name index holds: names of records, each over a run of versions.
#ifndef PROBITY_INDEX_RECORD_H_
#define PROBITY_INDEX_RECORD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "matching/facts.h"
#include "matching/name.h"

namespace probity::index {

// A version that never comes: the record still says so.
inline constexpr uint32_t kForever = 0xFFFFFFFF;

// Names of a record beyond this many are not indexed; no list comes near.
inline constexpr size_t kMaxNames = 4096;
// Bytes of a record's key and countries of a record, likewise.
inline constexpr size_t kMaxKeyBytes = 65535;
inline constexpr size_t kMaxCountries = 255;

// One name of a record, ready for comparison.
struct IndexedName {
  matching::NormalizedName name;
  uint8_t ordinal = 0;  // position among the record's names
  bool weak = false;    // the list itself calls it a weak alias
};

// A record over one run of versions in which its names did not change.
struct IndexedRecord {
  uint32_t dataset = 0;            // the store's number of the dataset
  std::string key;                 // the publisher's key
  uint32_t from_version = 0;       // the first version that says so
  uint32_t to_version = kForever;  // the first that no longer does
  matching::Kind kind = matching::Kind::kAny;
  std::vector<std::string> countries;  // ISO 3166-1 alpha-2, upper case
  matching::PartialDate date;          // of birth or founding
  std::vector<IndexedName> names;      // at least one
};

}  // namespace probity::index

#endif  // PROBITY_INDEX_RECORD_H_
