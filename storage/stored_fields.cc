#include "storage/stored_fields.h"

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"

namespace probity::storage {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

bool VisitFields(absl::string_view message, const FieldVisitor& visit) {
  CodedInputStream in(reinterpret_cast<const uint8_t*>(message.data()),
                      static_cast<int>(message.size()));
  while (const uint32_t tag = in.ReadTag()) {
    if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      if (!WireFormatLite::SkipField(&in, tag)) return false;
      continue;
    }
    uint32_t bytes = 0;
    if (!in.ReadVarint32(&bytes)) return false;
    const absl::string_view rest = message.substr(in.CurrentPosition());
    if (bytes > rest.size() || !in.Skip(static_cast<int>(bytes))) return false;
    if (!visit(WireFormatLite::GetTagFieldNumber(tag), rest.substr(0, bytes))) return false;
  }
  return in.ConsumedEntireMessage();
}

}  // namespace probity::storage
