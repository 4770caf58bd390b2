#include "index/key_table.h"

#include <algorithm>

namespace probity::index {
namespace {

constexpr size_t kPerBucket = 4;
constexpr uint32_t kMaxBucketBits = 28;
constexpr size_t kHead = 2 * sizeof(uint32_t);

uint32_t BitsFor(uint32_t limit) {
  uint32_t bits = 1;
  while (bits < 32 && (uint64_t{1} << bits) < limit) ++bits;
  return bits;
}

uint32_t BucketBitsFor(size_t entries) {
  uint32_t bits = 1;
  while (bits < kMaxBucketBits && (size_t{kPerBucket} << bits) < entries) ++bits;
  return bits;
}

// Sorts each bucket and takes out what stands there twice; moves the rest up.
void Compact(std::vector<uint32_t>* first, std::vector<uint32_t>* table) {
  size_t out = 0;
  for (size_t b = 0; b + 1 < first->size(); ++b) {
    const auto begin = table->begin() + (*first)[b], end = table->begin() + (*first)[b + 1];
    std::sort(begin, end);
    const auto unique_end = std::unique(begin, end);
    (*first)[b] = static_cast<uint32_t>(out);
    std::copy(begin, unique_end, table->begin() + static_cast<std::ptrdiff_t>(out));
    out += static_cast<size_t>(unique_end - begin);
  }
  first->back() = static_cast<uint32_t>(out);
  table->resize(out);
}

void AppendArray(const std::vector<uint32_t>& values, std::string* out) {
  out->append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(uint32_t));
}

}  // namespace

std::string KeyTableBuilder::Finish(uint32_t id_limit) {
  const uint32_t bits = BitsFor(id_limit), shift = 64 - BucketBitsFor(entries_.size());
  std::vector<uint32_t> first((size_t{1} << (64 - shift)) + 1);
  for (const Entry& entry : entries_) ++first[(entry.hash >> shift) + 1];
  for (size_t b = 1; b < first.size(); ++b) first[b] += first[b - 1];
  std::vector<uint32_t> next(first.begin(), first.end() - 1), table(entries_.size());
  for (const Entry& entry : entries_) {
    table[next[entry.hash >> shift]++] = KeyTable::TagOf(entry.hash, bits) | entry.id;
  }
  std::vector<Entry>().swap(entries_);
  std::vector<uint32_t>().swap(next);
  Compact(&first, &table);
  std::string out;
  out.reserve(kHead + (first.size() + table.size()) * sizeof(uint32_t));
  AppendFixed(shift, &out);
  AppendFixed(bits, &out);
  AppendArray(first, &out);
  AppendArray(table, &out);
  return out;
}

KeyTable::KeyTable(absl::string_view bytes) {
  const Array<uint32_t> head(bytes);
  if (head[0] > 63 || head[0] < 64 - kMaxBucketBits || head[1] > 32) return;
  shift_ = head[0];
  bits_ = head[1];
  mask_ = bits_ >= 32 ? 0xFFFFFFFF : (uint32_t{1} << bits_) - 1;
  const size_t entries = kHead + ((size_t{1} << (64 - shift_)) + 1) * sizeof(uint32_t);
  first_ = Array<uint32_t>(Part(bytes, kHead, std::min(entries, bytes.size())));
  entries_ = Array<uint32_t>(Part(bytes, entries, bytes.size()));
}

}  // namespace probity::index
