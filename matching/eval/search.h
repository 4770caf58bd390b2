// Searches with known answers over a list of names, answered by comparing every
// name: what the matcher can do where no index stands in between.
#ifndef PROBITY_MATCHING_EVAL_SEARCH_H_
#define PROBITY_MATCHING_EVAL_SEARCH_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "matching/matcher.h"

namespace probity::matching {

// One name of a listed record.
struct ListedName {
  size_t record = 0;  // index into NameList::records
  std::string text;
  Kind kind = Kind::kAny;
  bool weak = false;
  NormalizedName name;
};

struct NameList {
  std::vector<std::string> records;  // their ids
  std::vector<ListedName> names;
};

struct SearchQuery {
  std::string text;
  Kind kind = Kind::kAny;
  std::optional<size_t> expected;  // index into NameList::records; nullopt: on no list
  std::string group;               // kind of error: "typo", "alias", …
};

struct SearchAnswer {
  const SearchQuery* query = nullptr;
  int rank = 0;           // of the expected record among the records, from 1; 0: no score at all
  int score = 0;          // of the expected record
  int best = 0;           // highest score of any record
  std::string best_name;  // the name that reached it
};

struct SearchFigures {
  int searches = 0;  // with an expected record
  double recall_1 = 0, recall_10 = 0;
  double recall_threshold = 0;  // within the first ten and at or above the threshold
};

// CSV with a header line of record, kind, name, weak, country: one name a line,
// the names of a record side by side. INVALID_ARGUMENT names file and line.
absl::StatusOr<NameList> ReadNameList(const Matcher& matcher, const std::string& path);

// CSV with a header line of query, kind, expected, class; an empty `expected` is
// a name on no list. INVALID_ARGUMENT for a record that `list` has not.
absl::StatusOr<std::vector<SearchQuery>> ReadSearches(const NameList& list,
                                                      const std::string& path);

// Compares the query with every name but those of the expected record that are
// the query itself: an alias is searched against the list without that alias.
// Records of one score stand in the order of the list.
SearchAnswer SearchAll(const Matcher& matcher, const NameList& list, const SearchQuery& query);

// The same for all queries, on every core. The queries must outlive the result.
std::vector<SearchAnswer> SearchAll(const Matcher& matcher, const NameList& list,
                                    const std::vector<SearchQuery>& queries);

// Of the answers with an expected record.
SearchFigures MeasureSearch(const std::vector<SearchAnswer>& answers, int threshold);

// The lowest score at which no more than `share` of the unlisted names raise an
// alert.
int ThresholdFor(const std::vector<SearchAnswer>& answers, double share);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_EVAL_SEARCH_H_
