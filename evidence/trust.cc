#include "evidence/trust.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "base/hash.h"
#include "evidence/keys.h"
#include "evidence/merkle.h"
#include "evidence/signed_bytes.h"

namespace probity::evidence {
namespace {

constexpr uint64_t kForever = std::numeric_limits<uint64_t>::max();

// What is known of one key.
struct KeyFacts {
  std::string public_key;
  bool trusted = false;
  uint64_t first_size = 0;        // named by its predecessor
  uint64_t last_size = kForever;  // replaced then
  uint64_t revoked_after = kForever;
};

Finding Wrong(v1::EvidenceFault fault, std::string explanation) {
  return {fault, std::move(explanation)};
}

bool IsTime(const google::protobuf::Timestamp& time) {
  int64_t time_us = 0;
  return ToMicros(time, &time_us);
}

// Keys by id, as statements of a log tell of them.
class KeyRing {
 public:
  KeyRing(std::string log_id, const std::vector<std::string>& trusted)
      : log_id_(std::move(log_id)) {
    for (const std::string& key : trusted) Know(key)->trusted = true;
  }

  // `whose` begins the explanation.
  Finding Add(const v1::KeyHistory& history, absl::string_view whose);
  // When all is added.
  void SpreadTrust();
  // nullptr when nothing names it.
  const KeyFacts* Find(const std::string& key_id) const {
    const auto at = keys_.find(key_id);
    return at == keys_.end() ? nullptr : &at->second;
  }

 private:
  KeyFacts* Know(const std::string& public_key) {
    KeyFacts* facts = &keys_[KeyIdOf(public_key)];
    facts->public_key = public_key;
    return facts;
  }
  std::string FaultOf(const v1::KeyRotation& rotation, const v1::KeyRotation* before) const;
  std::string FaultOf(const v1::KeyRevocation& revocation) const;
  void Take(const v1::KeyRotation& rotation);

