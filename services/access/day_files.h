// Files of lines, one a day, to which is only ever added.
#ifndef PROBITY_SERVICES_ACCESS_DAY_FILES_H_
#define PROBITY_SERVICES_ACCESS_DAY_FILES_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/civil_day.h"

namespace probity::access {

// An open file, closed with its last owner.
class AppendedFile {
 public:
  explicit AppendedFile(int fd) : fd_(fd) {}
  ~AppendedFile();
  AppendedFile(const AppendedFile&) = delete;

  // How many bytes went in; fewer than given where the disk is full or failed: errno.
  size_t Append(absl::string_view bytes);
  // False where what was added is not on disk: errno.
  bool Sync();
  // Whether the last line that is there was cut off, by a power cut or a full disk.
  bool EndsInsideALine() const;

 private:
  const int fd_;
};

// Not thread-safe.
class DayFiles {
 public:
  // Files DIRECTORY/access-YYYY-MM-DD.jsonl of the last `kept_days` days and today.
  DayFiles(std::string directory, int kept_days)
      : directory_(std::move(directory)), kept_days_(kept_days) {}

  // The file of `day`, made when absent, readable for owner and group. With a new day, older
  // files go, unless that day lies far behind the newest of them: a clock that jumps must not
  // take the log with it, so they wait for the day after it. RESOURCE_EXHAUSTED / DISK_FULL,
  // FAILED_PRECONDITION / STORE_NOT_WRITABLE.
  absl::StatusOr<std::shared_ptr<AppendedFile>> Of(DayNumber day);
  // Of() opens it again.
  void Close() { file_.reset(); }
  std::string PathOf(DayNumber day) const;

 private:
  void RemoveOld(DayNumber today) const;

  const std::string directory_;
  const int kept_days_;
  DayNumber day_ = 0;
  std::shared_ptr<AppendedFile> file_;  // of day_
};

}  // namespace probity::access

#endif  // PROBITY_SERVICES_ACCESS_DAY_FILES_H_
