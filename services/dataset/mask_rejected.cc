// Texts that were redacted, in the refused rows of loads.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "base/errors.h"
#include "services/dataset/redaction_steps.h"

namespace probity::dataset {
namespace {

// Shorter texts stand in rows of others.
constexpr size_t kTellingBytes = 4;

bool Mask(absl::string_view text, std::string* bytes) {
  bool masked = false;
  for (size_t at = bytes->find(text.data(), 0, text.size()); at != std::string::npos;
       at = bytes->find(text.data(), at, text.size())) {
    bytes->replace(at, text.size(), text.size(), '*');
    masked = true;
  }
  return masked;
}

// In place: the file keeps its length, and with it all that it says besides.
absl::Status Overwrite(const std::string& path, absl::string_view bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return StoreNotWritable(path, std::strerror(errno));
  const auto close_file = absl::MakeCleanup([file] { close(file); });
  const ssize_t written = pwrite(file, bytes.data(), bytes.size(), 0);
  if (written == static_cast<ssize_t>(bytes.size()) && fsync(file) == 0) return absl::OkStatus();
  return StoreNotWritable(path, std::strerror(errno));
}

absl::Status MaskFile(const std::string& path, const std::set<std::string>& texts) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  bool masked = false;
  for (const std::string& text : texts) {
    if (text.size() >= kTellingBytes) masked = Mask(text, &bytes) || masked;
  }
  return masked ? Overwrite(path, bytes) : absl::OkStatus();
}

}  // namespace

absl::Status MaskRejectedRows(const std::string& directory, const std::set<std::string>& texts) {
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator file(directory, error), end; file != end;
       file.increment(error)) {
    if (error) return StoreNotWritable(directory, error.message());
    const bool is_rows = file->is_regular_file(error) &&
                         absl::StartsWith(file->path().filename().string(), "rejected");
    if (!is_rows) continue;
    if (absl::Status masked = MaskFile(file->path(), texts); !masked.ok()) return masked;
  }
  return absl::OkStatus();
}

}  // namespace probity::dataset
