#include "cli/cursor_file.h"

#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "cli/files.h"

namespace probity::cli {

absl::StatusOr<std::string> ReadCursor(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error) && !error) return std::string();
  auto text = ReadWhole(path);
  if (!text.ok()) return text.status();
  const std::string cursor(absl::StripAsciiWhitespace(*text));
  if (cursor.empty() || cursor.find_first_of(" \t\r\n") != std::string::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " holds no cursor; give another file, or remove it to begin anew"));
  }
  return cursor;
}

absl::Status WriteCursor(const std::string& path, const std::string& cursor) {
  const std::string part = path + ".part";
  std::ofstream file(part, std::ios::binary | std::ios::trunc);
  file << cursor << '\n';
  file.close();
  std::error_code error;
  if (file) std::filesystem::rename(part, path, error);
  if (file && !error) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(path, " cannot be written"));
}

}  // namespace probity::cli
