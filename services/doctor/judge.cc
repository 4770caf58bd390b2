#include "services/doctor/judge.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace probity::doctor {
namespace {

enum class Kind { kDisk, kNetwork, kMemory, kLayer };
struct VolumeType {
  int64_t type;
  const char* name;
  Kind kind;
};
// Magic numbers of statfs(2).
constexpr std::array<VolumeType, 16> kTypes = {{
    {0xef53, "ext4", Kind::kDisk},
    {0x58465342, "xfs", Kind::kDisk},
    {0x9123683e, "btrfs", Kind::kDisk},
    {0x2fc12fc1, "zfs", Kind::kDisk},
    {0xf2f52010, "f2fs", Kind::kDisk},
    {0xca451a4e, "bcachefs", Kind::kDisk},
    {0x01021994, "tmpfs", Kind::kMemory},
    {0x858458f6, "ramfs", Kind::kMemory},
    {0x794c7630, "overlay", Kind::kLayer},
    {0x6969, "nfs", Kind::kNetwork},
    {0xff534d42, "cifs", Kind::kNetwork},
    {0xfe534d42, "smb", Kind::kNetwork},
    {0x00c36400, "ceph", Kind::kNetwork},
    {0x01021997, "9p", Kind::kNetwork},
    {0x65735546, "fuse", Kind::kNetwork},
    {0x6a656a63, "virtiofs", Kind::kNetwork},
}};

const VolumeType* Known(int64_t type) {
  const auto* known = std::find_if(kTypes.begin(), kTypes.end(),
                                   [type](const VolumeType& row) { return row.type == type; });
  return known == kTypes.end() ? nullptr : known;
}

std::string Millis(absl::Duration duration) {
  return absl::StrFormat("%.2f ms", absl::ToDoubleMilliseconds(duration));
}

std::string Mib(uint64_t bytes) { return absl::StrCat(bytes >> 20, " MiB"); }

Finding NotSeen(std::string check, const absl::Status& status) {
  return {std::move(check), Fitness::kUnfit, std::string(status.message()),
          "make the directory, and let the account of the server write in it"};
}

}  // namespace

std::string VolumeName(int64_t type) {
  const VolumeType* known = Known(type);
  return known == nullptr ? absl::StrFormat("type %#x", type) : known->name;
}

Finding JudgeSync(const std::string& setting, const absl::StatusOr<SyncTimes>& times) {
  std::string check = "sync of " + setting;
  if (!times.ok()) return NotSeen(std::move(check), times.status());
  const absl::Duration middle = times->At(0.5), slow = times->At(0.99);
  Finding finding{std::move(check), Fitness::kFit,
                  absl::StrCat("p50 ", Millis(middle), ", p99 ", Millis(slow), ", slowest ",
                               Millis(times->sorted.back()), " of ", times->sorted.size()),
                  ""};
  if (slow > kWorstSync) {
    finding.fitness = Fitness::kUnfit;
    finding.advice = "each decision waits for one sync: take a volume of solid-state disks";
  } else if (slow > kGoodSync) {
    finding.fitness = Fitness::kDoubtful;
    finding.advice = "decisions wait for it: is the disk shared, or of the slow kind?";
  } else if (middle < kQuickestDisk) {
    finding.fitness = Fitness::kDoubtful;
    finding.advice = "faster than a disk can be: does this volume keep what it says is durable?";
  }
  return finding;
}

Finding JudgeVolume(const std::string& setting, const absl::StatusOr<Volume>& volume) {
  std::string check = "volume of " + setting;
  if (!volume.ok()) return NotSeen(std::move(check), volume.status());
  Finding finding{std::move(check), Fitness::kFit, VolumeName(volume->type), ""};
  const VolumeType* known = Known(volume->type);
  const Kind kind = known == nullptr ? Kind::kDisk : known->kind;
  if (volume->read_only) {
    finding.fitness = Fitness::kUnfit;
    absl::StrAppend(&finding.seen, ", read-only");
    finding.advice = "mount it so that it can be written";
  } else if (kind == Kind::kMemory) {
    finding.fitness = Fitness::kUnfit;
    finding.advice = "it is memory: all decisions are gone with the power; take a disk";
  } else if (kind == Kind::kNetwork) {
    finding.fitness = Fitness::kDoubtful;
    finding.advice =
        "over a network, locks and syncs hold only as well as it keeps them: take a block device";
  } else if (kind == Kind::kLayer) {
    finding.fitness = Fitness::kDoubtful;
    finding.advice = "it is a container's own layer and goes with it: mount a volume";
  }
  return finding;
}

