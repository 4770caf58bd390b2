// What a machine is like, measured or asked of the kernel. Nothing here judges; judge.h does.
#ifndef PROBITY_SERVICES_DOCTOR_PROBES_H_
#define PROBITY_SERVICES_DOCTOR_PROBES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace probity::doctor {

// How long a volume took to make small appends durable.
struct SyncTimes {
  std::vector<absl::Duration> sorted;  // shortest first; never empty

  // 0 <= share <= 1; 0.99: 99 of 100 were not longer.
  absl::Duration At(double share) const;
};

// Appends `count` times a page to a file of its own in `directory`, as the evidence log does,
// each made durable with fdatasync(). The file is gone afterwards. FAILED_PRECONDITION names
// path and fault.
absl::StatusOr<SyncTimes> MeasureSync(const std::string& directory, int count);

struct Volume {
  int64_t type = 0;   // statfs(2)'s f_type
  uint64_t free = 0;  // bytes that the account may still write
  bool read_only = false;
};
// NOT_FOUND names the path.
absl::StatusOr<Volume> ReadVolume(const std::string& path);

struct KernelClock {
  bool synchronised = false;      // a daemon keeps it in step, as the kernel knows
  absl::Duration greatest_error;  // what the kernel holds possible
};
// nullopt where the kernel, or a sandbox, does not tell.
std::optional<KernelClock> ReadKernelClock();

// Files and connections that the process may have open at a time; 0: without limit.
uint64_t OpenFileLimit();

// When the first certificate in a PEM file ends. NOT_FOUND, INVALID_ARGUMENT name the file.
absl::StatusOr<absl::Time> CertificateEnd(const std::string& path);

}  // namespace probity::doctor

#endif  // PROBITY_SERVICES_DOCTOR_PROBES_H_
