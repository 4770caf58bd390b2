// The invented population as a golden copy of GLEIF's: level-1 records in CSV, with its
// 228 columns, all cells in quotes and most of them empty.
#ifndef PROBITY_BENCHMARKS_GOLDEN_COPY_H_
#define PROBITY_BENCHMARKS_GOLDEN_COPY_H_

#include <cstdint>
#include <string>

namespace probity::benchmarks {

// Header and rows with a newline. A row has about 1,000 bytes: two addresses, a register
// number, for every fourth another name.
std::string GoldenCopyHeader();
std::string GoldenCopyRow(uint32_t number);

}  // namespace probity::benchmarks

#endif  // PROBITY_BENCHMARKS_GOLDEN_COPY_H_
