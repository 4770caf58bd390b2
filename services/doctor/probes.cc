#include "services/doctor/probes.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/tables.h"
#include "base/x509.h"

namespace probity::doctor {
namespace {

absl::Status Fault(const std::string& path) {
  return absl::FailedPreconditionError(absl::StrCat(path, ": ", std::strerror(errno)));
}

}  // namespace

absl::Duration SyncTimes::At(double share) const {
  const auto place = static_cast<size_t>(share * static_cast<double>(sorted.size()));
  return sorted[std::min(place, sorted.size() - 1)];
}

absl::StatusOr<SyncTimes> MeasureSync(const std::string& directory, int count) {
  const std::string path = absl::StrCat(directory, "/doctor.", getpid(), ".unfinished");
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return Fault(path);
  const absl::Cleanup gone = [file, &path] {
    close(file);
    unlink(path.c_str());
  };
  std::array<char, 4096> page;
  page.fill('p');
  SyncTimes times;
  for (int i = 0; i < count; ++i) {
    const absl::Time begin = absl::Now();
    if (write(file, page.data(), page.size()) != static_cast<ssize_t>(page.size()) ||
        fdatasync(file) != 0) {
      return Fault(path);
    }
    times.sorted.push_back(absl::Now() - begin);
  }
  std::sort(times.sorted.begin(), times.sorted.end());
  return times;
}

absl::StatusOr<Volume> ReadVolume(const std::string& path) {
  struct statfs kind {};
  struct statvfs space {};
  if (statfs(path.c_str(), &kind) != 0 || statvfs(path.c_str(), &space) != 0) {
    return absl::NotFoundError(absl::StrCat(path, ": ", std::strerror(errno)));
  }
  Volume volume;
  volume.type = static_cast<int64_t>(kind.f_type);
  volume.free = uint64_t{space.f_bavail} * space.f_frsize;
  volume.read_only = (space.f_flag & ST_RDONLY) != 0;
  return volume;
}

std::optional<KernelClock> ReadKernelClock() {
  timex clock{};
  const int state = adjtimex(&clock);
  if (state < 0) return std::nullopt;
  return KernelClock{state != TIME_ERROR && (clock.status & STA_UNSYNC) == 0,
                     absl::Microseconds(clock.maxerror)};
}

uint64_t OpenFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return 0;
  return limit.rlim_cur;
}

absl::StatusOr<absl::Time> CertificateEnd(const std::string& path) {
  const auto pem = ReadFile(path);
  if (!pem.ok()) return pem.status();
  const auto certificates = ParseCertificates(*pem);
  if (!certificates.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(path, " ", certificates.status().message()));
  }
  absl::Time first = absl::InfiniteFuture();
  for (const auto& one : *certificates) first = std::min(first, EndOf(one.get()));
  return first;
}

}  // namespace probity::doctor
