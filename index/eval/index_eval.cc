// What the index loses of the searches that matching/eval measures.
//
//   index_eval [--any] [--show N] LIST.csv SEARCHES.csv
//
// Both the index and a comparison with every name answer the searches whose
// record is known, over the list without the names that are searches themselves.
// Prints recall among the first one and ten of both, by class and script.
// --any: the kinds of the queries are not told. --show prints the first N
// searches of each class that the index alone has not among its first ten.
#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "index/search.h"
#include "index/segment_builder.h"
#include "matching/eval/arguments.h"
#include "matching/eval/pairs.h"
#include "matching/eval/search.h"
#include "matching/matcher.h"

namespace probity::index {
namespace {

using matching::NameList;
using matching::SearchQuery;

constexpr uint32_t kDataset = 1;
constexpr int kLimit = 10;

// Searches with an answer, and how many each side answers first or among ten.
struct Recall {
  int searches = 0, index_1 = 0, index_10 = 0, all_1 = 0, all_10 = 0;
};

std::string KeyOf(size_t record) { return std::to_string(record); }

// Place of `record` among the hits, from 0; the limit when it is none.
int PlaceOf(const SearchResult& result, size_t record) {
  for (size_t i = 0; i < result.hits.size(); ++i) {
    if (result.hits[i].key == KeyOf(record)) return static_cast<int>(i);
  }
  return kLimit;
}

std::shared_ptr<const Segment> BuildSegment(const matching::Matcher& matcher, const NameList& list,
                                            const std::vector<SearchQuery>& queries) {
  std::set<std::pair<size_t, std::string>> asked;
  for (const SearchQuery& query : queries) {
    if (query.expected.has_value()) asked.emplace(*query.expected, query.text);
  }
  std::map<size_t, IndexedRecord> records;
  for (const matching::ListedName& name : list.names) {
    if (asked.count({name.record, name.text}) > 0) continue;
    IndexedRecord& record = records[name.record];
    record.dataset = kDataset;
    record.key = KeyOf(name.record);
    record.kind = name.kind;
    record.names.push_back({name.name, static_cast<uint8_t>(record.names.size()), name.weak});
  }
  SegmentBuilder builder(&matcher);
  for (const auto& [number, record] : records) builder.Add(record);
  return Segment::FromBytes(builder.Finish()).value();
}

void Print(const std::string& name, const Recall& recall) {
  const auto share = [&recall](int found) { return static_cast<double>(found) / recall.searches; };
  std::printf("  %-24s n=%-5d @1 %.3f of %.3f  @10 %.3f of %.3f\n", name.c_str(), recall.searches,
              share(recall.index_1), share(recall.all_1), share(recall.index_10),
              share(recall.all_10));
}

void PrintAll(const std::map<std::string, Recall>& groups) {
  for (const auto& [name, recall] : groups) Print(name, recall);
}

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "index_eval: %s\n", status.ToString().c_str());
  return 1;
}

int Run(const std::string& list_path, const std::string& query_path, bool any, size_t show) {
  const auto matcher = matching::Matcher::Load("data");
  if (!matcher.ok()) return Fail(matcher.status());
  const auto list = matching::ReadNameList(*matcher, list_path);
  if (!list.ok()) return Fail(list.status());
  const auto queries = matching::ReadSearches(*list, query_path);
  if (!queries.ok()) return Fail(queries.status());
  const std::vector<SegmentView> views = {{BuildSegment(*matcher, *list, *queries), nullptr}};
  Visibility visibility;
  visibility.Set(kDataset, 1);
  std::map<std::string, Recall> by_class, by_script;
  std::map<std::string, size_t> shown;
  for (const SearchQuery& search : *queries) {
    if (!search.expected.has_value()) continue;
    Query query;
    query.facts.kind = any ? matching::Kind::kAny : search.kind;
    query.name = matcher->Normalize(search.text, query.facts.kind);
    query.limit = kLimit;
    const int found = PlaceOf(Search(*matcher, views, visibility, query), *search.expected);
    const int best =
        PlaceOf(SearchExhaustively(*matcher, views, visibility, query), *search.expected);
    for (Recall* recall : {&by_class["all"], &by_class[search.group],
                           &by_script[matching::ScriptName(search.text)]}) {
      ++recall->searches;
      recall->index_1 += found == 0;
      recall->index_10 += found < kLimit;
      recall->all_1 += best == 0;
      recall->all_10 += best < kLimit;
    }
    if (found == kLimit && best < kLimit && shown[search.group]++ < show) {
      std::printf("    %-12s %s (every name: place %d)\n", search.group.c_str(),
                  search.text.c_str(), best + 1);
    }
  }
  std::printf(" by class: the index, of a comparison with every name\n");
  PrintAll(by_class);
  std::printf(" by script\n");
  PrintAll(by_script);
  return 0;
}

}  // namespace
}  // namespace probity::index

int main(int argc, char** argv) {
  const auto arguments = probity::matching::ReadArguments(argc, argv);
  if (arguments.files.size() != 2) {
    std::fprintf(stderr, "usage: index_eval [--any] [--show N] LIST.csv SEARCHES.csv\n");
    return 2;
  }
  return probity::index::Run(arguments.files[0], arguments.files[1], arguments.any, arguments.show);
}
