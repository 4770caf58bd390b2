// The project's labelled pairs: figures that may not fall, the bias table, and
// scores that are equal everywhere.
#include <unicode/uvernum.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/tables.h"
#include "gtest/gtest.h"
#include "matching/eval/pairs.h"
#include "matching/params.h"
#include "matching/testing.h"

namespace probity::matching {
namespace {

constexpr char kPairs[] = "matching/testdata/regression_pairs.csv";
constexpr char kGolden[] = "matching/testdata/golden_scores.txt";

// What the last change reached, less one in a thousand: they may not fall.
constexpr double kF1 = 0.956;
constexpr double kAveragePrecision = 0.989;
constexpr double kScriptGap = 0.05;

const std::vector<Pair>& Pairs() {
  static const auto* pairs = new std::vector<Pair>(ReadPairs(kPairs).value());
  return *pairs;
}

TEST(RegressionTest, FiguresDoNotFall) {
  const Figures figures = Measure(ScorePairs(TestMatcher(), Pairs()));
  std::cout << "F1 " << figures.f1 << ", average precision " << figures.average_precision
            << ", precision " << figures.precision << ", recall " << figures.recall << " on "
            << figures.pairs << " pairs\n";
  EXPECT_GE(figures.f1, kF1);
  EXPECT_GE(figures.average_precision, kAveragePrecision);
}

// Each pair has a reason, so that a reader can judge the judgement.
TEST(RegressionTest, EveryPairHasItsReason) {
  EXPECT_GE(Pairs().size(), 480u);
  for (const Pair& pair : Pairs()) {
    EXPECT_FALSE(pair.reason.empty()) << pair.query;
    EXPECT_FALSE(pair.group.empty()) << pair.query;
  }
}

TEST(RegressionTest, PrintsTheBiasTable) {
  std::map<std::string, std::vector<ScoredPair>> groups;
  for (const ScoredPair& pair : ScorePairs(TestMatcher(), Pairs())) {
    groups[pair.pair->group].push_back(pair);
  }
  const Figures latin = Measure(groups["latin"]);
  for (const auto& [group, pairs] : groups) {
    const Figures figures = Measure(pairs);
    std::cout << group << ": " << figures.pairs << " pairs, recall " << figures.recall
              << ", false alarms " << figures.false_alarms << ", average precision "
              << figures.average_precision << "\n";
    EXPECT_GE(figures.average_precision, latin.average_precision - kScriptGap) << group;
  }
}

// Twenty scores a line: pair i's query against the candidates of i, i+1, ….
std::vector<std::string> ScoreLines() {
  const Matcher& matcher = TestMatcher();
  std::vector<NormalizedName> queries, candidates;
  for (const Pair& pair : Pairs()) {
    queries.push_back(matcher.Normalize(pair.query, pair.kind));
    candidates.push_back(matcher.Normalize(pair.candidate, pair.kind));
  }
  std::vector<std::string> lines;
  for (size_t i = 0; i < queries.size(); ++i) {
    std::string line;
    for (size_t k = 0; k < 21; ++k) {
      const size_t j = (i + k * k) % candidates.size();
      absl::StrAppend(&line, k == 0 ? "" : " ", matcher.Score(queries[i], candidates[j]));
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

// PROBITY_UPDATE_GOLDEN=1 writes the file anew; the change shows in review.
TEST(RegressionTest, ScoresAreEqualOnEveryMachine) {
  const std::string head = absl::StrCat("# ", TestMatcher().version(), ", ICU ", U_ICU_VERSION);
  const std::vector<std::string> lines = ScoreLines();
  if (std::getenv("PROBITY_UPDATE_GOLDEN") != nullptr) {
    std::ofstream file(kGolden);
    file << head << "\n";
    for (const std::string& line : lines) file << line << "\n";
  }
  const std::vector<std::string> golden =
      absl::StrSplit(ReadFile(kGolden).value(), '\n', absl::SkipEmpty());
  ASSERT_FALSE(golden.empty());
  if (golden[0].find(U_ICU_VERSION) == std::string::npos) {
    std::cerr << "SKIPPED: the golden scores are of another ICU than " << U_ICU_VERSION << "\n";
    GTEST_SKIP() << golden[0];
  }
  EXPECT_EQ(golden[0], head);
  ASSERT_EQ(golden.size(), lines.size() + 1);
  for (size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i], golden[i + 1]) << Pairs()[i].query;
  }
}

}  // namespace
}  // namespace probity::matching
