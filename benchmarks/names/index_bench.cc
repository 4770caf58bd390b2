// What the name index takes to build, to open, to merge and to follow a store.
#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "benchmarks/names/indexed_corpus.h"
#include "benchmarks/names/queries.h"
#include "benchmarks/names/report.h"
#include "benchmarks/names/store_bench.h"
#include "index/merge.h"
#include "index/segment_builder.h"

namespace probity::benchmarks {
namespace {

constexpr int kThreads = 2;
constexpr int kReopened = 7;
constexpr int kMergeSlices = 3;

struct Options {
  std::string dir;
  uint32_t names = 4000000;
  uint32_t stored_names = 1000000;  // where a store is beside the index
  size_t queries = 2000;            // in a slice
};

double SecondsOf(const std::function<void()>& work) {
  const absl::Time begun = absl::Now();
  work();
  return absl::ToDoubleSeconds(absl::Now() - begun);
}

// Made before the clock starts.
std::vector<Party> PartiesOf(const Corpus& corpus, uint32_t count) {
  std::vector<Party> parties;
  for (uint32_t i = 0; i < count; ++i) parties.push_back(PartyOf(corpus, i));
  return parties;
}

// Normalises, builds and writes the part of `parties` that thread `part` has.
void BuildPart(const std::vector<Party>& parties, int part, const std::string& path) {
  const size_t size = parties.size();
  index::SegmentBuilder builder(&TheMatcher());
  for (size_t i = size * part / kThreads; i < size * (part + 1) / kThreads; ++i) {
    builder.Add(RecordOf(parties[i]));
  }
  WriteOrDie(path, builder.Finish());
}

std::string PathOf(const Options& options, int part) {
  return absl::StrCat(options.dir, "/part", part, ".segment");
}

void BuildAll(const Options& options, const std::vector<Party>& parties) {
  std::vector<std::thread> threads;
  for (int part = 0; part < kThreads; ++part) {
    threads.emplace_back([&, part] { BuildPart(parties, part, PathOf(options, part)); });
  }
  for (std::thread& thread : threads) thread.join();
}

void MeasureBuild(const Options& options, Scripts scripts, const std::string& key,
                  const std::string& aim, Report* report) {
  const auto parties = PartiesOf(Corpus(kSeed, scripts), Corpus::PartiesFor(options.names));
  uint64_t names = 0;
  for (const Party& party : parties) names += party.names.size();
  const double seconds = SecondsOf([&] { BuildAll(options, parties); });
  report->Add(
      key, seconds, aim,
      absl::StrFormat("%d names normalised, indexed and written by %d threads", names, kThreads));
}

std::vector<SegmentPtr> OpenAll(const Options& options) {
  std::vector<SegmentPtr> segments;
  for (int part = 0; part < kThreads; ++part) segments.push_back(MapOrDie(PathOf(options, part)));
  return segments;
}

void MeasureReopen(const Options& options, const std::string& question, Report* report) {
  std::vector<double> seconds;
  for (int i = 0; i < kReopened; ++i) {
    seconds.push_back(SecondsOf([&] { Searcher(OpenAll(options), 0).Ask(question); }));
  }
  report->AddMedian("reopen_seconds_4m", seconds, "<= 0.2");
}

// Milliseconds of the clock within which 99 of 100 searches are answered.
double P99(const Searcher& searcher, const std::vector<NameQuery>& queries) {
  std::vector<double> millis;
  for (const NameQuery& query : queries) {
    millis.push_back(SecondsOf([&] { searcher.Ask(query.text); }) * 1e3);
  }
  return Quantile(millis, 0.99);
}

// The same while another thread merges all segments, over and over.
double P99WhileMerging(const Options& options, const Searcher& searcher,
                       const std::vector<NameQuery>& queries) {
  std::atomic<bool> stop{false};
  std::thread merger([&] {
    const auto segments = OpenAll(options);
    const auto keep = [&stop](size_t, uint32_t) {
      return stop ? std::nullopt : std::optional<uint32_t>(index::kForever);
    };
    while (!stop) index::Merge(TheMatcher(), segments, keep);
  });
  const double p99 = P99(searcher, queries);
  stop = true;
  merger.join();
  return p99;
}

void MeasureMerge(const Options& options, const QueryMaker& maker, Report* report) {
  const Searcher searcher(OpenAll(options), 5000);
  P99(searcher, maker.MakeMixed(0, options.queries / 4));  // to warm up
  std::vector<double> ratios;
  for (uint32_t slice = 1; slice <= kMergeSlices; ++slice) {
    const auto queries = maker.MakeMixed(slice << 20, options.queries);
    const double idle = P99(searcher, queries);
    ratios.push_back(P99WhileMerging(options, searcher, queries) / idle);
  }
  report->AddMedian("merge_p99_ratio", ratios, "<= 2");
}

int Run(const Options& options) {
  TheMatcher();
  Report report;
  MeasureBuild(options, Scripts::kLatinOnly, "build_seconds_4m", "<= 15", &report);
  MeasureBuild(options, Scripts::kMixed, "build_seconds_4m_mixed", "<= 45", &report);
  const Corpus corpus(kSeed, Scripts::kMixed);
  const QueryMaker maker(&corpus, Corpus::PartiesFor(options.names));
  MeasureReopen(options, corpus.NamesOf(0)[0].Text(), &report);
  MeasureMerge(options, maker, &report);
  MeasureBesideStore(options.dir, options.stored_names, &report);
  report.PrintJson();
  return 0;
}

}  // namespace
}  // namespace probity::benchmarks

int main(int argc, char** argv) {
  CLI::App app("Measures building, opening and merging the index of invented names.");
  probity::benchmarks::Options options;
  app.add_option("--dir", options.dir, "An empty directory")->required();
  app.add_option("--names", options.names)->capture_default_str();
  app.add_option("--stored_names", options.stored_names)->capture_default_str();
  app.add_option("--queries", options.queries)->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return probity::benchmarks::Run(options);
}
