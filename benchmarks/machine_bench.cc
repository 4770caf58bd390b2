// How soon memory answers on this machine just now. Virtual machines of one kind differ in it
// by several times, as their neighbours do.
// The last line is a JSON object.
#include <algorithm>
#include <cstdint>
#include <ctime>
#include <iostream>
#include <numeric>
#include <random>
#include <vector>

#include "absl/strings/str_format.h"

namespace probity::benchmarks {
namespace {

constexpr size_t kLine = 64;  // bytes that are fetched at once
constexpr size_t kLines = (size_t{256} << 20) / kLine;
constexpr int kReads = 2000000;

struct alignas(kLine) Line {
  uint32_t next = 0;
};

// One circle through all lines, in an order that nothing can foresee.
std::vector<Line> Circle() {
  std::vector<uint32_t> order(kLines);
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), std::mt19937(1));
  std::vector<Line> lines(kLines);
  for (size_t i = 0; i < kLines; ++i) lines[order[i]].next = order[(i + 1) % kLines];
  return lines;
}

void Run() {
  const std::vector<Line> lines = Circle();
  const std::clock_t begun = std::clock();  // of the processor, whoever else runs
  uint32_t at = 0;
  for (int i = 0; i < kReads; ++i) at = lines[at].next;
  const double seconds = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  // Names the last line, so that nothing is left out.
  if (at >= kLines) std::cerr << at;
  const double nanoseconds = seconds / kReads * 1e9;
  absl::PrintF("%-26s %8.0f  aim %-8s a read at random within %d MiB\n", "memory_ns", nanoseconds,
               "-", kLines * kLine >> 20);
  absl::PrintF("{\"memory_ns\": %.0f}\n", nanoseconds);
}

}  // namespace
}  // namespace probity::benchmarks

int main() { probity::benchmarks::Run(); }
