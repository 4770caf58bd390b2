// The records whose names are most like one name.
#ifndef PROBITY_INDEX_SEARCH_H_
#define PROBITY_INDEX_SEARCH_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "index/segment.h"
#include "index/visibility.h"
#include "matching/facts.h"
#include "matching/matcher.h"

namespace probity::index {

// Names that agree less than this are no answer to any question; not returned
// even where min_score is lower.
inline constexpr int kLeastScore = 3000;

// Since the segment was made: record -> the first version that no longer says so.
struct Removals {
  absl::flat_hash_map<uint32_t, uint32_t> to_version;
};

struct SegmentView {
  std::shared_ptr<const Segment> segment;
  std::shared_ptr<const Removals> removals;  // nullptr: none
  bool history = false;                      // for its owner; a search reads every view it is given
};

// The first version that no longer says what the record says; kForever: none yet.
uint32_t EndOf(const SegmentView& view, uint32_t record);

struct Query {
  matching::NormalizedName name;
  matching::Facts facts;  // of the query; they raise or lower
  int min_score = 0;      // 0..10,000
  size_t limit = 10;      // records wanted
  // Filters: records with one of these, or whose country or kind is not known;
  // empty: all. What is not on record never hides a name.
  std::vector<std::string> countries;
  std::vector<matching::Kind> kinds;
  std::vector<uint32_t> datasets;
  // Units of work, about 1.5 ns each: a posting is one, a comparison about a
  // thousand. 0: kDefaultCost. When it is reached the result is incomplete.
  int64_t cost_limit = 0;
  std::function<bool()> cancelled;  // asked about every 50 us of work; may be empty
};

inline constexpr int64_t kDefaultCost = 8'000'000;

// A record, by the best of its names.
struct Hit {
  uint32_t dataset = 0;
  std::string key;
  uint8_t name_ordinal = 0;
  int score = 0;  // after facts
};

struct SearchResult {
  std::vector<Hit> hits;    // best first; ties by dataset, key
  bool incomplete = false;  // the cost limit came first: better ones may be missing
  bool cancelled = false;   // hits are those found until then
  int64_t cost = 0;         // units of work done
};

// Deterministic, and the same however the records are spread over segments, save
// where incomplete or cancelled. Thread-safe.
SearchResult Search(const matching::Matcher& matcher, absl::Span<const SegmentView> views,
                    const Visibility& visibility, const Query& query);

// The same by comparing every name; of the cost limit it takes no notice. The
// oracle of tests and benchmarks.
SearchResult SearchExhaustively(const matching::Matcher& matcher,
                                absl::Span<const SegmentView> views, const Visibility& visibility,
                                const Query& query);

// A key by which a query finds a stored name.
struct SharedKey {
  std::string kind;  // same_word, same_meaning, similar_word, joined_words, acronym, …
  std::string query_text;
  std::string stored_text;
};

// How `query` and `stored` meet in the index; empty: they are never compared.
std::vector<SharedKey> SharedKeys(const matching::Matcher& matcher,
                                  const matching::NormalizedName& query,
                                  const matching::NormalizedName& stored);

}  // namespace probity::index

#endif  // PROBITY_INDEX_SEARCH_H_
