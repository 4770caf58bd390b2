// Any bytes as a publisher's file. First comes the format: its name up to a NUL, or one
// byte; for mapped-csv the mapping comes next, up to a NUL; the rest is the file, or, for
// ofac-csv, up to four files with a NUL between them. A format must end, give rows that lie in
// the file, and records that are well only if normalising them again changes nothing.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "base/tables.h"
#include "ingest/importer.h"
#include "ingest/validate.h"

namespace {

using namespace probity;          // NOLINT: a fuzz target is one file
using namespace probity::ingest;  // NOLINT

void Require(bool holds) {
  if (!holds) std::abort();
}

std::string Table(const char* name) { return ReadFile(std::string("data/") + name).value(); }

const Tables& ProjectTables() {
  static const auto* identifiers = new IdentifierCatalogue(
      IdentifierCatalogue::FromCsv(Table("identifier_schemes.csv")).value());
  static const auto* countries = new Countries(Countries::FromCsv(Table("countries.csv")).value());
  static const auto* schemes =
      new policy::SchemeCatalogue(policy::SchemeCatalogue::FromCsv(Table("schemes.csv")).value());
  static const auto* tables = new Tables{*identifiers, *countries, *schemes, "data"};
  return *tables;
}

// A file in memory with a path.
class MemoryFile {
 public:
  explicit MemoryFile(const char* name) : descriptor_(memfd_create(name, 0)) {
    Require(descriptor_ >= 0);
  }
  std::string Write(const std::string& text) const {
    Require(ftruncate(descriptor_, 0) == 0);
    Require(pwrite(descriptor_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
    return "/proc/self/fd/" + std::to_string(descriptor_);
  }

 private:
  int descriptor_;
};

bool IsPacked(const std::string& text) {
  return text.size() > 3 && (text[0] == '\x1F' || text[0] == '\x28' || (text[0] & 0xF0) == 0x50);
}

class CheckingSink final : public RowSink {
 public:
  // XML ends lines with a lone carriage return too.
  explicit CheckingSink(const std::string& text)
      : lines_(1 + static_cast<uint64_t>(std::count_if(
                       text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }))) {}

  absl::Status Accept(const Row& row, v1::Record* record) override {
    CheckRow(row);
    if (!NormalizeAndValidate(ProjectTables(), record).faults.empty()) return absl::OkStatus();
    Require(!record->key().empty());
    v1::Record again = *record;
    Require(NormalizeAndValidate(ProjectTables(), &again).faults.empty());
    // From here on `raw`, which keeps the spelling before, is gone.
    const std::string stable = again.SerializeAsString();
    Require(NormalizeAndValidate(ProjectTables(), &again).faults.empty());
    Require(again.SerializeAsString() == stable);
    return absl::OkStatus();
  }
  absl::Status Refuse(const Row& row, const RowFault& fault) override {
    CheckRow(row);
    Require(fault.reason != v1::ERROR_REASON_UNSPECIFIED && !fault.message.empty());
    return absl::OkStatus();
  }
  absl::Status Warn(const Row& row, const RowFault&) override {
    CheckRow(row);
    return absl::OkStatus();
  }
  absl::Status Advance(uint64_t bytes) override {
    read += bytes;
    return absl::OkStatus();
  }

  uint64_t read = 0;
  // False: the mapping may name an encoding that makes other lines of the bytes, or they
  // are packed.
  bool has_known_lines = true;

 private:
  // Rows come from lines that the file has.
  void CheckRow(const Row& row) {
    Require(row.line >= 1 && row.file_name == "file");
    if (has_known_lines) Require(row.line <= lines_);
  }

  const uint64_t lines_;
};

// Takes the format off the beginning of `text`, which is not empty.
const Format& TakeFormat(std::string* text) {
  const size_t end = text->find('\0');
  if (end != std::string::npos) {
    const auto named = FindFormat(text->substr(0, end));
    if (named.ok()) {
      text->erase(0, end + 1);
      return **named;
    }
  }
  const auto first = static_cast<unsigned char>(text->front());
  text->erase(0, 1);
  return Formats()[first % Formats().size()];
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const MemoryFile mapping_file("mapping");
  static const MemoryFile data_files[] = {MemoryFile("1"), MemoryFile("2"), MemoryFile("3"),
                                          MemoryFile("4")};
  if (size == 0) return 0;
  std::string text(reinterpret_cast<const char*>(data), size);
  const Format& format = TakeFormat(&text);
  std::vector<InputFile> files;
  if (format.needs_mapping) {
    const std::string mapping = text.substr(0, text.find('\0'));
    text.erase(0, std::min(text.size(), mapping.size() + 1));
    files.push_back({mapping_file.Write(mapping), "mapping", v1::FILE_ROLE_MAPPING});
  }
  size_t written = 0;
  std::vector<std::string> parts = {text};
  if (format.name == "ofac-csv") parts = absl::StrSplit(text, absl::MaxSplits('\0', 3));
  bool packed = false;
  for (const std::string& part : parts) {
    files.push_back({data_files[&part - parts.data()].Write(part), "file", v1::FILE_ROLE_DATA});
    written += part.size();
    packed = packed || IsPacked(part);
  }
  CheckingSink sink(text);
  sink.has_known_lines = !format.needs_mapping && !packed;
  const absl::Status read = format.read(ProjectTables(), files, &sink);
  if (read.ok()) Require(sink.read == written);
  if (!read.ok()) Require(!read.message().empty());
  return 0;
}
