#include "cli/part_file.h"

#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"

namespace probity::cli {

PartFile::PartFile(std::string path)
    : path_(std::move(path)), file_(PartPath(), std::ios::binary | std::ios::trunc) {}

PartFile::~PartFile() {
  file_.close();
  if (is_there_) std::remove(PartPath().c_str());
}

absl::Status PartFile::Check() const {
  if (file_.good()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(path_, " cannot be written"));
}

absl::Status PartFile::Keep() {
  file_.close();
  if (file_.good() && std::rename(PartPath().c_str(), path_.c_str()) != 0) {
    file_.setstate(std::ios::failbit);
  }
  is_there_ = !file_.good();
  return Check();
}

}  // namespace probity::cli
