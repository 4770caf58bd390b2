// A file that bears its name once it is whole.
#ifndef PROBITY_CLI_PART_FILE_H_
#define PROBITY_CLI_PART_FILE_H_

#include <fstream>
#include <string>

#include "absl/status/status.h"

namespace probity::cli {

// Written beside `path`, whose place it takes in Keep(): a broken run never looks like a
// whole one.
class PartFile {
 public:
  explicit PartFile(std::string path);
  // Takes the unfinished file away, unless it was kept.
  ~PartFile();
  PartFile(const PartFile&) = delete;

  // INVALID_ARGUMENT when it could not be opened, or something not be written so far.
  absl::Status Check() const;
  std::ofstream& stream() { return file_; }
  // Gives it its name. Errors of Check(); then nothing of it is left.
  absl::Status Keep();

 private:
  std::string PartPath() const { return path_ + ".part"; }

  const std::string path_;
  std::ofstream file_;
  bool is_there_ = true;  // under the other name
};

}  // namespace probity::cli

#endif  // PROBITY_CLI_PART_FILE_H_