Finding JudgeSpace(const std::string& setting, const absl::StatusOr<Volume>& volume,
                   uint64_t reserve) {
  std::string check = "free space of " + setting;
  if (!volume.ok()) return NotSeen(std::move(check), volume.status());
  Finding finding{std::move(check), Fitness::kFit,
                  absl::StrCat(Mib(volume->free), ", reserve ", Mib(reserve)), ""};
  if (volume->free <= reserve) {
    finding.fitness = Fitness::kUnfit;
    finding.advice = "loads are refused below disk_reserve_mib: make room";
  } else if (volume->free < kGoodReserves * reserve) {
    finding.fitness = Fitness::kDoubtful;
    finding.advice = "a big load may not fit above disk_reserve_mib: make room";
  }
  return finding;
}

Finding JudgeKernelClock(const std::optional<KernelClock>& clock) {
  Finding finding{"clock in step", Fitness::kFit, "", ""};
  if (!clock.has_value()) {
    finding.fitness = Fitness::kNotChecked;
    finding.seen = "the kernel does not tell";
    finding.advice = "see to it that the machine runs chrony or another NTP daemon";
    return finding;
  }
  finding.seen = absl::StrCat(clock->synchronised ? "yes" : "no", ", error up to ",
                              Millis(clock->greatest_error));
  if (!clock->synchronised) {
    finding.fitness = Fitness::kDoubtful;
    finding.advice = "nothing keeps it in step: run chrony or another NTP daemon";
  } else if (clock->greatest_error > kGoodClockError) {
    finding.fitness = Fitness::kDoubtful;
    finding.advice = "it may be off by more than a second: look at the NTP daemon's sources";
  }
  return finding;
}

Finding JudgeClock(absl::Time now, const absl::StatusOr<absl::Time>& newest_revision) {
  Finding finding{"clock against the store", Fitness::kFit, "", ""};
  if (!newest_revision.ok()) {
    finding.fitness = Fitness::kNotChecked;
    finding.seen = std::string(newest_revision.status().message());
    finding.advice = "where a server runs, ask \"probity doctor\" instead";
    return finding;
  }
  const absl::Duration ahead = *newest_revision - now;
  finding.seen = absl::StrCat(
      "newest revision of ",
      absl::FormatTime("%Y-%m-%d %H:%M:%S", *newest_revision, absl::UTCTimeZone()), " UTC");
  if (ahead > kGoodClockError) {
    finding.fitness = Fitness::kUnfit;
    finding.advice =
        absl::StrCat("the clock is ", absl::FormatDuration(absl::Trunc(ahead, absl::Seconds(1))),
                     " behind it: set it right before anything is decided");
  }
  return finding;
}

Finding JudgeOpenFiles(uint64_t limit) {
  Finding finding{"open files", Fitness::kFit,
                  limit == 0 ? "no limit" : absl::StrCat("at most ", limit), ""};
  if (limit == 0 || limit >= kGoodOpenFiles) return finding;
  finding.fitness = limit < kLeastOpenFiles ? Fitness::kUnfit : Fitness::kDoubtful;
  finding.advice = "each connection and each file of the store takes one: set LimitNOFILE=65536";
  return finding;
}

Finding JudgeCertificate(const std::string& setting, absl::Time now,
                         const absl::StatusOr<absl::Time>& end) {
  Finding finding{"certificates of " + setting, Fitness::kUnfit, "", ""};
  if (!end.ok()) {
    finding.seen = std::string(end.status().message());
    finding.advice = "name a file of certificates, PEM";
    return finding;
  }
  const absl::Duration left = *end - now;
  finding.seen =
      absl::StrCat("the first ends ", absl::FormatTime("%Y-%m-%d", *end, absl::UTCTimeZone()),
                   ", in ", left / absl::Hours(24), " days");
  if (left <= absl::ZeroDuration()) {
    finding.advice = "it has ended: renew it, or take it out of the file";
  } else if (left < kGoodCertificate) {
    finding.fitness = Fitness::kDoubtful;
    finding.advice = "renew it in time";
  } else {
    finding.fitness = Fitness::kFit;
  }
  return finding;
}

}  // namespace probity::doctor
