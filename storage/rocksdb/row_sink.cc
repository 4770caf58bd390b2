#include "storage/rocksdb/row_sink.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "rocksdb/env.h"
#include "rocksdb/sst_file_writer.h"

namespace probity::storage {

absl::string_view RowSink::Buffer::Key(const Row& row) const {
  return absl::string_view(bytes).substr(row.at, row.key_bytes);
}

absl::string_view RowSink::Buffer::Value(const Row& row) const {
  return absl::string_view(bytes).substr(row.at + row.key_bytes, row.value_bytes);
}

void RowSink::Buffer::Sort() {
  const auto less = [this](const Row& a, const Row& b) { return Key(a) < Key(b); };
  if (!std::is_sorted(rows.begin(), rows.end(), less)) std::sort(rows.begin(), rows.end(), less);
}

RowSink::RowSink(Database* database, std::string name)
    : database_(database), name_(std::move(name)) {}

RowSink::~RowSink() {
  for (const std::vector<std::string>& files : files_) {
    for (const std::string& file : files) database_->env()->DeleteFile(file).PermitUncheckedError();
  }
}

absl::Status RowSink::Put(Table table, absl::string_view key, absl::string_view value) {
  Buffer& buffer = buffers_[table];
  buffer.rows.push_back({buffer.bytes.size(), static_cast<uint32_t>(key.size()),
                         static_cast<uint32_t>(value.size())});
  buffer.bytes.append(key.data(), key.size());
  buffer.bytes.append(value.data(), value.size());
  held_ += key.size() + value.size() + sizeof(Row);
  return held_ > database_->options().load_buffer ? WriteRun() : absl::OkStatus();
}

bool RowSink::IsSmall() const { return !any_file_ && held_ <= database_->options().small_publish; }

void RowSink::MoveTo(rocksdb::WriteBatch* batch) {
  for (int table = 0; table < kTables; ++table) {
    Buffer& buffer = buffers_[table];
    buffer.Sort();
    for (const Row& row : buffer.rows) {
      database_->Put(batch, static_cast<Table>(table), buffer.Key(row), buffer.Value(row));
    }
    buffer = Buffer();
  }
  held_ = 0;
}

absl::Status RowSink::WriteRun() {
  for (int table = 0; table < kTables; ++table) {
    if (absl::Status status = WriteFile(static_cast<Table>(table)); !status.ok()) return status;
  }
  held_ = 0;
  return absl::OkStatus();
}

absl::Status RowSink::WriteFile(Table table) {
  Buffer& buffer = buffers_[table];
  if (buffer.rows.empty()) return absl::OkStatus();
  buffer.Sort();
  any_file_ = true;
  std::vector<std::string>& files = files_[table];
  files.push_back(absl::StrCat(database_->StagingDirectory(), "/", name_, "-", table, "-",
                               files.size(), ".sst"));
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), database_->FileOptions(table));
  rocksdb::Status status = writer.Open(files.back());
  for (size_t i = 0; status.ok() && i < buffer.rows.size(); ++i) {
    status = writer.Put(ToSlice(buffer.Key(buffer.rows[i])), ToSlice(buffer.Value(buffer.rows[i])));
  }
  if (status.ok()) status = writer.Finish();
  buffer.bytes.clear();
  buffer.rows.clear();
  return database_->WriteFault(status);
}

absl::Status RowSink::Ingest() {
  if (absl::Status status = WriteRun(); !status.ok()) return status;
  for (Buffer& buffer : buffers_) buffer = Buffer();
  return database_->Ingest(files_);
}

}  // namespace probity::storage
