// Any bytes as a stored name: refused, or read to what gives the same bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "matching/name_codec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto name = probity::matching::ParseName(bytes);
  if (!name.ok()) return 0;
  std::string again;
  probity::matching::AppendName(*name, &again);
  if (again != bytes) std::abort();
  return 0;
}
