#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "benchmarks/names/commands.h"
#include "benchmarks/names/report.h"
#include "index/segment_builder.h"

namespace probity::benchmarks {
namespace {

constexpr uint32_t kSlices = 3;
constexpr size_t kWarmUp = 300;

using CostsByClass = std::map<ErrorClass, std::vector<double>>;

// Anonymous memory of this process in bytes.
double AnonymousMemory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    uint64_t kib = 0;
    if (std::sscanf(line.c_str(), "RssAnon: %lu", &kib) == 1)
      return static_cast<double>(kib) * 1024;
  }
  return 0;
}

// Milliseconds of CPU by query.
std::vector<double> RunSlice(const Searcher& searcher, const std::vector<NameQuery>& queries,
                             CostsByClass* by_class) {
  std::vector<double> costs;
  for (const NameQuery& query : queries) {
    costs.push_back(absl::ToDoubleMilliseconds(searcher.Ask(query.text).cpu));
    (*by_class)[query.error].push_back(costs.back());
  }
  return costs;
}

void PrintByClass(const CostsByClass& by_class) {
  for (const auto& [error, costs] : by_class) {
    absl::PrintF("    %-16s p50 %7.3f  p99 %7.3f ms of %d\n", NameOf(error), Quantile(costs, 0.5),
                 Quantile(costs, 0.99), costs.size());
  }
}

std::string AtMost(double aim) { return absl::StrFormat("<= %g", aim); }

void AddMemory(const Options& options, double own, Report* report) {
  const auto segment = MapOrDie(options.file);
  const double mapped = static_cast<double>(segment->bytes());
  report->Add("bytes_per_name_" + options.suffix, (mapped + own) / segment->name_count(),
              AtMost(options.aim_bytes),
              absl::StrFormat("%.0f MB mapped and %.1f MB beside, %d names", mapped / 1e6,
                              own / 1e6, segment->name_count()));
}

// Normalised names that are compared: each with itself misspelt, and with others.
struct Pairs {
  std::vector<matching::NormalizedName> asked, stored;
};

Pairs LatinPairs(const Options& options) {
  const Corpus corpus(kSeed, Scripts::kLatinOnly);
  const QueryMaker maker(&corpus, PartiesOf(options));
  Pairs pairs;
  for (const NameQuery& query : maker.MakeMixed(0, options.queries)) {
    const std::string stored = corpus.NamesOf(query.party)[0].Text();
    pairs.asked.push_back(TheMatcher().Normalize(query.text, matching::Kind::kAny));
    pairs.stored.push_back(TheMatcher().Normalize(stored, matching::Kind::kAny));
  }
  return pairs;
}

// Microseconds a pair: each question with its own name and those of 100 others.
double ScorePairs(const Pairs& pairs) {
  constexpr size_t kOthers = 100;
  const size_t count = pairs.asked.size();
  int64_t sum = 0;
  const absl::Duration before = ThreadCpu();
  for (size_t i = 0; i < count; ++i) {
    for (size_t j = 0; j <= kOthers; ++j) {
      sum += TheMatcher().Score(pairs.asked[i], pairs.stored[(i + j * j) % count]);
    }
  }
  const double micros = absl::ToDoubleMicroseconds(ThreadCpu() - before);
  return sum == 0 ? 0 : micros / static_cast<double>(count * (kOthers + 1));
}

}  // namespace

int Build(const Options& options) {
  const Corpus corpus = CorpusOf(options);
  index::SegmentBuilder builder(&TheMatcher());
  for (uint32_t i = 0; i < PartiesOf(options); ++i) builder.Add(RecordOf(PartyOf(corpus, i)));
  WriteOrDie(options.file, builder.Finish());
  return 0;
}

int MeasureSpeed(const Options& options) {
  const Corpus corpus = CorpusOf(options);
  const QueryMaker maker(&corpus, PartiesOf(options), options.language);
  TheMatcher();
  const double before = AnonymousMemory();
  const Searcher searcher({MapOrDie(options.file)}, options.min_score);
  for (const NameQuery& query : maker.MakeMixed(0, kWarmUp)) searcher.Ask(query.text);
  std::vector<double> p50, p99;
  CostsByClass by_class;
  for (uint32_t slice = 1; slice <= kSlices; ++slice) {
    const auto costs = RunSlice(searcher, maker.MakeMixed(slice << 20, options.queries), &by_class);
    p50.push_back(Quantile(costs, 0.5));
    p99.push_back(Quantile(costs, 0.99));
  }
  Report report;
  report.AddMedian("cpu_ms_p50_" + options.suffix, p50, AtMost(options.aim_p50));
  if (options.aim_p99 > 0) {
    report.AddMedian("cpu_ms_p99_" + options.suffix, p99, AtMost(options.aim_p99));
  }
  PrintByClass(by_class);
  if (options.aim_bytes > 0) AddMemory(options, AnonymousMemory() - before, &report);
  report.PrintJson();
  return 0;
}

int MeasurePairs(const Options& options) {
  const Pairs pairs = LatinPairs(options);
  ScorePairs(pairs);  // to warm up
  std::vector<double> slices;
  for (uint32_t i = 0; i < kSlices; ++i) slices.push_back(ScorePairs(pairs));
  Report report;
  report.AddMedian("pair_score_us", slices, "<= 5");
  report.PrintJson();
  return 0;
}

}  // namespace probity::benchmarks
