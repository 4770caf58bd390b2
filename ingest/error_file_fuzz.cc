// Any bytes as CSV whose rows are all refused: they come back as a file that reads as the
// same rows, and that comes back as itself. First byte: the delimiter.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "ingest/csv_reader.h"
#include "ingest/error_file.h"

namespace {

using namespace probity;          // NOLINT: a fuzz target is one file
using namespace probity::ingest;  // NOLINT

void Require(bool holds) {
  if (!holds) std::abort();
}

class MemoryFile {
 public:
  MemoryFile() : descriptor_(memfd_create("file", 0)) {}
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }
  void Write(const std::string& text) const {
    Require(ftruncate(descriptor_, 0) == 0);
    Require(pwrite(descriptor_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
  }

 private:
  const int descriptor_;
};

class IgnoringSink final : public RowSink {
 public:
  absl::Status Accept(const Row&, v1::Record*) override { return absl::OkStatus(); }
  absl::Status Refuse(const Row&, const RowFault&) override { return absl::OkStatus(); }
  absl::Status Warn(const Row&, const RowFault&) override { return absl::OkStatus(); }
  absl::Status Advance(uint64_t) override { return absl::OkStatus(); }
};

struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  std::string back;
};

// What a file says, and the file in which its rows come back; false when it is no CSV.
bool Read(const MemoryFile& file, const MemoryFile& rejected, char delimiter, Table* table) {
  IgnoringSink sink;
  CsvOptions options;
  options.delimiter = delimiter;
  auto reader = CsvReader::Open({file.path(), "f", v1::FILE_ROLE_DATA}, options, &sink);
  if (!reader.ok()) return false;
  table->columns = (*reader)->columns();
  RejectedWriter writer(rejected.path());
  const absl::Status read =
      (*reader)->ForEach([&](const Row& row, const CsvReader::Values& values) {
        table->rows.emplace_back(values.begin(), values.end());
        return writer.Add(row, {v1::ERROR_REASON_ROW_VALUE, "=c", "why"}, false);
      });
  Require(writer.Close().ok());
  ErrorFile error_file(rejected.path(), "f");
  for (;;) {
    const auto next = error_file.Next(100);
    Require(next.ok());
    if (next->empty()) return read.ok();
    table->back += *next;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const MemoryFile file, rejected;
  if (size == 0) return 0;
  const char delimiter = ",;\t|"[data[0] % 4];
  file.Write(std::string(reinterpret_cast<const char*>(data + 1), size - 1));
  Table first, second, third;
  if (!Read(file, rejected, delimiter, &first) || first.rows.empty()) return 0;
  if (first.columns.empty()) return 0;  // all of them are Probity's
  file.Write(first.back);
  Require(Read(file, rejected, delimiter, &second));
  Require(second.columns == first.columns);
  Require(second.rows == first.rows);
  file.Write(second.back);
  Require(Read(file, rejected, delimiter, &third));
  Require(third.rows == first.rows);
  return 0;
}
