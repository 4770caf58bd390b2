// Work that several threads share.
#ifndef PROBITY_SCREENING_WATCH_PARALLEL_H_
#define PROBITY_SCREENING_WATCH_PARALLEL_H_

#include <cstddef>
#include <functional>

#include "absl/status/status.h"

namespace probity::screening {

// Threads for decisions that nobody waits for, at low priority: as many as `wanted`, or half of
// the cores and at least two where there are two.
int ThreadsOf(int wanted);

// Runs `work` for 0 <= i < count on at most so many threads, the caller's among them; the
// others have its priority. The first error ends it.
absl::Status ForEachShared(int threads, size_t count,
                           const std::function<absl::Status(size_t)>& work);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_WATCH_PARALLEL_H_
