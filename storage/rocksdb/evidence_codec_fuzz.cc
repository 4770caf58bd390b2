// Any bytes as a stored row of the evidence log: they parse or they do not; what
// parses encodes to bytes that parse to the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "evidence/merkle.h"
#include "evidence/personal_text.h"
#include "storage/rocksdb/evidence_codec.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

template <typename Message>
void RoundTrip(absl::string_view in) {
  Message message, again;
  if (!message.ParseFromArray(in.data(), static_cast<int>(in.size()))) return;
  const std::string bytes = message.SerializeAsString();
  Require(again.ParseFromString(bytes) && again.SerializeAsString() == bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace probity::storage;  // NOLINT: a fuzz target is one function
  const absl::string_view in(reinterpret_cast<const char*>(data), size);
  LogIdentity identity;
  if (ParseIdentity(in, &identity) && identity.format >= kFormatWithoutActs &&
      identity.format <= kEvidenceFormat) {
    Require(EncodeIdentity(identity) == in);
  }
  uint64_t leaf = 0;
  if (ParseLeaf(in, &leaf)) Require(EncodeLeaf(leaf) == in);
  const std::string prefix = ListPrefix("authorities/a", ListKind::kAll, "");
  if (ParseListKey(prefix, in, &leaf)) Require(EncodeListKey(prefix, leaf) == in);
  if (ParseOpenActKey(in, &leaf)) Require(EncodeOpenActKey(leaf) == in);
  uint64_t revision = 0;
  if (ParseRevisionRowKey(in, &revision)) Require(EncodeRevisionRowKey(revision) == in);
  int64_t time_us = 0;
  if (ParseRevisionRowTime(in, &time_us)) Require(EncodeRevisionRowTime(time_us) == in);
  RoundTrip<v1::DecisionSummary>(in);
  RoundTrip<v1::DecisionBody>(in);
  RoundTrip<probity::v1::LogHead>(in);
  RoundTrip<probity::v1::TimestampedHead>(in);
  probity::v1::PersonalText text;
  if (text.ParseFromArray(data, static_cast<int>(size))) {
    const auto state = probity::evidence::StateOf(text);
    probity::evidence::Erase({1, "by", "reason"}, &text);
    Require(text.digest().size() != probity::evidence::kHashBytes ||
            state == probity::evidence::PersonalTextState::kAltered ||
            probity::evidence::StateOf(text) == probity::evidence::PersonalTextState::kErased);
  }
  return 0;
}
