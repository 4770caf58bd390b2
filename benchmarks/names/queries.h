// Questions about invented parties: a name of the party, spoilt in one way.
#ifndef PROBITY_BENCHMARKS_NAMES_QUERIES_H_
#define PROBITY_BENCHMARKS_NAMES_QUERIES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "benchmarks/names/corpus.h"

namespace probity::benchmarks {

enum class ErrorClass : uint8_t {
  kExact,
  kTypo1,  // one letter wrong, missing, too many or in another place
  kTypo2,
  kWordSwap,
  kMissingWord,  // a trade, place or second given name
  kExtraWord,
  kLegalForm,  // another one, or none
  kAbbreviation,
  kJoined,       // two words written as one
  kSplit,        // one word written as two
  kAcronym,      // the first letters of at least three words
  kInitials,     // of a person's given names
  kOtherScript,  // the party is stored in one script alone and asked for in another
  kCommonWords,  // of a company that has no other words
};
const std::vector<ErrorClass>& ErrorClasses();
const char* NameOf(ErrorClass error);

struct NameQuery {
  ErrorClass error = ErrorClass::kExact;
  uint32_t party = 0;  // who is meant
  std::string text;
};

// Questions about the first `parties` of a corpus. `language`: about parties of
// this one alone, in its own script; empty: about all.
class QueryMaker {
 public:
  QueryMaker(const Corpus* corpus, uint32_t parties, std::string language = "")
      : corpus_(*corpus), parties_(parties), language_(std::move(language)) {}

  // Question `number` with this error; nullopt where thousands of parties had
  // no name for it.
  std::optional<NameQuery> Make(ErrorClass error, uint32_t number) const;
  // `count` questions, all classes that apply in turn, different ones for each
  // `first`.
  std::vector<NameQuery> MakeMixed(uint32_t first, size_t count) const;

 private:
  const Corpus& corpus_;
  uint32_t parties_;
  std::string language_;
};

}  // namespace probity::benchmarks

#endif  // PROBITY_BENCHMARKS_NAMES_QUERIES_H_
