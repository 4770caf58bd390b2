// Any bytes: a key parses or it does not, and what parses encodes to the very
// same bytes. So no two byte strings mean one key.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "storage/rocksdb/key_codec.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace probity::storage;  // NOLINT: a fuzz target is one function
  const absl::string_view in(reinterpret_cast<const char*>(data), size);
  RecordKey record;
  if (ParseRecordKey(in, &record)) {
    Require(EncodeRecordKey(record.dataset, record.key, record.version) == in);
  }
  TermKey term;
  if (ParseTermKey(in, &term)) {
    Require(EncodeTermKey(term.kind, term.term, term.dataset, term.key, term.version) == in);
  }
  SupplierKey supplier;
  if (ParseSupplierKey(in, &supplier)) {
    Require(EncodeSupplierKey(supplier.id, supplier.version) == in);
  }
  ChangeKey change;
  if (ParseChangeKey(in, &change)) {
    Require(EncodeChangeKey(change.dataset, change.version, change.key) == in);
  }
  uint32_t dataset = 0, version = 0;
  if (ParsePendingKey(in, &dataset, &version)) {
    Require(EncodePendingKey(dataset, version) == in);
  }
  Require(RecordBloomPrefix(in) <= size && IndexBloomPrefix(in) <= size);
  return 0;
}
