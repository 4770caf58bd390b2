// Keys of the store. This comment is the format; docs/STORAGE_FORMAT.md tells
// what the rows mean.
//
//   u8, u32, u64  big-endian, fixed width
//   ~version      u32, 0xFFFFFFFF - version: newer rows stand first
//   str           the bytes, 0x00 written as 0x00 0xFF, ended by 0x00 0x01
//
//   records   dataset u32 . key str . ~version
//   index     0x01 . kind u8 . term str . dataset u32 . key str . ~version
//             0x02 . supplier id str . ~version
//   changes   dataset u32 . version u32 . key str
//   meta      one letter, then what MetaKey says
//
// Byte order is value order: of (dataset, key) rising and version falling.
// Every Parse checks lengths and escapes and rejects trailing bytes.
#ifndef PROBITY_STORAGE_ROCKSDB_KEY_CODEC_H_
#define PROBITY_STORAGE_ROCKSDB_KEY_CODEC_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace probity::storage {

void AppendU32(uint32_t value, std::string* out);
void AppendU64(uint64_t value, std::string* out);
void AppendString(absl::string_view value, std::string* out);
// What AppendU64 appends: the value of a meta row that holds a number.
std::string NumberValue(uint64_t number);
// Each takes what it reads off the front of `in`; false leaves both undefined.
bool ParseU32(absl::string_view* in, uint32_t* value);
bool ParseU64(absl::string_view* in, uint64_t* value);
bool ParseString(absl::string_view* in, std::string* value);

struct RecordKey {
  uint32_t dataset = 0;
  std::string key;
  uint32_t version = 0;
};
std::string EncodeRecordKey(uint32_t dataset, absl::string_view key, uint32_t version);
bool ParseRecordKey(absl::string_view in, RecordKey* key);
// What all versions of a record have in front.
std::string RecordPrefix(uint32_t dataset, absl::string_view key);
// What all records of a dataset have in front.
std::string DatasetPrefix(uint32_t dataset);

struct TermKey {
  uint8_t kind = 0;
  std::string term;
  uint32_t dataset = 0;
  std::string key;
  uint32_t version = 0;
};
std::string EncodeTermKey(uint8_t kind, absl::string_view term, uint32_t dataset,
                          absl::string_view key, uint32_t version);
bool ParseTermKey(absl::string_view in, TermKey* key);
std::string TermPrefix(uint8_t kind, absl::string_view term);
// What begins a TermPrefix() of the kind and, where a NUL ends a first part of the term, of
// all terms with that part: a scheme of identifiers, a dataset.
absl::string_view TermGroup(absl::string_view term_prefix);
// The part behind TermPrefix(): dataset . key . ~version, a record key.
inline constexpr size_t kTermHeadBytes = 2;

struct SupplierKey {
  std::string id;
  uint32_t version = 0;
};
std::string EncodeSupplierKey(absl::string_view id, uint32_t version);
bool ParseSupplierKey(absl::string_view in, SupplierKey* key);

// A change: record keys under their dataset's number, supplier ids under
// kClusterDataset with the cluster version.
inline constexpr uint32_t kClusterDataset = 0;
struct ChangeKey {
  uint32_t dataset = 0;
  uint32_t version = 0;
  std::string key;
};
std::string EncodeChangeKey(uint32_t dataset, uint32_t version, absl::string_view key);
bool ParseChangeKey(absl::string_view in, ChangeKey* key);
std::string ChangePrefix(uint32_t dataset, uint32_t version);

// First letters of the meta table.
enum class MetaKey : char {
  kFormat = 'F',    // -> u32
  kFloor = 'G',     // -> u64, the earliest readable revision
  kHead = 'H',      // -> u64, the newest revision
  kLineage = 'L',   // -> 16 bytes
  kManifest = 'M',  // . revision u64 -> Manifest
  kPending = 'P',   // . dataset u32 . version u32 -> cluster version u32
  kRequest = 'Q',   // . request id, raw -> row_codec.h
  kSwept = 'S',     // -> u64, the last revision whose change list is swept
  kUser = 'U',      // . key, raw -> value, raw
};
std::string EncodeMetaKey(MetaKey kind, absl::string_view rest = {});
std::string EncodeManifestKey(uint64_t revision);
std::string EncodePendingKey(uint32_t dataset, uint32_t version);
bool ParsePendingKey(absl::string_view in, uint32_t* dataset, uint32_t* version);

// Bytes of the prefix that a bloom filter and a point seek use: all but the
// version of records and suppliers, kind and term of terms. 0 when `key` is
// none of the table's keys.
size_t RecordBloomPrefix(absl::string_view key);
size_t IndexBloomPrefix(absl::string_view key);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_KEY_CODEC_H_
