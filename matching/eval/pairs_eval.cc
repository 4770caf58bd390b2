// Measures the matcher on labelled pairs.
//
//   pairs_eval [--show N] FILE.jsonl|FILE.csv…
//
// Prints for each file and for all: F1 at the published threshold, the best F1,
// average precision, precision at 0.7, 0.8, 0.9, the same for the halves that
// are tuned on and held out, and recall and false alarms for each group (the
// file's "group" column). --show prints the N worst wrong answers on either side
// of the half that is tuned on.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "matching/eval/arguments.h"
#include "matching/eval/pairs.h"
#include "matching/matcher.h"
#include "matching/params.h"

namespace probity::matching {
namespace {

void PrintFigures(const std::string& name, const std::vector<ScoredPair>& pairs) {
  const Figures f = Measure(pairs);
  std::printf(
      "%-34s n=%-5d F1@.70 %.3f (P %.3f R %.3f)  best F1 %.3f @%.2f  AP %.3f  "
      "P@.7 %.3f P@.8 %.3f P@.9 %.3f\n",
      name.c_str(), f.pairs, f.f1, f.precision, f.recall, f.best_f1, f.best_threshold,
      f.average_precision, f.precision, f.precision_80, f.precision_90);
}

// The halves, where they are large enough to tell anything.
void PrintHalves(const std::vector<ScoredPair>& pairs) {
  constexpr size_t kFewest = 100;
  if (pairs.size() < kFewest) return;
  std::vector<ScoredPair> tuned, held;
  for (const ScoredPair& pair : pairs) (IsTuned(pair.pair->query) ? tuned : held).push_back(pair);
  PrintFigures("  tuned on", tuned);
  PrintFigures("  held out", held);
}

void PrintGroups(const std::vector<ScoredPair>& pairs) {
  std::map<std::string, std::vector<ScoredPair>> groups;
  for (const ScoredPair& pair : pairs) groups[pair.pair->group].push_back(pair);
  if (groups.size() < 2) return;
  for (const auto& [group, members] : groups) {
    const Figures f = Measure(members);
    std::printf("    %-28s n=%-5d recall %.3f  false alarms %.3f\n", group.c_str(), f.pairs,
                f.recall, f.false_alarms);
  }
}

void PrintWorst(std::vector<ScoredPair> pairs, size_t count) {
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const ScoredPair& a, const ScoredPair& b) { return a.score < b.score; });
  std::printf("  worst misses:\n");
  size_t shown = 0;
  for (const ScoredPair& pair : pairs) {
    const bool missed = pair.pair->match && !pair.pair->hard && pair.score < kThreshold;
    if (!missed || !IsTuned(pair.pair->query) || shown++ >= count) continue;
    std::printf("    %5d  %s  |  %s\n", pair.score, pair.pair->query.c_str(),
                pair.pair->candidate.c_str());
  }
  std::printf("  worst false alarms:\n");
  shown = 0;
  for (auto it = pairs.rbegin(); it != pairs.rend(); ++it) {
    const bool alarm = !it->pair->match && it->score >= kThreshold;
    if (!alarm || !IsTuned(it->pair->query) || shown++ >= count) continue;
    std::printf("    %5d  %s  |  %s\n", it->score, it->pair->query.c_str(),
                it->pair->candidate.c_str());
  }
}

int Run(const std::vector<std::string>& files, size_t show) {
  absl::StatusOr<Matcher> matcher = Matcher::Load("data");
  if (!matcher.ok()) {
    std::fprintf(stderr, "pairs_eval: %s\n", matcher.status().ToString().c_str());
    return 1;
  }
  std::printf("matcher %s\n", matcher->version().c_str());
  std::vector<ScoredPair> all;
  std::vector<std::vector<Pair>> kept;
  kept.reserve(files.size());
  for (const std::string& file : files) {
    absl::StatusOr<std::vector<Pair>> pairs = ReadPairs(file);
    if (!pairs.ok()) {
      std::fprintf(stderr, "pairs_eval: %s\n", pairs.status().ToString().c_str());
      return 1;
    }
    kept.push_back(*std::move(pairs));
    const std::vector<ScoredPair> scored = ScorePairs(*matcher, kept.back());
    PrintFigures(file.substr(file.find_last_of('/') + 1), scored);
    PrintHalves(scored);
    PrintGroups(scored);
    if (show > 0) PrintWorst(scored, show);
    all.insert(all.end(), scored.begin(), scored.end());
  }
  if (files.size() > 1) PrintFigures("all", all);
  return 0;
}

}  // namespace
}  // namespace probity::matching

int main(int argc, char** argv) {
  const auto arguments = probity::matching::ReadArguments(argc, argv);
  if (arguments.files.empty() || arguments.any) {
    std::fprintf(stderr, "usage: pairs_eval [--show N] FILE.jsonl|FILE.csv...\n");
    return 2;
  }
  return probity::matching::Run(arguments.files, arguments.show);
}
