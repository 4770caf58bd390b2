// Any bytes as the file of a change set: it is read to its end or refused with
// STORE_CORRUPT, and the rows that were read come back when they are written and
// read again.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/errors.h"
#include "base/hash.h"
#include "storage/change_file.h"

namespace probity::storage {
namespace {

using Rows = std::vector<std::string>;

void Require(bool holds) {
  if (!holds) std::abort();
}

// The rows, and whether all were read.
std::pair<Rows, bool> Read(const ChangeSet& changes) {
  Rows rows;
  auto reader = ChangeRowReader::Open(changes);
  Require(reader.ok());
  v1::ChangeRow row;
  for (;;) {
    const absl::StatusOr<bool> more = (*reader)->Next(&row);
    if (!more.ok()) Require(ReasonOf(more.status()) == probity::v1::ERROR_REASON_STORE_CORRUPT);
    if (!more.ok() || !*more) return {rows, more.ok()};
    rows.push_back(CanonicalBytes(row));
  }
}

// In runs of few rows, newest first, so that they are sorted and merged.
ChangeSet WriteBackwards(const Rows& rows) {
  auto writer = ChangeFileWriter::Create("/tmp", 64);
  Require(writer.ok());
  v1::ChangeRow row;
  for (auto bytes = rows.rbegin(); bytes != rows.rend(); ++bytes) {
    Require(row.ParseFromString(*bytes) && (*writer)->Add(row).ok());
  }
  auto changes = (*writer)->Finish();
  Require(changes.ok());
  return *changes;
}

}  // namespace
}  // namespace probity::storage

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace probity::storage;  // NOLINT: a fuzz target is one function
  const int file = memfd_create("changes", 0);
  Require(file >= 0 && write(file, data, size) == static_cast<ssize_t>(size));
  ChangeSet changes;
  changes.path = "/proc/self/fd/" + std::to_string(file);
  changes.digest = probity::Sha256({reinterpret_cast<const char*>(data), size});
  const auto [rows, whole] = Read(changes);
  close(file);
  if (rows.size() > 64) return 0;  // enough runs were merged
  const ChangeSet again = WriteBackwards(rows);
  Require(Read(again) == std::make_pair(rows, true));
  if (!again.path.empty()) unlink(again.path.c_str());
  static_cast<void>(whole);
  return 0;
}
