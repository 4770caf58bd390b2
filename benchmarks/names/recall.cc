#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "benchmarks/names/commands.h"
#include "benchmarks/names/report.h"
#include "matching/params.h"

namespace probity::benchmarks {
namespace {

using Hits = std::vector<index::Hit>;

Hits AtLeast(Hits hits, int score) {
  const auto below = [score](const index::Hit& hit) { return hit.score < score; };
  hits.erase(std::remove_if(hits.begin(), hits.end(), below), hits.end());
  return hits;
}

bool Has(const Hits& hits, const std::string& key) {
  return std::any_of(hits.begin(), hits.end(),
                     [&key](const index::Hit& hit) { return hit.key == key; });
}

// How much of what the oracle found a search found. Of hits that score alike
// any will do.
class Recall {
 public:
  void Add(const Hits& hits, const Hits& oracle) {
    if (oracle.empty()) return;
    const size_t good = AtLeast(hits, oracle.back().score).size();
    found_ += static_cast<double>(std::min(good, oracle.size()));
    wanted_ += static_cast<double>(oracle.size());
  }
  double share() const { return wanted_ == 0 ? 1 : found_ / wanted_; }

 private:
  double found_ = 0, wanted_ = 0;
};

struct ClassRecall {
  Recall all, certain;  // of all hits; of those that score a match
  int queries = 0, found = 0, oracle_found = 0;

  void Add(const std::string& key, const Hits& hits, const Hits& oracle) {
    ++queries;
    all.Add(hits, oracle);
    certain.Add(AtLeast(hits, matching::kThreshold), AtLeast(oracle, matching::kThreshold));
    found += Has(hits, key);
    oracle_found += Has(oracle, key);
  }
  // Of the times that the oracle has the party that is meant among its ten.
  double OfParty() const {
    return oracle_found == 0 ? 1 : static_cast<double>(found) / oracle_found;
  }
};

void PrintMisses(const NameQuery& query, const index::SearchResult& result, const Hits& oracle) {
  const bool fewer = result.hits.empty() || result.hits.size() < oracle.size();
  const int last = fewer ? 0 : result.hits.back().score;
  for (const index::Hit& hit : oracle) {
    if (hit.score <= last || Has(result.hits, hit.key)) continue;
    absl::PrintF("    missed: %s \"%s\", %s, its name %d, scores %d%s%s\n", NameOf(query.error),
                 query.text, hit.key, hit.name_ordinal, hit.score,
                 hit.key == KeyOf(query.party) ? " (the one meant)" : "",
                 result.incomplete ? " (incomplete)" : "");
  }
}

void PrintTable(const std::map<ErrorClass, ClassRecall>& by_class) {
  absl::PrintF("    %-14s %7s %7s %7s %7s   share of the oracle's hits; the party meant in ten\n",
               "class", ">= 0.5", ">= 0.7", "found", "oracle");
  for (const auto& [error, recall] : by_class) {
    const double queries = recall.queries;
    absl::PrintF("    %-14s %7.4f %7.4f %7.3f %7.3f   of %d\n", NameOf(error), recall.all.share(),
                 recall.certain.share(), recall.found / queries, recall.oracle_found / queries,
                 recall.queries);
  }
}

void AddWorst(const std::string& key, const std::string& suffix,
              const std::map<ErrorClass, ClassRecall>& by_class,
              const std::function<double(const ClassRecall&)>& share, Report* report) {
  const auto worst = std::min_element(
      by_class.begin(), by_class.end(),
      [&share](const auto& a, const auto& b) { return share(a.second) < share(b.second); });
  report->Add(key + suffix, share(worst->second), ">= 0.98", NameOf(worst->first));
}

}  // namespace

int MeasureRecall(const Options& options) {
  const Corpus corpus = CorpusOf(options);
  const QueryMaker maker(&corpus, PartiesOf(options), options.language);
  const Searcher searcher({MapOrDie(options.file)}, options.min_score);
  std::map<ErrorClass, ClassRecall> by_class;
  int incomplete = 0;
  for (const NameQuery& query : maker.MakeMixed(9u << 20, options.queries)) {
    const index::SearchResult result = searcher.Ask(query.text).result;
    const Hits oracle = searcher.AskOracle(query.text).result.hits;
    incomplete += result.incomplete;
    by_class[query.error].Add(KeyOf(query.party), result.hits, oracle);
    if (options.show) PrintMisses(query, result, oracle);
  }
  PrintTable(by_class);
  absl::PrintF("    %d questions to %d names; %d answers incomplete\n", options.queries,
               options.names, incomplete);
  Report report;
  AddWorst(
      "recall_vs_oracle_min_class", options.suffix, by_class,
      [](const ClassRecall& recall) { return recall.certain.share(); }, &report);
  AddWorst("recall_of_party_min_class", options.suffix, by_class, &ClassRecall::OfParty, &report);
  report.PrintJson();
  return 0;
}

}  // namespace probity::benchmarks
