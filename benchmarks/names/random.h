// Draws that are the same on any machine for the same numbers.
#ifndef PROBITY_BENCHMARKS_NAMES_RANDOM_H_
#define PROBITY_BENCHMARKS_NAMES_RANDOM_H_

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace probity::benchmarks {

// Steele, Lea and Flood's SplitMix64, begun anew for each subject and purpose.
class Random {
 public:
  Random(uint64_t seed, uint64_t subject, uint64_t purpose)
      : state_(seed * 0xD1B54A32D192ED03 ^ purpose << 48) {
    state_ = Next() ^ subject;
    Next();
  }

  uint64_t Next() {
    uint64_t value = state_ += 0x9E3779B97F4A7C15;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
    return value ^ (value >> 31);
  }
  // 0 to limit - 1.
  size_t Below(size_t limit) { return Next() % limit; }
  bool Percent(int share) { return Below(100) < static_cast<size_t>(share); }
  // 0 to limit - 1: rank r with a share of about 1 / (r + flat).
  size_t Zipf(size_t limit, double flat) {
    const double u = static_cast<double>(Next() >> 11) * 0x1p-53;
    const double rank = flat * (std::pow(static_cast<double>(limit) / flat + 1, u) - 1);
    const auto whole = static_cast<size_t>(rank);
    return whole < limit ? whole : limit - 1;
  }
  template <typename Value>
  const Value& Pick(const std::vector<Value>& from) {
    return from[Below(from.size())];
  }
  // The first ones often, the last ones seldom.
  template <typename Value>
  const Value& PickCommon(const std::vector<Value>& from) {
    return from[Zipf(from.size(), 1)];
  }

 private:
  uint64_t state_;
};

}  // namespace probity::benchmarks

#endif  // PROBITY_BENCHMARKS_NAMES_RANDOM_H_
