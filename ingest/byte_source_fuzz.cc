// Any bytes as a file that may be packed. First byte: how large the pieces are that are
// asked for. Reading must end within the limits and, where it ends well, have read all of
// the file; bytes that are not packed come out as they are.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "ingest/byte_source.h"

namespace {

using namespace probity;          // NOLINT: a fuzz target is one file
using namespace probity::ingest;  // NOLINT

void Require(bool holds) {
  if (!holds) std::abort();
}

class CountingSink final : public RowSink {
 public:
  absl::Status Accept(const Row&, v1::Record*) override { return absl::OkStatus(); }
  absl::Status Refuse(const Row&, const RowFault&) override { return absl::OkStatus(); }
  absl::Status Warn(const Row&, const RowFault&) override { return absl::OkStatus(); }
  absl::Status Advance(uint64_t bytes) override {
    read += bytes;
    return absl::OkStatus();
  }
  uint64_t read = 0;
};

bool MayBePacked(const std::string& text) {
  return !text.empty() && (text[0] == '\x1F' || text[0] == '\x28' || (text[0] & 0xF0) == 0x50 ||
                           text[0] == '\xFD' || text[0] == '7' || text[0] == 'B');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const int descriptor = memfd_create("file", 0);
  if (size == 0) return 0;
  const size_t piece = size_t{1} + data[0] * size_t{257};
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  Require(ftruncate(descriptor, 0) == 0);
  Require(pwrite(descriptor, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
  const InputFile file = {"/proc/self/fd/" + std::to_string(descriptor), "file",
                          v1::FILE_ROLE_DATA};
  constexpr ExpansionLimits kLimits = {1 << 20, 100, 1 << 12};
  CountingSink sink;
  auto source = ByteSource::Open(file, &sink, kLimits);
  if (!source.ok()) return 0;
  std::string all, buffer(piece, '\0');
  for (;;) {
    const auto got = (*source)->Read(buffer.data(), piece);
    if (!got.ok()) {
      Require(!got.status().message().empty());
      return 0;
    }
    Require(*got <= piece);
    all.append(buffer, 0, *got);
    Require(all.size() <= kLimits.total + text.size());
    if (*got < piece) break;
  }
  Require(sink.read == text.size());
  if (!MayBePacked(text)) Require(all == text);
  return 0;
}
