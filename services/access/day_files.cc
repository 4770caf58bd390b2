#include "services/access/day_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/errors.h"
#include "base/replace_file.h"

namespace probity::access {
namespace {

constexpr absl::string_view kBegin = "access-", kEnd = ".jsonl";
// Auditors read by group.
constexpr mode_t kMode = 0640;
// Days without a file behind which a day is not believed at once.
constexpr DayNumber kFarAhead = 31;

// Whose lines a file of that name has; nullopt: it is none of these.
std::optional<DayNumber> DayOf(const std::string& name) {
  absl::string_view date = name;
  if (!absl::ConsumePrefix(&date, kBegin) || !absl::ConsumeSuffix(&date, kEnd)) {
    return std::nullopt;
  }
  const auto day = ParseDate(date);
  if (!day.ok() || !IsFullDay(*day)) return std::nullopt;
  return FirstDay(*day);
}

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
  if (day != day_) RemoveOld(day);
  day_ = day;
  file_ = std::move(file);
  return file_;
}

void DayFiles::RemoveOld(DayNumber today) const {
  std::error_code ignored;  // what cannot be removed is tried again tomorrow
  std::vector<std::filesystem::path> old;
  DayNumber newest = today - kFarAhead - 1;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, ignored)) {
    const std::optional<DayNumber> day = DayOf(entry.path().filename());
    if (!day.has_value()) continue;
    if (*day < today) newest = std::max(newest, *day);
    if (*day < today - kept_days_) old.push_back(entry.path());
  }
  if (today - newest > kFarAhead) return;
  for (const auto& path : old) std::filesystem::remove(path, ignored);
}

}  // namespace probity::access
