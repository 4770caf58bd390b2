#include "evidence/statements.h"

#include "evidence/signed_bytes.h"

namespace probity::evidence {

v1::LogHead SignHead(const SigningKey& key, absl::string_view log_id, uint64_t tree_size,
                     absl::string_view root_hash, int64_t time_us) {
  v1::LogHead head;
  head.set_log_id(std::string(log_id));
  head.set_tree_size(tree_size);
  head.set_root_hash(std::string(root_hash));
  *head.mutable_time() = ToTimestamp(time_us);
  head.set_key_id(key.key_id());
  head.set_signature(key.Sign(HeadBytes(head)));
  return head;
}

v1::KeyRotation SignRotation(const SigningKey& from, absl::string_view to_public_key,
                             absl::string_view log_id, uint64_t tree_size, int64_t time_us) {
  v1::KeyRotation rotation;
  rotation.set_log_id(std::string(log_id));
  rotation.set_from_key(from.public_key());
  rotation.set_to_key(std::string(to_public_key));
  rotation.set_tree_size(tree_size);
  *rotation.mutable_time() = ToTimestamp(time_us);
  rotation.set_signature(from.Sign(RotationBytes(rotation)));
  return rotation;
}

v1::KeyRevocation SignRevocation(const SigningKey& signer, absl::string_view key_id,
                                 absl::string_view log_id, uint64_t last_trusted_tree_size,
                                 int64_t time_us) {
  v1::KeyRevocation revocation;
  revocation.set_log_id(std::string(log_id));
  revocation.set_key_id(std::string(key_id));
  revocation.set_last_trusted_tree_size(last_trusted_tree_size);
  *revocation.mutable_time() = ToTimestamp(time_us);
  revocation.set_signer_key(signer.public_key());
  revocation.set_signature(signer.Sign(RevocationBytes(revocation)));
  return revocation;
}

v1::LogContinuation SignContinuation(const SigningKey& key, const Continuation& said) {
  v1::LogContinuation continuation;
  continuation.set_log_id(said.log_id);
  *continuation.mutable_previous_head() = said.previous_head;
  *continuation.mutable_previous_keys() = said.previous_keys;
  *continuation.mutable_time() = ToTimestamp(said.time_us);
  if (!said.accepted_by.empty()) {
    continuation.set_accepted_by(said.accepted_by);
    *continuation.mutable_accept_time() = ToTimestamp(said.accept_time_us);
  }
  continuation.set_signer_key(key.public_key());
  continuation.set_signature(key.Sign(ContinuationBytes(continuation)));
  return continuation;
}

}  // namespace probity::evidence