  const std::string log_id_;
  std::map<std::string, KeyFacts> keys_;
  std::map<std::string, v1::KeyRotation> rotations_;  // by key that goes
};

std::string KeyRing::FaultOf(const v1::KeyRotation& rotation, const v1::KeyRotation* before) const {
  if (rotation.log_id() != log_id_) return "is of another log";
  if (rotation.to_key().size() != kPublicKeyBytes || !IsTime(rotation.time()))
    return "is malformed";
  if (!VerifySignature(rotation.from_key(), RotationBytes(rotation), rotation.signature())) {
    return "has a wrong signature";
  }
  const bool continues = before == nullptr || (before->to_key() == rotation.from_key() &&
                                               before->tree_size() <= rotation.tree_size());
  if (!continues) return "does not begin where the one before it ends";
  const auto known = rotations_.find(rotation.from_key());
  const bool is_other =
      known != rotations_.end() && RotationBytes(known->second) != RotationBytes(rotation);
  return is_other ? "contradicts another one of the same key" : "";
}

std::string KeyRing::FaultOf(const v1::KeyRevocation& revocation) const {
  if (revocation.log_id() != log_id_) return "is of another log";
  if (!IsTime(revocation.time())) return "is malformed";
  if (Find(revocation.key_id()) == nullptr) return "is of a key that nothing else names";
  if (Find(KeyIdOf(revocation.signer_key())) == nullptr) return "is signed by an unknown key";
  const bool is_signed =
      VerifySignature(revocation.signer_key(), RevocationBytes(revocation), revocation.signature());
  return is_signed ? "" : "has a wrong signature";
}

void KeyRing::Take(const v1::KeyRotation& rotation) {
  KeyFacts* from = Know(rotation.from_key());
  KeyFacts* to = Know(rotation.to_key());
  from->last_size = std::min(from->last_size, rotation.tree_size());
  to->first_size = std::max(to->first_size, rotation.tree_size());
  rotations_[rotation.from_key()] = rotation;
}

Finding KeyRing::Add(const v1::KeyHistory& history, absl::string_view whose) {
  const v1::KeyRotation* before = nullptr;
  for (const v1::KeyRotation& rotation : history.rotations()) {
    if (const std::string fault = FaultOf(rotation, before); !fault.empty()) {
      return Wrong(v1::EVIDENCE_FAULT_KEY_STATEMENT, absl::StrCat(whose, " rotation ", fault));
    }
    Take(rotation);
    before = &rotation;
  }
  for (const v1::KeyRevocation& revocation : history.revocations()) {
    if (const std::string fault = FaultOf(revocation); !fault.empty()) {
      return Wrong(v1::EVIDENCE_FAULT_KEY_STATEMENT, absl::StrCat(whose, " revocation ", fault));
    }
    KeyFacts* facts = &keys_[revocation.key_id()];
    facts->revoked_after = std::min(facts->revoked_after, revocation.last_trusted_tree_size());
  }
  return {};
}

void KeyRing::SpreadTrust() {
  for (size_t round = 0; round < rotations_.size(); ++round) {
    for (const auto& [from_key, rotation] : rotations_) {
      const KeyFacts& from = keys_[KeyIdOf(from_key)];
      if (from.trusted && rotation.tree_size() <= from.revoked_after) {
        keys_[KeyIdOf(rotation.to_key())].trusted = true;
      }
    }
  }
}

// Empty when each field has its length.
std::string MalformedField(const v1::LogHead& head) {
  if (head.log_id().size() != kLogIdBytes) return "log_id";
  if (head.root_hash().size() != kHashBytes) return "root_hash";
  if (head.key_id().size() != kHashBytes) return "key_id";
  if (head.signature().size() != kSignatureBytes) return "signature";
  return IsTime(head.time()) ? "" : "time";
}

Finding CheckKeyUse(const v1::LogHead& head, const KeyFacts& key) {
  const uint64_t size = head.tree_size();
  if (size > key.revoked_after) {
    return Wrong(v1::EVIDENCE_FAULT_KEY_REVOKED,
                 absl::StrCat("the key ", ToHex(head.key_id()), " was revoked: heads up to size ",
                              key.revoked_after, " are valid, this one has ", size));
  }
  if (size < key.first_size || size > key.last_size) {
    return Wrong(
        v1::EVIDENCE_FAULT_KEY_NOT_IN_USE,
        absl::StrCat("the key ", ToHex(head.key_id()), " did not sign for the log at size ", size,
                     ": it was replaced before, or took over later"));
  }
  return {};
}

// The ring of both histories; trust is spread.
Finding MakeRing(const v1::KeyHistory& came_with, const Trust& trust, KeyRing* ring) {
  if (Finding finding = ring->Add(trust.history, "the verifier's"); !finding.ok()) return finding;
  if (Finding finding = ring->Add(came_with, "the log's"); !finding.ok()) return finding;
  ring->SpreadTrust();
  return {};
}

Finding CheckSigner(const v1::LogHead& head, const KeyRing& ring) {
  const KeyFacts* key = ring.Find(head.key_id());
  if (key == nullptr) {
    return Wrong(v1::EVIDENCE_FAULT_KEY_NOT_TRUSTED,
                 absl::StrCat("the head is signed by the key ", ToHex(head.key_id()),
                              ", which is none of the trusted ones and not named by one"));
  }
  if (!VerifySignature(key->public_key, HeadBytes(head), head.signature())) {
    return Wrong(v1::EVIDENCE_FAULT_HEAD_SIGNATURE,
                 "the signature of the head does not fit the head");
  }
  if (!key->trusted) {
    return Wrong(v1::EVIDENCE_FAULT_KEY_NOT_TRUSTED,
                 absl::StrCat("no trusted key leads to the key ", ToHex(head.key_id()),
                              " of the head; a rotation by a key that was revoked before does not "
                              "count"));
  }
  return CheckKeyUse(head, *key);
}

}  // namespace

Finding CheckHead(const v1::LogHead& head, const v1::KeyHistory& came_with, const Trust& trust) {
  if (const std::string field = MalformedField(head); !field.empty()) {
    return Wrong(v1::EVIDENCE_FAULT_MALFORMED,
                 absl::StrCat("the head's field ", field, " is missing or malformed"));
  }
  KeyRing ring(head.log_id(), trust.public_keys);
  if (Finding finding = MakeRing(came_with, trust, &ring); !finding.ok()) return finding;
  return CheckSigner(head, ring);
}

namespace {

// Whether the trees of two heads that are believed are one.
Finding CheckTrees(const v1::LogHead& older, const v1::LogCheckpoint& newer) {
  const v1::LogHead& head = newer.head();
  const v1::ConsistencyProof& proof = newer.consistency();
  const bool fits =
      proof.old_tree_size() == older.tree_size() && proof.new_tree_size() == head.tree_size();
  if (!fits && older.tree_size() != head.tree_size()) {
    return Wrong(v1::EVIDENCE_FAULT_MALFORMED,
                 absl::StrCat("the consistency proof is from size ", proof.old_tree_size(), " to ",
                              proof.new_tree_size(), ", the heads have ", older.tree_size(),
                              " and ", head.tree_size()));
  }
  const std::vector<std::string> path(proof.hashes().begin(), proof.hashes().end());
  const bool holds = VerifyConsistency(older.tree_size(), older.root_hash(), head.tree_size(),
                                       head.root_hash(), path) &&
                     MicrosOf(older.time()) <= MicrosOf(head.time());
  if (holds) return {};
  return Wrong(v1::EVIDENCE_FAULT_NOT_CONSISTENT,
               "the newer head does not begin with all of the older one: the log was rewritten, or "
               "the proof is not theirs");
}

Finding Named(const char* name, Finding finding) {
  if (!finding.ok()) finding.explanation = absl::StrCat(name, ": ", finding.explanation);
  return finding;
}

// The statement of a log that goes on from the one of `log_id`; nullptr without one.
const v1::LogContinuation* ContinuationOf(const std::string& log_id,
                                          const v1::LogCheckpoint& newer) {
  for (const v1::LogContinuation& continuation : newer.continuations()) {
    if (continuation.previous_head().log_id() == log_id) return &continuation;
  }
  return nullptr;
}

Finding CheckContinuation(const v1::LogContinuation& continuation, const Trust& trust) {
  const auto& known = trust.public_keys;
  const std::string& signer = continuation.signer_key();
  if (std::find(known.begin(), known.end(), signer) == known.end()) {
    return Wrong(v1::EVIDENCE_FAULT_KEY_NOT_TRUSTED,
                 "the log was put back from a backup, and its statement of that is signed by a "
                 "key that is none of the trusted ones");
  }
  const bool is_signed =
      VerifySignature(signer, ContinuationBytes(continuation), continuation.signature());
  if (is_signed) return {};
  return Wrong(v1::EVIDENCE_FAULT_KEY_STATEMENT,
               "the statement that the log was put back from a backup has a wrong signature");
}

// `older` is of a log that the newer one goes on from.
Finding CheckAcross(const v1::LogHead& older, const v1::LogCheckpoint& newer, const Trust& trust) {
  const v1::LogContinuation* continuation = ContinuationOf(older.log_id(), newer);
  if (continuation == nullptr) {
    return Wrong(v1::EVIDENCE_FAULT_NOT_CONSISTENT, "the heads are of different logs");
  }
  Finding finding = Named("older head", CheckHead(older, continuation->previous_keys(), trust));
  if (finding.ok()) finding = Named("newer head", CheckHead(newer.head(), newer.keys(), trust));
  if (finding.ok()) finding = CheckContinuation(*continuation, trust);
  if (!finding.ok()) return finding;
  const uint64_t kept = continuation->previous_head().tree_size();
  if (older.tree_size() <= kept) return CheckTrees(older, newer);
  return Wrong(v1::EVIDENCE_FAULT_NOT_CONSISTENT,
               absl::StrCat("the log was lost and put back from a backup of ", kept,
                            " entries: the ", older.tree_size() - kept,
                            " behind them are in no log any more, their receipts hold"));
}

}  // namespace

Finding CheckConsistency(const v1::LogHead& older, const v1::LogCheckpoint& newer,
                         const Trust& trust) {
  if (older.log_id() != newer.head().log_id()) return CheckAcross(older, newer, trust);
  Finding finding = Named("older head", CheckHead(older, newer.keys(), trust));
  if (finding.ok()) finding = Named("newer head", CheckHead(newer.head(), newer.keys(), trust));
  return finding.ok() ? CheckTrees(older, newer) : finding;
}

}  // namespace probity::evidence
