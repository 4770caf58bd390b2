// Texts that were redacted, in what is kept of loads.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
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

// Shorter texts stand in texts about others.
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

bool Tells(absl::string_view where, const std::set<std::string>& texts) {
  return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
    return where == text || (text.size() >= kTellingBytes && absl::StrContains(where, text));
  });
}

bool MaskLoad(const std::set<std::string>& texts, v1::Load* load) {
  bool masked = false;
  const auto mask = [&](std::string* text) {
    if (!Tells(*text, texts)) return;
    *text = "(redacted)";
    masked = true;
  };
  for (v1::LiftedVerdict& lifted : *load->mutable_lifted()) mask(lifted.mutable_display_name());
  for (v1::LoadViolation& violation : *load->mutable_violations()) {
    mask(violation.mutable_message());
  }
  if (load->has_error()) mask(load->mutable_error()->mutable_message());
  mask(load->mutable_note());
  return masked;
}

absl::Status MaskFiles(const std::string& directory, const std::set<std::string>& texts) {
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator file(directory, error), end; file != end;
       file.increment(error)) {
    if (error) return StoreNotWritable(directory, error.message());
    const std::string name = file->path().filename();
    const bool is_senders = absl::StartsWith(name, "file-");
    if (is_senders || !file->is_regular_file(error)) continue;
    if (absl::Status masked = MaskFile(file->path(), texts); !masked.ok()) return masked;
  }
  return absl::OkStatus();
}

}  // namespace probity::dataset
