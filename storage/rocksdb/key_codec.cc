#include "storage/rocksdb/key_codec.h"

namespace probity::storage {
namespace {

constexpr char kTermTable = '\x01';
constexpr char kSupplierTable = '\x02';
constexpr char kEscape = '\x00';
constexpr char kEscapedZero = '\xFF';
constexpr char kEnd = '\x01';

void AppendVersion(uint32_t version, std::string* out) { AppendU32(~version, out); }

bool ParseVersion(absl::string_view* in, uint32_t* version) {
  if (!ParseU32(in, version)) return false;
  *version = ~*version;
  return true;
}

// Length of the escaped string at the start of `in` with its end; 0 when there
// is none.
size_t EscapedLength(absl::string_view in) {
  size_t at = in.find(kEscape);
  while (at != absl::string_view::npos && at + 1 < in.size()) {
    if (in[at + 1] == kEnd) return at + 2;
    at = in.find(kEscape, at + 2);
  }
  return 0;
}

size_t PrefixWithString(absl::string_view key, size_t head) {
  if (key.size() < head) return 0;
  const size_t length = EscapedLength(key.substr(head));
  return length == 0 ? 0 : head + length;
}

}  // namespace

void AppendU32(uint32_t value, std::string* out) {
  for (int shift = 24; shift >= 0; shift -= 8) out->push_back(static_cast<char>(value >> shift));
}

void AppendU64(uint64_t value, std::string* out) {
  AppendU32(static_cast<uint32_t>(value >> 32), out);
  AppendU32(static_cast<uint32_t>(value), out);
}

std::string NumberValue(uint64_t number) {
  std::string value;
  AppendU64(number, &value);
  return value;
}

void AppendString(absl::string_view value, std::string* out) {
  for (size_t zero = value.find(kEscape); zero != value.npos; zero = value.find(kEscape)) {
    out->append(value.data(), zero + 1);
    out->push_back(kEscapedZero);
    value.remove_prefix(zero + 1);
  }
  out->append(value.data(), value.size());
  out->push_back(kEscape);
  out->push_back(kEnd);
}

bool ParseU32(absl::string_view* in, uint32_t* value) {
  if (in->size() < 4) return false;
  *value = 0;
  for (int i = 0; i < 4; ++i) *value = *value << 8 | static_cast<uint8_t>((*in)[i]);
  in->remove_prefix(4);
  return true;
}

bool ParseU64(absl::string_view* in, uint64_t* value) {
  uint32_t high = 0, low = 0;
  if (!ParseU32(in, &high) || !ParseU32(in, &low)) return false;
  *value = static_cast<uint64_t>(high) << 32 | low;
  return true;
}

bool ParseString(absl::string_view* in, std::string* value) {
  value->clear();
  for (;;) {
    const size_t zero = in->find(kEscape);
    if (zero == in->npos || zero + 1 == in->size()) return false;
    value->append(in->data(), zero);
    const char mark = (*in)[zero + 1];
    in->remove_prefix(zero + 2);
    if (mark == kEnd) return true;
    if (mark != kEscapedZero) return false;
    value->push_back('\0');
  }
}

std::string DatasetPrefix(uint32_t dataset) {
  std::string out;
  AppendU32(dataset, &out);
  return out;
}

std::string RecordPrefix(uint32_t dataset, absl::string_view key) {
  std::string out;
  out.reserve(key.size() + 16);
  AppendU32(dataset, &out);
  AppendString(key, &out);
  return out;
}

std::string EncodeRecordKey(uint32_t dataset, absl::string_view key, uint32_t version) {
  std::string out = RecordPrefix(dataset, key);
  AppendVersion(version, &out);
  return out;
}

bool ParseRecordKey(absl::string_view in, RecordKey* key) {
  return ParseU32(&in, &key->dataset) && ParseString(&in, &key->key) &&
         ParseVersion(&in, &key->version) && in.empty();
}

std::string TermPrefix(uint8_t kind, absl::string_view term) {
  std::string out;
  out.reserve(term.size() + 48);
  out.push_back(kTermTable);
  out.push_back(static_cast<char>(kind));
  AppendString(term, &out);
  return out;
}

absl::string_view TermGroup(absl::string_view term_prefix) {
  // One is there: it ends the term.
  const size_t zero = term_prefix.find(kEscape, kTermHeadBytes);
  const bool has_parts = term_prefix[zero + 1] == kEscapedZero;
  return term_prefix.substr(0, has_parts ? zero + 2 : kTermHeadBytes);
}

std::string EncodeTermKey(uint8_t kind, absl::string_view term, uint32_t dataset,
                          absl::string_view key, uint32_t version) {
  std::string out = TermPrefix(kind, term);
  AppendU32(dataset, &out);
  AppendString(key, &out);
  AppendVersion(version, &out);
  return out;
}

bool ParseTermKey(absl::string_view in, TermKey* key) {
  if (in.size() < kTermHeadBytes || in[0] != kTermTable) return false;
  key->kind = static_cast<uint8_t>(in[1]);
  in.remove_prefix(kTermHeadBytes);
  return ParseString(&in, &key->term) && ParseU32(&in, &key->dataset) &&
         ParseString(&in, &key->key) && ParseVersion(&in, &key->version) && in.empty();
}

std::string EncodeSupplierKey(absl::string_view id, uint32_t version) {
  std::string out(1, kSupplierTable);
  AppendString(id, &out);
  AppendVersion(version, &out);
  return out;
}

bool ParseSupplierKey(absl::string_view in, SupplierKey* key) {
  if (in.empty() || in[0] != kSupplierTable) return false;
  in.remove_prefix(1);
  return ParseString(&in, &key->id) && ParseVersion(&in, &key->version) && in.empty();
}

std::string ChangePrefix(uint32_t dataset, uint32_t version) {
  std::string out;
  AppendU32(dataset, &out);
  AppendU32(version, &out);
  return out;
}

std::string EncodeChangeKey(uint32_t dataset, uint32_t version, absl::string_view key) {
  std::string out = ChangePrefix(dataset, version);
  AppendString(key, &out);
  return out;
}

bool ParseChangeKey(absl::string_view in, ChangeKey* key) {
  return ParseU32(&in, &key->dataset) && ParseU32(&in, &key->version) &&
         ParseString(&in, &key->key) && in.empty();
}

std::string EncodeMetaKey(MetaKey kind, absl::string_view rest) {
  std::string out(1, static_cast<char>(kind));
  out.append(rest.data(), rest.size());
  return out;
}

std::string EncodeManifestKey(uint64_t revision) {
  std::string out = EncodeMetaKey(MetaKey::kManifest);
  AppendU64(revision, &out);
  return out;
}

std::string EncodePendingKey(uint32_t dataset, uint32_t version) {
  std::string out = EncodeMetaKey(MetaKey::kPending);
  AppendU32(dataset, &out);
  AppendU32(version, &out);
  return out;
}

bool ParsePendingKey(absl::string_view in, uint32_t* dataset, uint32_t* version) {
  if (in.empty() || in[0] != static_cast<char>(MetaKey::kPending)) return false;
  in.remove_prefix(1);
  return ParseU32(&in, dataset) && ParseU32(&in, version) && in.empty();
}

size_t RecordBloomPrefix(absl::string_view key) { return PrefixWithString(key, 4); }

size_t IndexBloomPrefix(absl::string_view key) {
  if (key.empty()) return 0;
  if (key[0] == kTermTable) return PrefixWithString(key, kTermHeadBytes);
  if (key[0] == kSupplierTable) return PrefixWithString(key, 1);
  return 0;
}

}  // namespace probity::storage
