// Whether what the probes saw is fit for a server. Pure functions; the limits and their
// reasons stand here, and docs/OPERATIONS.md prints them.
#ifndef PROBITY_SERVICES_DOCTOR_JUDGE_H_
#define PROBITY_SERVICES_DOCTOR_JUDGE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/fitness.h"
#include "services/doctor/probes.h"

namespace probity::doctor {

// Every decision waits for one sync: beyond these, 99 in 100 wait longer than people do.
inline constexpr absl::Duration kGoodSync = absl::Milliseconds(20);
inline constexpr absl::Duration kWorstSync = absl::Milliseconds(200);
// No disk makes a page durable faster; memory does, and caches that lose it with the power.
inline constexpr absl::Duration kQuickestDisk = absl::Microseconds(5);
// A load of a million rows takes some times the reserve of 256 MiB.
inline constexpr uint64_t kGoodReserves = 8;
// Connections, and the store's files.
inline constexpr uint64_t kGoodOpenFiles = 16384, kLeastOpenFiles = 1024;
// Verdicts change with the day, evidence is timed to the microsecond.
inline constexpr absl::Duration kGoodClockError = absl::Seconds(1);
inline constexpr absl::Duration kGoodCertificate = absl::Hours(30 * 24);

// Each names what was looked at by `setting`: "data_dir".
Finding JudgeSync(const std::string& setting, const absl::StatusOr<SyncTimes>& times);
Finding JudgeVolume(const std::string& setting, const absl::StatusOr<Volume>& volume);
Finding JudgeSpace(const std::string& setting, const absl::StatusOr<Volume>& volume,
                   uint64_t reserve);
Finding JudgeKernelClock(const std::optional<KernelClock>& clock);
// Against the newest revision, which cannot be of tomorrow.
Finding JudgeClock(absl::Time now, const absl::StatusOr<absl::Time>& newest_revision);
Finding JudgeOpenFiles(uint64_t limit);
Finding JudgeCertificate(const std::string& setting, absl::Time now,
                         const absl::StatusOr<absl::Time>& end);

// "ext4", "tmpfs"; "type 0x…" for one that is not known here.
std::string VolumeName(int64_t type);

}  // namespace probity::doctor

#endif  // PROBITY_SERVICES_DOCTOR_JUDGE_H_
