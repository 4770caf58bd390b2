// What of the memory that the server may take goes where. docs/CAPACITY.md shows the
// table that comes of it.
#ifndef PROBITY_SERVICES_SERVER_MEMORY_PLAN_H_
#define PROBITY_SERVICES_SERVER_MEMORY_PLAN_H_

#include <cstdint>
#include <string>

#include "base/memory_limit.h"
#include "probity/config/v1/server_config.pb.h"

namespace probity::server {

// Bytes. What is not here does not follow the limit: mapped files of the store and of the
// name index, which the system takes back when it needs them, and the matcher's tables.
struct MemoryPlan {
  MemoryLimit limit;
  uint64_t block_cache = 0;     // of the store
  uint64_t load_buffer = 0;     // rows of one load while they are sorted
  uint64_t write_buffers = 0;   // small publishes
  uint64_t evidence_cache = 0;  // block cache of the evidence log
  uint64_t transport = 0;       // gRPC's buffers of all connections
};

// Without a limit that could be read: as for a gibibyte.
MemoryPlan PlanMemory(const MemoryLimit& limit);
// By config.memory_limit_mib, or else by what this process may take.
MemoryPlan MemoryPlanOf(const config::v1::ServerConfig& config);
// For the log at the start: what was found, and what came of it.
std::string Describe(const MemoryPlan& plan, const config::v1::ServerConfig& config);

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_MEMORY_PLAN_H_
