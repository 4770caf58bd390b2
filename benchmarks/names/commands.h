// The commands of names_bench.
#ifndef PROBITY_BENCHMARKS_NAMES_COMMANDS_H_
#define PROBITY_BENCHMARKS_NAMES_COMMANDS_H_

#include <cstdint>
#include <string>

#include "benchmarks/names/corpus.h"
#include "benchmarks/names/indexed_corpus.h"
#include "benchmarks/names/queries.h"

namespace probity::benchmarks {

struct Options {
  uint32_t names = 10000;  // about as many
  bool latin = false;
  std::string file;                                // a segment
  std::string language;                            // of the questions; empty: all
  std::string suffix;                              // of the figures' keys: "1m"
  size_t queries = 1000;                           // in a slice, or of a class
  int min_score = 5000;                            // what agrees less is no answer
  double aim_p50 = 0, aim_p99 = 0, aim_bytes = 0;  // 0: no such figure
  bool show = false;                               // what was missed
};

inline uint32_t PartiesOf(const Options& options) { return Corpus::PartiesFor(options.names); }
inline Corpus CorpusOf(const Options& options) {
  return Corpus(kSeed, options.latin ? Scripts::kLatinOnly : Scripts::kMixed);
}

// Each prints lines for people and, where it measures, a last line with a JSON
// object of its figures. They return what main() returns.

// Writes the corpus as one segment.
int Build(const Options& options);
// CPU of a search, its query normalised within, and memory of the index.
int MeasureSpeed(const Options& options);
// Hits against those of the exhaustive search.
int MeasureRecall(const Options& options);
// CPU of a comparison of two normalised Latin names.
int MeasurePairs(const Options& options);
// "party<tab>name", a line each.
int PrintNames(const Options& options);
// "class<tab>party<tab>question", a line each.
int PrintQuestions(const Options& options);
// Reads questions, a line each; answers each with "microseconds<tab>party party …".
int Answer(const Options& options);

}  // namespace probity::benchmarks

#endif  // PROBITY_BENCHMARKS_NAMES_COMMANDS_H_
