#include "services/access/day_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/errors.h"
#include "base/replace_file.h"

namespace probity::access {
namespace {

constexpr absl::string_view kBegin = "access-", kEnd = ".jsonl";
// Auditors read by group.
constexpr mode_t kMode = 0640;

}  // namespace

AppendedFile::~AppendedFile() { close(fd_); }

size_t AppendedFile::Append(absl::string_view bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t written = write(fd_, bytes.data() + done, bytes.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) break;
    done += static_cast<size_t>(written);
  }
  return done;
}

bool AppendedFile::Sync() { return fdatasync(fd_) == 0 || errno == EINVAL; }

bool AppendedFile::EndsInsideALine() const {
  struct stat status = {};
  if (fstat(fd_, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) return false;
  char last = '\n';
  return pread(fd_, &last, 1, status.st_size - 1) == 1 && last != '\n';
}

std::string DayFiles::PathOf(DayNumber day) const {
  return absl::StrCat(directory_, "/", kBegin, FormatDate(DateOf(day)), kEnd);
}

absl::StatusOr<std::shared_ptr<AppendedFile>> DayFiles::Of(DayNumber day) {
  if (file_ != nullptr && day == day_) return file_;
  const std::string path = PathOf(day);
  const int fd = open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, kMode);
  if (fd < 0) {
    if (errno == ENOSPC || errno == EDQUOT) return DiskFull(path);
    return StoreNotWritable(path, std::strerror(errno));
  }
  auto file = std::make_shared<AppendedFile>(fd);
  if (absl::Status stays = SyncDirectory(directory_); !stays.ok()) return stays;
  if (day != day_) RemoveBefore(day - kept_days_);
  day_ = day;
  file_ = std::move(file);
  return file_;
}

void DayFiles::RemoveBefore(DayNumber day) const {
  std::error_code ignored;  // what cannot be removed is tried again tomorrow
  for (const auto& entry : std::filesystem::directory_iterator(directory_, ignored)) {
    const std::string name = entry.path().filename();
    absl::string_view date = name;
    if (!absl::ConsumePrefix(&date, kBegin) || !absl::ConsumeSuffix(&date, kEnd)) continue;
    const auto of = ParseDate(date);
    if (of.ok() && IsFullDay(*of) && FirstDay(*of) < day)
      std::filesystem::remove(entry.path(), ignored);
  }
}

}  // namespace probity::access
