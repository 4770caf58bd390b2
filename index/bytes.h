// Numbers in byte buffers: little-endian arrays and varints, every read bounded.
#ifndef PROBITY_INDEX_BYTES_H_
#define PROBITY_INDEX_BYTES_H_

#include <cstdint>
#include <cstring>
#include <string>

#include "absl/base/config.h"
#include "absl/strings/string_view.h"

#ifndef ABSL_IS_LITTLE_ENDIAN
#error "segments are read in place, which needs a little-endian machine"
#endif

namespace probity::index {

// A read-only array of T over bytes of any alignment. Indexes beyond the end
// read as zero, so that torn bytes cannot lead outside.
template <typename T>
class Array {
 public:
  Array() = default;
  // Bytes left over at the end are not looked at.
  explicit Array(absl::string_view bytes)
      : data_(bytes.data()), size_(static_cast<uint32_t>(bytes.size() / sizeof(T))) {}

  uint32_t size() const { return size_; }

  T operator[](uint32_t i) const {
    T value{};
    if (i < size_) std::memcpy(&value, data_ + size_t{i} * sizeof(T), sizeof(T));
    return value;
  }

  void Prefetch(uint32_t i) const {
    if (i < size_) __builtin_prefetch(data_ + size_t{i} * sizeof(T));
  }

 private:
  const char* data_ = nullptr;
  uint32_t size_ = 0;
};

// The part of `bytes` from `from` to `to`, as far as there is one.
inline absl::string_view Part(absl::string_view bytes, size_t from, size_t to) {
  if (from > bytes.size() || to < from) return {};
  return bytes.substr(from, to - from);
}

inline void AppendVarint(uint32_t value, std::string* out) {
  for (; value >= 0x80; value >>= 7) out->push_back(static_cast<char>(value | 0x80));
  out->push_back(static_cast<char>(value));
}

template <typename T>
void AppendFixed(T value, std::string* out) {
  out->append(reinterpret_cast<const char*>(&value), sizeof(T));
}

// Reads forward; past the end everything is zero and done() stays true.
class ByteReader {
 public:
  ByteReader() = default;
  explicit ByteReader(absl::string_view bytes)
      : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool done() const { return at_ == end_; }
  size_t left() const { return static_cast<size_t>(end_ - at_); }

  uint8_t Byte() { return done() ? 0 : static_cast<uint8_t>(*at_++); }

  uint32_t Varint() {
    if (at_ != end_ && static_cast<uint8_t>(*at_) < 0x80) return static_cast<uint8_t>(*at_++);
    return LongVarint();
  }

  // The next `size` bytes, or those that are left.
  absl::string_view Bytes(size_t size) {
    size = size < left() ? size : left();
    at_ += size;
    return {at_ - size, size};
  }

 private:
  uint32_t LongVarint() {
    uint32_t value = 0;
    for (int shift = 0; shift < 35 && at_ != end_; shift += 7) {
      const uint8_t byte = static_cast<uint8_t>(*at_++);
      value |= static_cast<uint32_t>(byte & 0x7F) << (shift < 32 ? shift : 31);
      if (byte < 0x80) break;
    }
    return value;
  }

  const char* at_ = nullptr;
  const char* end_ = nullptr;
};

}  // namespace probity::index

#endif  // PROBITY_INDEX_BYTES_H_
