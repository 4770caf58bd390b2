#include "matching/eval/pairs.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/hash.h"
#include "base/tables.h"
#include "matching/facts.h"
#include "matching/params.h"
#include "matching/text.h"

namespace probity::matching {
namespace {

std::string Text(const nlohmann::json& row, const char* field) {
  const auto found = row.find(field);
  return found != row.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Pair FromJson(const nlohmann::json& row) {
  Pair pair;
  pair.query = Text(row, "query");
  pair.candidate = Text(row, "candidate");
  pair.kind = KindNamed(Text(row, "schema"));
  pair.match = row.value("match", false);
  pair.hard = row.value("hard", false);
  pair.query_address = Text(row, "query_address");
  pair.candidate_address = Text(row, "candidate_address");
  pair.query_country = absl::AsciiStrToUpper(Text(row, "query_country"));
  pair.candidate_country = absl::AsciiStrToUpper(Text(row, "candidate_country"));
  pair.group = Text(row, "group");
  return pair;
}

absl::StatusOr<std::vector<Pair>> FromJsonLines(const std::string& path, const std::string& text) {
  std::vector<Pair> pairs;
  int line = 0;
  for (absl::string_view one : absl::StrSplit(text, '\n')) {
    ++line;
    if (one.empty()) continue;
    const nlohmann::json row = nlohmann::json::parse(one.begin(), one.end(), nullptr, false);
    if (!row.is_object()) {
      return absl::InvalidArgumentError(absl::StrCat(path, ", line ", line, ": no JSON object"));
    }
    pairs.push_back(FromJson(row));
  }
  return pairs;
}

absl::StatusOr<std::vector<Pair>> FromCsv(const std::string& path, const std::string& text) {
  absl::StatusOr<std::vector<TableRow>> rows = ParseTable(text);
  if (!rows.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(path, ", ", rows.status().message()));
  }
  std::vector<Pair> pairs;
  for (TableRow& row : *rows) {
    Pair pair;
    pair.query = row["query"];
    pair.candidate = row["candidate"];
    pair.kind = KindNamed(row["kind"]);
    pair.match = row["match"] == "1";
    pair.group = row["group"];
    pair.reason = row["reason"];
    pair.hard = absl::StartsWith(pair.reason, "true but only an alias table can know");
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

double Ratio(double part, double whole) { return whole == 0 ? 0 : part / whole; }

double F1(double precision, double recall) {
  return Ratio(2 * precision * recall, precision + recall);
}

struct Counts {
  int hits = 0, alarms = 0;
  double precision() const { return Ratio(hits, hits + alarms); }
};

Counts CountFrom(const std::vector<ScoredPair>& pairs, int threshold) {
  Counts counts;
  for (const ScoredPair& pair : pairs) {
    if (pair.score < threshold) continue;
    ++(pair.pair->match ? counts.hits : counts.alarms);
  }
  return counts;
}

// Mean of the precision at each true pair; pairs with one score stand together.
void Sweep(std::vector<ScoredPair> pairs, int positives, Figures* figures) {
  std::sort(pairs.begin(), pairs.end(),
            [](const ScoredPair& a, const ScoredPair& b) { return a.score > b.score; });
  int hits = 0;
  for (size_t i = 0; i < pairs.size();) {
    size_t end = i;
    int new_hits = 0;
    while (end < pairs.size() && pairs[end].score == pairs[i].score) {
      new_hits += pairs[end++].pair->match;
    }
    hits += new_hits;
    const double precision = Ratio(hits, static_cast<double>(end));
    figures->average_precision += Ratio(new_hits * precision, positives);
    const double f1 = F1(precision, Ratio(hits, positives));
    if (f1 > figures->best_f1) {
      figures->best_f1 = f1;
      figures->best_threshold = pairs[i].score / double{kFullScore};
    }
    i = end;
  }
}

}  // namespace

Kind KindNamed(const std::string& name) {
  const std::string lower = absl::AsciiStrToLower(name);
  if (lower == "person") return Kind::kPerson;
  if (lower == "company" || lower == "organization" || lower == "legalentity")
    return Kind::kCompany;
  if (lower == "vessel") return Kind::kVessel;
  if (lower == "facility" || lower == "site") return Kind::kSite;
  return Kind::kAny;
}

bool IsTuned(const std::string& text) { return (Sha256(text)[0] & 1) == 0; }

std::string ScriptName(const std::string& text) {
  constexpr const char* kNames[] = {"digits",   "latin",  "cyrillic", "greek", "armenian",
                                    "georgian", "arabic", "hebrew",   "indic", "thai",
                                    "han",      "kana",   "hangul",   "other"};
  std::array<size_t, std::size(kNames)> letters{};
  for (const Word& word : Clean(text).words) {
    letters[static_cast<size_t>(word.script)] += word.letters.size();
  }
  return kNames[std::max_element(letters.begin(), letters.end()) - letters.begin()];
}

absl::StatusOr<std::vector<Pair>> ReadPairs(const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) return text.status();
  return absl::EndsWith(path, ".csv") ? FromCsv(path, *text) : FromJsonLines(path, *text);
}

int ScorePair(const Matcher& matcher, const Pair& pair) {
  const int score = matcher.Score(matcher.Normalize(pair.query, pair.kind),
                                  matcher.Normalize(pair.candidate, pair.kind));
  // Sites are told apart by their address; all others are measured by name alone.
  if (pair.kind != Kind::kSite) return score;
  Facts query, candidate;
  query.kind = candidate.kind = pair.kind;
  query.address = matcher.Normalize(pair.query_address, Kind::kAddress);
  candidate.address = matcher.Normalize(pair.candidate_address, Kind::kAddress);
  return ApplyFacts(matcher.tables(), score, query, candidate, nullptr);
}

std::vector<ScoredPair> ScorePairs(const Matcher& matcher, const std::vector<Pair>& pairs) {
  std::vector<ScoredPair> scored;
  scored.reserve(pairs.size());
  for (const Pair& pair : pairs) scored.push_back({&pair, ScorePair(matcher, pair)});
  return scored;
}

Figures Measure(const std::vector<ScoredPair>& pairs) {
  Figures figures;
  figures.pairs = static_cast<int>(pairs.size());
  const int positives = static_cast<int>(
      std::count_if(pairs.begin(), pairs.end(), [](const ScoredPair& p) { return p.pair->match; }));
  const Counts at = CountFrom(pairs, kThreshold);
  figures.precision = at.precision();
  figures.recall = Ratio(at.hits, positives);
  figures.f1 = F1(figures.precision, figures.recall);
  figures.false_alarms = Ratio(at.alarms, figures.pairs - positives);
  figures.precision_80 = CountFrom(pairs, 8000).precision();
  figures.precision_90 = CountFrom(pairs, 9000).precision();
  Sweep(pairs, positives, &figures);
  return figures;
}

}  // namespace probity::matching
