// Benchmarks have nobody to report to: they say what is wrong and exit.
#ifndef PROBITY_BENCHMARKS_NAMES_OR_DIE_H_
#define PROBITY_BENCHMARKS_NAMES_OR_DIE_H_

#include <cstdlib>
#include <iostream>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace probity::benchmarks {

inline void CheckOk(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << "bench: " << status << '\n';
  std::exit(1);
}

template <typename Value>
Value OrDie(absl::StatusOr<Value> value) {
  CheckOk(value.status());
  return *std::move(value);
}

}  // namespace probity::benchmarks

#endif  // PROBITY_BENCHMARKS_NAMES_OR_DIE_H_
