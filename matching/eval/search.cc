#include "matching/eval/search.h"

#include <algorithm>
#include <cmath>
#include <thread>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/tables.h"
#include "matching/eval/pairs.h"
#include "matching/facts.h"
#include "matching/params.h"

namespace probity::matching {
namespace {

absl::StatusOr<std::vector<TableRow>> ReadRows(const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) return text.status();
  absl::StatusOr<std::vector<TableRow>> rows = ParseTable(*text);
  if (rows.ok()) return rows;
  return absl::InvalidArgumentError(absl::StrCat(path, ", ", rows.status().message()));
}

// Kind and weak alias count, as in the service; the rest of the facts is not
// part of these lists.
int ScoreWithFacts(const Matcher& matcher, const SearchQuery& query, const NormalizedName& name,
                   const ListedName& listed) {
  const int score = matcher.Score(name, listed.name);
  if (score == 0) return 0;
  Facts of_query, of_listed;
  of_query.kind = query.kind;
  of_listed.kind = listed.kind;
  of_listed.weak_alias = listed.weak;
  return ApplyFacts(matcher.tables(), score, of_query, of_listed, nullptr);
}

double Share(size_t part, size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

absl::StatusOr<NameList> ReadNameList(const Matcher& matcher, const std::string& path) {
  absl::StatusOr<std::vector<TableRow>> rows = ReadRows(path);
  if (!rows.ok()) return rows.status();
  NameList list;
  for (TableRow& row : *rows) {
    if (list.records.empty() || list.records.back() != row["record"]) {
      list.records.push_back(row["record"]);
    }
    ListedName name;
    name.record = list.records.size() - 1;
    name.text = row["name"];
    name.kind = KindNamed(row["kind"]);
    name.weak = row["weak"] == "1";
    name.name = matcher.Normalize(name.text, name.kind);
    list.names.push_back(std::move(name));
  }
  return list;
}

absl::StatusOr<std::vector<SearchQuery>> ReadSearches(const NameList& list,
                                                      const std::string& path) {
  absl::StatusOr<std::vector<TableRow>> rows = ReadRows(path);
  if (!rows.ok()) return rows.status();
  absl::flat_hash_map<std::string, size_t> at;
  for (size_t i = 0; i < list.records.size(); ++i) at[list.records[i]] = i;
  std::vector<SearchQuery> queries;
  for (TableRow& row : *rows) {
    SearchQuery query{row["query"], KindNamed(row["kind"]), std::nullopt, row["class"]};
    if (!row["expected"].empty()) {
      const auto found = at.find(row["expected"]);
      if (found == at.end()) {
        return absl::InvalidArgumentError(
            absl::StrCat(path, ": the list has no record ", row["expected"]));
      }
      query.expected = found->second;
    }
    queries.push_back(std::move(query));
  }
  return queries;
}

SearchAnswer SearchAll(const Matcher& matcher, const NameList& list, const SearchQuery& query) {
  SearchAnswer answer;
  answer.query = &query;
  const NormalizedName name = matcher.Normalize(query.text, query.kind);
  std::vector<int> scores(list.records.size(), 0);
  for (const ListedName& listed : list.names) {
    if (query.expected == listed.record && absl::EqualsIgnoreCase(listed.text, query.text)) {
      continue;
    }
    const int score = ScoreWithFacts(matcher, query, name, listed);
    scores[listed.record] = std::max(scores[listed.record], score);
    if (score <= answer.best) continue;
    answer.best = score;
    answer.best_name = listed.text;
  }
  if (!query.expected.has_value()) return answer;
  answer.score = scores[*query.expected];
  if (answer.score == 0) return answer;
  answer.rank = 1;
  for (size_t i = 0; i < scores.size(); ++i) {
    const bool before = i < *query.expected && scores[i] == answer.score;
    answer.rank += scores[i] > answer.score || before;
  }
  return answer;
}

std::vector<SearchAnswer> SearchAll(const Matcher& matcher, const NameList& list,
                                    const std::vector<SearchQuery>& queries) {
  std::vector<SearchAnswer> answers(queries.size());
  const size_t cores = std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::thread> threads;
  for (size_t core = 0; core < cores; ++core) {
    threads.emplace_back([&, core] {
      for (size_t i = core; i < queries.size(); i += cores) {
        answers[i] = SearchAll(matcher, list, queries[i]);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return answers;
}

SearchFigures MeasureSearch(const std::vector<SearchAnswer>& answers, int threshold) {
  size_t all = 0, first = 0, ten = 0, above = 0;
  for (const SearchAnswer& answer : answers) {
    if (!answer.query->expected.has_value()) continue;
    const bool in_ten = answer.rank > 0 && answer.rank <= 10;
    ++all;
    first += answer.rank == 1;
    ten += in_ten;
    above += in_ten && answer.score >= threshold;
  }
  return {static_cast<int>(all), Share(first, all), Share(ten, all), Share(above, all)};
}

int ThresholdFor(const std::vector<SearchAnswer>& answers, double share) {
  std::vector<int> best;
  for (const SearchAnswer& answer : answers) {
    if (!answer.query->expected.has_value()) best.push_back(answer.best);
  }
  std::sort(best.begin(), best.end(), std::greater<>());
  const size_t allowed = static_cast<size_t>(std::floor(share * static_cast<double>(best.size())));
  return allowed < best.size() ? best[allowed] + 1 : 0;
}

}  // namespace probity::matching
