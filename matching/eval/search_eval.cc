// Measures searches with known answers over a list of names.
//
//   search_eval [--any] [--show N] LIST.csv QUERIES.csv
//
// Prints recall among the first one and ten, and recall among the first ten at
// the published threshold and at the thresholds where 1 % and 5 % of the
// unlisted names raise an alert: for all, for the halves that are tuned on and
// held out, and by class and script. --any: the kinds of the queries are not
// told. --show prints the N worst wrong answers of the half that is tuned on.
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "matching/eval/arguments.h"
#include "matching/eval/pairs.h"
#include "matching/eval/search.h"
#include "matching/matcher.h"
#include "matching/params.h"

namespace probity::matching {
namespace {

struct Thresholds {
  int one_percent = 0, five_percent = 0;
};

void PrintRow(const std::string& name, const std::vector<SearchAnswer>& answers, Thresholds at) {
  const SearchFigures one = MeasureSearch(answers, at.one_percent);
  if (one.searches == 0) return;
  std::printf("  %-24s n=%-5d @1 %.3f  @10 %.3f  @10 at 1%% %.3f  at 5%% %.3f  at .70 %.3f\n",
              name.c_str(), one.searches, one.recall_1, one.recall_10, one.recall_threshold,
              MeasureSearch(answers, at.five_percent).recall_threshold,
              MeasureSearch(answers, kThreshold).recall_threshold);
}

double AlertShare(const std::vector<SearchAnswer>& answers, int threshold) {
  int all = 0, alerts = 0;
  for (const SearchAnswer& answer : answers) {
    if (answer.query->expected.has_value()) continue;
    ++all;
    alerts += answer.best >= threshold;
  }
  return all == 0 ? 0 : static_cast<double>(alerts) / all;
}

using KeyOf = std::function<std::string(const SearchQuery&)>;

void PrintBy(const std::vector<SearchAnswer>& answers, Thresholds at, const KeyOf& key) {
  std::map<std::string, std::vector<SearchAnswer>> groups;
  for (const SearchAnswer& answer : answers) groups[key(*answer.query)].push_back(answer);
  for (const auto& [name, group] : groups) PrintRow(name, group, at);
}

void PrintWrong(const std::vector<SearchAnswer>& answers, size_t count) {
  std::map<std::string, size_t> shown;
  for (const SearchAnswer& answer : answers) {
    const SearchQuery& query = *answer.query;
    const bool wrong = query.expected.has_value() ? answer.rank != 1 || answer.score < kThreshold
                                                  : answer.best >= kThreshold;
    if (!wrong || !IsTuned(query.text) || shown[query.group]++ >= count) continue;
    std::printf("    %-12s %-50s rank %-4d score %-5d best %-5d %s\n", query.group.c_str(),
                query.text.c_str(), answer.rank, answer.score, answer.best,
                answer.best_name.c_str());
  }
}

void PrintAll(const std::vector<SearchAnswer>& answers) {
  const Thresholds at{ThresholdFor(answers, 0.01), ThresholdFor(answers, 0.05)};
  std::printf("1 %% of the unlisted names raise an alert at %.4f, 5 %% at %.4f; at .70 %.1f %%\n",
              at.one_percent / double{kFullScore}, at.five_percent / double{kFullScore},
              100 * AlertShare(answers, kThreshold));
  PrintRow("all", answers, at);
  PrintBy(answers, at,
          [](const SearchQuery& q) { return IsTuned(q.text) ? "tuned on" : "held out"; });
  std::printf(" by class\n");
  PrintBy(answers, at, [](const SearchQuery& query) { return query.group; });
  std::printf(" by script\n");
  PrintBy(answers, at, [](const SearchQuery& query) { return ScriptName(query.text); });
}

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "search_eval: %s\n", status.ToString().c_str());
  return 1;
}

int Run(const std::string& list_path, const std::string& query_path, bool any, size_t show) {
  const absl::StatusOr<Matcher> matcher = Matcher::Load("data");
  if (!matcher.ok()) return Fail(matcher.status());
  const absl::StatusOr<NameList> list = ReadNameList(*matcher, list_path);
  if (!list.ok()) return Fail(list.status());
  absl::StatusOr<std::vector<SearchQuery>> queries = ReadSearches(*list, query_path);
  if (!queries.ok()) return Fail(queries.status());
  if (any) {
    for (SearchQuery& query : *queries) query.kind = Kind::kAny;
  }
  std::printf("matcher %s, %zu records, %zu names, %zu searches\n", matcher->version().c_str(),
              list->records.size(), list->names.size(), queries->size());
  const std::vector<SearchAnswer> answers = SearchAll(*matcher, *list, *queries);
  PrintAll(answers);
  if (show > 0) PrintWrong(answers, show);
  return 0;
}

}  // namespace
}  // namespace probity::matching

int main(int argc, char** argv) {
  const auto arguments = probity::matching::ReadArguments(argc, argv);
  if (arguments.files.size() != 2) {
    std::fprintf(stderr, "usage: search_eval [--any] [--show N] LIST.csv QUERIES.csv\n");
    return 2;
  }
  return probity::matching::Run(arguments.files[0], arguments.files[1], arguments.any,
                                arguments.show);
}
