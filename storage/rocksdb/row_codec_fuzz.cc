// Any bytes as a stored value: it parses or it does not; what parses encodes
// to bytes that parse to the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "storage/rocksdb/row_codec.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace probity::storage;  // NOLINT: a fuzz target is one function
  const absl::string_view in(reinterpret_cast<const char*>(data), size);
  std::optional<v1::RecordRow> row, again;
  if (ParseRecordValue(in, &row) && row) {
    Require(ParseRecordValue(EncodeRecordValue(*row), &again) && again);
    Require(EncodeRecordValue(*row) == EncodeRecordValue(*again));
  }
  bool present = false;
  if (ParseTermValue(in, &present)) Require(EncodeTermValue(present) == in);
  SupplierValue supplier;
  if (ParseSupplierValue(in, &supplier)) Require(EncodeSupplierValue(supplier) == in);
  RememberedRequest request;
  if (ParseRequest(in, &request)) Require(EncodeRequest(request) == in);
  return 0;
}
