#include "storage/rocksdb/evidence_codec.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "evidence/signed_bytes.h"
#include "storage/rocksdb/key_codec.h"

namespace probity::storage {
namespace {

enum class Part : char { kSummary = 0, kBody = 1, kTexts = 2 };

std::string Numbered(char letter, uint32_t number) {
  std::string key(1, letter);
  AppendU32(number, &key);
  return key;
}

std::string EntryKey(uint64_t leaf, Part part) {
  std::string key = EncodeLeaf(leaf);
  key.push_back(static_cast<char>(part));
  return key;
}

}  // namespace

std::string EncodeIdentityKey() { return "F"; }

std::string EncodeIdentity(const LogIdentity& identity) {
  std::string out;
  AppendU32(identity.format, &out);
  return absl::StrCat(out, identity.log_id, identity.first_public_key);
}

bool ParseIdentity(absl::string_view in, LogIdentity* identity) {
  if (!ParseU32(&in, &identity->format)) return false;
  const bool known = identity->format >= kFormatWithoutActs && identity->format <= kEvidenceFormat;
  if (!known) return true;
  if (in.size() != evidence::kLogIdBytes + evidence::kPublicKeyBytes) return false;
  identity->log_id = std::string(in.substr(0, evidence::kLogIdBytes));
  identity->first_public_key = std::string(in.substr(evidence::kLogIdBytes));
  return true;
}

std::string EncodeHeadKey(uint64_t tree_size, uint32_t rotations) {
  std::string key = HeadPrefix();
  AppendU64(tree_size, &key);
  AppendU32(rotations, &key);
  return key;
}

std::string HeadPrefix() { return "H"; }
std::string HeadEnd() { return "I"; }
std::string EncodeRotationKey(uint32_t number) { return Numbered('R', number); }
std::string EncodeRevocationKey(uint32_t number) { return Numbered('V', number); }
std::string EncodeContinuationKey(uint32_t number) { return Numbered('C', number); }

std::string EncodeTimestampKey(uint64_t tree_size) {
  std::string key = TimestampPrefix();
  AppendU64(tree_size, &key);
  return key;
}

std::string TimestampPrefix() { return "T"; }
std::string TimestampEnd() { return "U"; }

std::string EncodeSummaryKey(uint64_t leaf) { return EntryKey(leaf, Part::kSummary); }
std::string EncodeBodyKey(uint64_t leaf) { return EntryKey(leaf, Part::kBody); }
std::string EncodeTextsKey(uint64_t leaf) { return EntryKey(leaf, Part::kTexts); }

std::string EncodeLeaf(uint64_t leaf) {
  std::string key;
  AppendU64(leaf, &key);
  return key;
}

bool ParseLeaf(absl::string_view in, uint64_t* leaf) { return ParseU64(&in, leaf) && in.empty(); }

NodePlace PlaceOf(evidence::NodeId node) {
  return {((node.index + 1) << node.level) - 1,
          static_cast<size_t>(node.level) * evidence::kHashBytes};
}

std::string EncodeDecisionKey(absl::string_view decision) {
  std::string key = "D";
  AppendString(decision, &key);
  return key;
}

std::string EncodeRequestKey(absl::string_view authority, absl::string_view request_id) {
  std::string key = "Q";
  AppendString(authority, &key);
  AppendString(request_id, &key);
  return key;
}

std::string ListPrefix(absl::string_view authority, ListKind kind, absl::string_view value) {
  std::string key = "L";
  AppendString(authority, &key);
  key.push_back(static_cast<char>(kind));
  AppendString(value, &key);
  return key;
}

std::string EncodeListKey(absl::string_view prefix, uint64_t leaf) {
  return absl::StrCat(prefix, EncodeLeaf(~leaf));
}

bool ParseListKey(absl::string_view prefix, absl::string_view in, uint64_t* leaf) {
  if (!absl::StartsWith(in, prefix) || !ParseLeaf(in.substr(prefix.size()), leaf)) return false;
  *leaf = ~*leaf;
  return true;
}

std::string VerdictValue(int32_t verdict) {
  std::string value;
  AppendU32(static_cast<uint32_t>(verdict), &value);
  return value;
}

std::string OpenActPrefix() { return "O"; }

std::string EncodeOpenActKey(uint64_t leaf) {
  return absl::StrCat(OpenActPrefix(), EncodeLeaf(leaf));
}

bool ParseOpenActKey(absl::string_view in, uint64_t* leaf) {
  return absl::ConsumePrefix(&in, OpenActPrefix()) && ParseLeaf(in, leaf);
}

std::string EncodePublishedKey(absl::string_view lineage) {
  std::string key = "P";
  AppendString(lineage, &key);
  return key;
}

std::string RevisionRowPrefix() { return "R"; }

std::string EncodeRevisionRowKey(uint64_t revision) {
  std::string key = RevisionRowPrefix();
  AppendU64(revision, &key);
  return key;
}

bool ParseRevisionRowKey(absl::string_view in, uint64_t* revision) {
  return absl::ConsumePrefix(&in, RevisionRowPrefix()) && ParseU64(&in, revision) && in.empty();
}

std::string EncodeRevisionRowTime(int64_t time_us) {
  std::string value;
  AppendU64(static_cast<uint64_t>(time_us), &value);
  return value;
}

bool ParseRevisionRowTime(absl::string_view in, int64_t* time_us) {
  uint64_t time = 0;
  if (!ParseU64(&in, &time) || !in.empty()) return false;
  *time_us = static_cast<int64_t>(time);
  return true;
}

}  // namespace probity::storage
