#include "services/server/memory_plan.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace probity::server {
namespace {

constexpr uint64_t kMib = uint64_t{1} << 20;
constexpr uint64_t kUnknown = 1024 * kMib;

// A part of the limit, in whole MiB.
uint64_t Part(uint64_t limit, uint64_t divisor, uint64_t least_mib, uint64_t most_mib) {
  return std::clamp(limit / divisor / kMib, least_mib, most_mib) * kMib;
}

}  // namespace

MemoryPlan PlanMemory(const MemoryLimit& limit) {
  const uint64_t bytes = limit.bytes == 0 ? kUnknown : limit.bytes;
  MemoryPlan plan;
  plan.limit = limit;
  // Blocks of records and index are read where their files are mapped: the cache holds
  // filters, and blocks of tables that are rarely read. More than this gains nothing.
  plan.block_cache = Part(bytes, 32, 16, 128);
  // Twice this is there while a run is written and the next is filled.
  plan.load_buffer = Part(bytes, 16, 16, 96);
  plan.write_buffers = Part(bytes, 32, 16, 32);
  plan.evidence_cache = Part(bytes, 64, 8, 32);
  plan.transport = Part(bytes, 8, 32, 1024);
  return plan;
}

MemoryPlan MemoryPlanOf(const config::v1::ServerConfig& config) {
  if (config.memory_limit_mib() == 0) return PlanMemory(ReadMemoryLimit());
  return PlanMemory({config.memory_limit_mib() * kMib, "memory_limit_mib"});
}

std::string Describe(const MemoryPlan& plan, const config::v1::ServerConfig& config) {
  const std::string limit =
      plan.limit.bytes == 0
          ? "memory limit not found"
          : absl::StrCat("memory limit ", plan.limit.bytes / kMib, " MiB by ", plan.limit.source);
  return absl::StrCat(limit, ": block cache ", config.block_cache_mib(), " MiB, load buffer ",
                      config.load_buffer_mib(), ", write buffers ", plan.write_buffers / kMib,
                      ", cache of the evidence log ", plan.evidence_cache / kMib, ", connections ",
                      plan.transport / kMib);
}

}  // namespace probity::server
