// Loads of small texts, for tests of formats.
#ifndef PROBITY_INGEST_TESTING_H_
#define PROBITY_INGEST_TESTING_H_

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "base/testing.h"
#include "gtest/gtest.h"
#include "ingest/guard_rails.h"
#include "ingest/load.h"
#include "ingest/validate.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"

namespace probity::ingest::testing {

// Collects what a format gives.
class CollectingSink final : public RowSink {
 public:
  absl::Status Accept(const Row& row, v1::Record* record) override {
    records.push_back(*record);
    lines.push_back(row.line);
    return absl::OkStatus();
  }
  absl::Status Refuse(const Row& row, const RowFault& fault) override {
    refused.push_back({row.line, fault});
    raw.emplace_back(row.raw.data(), row.raw.size());
    return absl::OkStatus();
  }
  absl::Status Warn(const Row& row, const RowFault& fault) override {
    warned.push_back({row.line, fault});
    return absl::OkStatus();
  }
  absl::Status Advance(uint64_t bytes) override {
    bytes_read += bytes;
    return absl::OkStatus();
  }

  std::vector<v1::Record> records;
  std::vector<uint64_t> lines;
  std::vector<std::pair<uint64_t, RowFault>> refused;
  std::vector<std::string> raw;
  std::vector<std::pair<uint64_t, RowFault>> warned;
  uint64_t bytes_read = 0;
};

// The first guard rail that a load breaks, as an error; OK for none.
inline absl::Status Judged(const storage::View& base, const storage::LoadSpec& spec,
                           const v1::LoadCounts& counts, const LoadProgress& progress) {
  const auto broken = BrokenGuardRails(
      *base.FindDataset(spec.dataset), spec, counts,
      {progress.duplicate_keys, progress.unknown_schemes, progress.missing_columns});
  if (broken.empty()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, broken[0].reason(), broken[0].message());
}

// A directory of its own, removed at the end, with the project's tables.
class Workshop {
 public:
  Workshop() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ingest-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
  }
  ~Workshop() { std::filesystem::remove_all(directory_); }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  InputFile Write(const std::string& name, const std::string& text,
                  v1::FileRole role = v1::FILE_ROLE_DATA) const {
    std::ofstream(directory_ + "/" + name, std::ios::binary) << text;
    return {directory_ + "/" + name, name, role};
  }
  Tables tables() const { return {identifiers_, countries_, schemes_, "data"}; }
  const std::string& directory() const { return directory_; }
  const IdentifierCatalogue& identifiers() const { return identifiers_; }

  // Reads files with a format.
  absl::Status Read(const std::string& format, const std::vector<InputFile>& files,
                    RowSink* sink) const {
    return FindFormat(format).value()->read(tables(), files, sink);
  }

 private:
  std::string directory_;
  IdentifierCatalogue identifiers_ = TestIdentifiers();
  Countries countries_ = TestCountries();
  policy::SchemeCatalogue schemes_ =
      policy::SchemeCatalogue::FromCsv(ReadFile(TablePath("schemes.csv")).value()).value();
};

// What a format gives of a file's text, each record valid and normalised.
inline CollectingSink ReadValid(const std::string& format, const std::string& name,
                                const std::string& text) {
  Workshop workshop;
  CollectingSink sink;
  EXPECT_EQ(workshop.Read(format, {workshop.Write(name, text)}, &sink), absl::OkStatus());
  for (v1::Record& record : sink.records) {
    const Validation validation = NormalizeAndValidate(workshop.tables(), &record);
    EXPECT_TRUE(validation.faults.empty())
        << validation.faults.front().message << ": " << record.ShortDebugString();
  }
  return sink;
}

}  // namespace probity::ingest::testing

#endif  // PROBITY_INGEST_TESTING_H_
