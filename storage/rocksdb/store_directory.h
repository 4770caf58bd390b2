// The directory of a store, as far as RocksDB does not look after it: that it is
// made durably, and that files which lost synced bytes are not taken for those of
// a power cut, for which RocksDB would take them.
#ifndef PROBITY_STORAGE_ROCKSDB_STORE_DIRECTORY_H_
#define PROBITY_STORAGE_ROCKSDB_STORE_DIRECTORY_H_

#include <cstdint>
#include <initializer_list>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "rocksdb/env.h"

namespace probity::storage {

// Whether RocksDB could not open because somebody else has the directory.
bool IsLockHeld(const rocksdb::Status& status);
// The file under `directory` that a RocksDB message speaks of; empty when it
// names none.
std::string FileIn(absl::string_view message, absl::string_view directory);

// What was durable when it was written: a file beside RocksDB's. It is not synced,
// so it may be late or lost, but never leads.
struct DurableNote {
  uint64_t revision = 0;
  std::string manifest;  // name of RocksDB's MANIFEST
  uint64_t manifest_size = 0;
};

// Borrows the environment.
class StoreDirectory {
 public:
  StoreDirectory(rocksdb::Env* env, std::string path) : env_(env), path_(std::move(path)) {}

  const std::string& path() const { return path_; }

  // Makes it unless a store is there. STORE_NOT_WRITABLE, DISK_FULL.
  absl::Status Make() const;
  // True when RocksDB made a database here.
  bool HasDatabase() const;
  // True when a start would make a new database here: there are no remains of one either, and
  // no restore is under way.
  bool IsUnused() const;
  // Where a restore puts its files until they are whole.
  std::string RestoreDirectory() const { return path_ + "/restoring"; }
  // True while a restore into this directory is under way, or when it was cut off.
  bool IsRestored() const { return env_->FileExists(RestoreDirectory()).ok(); }
  // True when a file's name ends so.
  bool HasFile(std::initializer_list<absl::string_view> endings) const;
  // The MANIFEST that CURRENT names; CURRENT where it names none.
  std::string ManifestPath() const;

  // All empty when there is no note.
  DurableNote ReadNote() const;
  // An error is as good as an older note.
  void WriteNote(const DurableNote& note) const;
  // STORE_CORRUPT when there is less of MANIFEST than was durable.
  absl::Status CheckManifest(const DurableNote& note) const;

 private:
  rocksdb::Env* env_;
  std::string path_;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_STORE_DIRECTORY_H_
