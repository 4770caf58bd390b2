#include "services/identity/published_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"

namespace probity::identity {
namespace {

absl::Status Fault(absl::string_view what) {
  return absl::ErrnoToStatus(errno, absl::StrCat("keys cannot be put in memory: ", what));
}

bool WriteAll(int fd, absl::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace

PublishedFile::~PublishedFile() {
  if (fd_ >= 0) close(fd_);
}

absl::Status PublishedFile::Publish(absl::string_view content) {
  int next = memfd_create("probity-tls", MFD_CLOEXEC);
  if (next < 0) return Fault("memfd_create");
  const absl::Cleanup close_next = [&next] {
    if (next >= 0) close(next);
  };
  if (!WriteAll(next, content)) return Fault("write");
  const std::time_t modified = std::max(std::time(nullptr), modified_ + 1);
  const struct timespec times[2] = {{modified, 0}, {modified, 0}};
  if (futimens(next, times) != 0) return Fault("futimens");
  if (fd_ < 0) {
    fd_ = next;
    next = -1;
  } else if (dup3(next, fd_, O_CLOEXEC) < 0) {
    return Fault("dup3");
  }
  modified_ = modified;
  return absl::OkStatus();
}

std::string PublishedFile::path() const { return absl::StrCat("/proc/self/fd/", fd_); }

}  // namespace probity::identity
