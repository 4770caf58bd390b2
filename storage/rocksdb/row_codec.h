// Values of the store that are not whole protocol buffers. This comment is the
// format; numbers and strings as in key_codec.h.
//
//   record    0x00                       tombstone: gone from this version on
//             0x01 . RecordRow           serialised deterministically
//   term      0x00 | 0x01                gone, or there, from this version on
//   supplier  tag u8 . rest, by tag & 0x7F:
//             0  tombstone               nobody; rest empty
//             1  supplier                serialised probity.v1.Supplier, as sent
//             2  redirect                id of the cluster's founder
//             3  gone                    dataset u32 of the record that is gone,
//                                        id of the member that lives on
//             4  owned                   dataset u32, key: a record of an owned
//                                        dataset; its cluster depends on the caller
//             tag & 0x80: the raw component holds records of owned datasets
//   request   revision u64 . digest str . response str
#ifndef PROBITY_STORAGE_ROCKSDB_ROW_CODEC_H_
#define PROBITY_STORAGE_ROCKSDB_ROW_CODEC_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message_lite.h"
#include "probity/storage/v1/storage.pb.h"
#include "storage/store.h"

namespace probity::storage {

// Appends the message with map entries sorted.
void AppendMessage(const google::protobuf::MessageLite& message, std::string* out);

std::string EncodeRecordValue(const v1::RecordRow& row);
std::string EncodeRecordTombstone();
// False for other bytes; `row` is nullopt for a tombstone.
bool ParseRecordValue(absl::string_view in, std::optional<v1::RecordRow>* row);

std::string EncodeTermValue(bool present);
bool ParseTermValue(absl::string_view in, bool* present);

enum class SupplierTag : uint8_t {
  kTombstone = 0,
  kSupplier = 1,
  kRedirect = 2,
  kGone = 3,
  kOwned = 4,
};
struct SupplierValue {
  SupplierTag tag = SupplierTag::kTombstone;
  bool has_owned = false;  // of the raw component
  uint32_t dataset = 0;    // kGone, kOwned
  std::string text;        // supplier bytes, id or key, by tag
};
std::string EncodeSupplierValue(const SupplierValue& value);
bool ParseSupplierValue(absl::string_view in, SupplierValue* value);

std::string EncodeRequest(const RememberedRequest& request);
bool ParseRequest(absl::string_view in, RememberedRequest* request);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_ROW_CODEC_H_
