// The name index beside a store: how soon it finds what was published.
#ifndef PROBITY_BENCHMARKS_NAMES_STORE_BENCH_H_
#define PROBITY_BENCHMARKS_NAMES_STORE_BENCH_H_

#include <cstdint>
#include <string>

#include "benchmarks/names/report.h"

namespace probity::benchmarks {

// Fills a store in `directory` with about so many names, lets the index make
// itself from it, publishes 100,000 changed names and opens the index again.
void MeasureBesideStore(const std::string& directory, uint32_t names, Report* report);

}  // namespace probity::benchmarks

#endif  // PROBITY_BENCHMARKS_NAMES_STORE_BENCH_H_
