#include "storage/rocksdb/row_codec.h"

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "storage/rocksdb/key_codec.h"

namespace probity::storage {
namespace {

constexpr char kGoneByte = '\x00';
constexpr char kThereByte = '\x01';
constexpr uint8_t kHasOwned = 0x80;

bool HasDataset(SupplierTag tag) { return tag == SupplierTag::kGone || tag == SupplierTag::kOwned; }

}  // namespace

void AppendMessage(const google::protobuf::MessageLite& message, std::string* out) {
  google::protobuf::io::StringOutputStream stream(out);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
}

std::string EncodeRecordValue(const v1::RecordRow& row) {
  std::string out(1, kThereByte);
  AppendMessage(row, &out);
  return out;
}

std::string EncodeRecordTombstone() { return std::string(1, kGoneByte); }

bool ParseRecordValue(absl::string_view in, std::optional<v1::RecordRow>* row) {
  row->reset();
  if (in.empty()) return false;
  if (in[0] == kGoneByte) return in.size() == 1;
  if (in[0] != kThereByte) return false;
  in.remove_prefix(1);
  return row->emplace().ParseFromArray(in.data(), static_cast<int>(in.size())) &&
         (*row)->segments_size() > 0;
}

std::string EncodeTermValue(bool present) {
  return std::string(1, present ? kThereByte : kGoneByte);
}

bool ParseTermValue(absl::string_view in, bool* present) {
  if (in.size() != 1 || (in[0] != kGoneByte && in[0] != kThereByte)) return false;
  *present = in[0] == kThereByte;
  return true;
}

std::string EncodeSupplierValue(const SupplierValue& value) {
  const uint8_t tag = static_cast<uint8_t>(value.tag) | (value.has_owned ? kHasOwned : 0);
  std::string out(1, static_cast<char>(tag));
  if (HasDataset(value.tag)) AppendU32(value.dataset, &out);
  if (value.tag != SupplierTag::kTombstone) out += value.text;
  return out;
}

bool ParseSupplierValue(absl::string_view in, SupplierValue* value) {
  if (in.empty()) return false;
  const uint8_t tag = static_cast<uint8_t>(in[0]);
  in.remove_prefix(1);
  if ((tag & ~kHasOwned) > static_cast<uint8_t>(SupplierTag::kOwned)) return false;
  value->tag = static_cast<SupplierTag>(tag & ~kHasOwned);
  value->has_owned = (tag & kHasOwned) != 0;
  value->dataset = 0;
  if (HasDataset(value->tag) && !ParseU32(&in, &value->dataset)) return false;
  value->text.assign(in.data(), in.size());
  return in.empty() == (value->tag == SupplierTag::kTombstone);
}

std::string EncodeRequest(const RememberedRequest& request) {
  std::string out;
  AppendU64(request.revision, &out);
  AppendString(request.request_digest, &out);
  AppendString(request.response, &out);
  return out;
}

bool ParseRequest(absl::string_view in, RememberedRequest* request) {
  return ParseU64(&in, &request->revision) && ParseString(&in, &request->request_digest) &&
         ParseString(&in, &request->response) && in.empty();
}

}  // namespace probity::storage
