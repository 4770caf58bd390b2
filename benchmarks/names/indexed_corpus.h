// The corpus as the name index holds it.
#ifndef PROBITY_BENCHMARKS_NAMES_INDEXED_CORPUS_H_
#define PROBITY_BENCHMARKS_NAMES_INDEXED_CORPUS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "benchmarks/names/corpus.h"
#include "index/search.h"
#include "index/segment.h"
#include "matching/matcher.h"

namespace probity::benchmarks {

using SegmentPtr = std::shared_ptr<const index::Segment>;

// The seed of all measurements, and where their records come from.
inline constexpr uint64_t kSeed = 20261125;
inline constexpr uint32_t kDataset = 1, kVersion = 1;

// "P12" for party 12, which is its record's key.
std::string KeyOf(uint32_t party);

// A party as a store holds it: names as texts.
struct Party {
  uint32_t number = 0;
  matching::Kind kind = matching::Kind::kAny;
  std::vector<std::string> names;
};
Party PartyOf(const Corpus& corpus, uint32_t number);

// Its record with normalised names.
index::IndexedRecord RecordOf(const Party& party);

// They exit where they cannot.
void WriteOrDie(const std::string& path, const std::string& bytes);
SegmentPtr MapOrDie(const std::string& path);
const matching::Matcher& TheMatcher();

// What a search is asked and what it cost, its query normalised within.
struct Asked {
  index::SearchResult result;
  absl::Duration cpu;  // of this thread
};

class Searcher {
 public:
  Searcher(const std::vector<SegmentPtr>& segments, int min_score);

  Asked Ask(absl::string_view name) const;
  // By comparing every name.
  Asked AskOracle(absl::string_view name) const;

 private:
  template <typename SearchFunction>
  Asked AskWith(SearchFunction search, absl::string_view name) const;
  index::Query QueryFor(absl::string_view name) const;

  std::vector<index::SegmentView> views_;
  index::Visibility visibility_;
  int min_score_;
};

// CPU time of the calling thread since it began.
absl::Duration ThreadCpu();

}  // namespace probity::benchmarks

#endif  // PROBITY_BENCHMARKS_NAMES_INDEXED_CORPUS_H_
