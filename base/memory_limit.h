// How much memory this process may take: by its control group, of either version, or else
// by the machine. Caches that are sized by the machine alone have a container killed.
#ifndef PROBITY_BASE_MEMORY_LIMIT_H_
#define PROBITY_BASE_MEMORY_LIMIT_H_

#include <cstdint>
#include <string>

namespace probity {

struct MemoryLimit {
  // 0: nothing could be read.
  uint64_t bytes = 0;
  // The file that says so, for people.
  std::string source;
};

// The least of
//   memory.max             of each group on the way of /proc/self/cgroup, version 2
//   memory.limit_in_bytes  the same of version 1
//   MemTotal               of /proc/meminfo
// Groups above count as well as the innermost. In a container the way may begin outside of
// what is mounted; folders that are not there are passed over, and the mount itself then
// stands for them. Files are looked for below `root`, which tests set.
MemoryLimit ReadMemoryLimit(const std::string& root = "");

}  // namespace probity

#endif  // PROBITY_BASE_MEMORY_LIMIT_H_
