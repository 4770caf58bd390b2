#include "evidence/signed_bytes.h"

#include "absl/strings/str_cat.h"
#include "base/hash.h"

namespace probity::evidence {
namespace {

constexpr int64_t kMicros = 1000000;
constexpr int kNanosInMicro = 1000;
constexpr int64_t kFirstSecond = -62135596800;  // 0001-01-01
constexpr int64_t kLastSecond = 253402300799;   // 9999-12-31

void AppendBigEndian(uint64_t value, int bytes, std::string* out) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out->push_back(static_cast<char>(value >> shift));
  }
}

void AppendTime(const google::protobuf::Timestamp& time, std::string* out) {
  AppendNumber(static_cast<uint64_t>(MicrosOf(time)), out);
}

}  // namespace

void AppendField(absl::string_view bytes, std::string* out) {
  AppendBigEndian(bytes.size(), 4, out);
  out->append(bytes.data(), bytes.size());
}

void AppendNumber(uint64_t number, std::string* out) {
  AppendBigEndian(8, 4, out);
  AppendBigEndian(number, 8, out);
}

std::string HeadBytes(const v1::LogHead& head) {
  std::string out;
  AppendField("probity.v1.LogHead", &out);
  AppendField(head.log_id(), &out);
  AppendNumber(head.tree_size(), &out);
  AppendField(head.root_hash(), &out);
  AppendTime(head.time(), &out);
  AppendField(head.key_id(), &out);
  return out;
}

std::string RotationBytes(const v1::KeyRotation& rotation) {
  std::string out;
  AppendField("probity.v1.KeyRotation", &out);
  AppendField(rotation.log_id(), &out);
  AppendField(rotation.from_key(), &out);
  AppendField(rotation.to_key(), &out);
  AppendNumber(rotation.tree_size(), &out);
  AppendTime(rotation.time(), &out);
  return out;
}

std::string RevocationBytes(const v1::KeyRevocation& revocation) {
  std::string out;
  AppendField("probity.v1.KeyRevocation", &out);
  AppendField(revocation.log_id(), &out);
  AppendField(revocation.key_id(), &out);
  AppendNumber(revocation.last_trusted_tree_size(), &out);
  AppendTime(revocation.time(), &out);
  AppendField(revocation.signer_key(), &out);
  return out;
}

std::string ContinuationBytes(const v1::LogContinuation& continuation) {
  std::string out;
  AppendField("probity.v1.LogContinuation", &out);
  AppendField(continuation.log_id(), &out);
  AppendField(HeadBytes(continuation.previous_head()), &out);
  AppendField(continuation.previous_head().signature(), &out);
  AppendTime(continuation.time(), &out);
  AppendField(continuation.accepted_by(), &out);
  if (continuation.has_accept_time()) {
    AppendTime(continuation.accept_time(), &out);
  } else {
    AppendNumber(0, &out);
  }
  AppendField(continuation.signer_key(), &out);
  return out;
}

std::string DecisionBytes(const Decision& decision) {
  std::string out;
  AppendField("probity.v1.Decision", &out);
  AppendField(decision.name, &out);
  AppendNumber(static_cast<uint64_t>(decision.time_us), &out);
  AppendField(decision.bundle_digest, &out);
  AppendField(decision.core_digest, &out);
  return out;
}

std::string Commitment(absl::string_view salt, const Decision& decision) {
  return Sha256(absl::StrCat(salt, DecisionBytes(decision)));
}

std::string ActBytes(const Act& act) {
  std::string out;
  AppendField("probity.v1.Act", &out);
  AppendField(act.name, &out);
  AppendNumber(static_cast<uint64_t>(act.time_us), &out);
  AppendField(act.core_digest, &out);
  return out;
}

std::string Commitment(absl::string_view salt, const Act& act) {
  return Sha256(absl::StrCat(salt, ActBytes(act)));
}

google::protobuf::Timestamp ToTimestamp(int64_t time_us) {
  google::protobuf::Timestamp time;
  int64_t seconds = time_us / kMicros;
  if (time_us % kMicros < 0) --seconds;
  time.set_seconds(seconds);
  time.set_nanos(static_cast<int32_t>(time_us - seconds * kMicros) * kNanosInMicro);
  return time;
}

bool ToMicros(const google::protobuf::Timestamp& time, int64_t* time_us) {
  *time_us = 0;
  const bool in_range = time.seconds() >= kFirstSecond && time.seconds() <= kLastSecond &&
                        time.nanos() >= 0 && time.nanos() < kMicros * kNanosInMicro &&
                        time.nanos() % kNanosInMicro == 0;
  if (in_range) *time_us = time.seconds() * kMicros + time.nanos() / kNanosInMicro;
  return in_range;
}

int64_t MicrosOf(const google::protobuf::Timestamp& time) {
  int64_t time_us = 0;
  ToMicros(time, &time_us);
  return time_us;
}

}  // namespace probity::evidence
