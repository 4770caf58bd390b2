// Invented names for tests, and what happens to them on the way to a query.
#ifndef PROBITY_INDEX_TESTING_H_
#define PROBITY_INDEX_TESTING_H_

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "index/search.h"
#include "index/segment_builder.h"
#include "matching/testing.h"

namespace probity::index {

// The same numbers on every machine.
class Dice {
 public:
  explicit Dice(uint64_t seed) : engine_(seed) {}
  size_t Below(size_t limit) { return limit == 0 ? 0 : engine_() % limit; }
  template <typename T>
  const T& Of(const std::vector<T>& values) {
    return values[Below(values.size())];
  }

 private:
  std::mt19937_64 engine_;
};

enum class Writing { kLatin, kCyrillic, kGreek, kArabic, kHan };

// An invented company's or person's name.
std::string MakeCompany(Writing writing, Dice* dice);
std::string MakePerson(Dice* dice);

enum class Slip {
  kTypo,
  kSwapped,    // two words change places
  kMissing,    // a word is left out
  kExtra,      // a word too many
  kJoined,     // two words run together
  kSplit,      // a word cut in two
  kLegalForm,  // another form of the same kind
  kAcronym,    // first letters of the words
  kScript,     // Latin letters written in Cyrillic
  kInitials,   // a given name cut to its letter
};

// `name` with the slip; empty where it cannot happen to this name.
std::string Spoil(const std::string& name, Slip slip, Dice* dice);

// A record with these names, normalised as `kind`.
IndexedRecord MakeRecord(uint32_t dataset, std::string key, const std::vector<std::string>& names,
                         matching::Kind kind);

std::shared_ptr<const Segment> Build(const std::vector<IndexedRecord>& records);

Query MakeQuery(absl::string_view name, matching::Kind kind);

// "dataset/key#ordinal score" a hit.
std::vector<std::string> Described(const SearchResult& result);

}  // namespace probity::index

#endif  // PROBITY_INDEX_TESTING_H_
