#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "evidence/signed_bytes.h"
#include "evidence/statements.h"
#include "storage/rocksdb/backup_engine.h"
#include "storage/rocksdb/evidence_state.h"
#include "storage/rocksdb/restore.h"
#include "storage/rocksdb/restore_directory.h"

namespace probity::storage {
namespace {

using probity::v1::LogContinuation;

// The log's own rows of heads, keys and time stamps name the old id: what is kept of them
// stands in the continuation.
void ForgetOldStatements(const EvidenceState& state, rocksdb::WriteBatch* batch) {
  rocksdb::ColumnFamilyHandle* meta = state.database->handle(kLogMeta);
  batch->DeleteRange(meta, HeadPrefix(), HeadEnd());
  batch->DeleteRange(meta, TimestampPrefix(), TimestampEnd());
  const auto& keys = state.newest.keys;
  for (int number = 0; number < keys.rotations_size(); ++number) {
    batch->Delete(meta, EncodeRotationKey(static_cast<uint32_t>(number)));
  }
  for (int number = 0; number < keys.revocations_size(); ++number) {
    batch->Delete(meta, EncodeRevocationKey(static_cast<uint32_t>(number)));
  }
}

void PutContinuation(const EvidenceState& state, uint32_t number,
                     const LogContinuation& continuation, rocksdb::WriteBatch* batch) {
  state.database->Put(batch, kLogMeta, EncodeContinuationKey(number),
                      continuation.SerializeAsString());
}

absl::StatusOr<LogContinuation> Continue(const EvidenceState& state, const Restoration& what,
                                         const EvidenceOptions& options, bool accepted) {
  const probity::v1::LogHead& before = state.newest.head;
  const int64_t now = std::max(what.now_us, evidence::MicrosOf(before.time()));
  evidence::Continuation said{options.log_id, before, state.newest.keys, now};
  if (said.log_id.empty()) said.log_id = RandomBytes(evidence::kLogIdBytes);
  if (accepted) {
    said.accepted_by = what.by;
    said.accept_time_us = now;
  }
  const LogContinuation continuation = evidence::SignContinuation(*options.key, said);
  LogIdentity identity;
  identity.format = state.format;
  identity.log_id = said.log_id;
  identity.first_public_key = options.key->public_key();
  const probity::v1::LogHead head =
      evidence::SignHead(*options.key, said.log_id, before.tree_size(), before.root_hash(), now);
  rocksdb::WriteBatch batch;
  ForgetOldStatements(state, &batch);
  state.database->Put(&batch, kLogMeta, EncodeIdentityKey(), EncodeIdentity(identity));
  state.database->Put(&batch, kLogMeta, EncodeHeadKey(before.tree_size(), 0),
                      head.SerializeAsString());
  PutContinuation(state, static_cast<uint32_t>(state.continuations.size()), continuation, &batch);
  if (absl::Status status = state.database->Write(&batch); !status.ok()) return status;
  state.database->NoteDurable(before.tree_size(), true);
  return continuation;
}

// Of a log that nobody has open; whose key signed last does not matter.
absl::StatusOr<EvidenceState> OpenAnyKey(const EvidenceOptions& options) {
  auto database = EvidenceDatabase::Open(options);
  if (!database.ok()) return database.status();
  auto state = ReadEvidenceState(*std::move(database));
  absl::Status end = state.ok() ? CheckEnd(*state) : absl::OkStatus();
  if (!end.ok()) return end;
  return state;
}

}  // namespace

absl::StatusOr<LogContinuation> RestoreEvidenceLog(const Restoration& what,
                                                   const EvidenceOptions& options, bool accepted) {
  RestoreDirectory directory(options.env, options.path);
  if (absl::Status begun = directory.Begin(); !begun.ok()) return begun;
  rocksdb::Env* const env = options.env != nullptr ? options.env : rocksdb::Env::Default();
  absl::Status status = WriteCopy(what.place, what.id, directory.files(), env);
  if (!status.ok()) return status;
  EvidenceOptions inside = options;
  inside.path = directory.files();
  inside.log_id.clear();
  absl::StatusOr<LogContinuation> continuation;
  {
    const auto state = OpenAnyKey(inside);
    if (!state.ok()) return state.status();
    inside.log_id = options.log_id;
    continuation = Continue(*state, what, inside, accepted);
  }
  if (!continuation.ok()) return continuation;
  if (status = directory.Finish(); !status.ok()) return status;
  return continuation;
}

absl::StatusOr<LogContinuation> AcceptEvidenceGap(const EvidenceOptions& options,
                                                  const std::string& by, int64_t now_us) {
  // Otherwise one would be made.
  absl::Status there = EvidenceDatabase::OpenToRead(options).status();
  if (!there.ok()) return there;
  const auto state = OpenEvidenceState(options, now_us);
  if (!state.ok()) return state.status();
  if (state->continuations.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the log in ", options.path, " was not put back from a backup; there is no gap to accept"));
  }
  const LogContinuation& known = state->continuations.back();
  if (!known.accepted_by().empty()) return known;
  const int64_t now = std::max(now_us, evidence::MicrosOf(known.time()));
  LogContinuation accepted = evidence::SignContinuation(
      *options.key, {known.log_id(), known.previous_head(), known.previous_keys(),
                     evidence::MicrosOf(known.time()), by, now});
  rocksdb::WriteBatch batch;
  PutContinuation(*state, static_cast<uint32_t>(state->continuations.size() - 1), accepted, &batch);
  if (absl::Status status = state->database->Write(&batch); !status.ok()) return status;
  return accepted;
}

}  // namespace probity::storage
