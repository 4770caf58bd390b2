#include "storage/rocksdb/evidence_state.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/random.h"
#include "evidence/signed_bytes.h"
#include "evidence/statements.h"
#include "evidence/trust.h"
#include "storage/rocksdb/evidence_reads.h"

namespace probity::storage {
namespace {

// Identity and a head of nothing, in one step.
absl::Status MakeLog(const EvidenceOptions& options, int64_t now_us, EvidenceDatabase* database) {
  LogIdentity identity;
  identity.log_id = options.log_id.empty() ? RandomBytes(evidence::kLogIdBytes) : options.log_id;
  identity.first_public_key = options.key->public_key();
  const probity::v1::LogHead head =
      evidence::SignHead(*options.key, identity.log_id, 0, evidence::EmptyRoot(), now_us);
  rocksdb::WriteBatch batch;
  database->Put(&batch, kLogMeta, EncodeIdentityKey(), EncodeIdentity(identity));
  database->Put(&batch, kLogMeta, EncodeHeadKey(0, 0), head.SerializeAsString());
  return database->Write(&batch);
}

// Statements are numbered from 0 on.
absl::StatusOr<probity::v1::KeyHistory> ReadKeys(const EvidenceDatabase& database) {
  probity::v1::KeyHistory keys;
  for (uint32_t number = 0;; ++number) {
    const auto rotation = database.Get(kLogMeta, EncodeRotationKey(number));
    if (!rotation.ok()) return rotation.status();
    if (!rotation->has_value()) break;
    if (!keys.add_rotations()->ParseFromString(**rotation)) return database.Corrupt("a rotation");
  }
  for (uint32_t number = 0;; ++number) {
    const auto revocation = database.Get(kLogMeta, EncodeRevocationKey(number));
    if (!revocation.ok()) return revocation.status();
    if (!revocation->has_value()) break;
    if (!keys.add_revocations()->ParseFromString(**revocation)) {
      return database.Corrupt("a revocation");
    }
  }
  return keys;
}

absl::Status ReadContinuations(EvidenceState* state) {
  for (uint32_t number = 0;; ++number) {
    const auto row = state->database->Get(kLogMeta, EncodeContinuationKey(number));
    if (!row.ok()) return row.status();
    if (!row->has_value()) return absl::OkStatus();
    probity::v1::LogContinuation& continuation = state->continuations.emplace_back();
    const bool holds = continuation.ParseFromString(**row) &&
                       evidence::VerifySignature(continuation.signer_key(),
                                                 evidence::ContinuationBytes(continuation),
                                                 continuation.signature());
    if (!holds) return state->database->Corrupt("a statement of where the log goes on from");
  }
}

absl::Status ReadMeta(EvidenceState* state) {
  const EvidenceDatabase& database = *state->database;
  const auto stored = database.Need(kLogMeta, EncodeIdentityKey(), "the log's identity");
  if (!stored.ok()) return stored.status();
  LogIdentity identity;
  if (!ParseIdentity(*stored, &identity)) return database.Corrupt("the log's identity");
  state->first_public_key = identity.first_public_key;
  state->format = identity.format;
  auto head = ReadNewestHead(database.Scan(kLogMeta).get());
  if (!head.ok() || !head->has_value()) return database.Corrupt("there is no head to be read");
  state->newest.head = **std::move(head);
  auto keys = ReadKeys(database);
  if (!keys.ok()) return keys.status();
  state->newest.keys = *std::move(keys);
  return ReadContinuations(state);
}

absl::Status ReadFrontier(EvidenceState* state) {
  const uint64_t size = state->newest.head.tree_size();
  const evidence::NodeReader read = NodesOf(*state->database);
  std::vector<std::string> hashes;
  for (const evidence::NodeId& node : evidence::PerfectSubtrees(0, size)) {
    auto hash = read(node);
    if (!hash.ok()) return hash.status();
    hashes.push_back(*std::move(hash));
  }
  state->frontier = evidence::Frontier(size, std::move(hashes));
  return absl::OkStatus();
}

// The head is signed by the log's own keys, which the first one leads to unless it
// was revoked before; and so is the tree.
absl::Status CheckHead(const EvidenceState& state) {
  const probity::v1::LogHead& head = state.newest.head;
  evidence::Trust own;
  own.public_keys.push_back(state.first_public_key);
  for (const auto& rotation : state.newest.keys.rotations()) {
    own.public_keys.push_back(rotation.to_key());
  }
  const evidence::Finding finding = evidence::CheckHead(head, state.newest.keys, own);
  if (!finding.ok()) return state.database->Corrupt(finding.explanation);
  if (state.frontier.Root() == head.root_hash()) return absl::OkStatus();
  return state.database->Corrupt(
      absl::StrCat("the tree of ", head.tree_size(), " decisions does not have the signed root"));
}

// That the log is the wanted one, or goes on from it.
absl::Status CheckContinued(const EvidenceOptions& options, const EvidenceState& state) {
  const std::string& wanted = options.continued_log_id;
  const std::string& id = state.newest.head.log_id();
  if (wanted.empty() || wanted == id) return absl::OkStatus();
  for (const probity::v1::LogContinuation& continuation : state.continuations) {
    if (continuation.previous_head().log_id() == wanted) return absl::OkStatus();
  }
  return EvidenceOtherLog(ToHex(id), ToHex(wanted));
}

absl::Status CheckKey(const EvidenceOptions& options, const EvidenceState& state) {
  const std::string& wanted = state.newest.head.key_id();
  if (options.key->key_id() == wanted) return absl::OkStatus();
  return EvidenceKeyWrong(ToHex(options.key->key_id()), ToHex(wanted));
}

}  // namespace

absl::StatusOr<EvidenceState> ReadEvidenceState(std::shared_ptr<EvidenceDatabase> database) {
  EvidenceState state;
  state.database = std::move(database);
  absl::Status status = ReadMeta(&state);
  if (status.ok()) status = ReadFrontier(&state);
  if (status.ok()) status = CheckHead(state);
  if (!status.ok()) return status;
  return state;
}

absl::Status CheckEnd(const EvidenceState& state) {
  const EvidenceDatabase& database = *state.database;
  const uint64_t size = state.newest.head.tree_size();
  auto beyond = database.Get(kNodes, EncodeLeaf(size));
  if (!beyond.ok()) return beyond.status();
  if (beyond->has_value()) return database.Corrupt("there is a leaf behind the newest head");
  if (size == 0) return absl::OkStatus();
  return ReadDecision(database, size - 1).status();
}

absl::StatusOr<EvidenceState> OpenEvidenceState(const EvidenceOptions& options, int64_t now_us) {
  auto database = EvidenceDatabase::Open(options);
  if (!database.ok()) return database.status();
  absl::Status status;
  if ((*database)->is_new()) status = MakeLog(options, now_us, database->get());
  if (!status.ok()) return status;
  auto state = ReadEvidenceState(*std::move(database));
  if (state.ok()) status = CheckEnd(*state);
  if (state.ok() && status.ok()) status = CheckContinued(options, *state);
  if (state.ok() && status.ok()) status = CheckKey(options, *state);
  if (!status.ok()) return status;
  return state;
}

}  // namespace probity::storage
