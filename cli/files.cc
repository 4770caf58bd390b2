#include "cli/files.h"

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"

namespace probity::cli {

absl::StatusOr<std::string> ReadWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  // Both fail, and do not throw, where the file is a directory.
  const bool is_empty = file.peek() == std::ifstream::traits_type::eof();
  if (file.is_open() && !file.bad() && (is_empty || bytes << file.rdbuf())) return bytes.str();
  return absl::InvalidArgumentError(absl::StrCat(path, " cannot be read"));
}

void WriteOrPrint(Session& session, const std::string& path, const std::string& bytes,
                  const std::string& what) {
  if (path.empty()) {
    session.out() << bytes;
    return;
  }
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  file.close();
  if (!file) {
    return session.Usage(absl::InvalidArgumentError(absl::StrCat(path, " cannot be written")));
  }
  session.Say(absl::StrCat(what, " written to ", path), Style::kGood);
}

}  // namespace probity::cli
