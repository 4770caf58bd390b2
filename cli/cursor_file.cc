#include "cli/cursor_file.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "cli/files.h"
#include "cli/part_file.h"

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
  PartFile file(path);
  file.stream() << cursor << '\n';
  return file.Keep();
}

}  // namespace probity::cli
