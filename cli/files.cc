#include "cli/files.h"

#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace probity::cli {

absl::StatusOr<std::string> ReadWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file && bytes.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(path, " cannot be read"));
  }
  return bytes;
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
