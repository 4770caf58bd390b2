// Takes rows in any order and writes them: few as one write batch, many as runs
// of sorted files that enter all tables in one step. Memory is bounded by
// Options.load_buffer.
#ifndef PROBITY_STORAGE_ROCKSDB_ROW_SINK_H_
#define PROBITY_STORAGE_ROCKSDB_ROW_SINK_H_

#include <array>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "storage/rocksdb/database.h"

namespace probity::storage {

// Every (table, key) at most once. Files that never entered are removed by the
// destructor.
class RowSink {
 public:
  // `name` is put in front of the names of files; unique among live sinks.
  RowSink(Database* database, std::string name);
  ~RowSink();
  RowSink(const RowSink&) = delete;

  absl::Status Put(Table table, absl::string_view key, absl::string_view value);
  // True when the rows are few and nothing was written yet.
  bool IsSmall() const;
  // Small sinks: the rows, in order.
  void MoveTo(rocksdb::WriteBatch* batch);
  // Other sinks: durable when it returns.
  absl::Status Ingest();

 private:
  struct Row {
    size_t at;
    uint32_t key_bytes;
    uint32_t value_bytes;
  };
  // Rows of one table, back to back in one allocation.
  struct Buffer {
    std::string bytes;
    std::vector<Row> rows;
    absl::string_view Key(const Row& row) const;
    absl::string_view Value(const Row& row) const;
    void Sort();
  };

  absl::Status WriteRun();
  absl::Status WriteFile(Table table);

  Database* database_;
  std::string name_;
  std::array<Buffer, kTables> buffers_;
  size_t held_ = 0;
  std::array<std::vector<std::string>, kTables> files_;
  bool any_file_ = false;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_ROW_SINK_H_
