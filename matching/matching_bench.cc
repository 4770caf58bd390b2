// What a comparison and a normalisation cost, on one core.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>

#include "matching/matcher.h"

namespace probity::matching {
namespace {

const Matcher& TheMatcher() {
  static const auto* matcher = new Matcher(Matcher::Load("data").value());
  return *matcher;
}

constexpr const char* kLatin[] = {"Kestrel Trading International GmbH",
                                  "Kestral Trdg Intl Ltd",
                                  "Shanghai Select Safety Products Company Limited",
                                  "Northern Comm. Grp",
                                  "Hoshine Silicon Industry Co. Ltd.",
                                  "Robin & Wren Brothers Construction plc",
                                  "Sun Flower Shipping Lines SA",
                                  "International Business Machines Corporation"};
constexpr const char* kHan[] = {"华为技术有限公司", "中国石油化工集团公司", "三菱電機株式会社",
                                "合肥宝龙达信息技术有限公司"};

template <size_t N>
void PairScore(benchmark::State& state, const char* const (&names)[N]) {
  const Matcher& matcher = TheMatcher();
  std::vector<NormalizedName> ready;
  for (const char* name : names) ready.push_back(matcher.Normalize(name, Kind::kCompany));
  size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(matcher.Score(ready[i % N], ready[i / N % N]));
    ++i;
  }
}

void BM_PairScore(benchmark::State& state) { PairScore(state, kLatin); }
BENCHMARK(BM_PairScore)->Name("BM_PairScore/script:latin");
void BM_PairScoreHan(benchmark::State& state) { PairScore(state, kHan); }
BENCHMARK(BM_PairScoreHan)->Name("BM_PairScore/script:han");

// 48 words of twenty letters that are a little like each other: the most a
// comparison can cost.
std::string LongestName(int turn) {
  std::string name;
  for (int i = 0; i < 48; ++i) {
    std::string word = "abecidofugahejikoluma";
    std::rotate(word.begin(), word.begin() + (i * 5 + turn) % 20, word.end());
    name += word.substr(0, 20) + " ";
  }
  return name;
}

void BM_PairScoreLongest(benchmark::State& state) {
  const NormalizedName a = TheMatcher().Normalize(LongestName(0), Kind::kCompany);
  const NormalizedName b = TheMatcher().Normalize(LongestName(3), Kind::kCompany);
  for (auto _ : state) benchmark::DoNotOptimize(TheMatcher().Score(a, b));
}
BENCHMARK(BM_PairScoreLongest)->Name("BM_PairScore/words:48");

template <size_t N>
void NormalizeName(benchmark::State& state, const char* const (&names)[N]) {
  const Matcher& matcher = TheMatcher();
  size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(matcher.Normalize(names[i++ % N], Kind::kCompany));
}

void BM_Normalize(benchmark::State& state) { NormalizeName(state, kLatin); }
BENCHMARK(BM_Normalize)->Name("BM_Normalize/script:latin");
void BM_NormalizeHan(benchmark::State& state) { NormalizeName(state, kHan); }
BENCHMARK(BM_NormalizeHan)->Name("BM_Normalize/script:han");

}  // namespace
}  // namespace probity::matching

BENCHMARK_MAIN();
