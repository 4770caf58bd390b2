// The evidence log: every decision, and acts of administration, in the order in which they
// were made durable, under signed heads. docs/EVIDENCE.md says what it proves; evidence/ has the
// hashes, proofs and receipts.
//
// Two implementations, held to the same contract by storage/testing/:
//   RocksdbEvidenceLog    what probityd runs (storage/rocksdb/)
//   InMemoryEvidenceLog   the reference model (storage/memory/)
//
// The log only grows. It is beside the store: restoring the store does not touch
// it. It never makes up for a record that it could not write: the decision fails.
#ifndef PROBITY_STORAGE_EVIDENCE_EVIDENCE_LOG_H_
#define PROBITY_STORAGE_EVIDENCE_EVIDENCE_LOG_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "evidence/act.h"
#include "evidence/keys.h"
#include "evidence/receipt.h"
#include "probity/storage/v1/evidence_log.pb.h"
#include "probity/v1/evidence.pb.h"

namespace probity::storage {

class Maintenance;  // storage/maintenance.h

// A decision that is to be recorded.
struct EvidenceEntry {
  // authorities/{authority}/decisions/{decision}, or decisions/{decision} of a
  // caller without an authority; chosen by the caller, never used before. At most
  // 256 bytes.
  std::string decision;
  // Serialised DecisionCore and EvidenceBundle: opaque here, kept as they are.
  std::string core;
  std::string bundle;
  // SHA-256 of the bundle from whoever computed it before; empty: nobody did.
  std::string bundle_digest = {};
  // Texts whose digests stand in the bundle; not erased, each digest once.
  std::vector<probity::v1::PersonalText> personal_texts;
  // The caller's id of the request, at most 128 bytes, remembered for ever within
  // its authority; empty: not remembered. With an id, SHA-256 of the request.
  std::string request_id;
  std::string request_digest;
  // What List() finds it by. Numbers are those of the public enums.
  int32_t verdict = 0;
  int32_t purpose = 0;
  std::vector<std::string> subjects;
  std::string procedure;
  uint64_t revision = 0;
  // Records that it cites and suppliers that it names: datasets/{dataset}/records/{key},
  // suppliers/{supplier}, in order, each once.
  std::vector<std::string> records;
};

// A leaf of an act that is to be recorded.
struct ActEntry {
  // authorities/{authority}/acts/{act}, or acts/{act} of a caller without an authority;
  // never used before. At most 256 bytes.
  std::string act;
  // Serialised v1::ActCore: opaque here, kept as it is.
  std::string core;
  // Texts whose digests stand in the core; not erased, each digest once.
  std::vector<probity::v1::PersonalText> subjects;
  // The act that this is the end of, which is open no longer. Empty: this is where one
  // begins, and is open.
  std::string ends;
  // Given: it says that this revision of the store of this lineage (1 to 64 bytes) was
  // published, begins nothing and ends nothing. Those of a lineage are recorded in rising order.
  std::string lineage = {};
  uint64_t revision = 0;
};

// Most bytes of core, bundle and personal texts together: 32 MiB.
inline constexpr size_t kMaxEntryBytes = size_t{32} << 20;

// What came of an append.
struct Recorded {
  // The decision, or act, in the log; where the request had been recorded before, that one.
  std::string decision;
  uint64_t leaf_index = 0;
  int64_t time_us = 0;  // the log's own time of record
  bool repeated = false;
  // A head that covers it.
  probity::v1::LogHead head;
};
using AppendDone = std::function<void(absl::StatusOr<Recorded>)>;
// Held while an entry is being made; may be null. Must not outlive the log.
using Announcement = std::shared_ptr<const void>;

// A decision as it is kept.
struct StoredDecision {
  v1::DecisionSummary summary;
  v1::DecisionBody body;
  // Those of the entry, erased ones without text; in order of digest.
  std::vector<probity::v1::PersonalText> personal_texts;
};
// What its leaf commits to.
evidence::RecordedDecision RecordedOf(const StoredDecision& stored);
// "authorities/{a}" of the name of a decision or act; empty for a caller without one.
absl::string_view AuthorityOf(absl::string_view name);
// Whether it is the name of an act, and so of no decision.
bool IsActName(absl::string_view name);

// A leaf of an act as it is kept.
struct StoredAct {
  evidence::RecordedAct recorded;
  uint64_t leaf_index = 0;
  // Those of the entry, erased ones without text; in order of digest.
  std::vector<probity::v1::PersonalText> subjects;
};

// Which texts of a decision are erased, who has it done, and why.
struct ErasureOrder {
  std::set<std::string> digests;
  std::string by;
  std::string reason;
};

// Which decisions of one authority; what is not set does not matter.
struct DecisionQuery {
  std::string authority;  // "authorities/{a}", or empty: of callers without one
  std::optional<int32_t> verdict;
  std::string subject;
  std::string procedure;
  std::string record;   // that it cites, or a supplier that it names
  int64_t from_us = 0;  // recorded at or after
  int64_t to_us = std::numeric_limits<int64_t>::max();  // recorded before
  // Only leaves below this one.
  uint64_t before = std::numeric_limits<uint64_t>::max();
  size_t limit = 100;
};
struct DecisionPage {
  // Newest first.
  std::vector<v1::DecisionSummary> decisions;
  // `before` of the next page; absent: there are no more. A page may be short,
  // even empty, and not the last: what a filter leaves out is looked at too, and
  // only so much of it for one page.
  std::optional<uint64_t> next;
};

// Which acts of one authority.
struct ActQuery {
  std::string authority;                                // as of a DecisionQuery
  int64_t from_us = 0;                                  // recorded at or after
  int64_t to_us = std::numeric_limits<int64_t>::max();  // recorded before
  // Only leaves below this one.
  uint64_t before = std::numeric_limits<uint64_t>::max();
  size_t limit = 100;
};
struct ActPage {
  std::vector<std::string> acts;  // names, newest first
  // As of a DecisionPage.
  std::optional<uint64_t> next;
};

// Since the log was opened.
struct EvidenceStats {
  uint64_t recorded = 0;  // decisions
  uint64_t acts = 0;      // leaves of them
  uint64_t groups = 0;    // synced writes that held them
  // Appends answered with an error of the log (not of the entry): each a decision, or an
  // act, that was not made. A decision without a record does not exist, so beside them
  // nothing can be missing.
  uint64_t not_recorded = 0;
};

class EvidenceLog {
 public:
  virtual ~EvidenceLog() = default;

  // Records `entry`, durable and under a signed head before `done` is called,
  // once, on any thread, possibly inside Append; it must be quick. Entries that
  // wait are written together. A request id that was recorded before, also one
  // that races with this one, gives the recorded decision and writes nothing.
  //   INVALID_ARGUMENT / INVALID_FIELD, LIMIT_EXCEEDED, REQUEST_ID_REUSED (the id
  //                          came with another digest)
  //   ALREADY_EXISTS / DECISION_EXISTS
  //   RESOURCE_EXHAUSTED / EVIDENCE_QUEUE_FULL, DISK_FULL
  //   UNAVAILABLE / EVIDENCE_LOG_UNAVAILABLE  the disk failed, now or before. The
  //                          decision of this call was not acknowledged to anybody;
  //                          whether it is in the log shows when it was opened
  //                          again: the same request id then gives it, or records it
  // After any error but the last nothing of the entry is there. Thread-safe.
  virtual void Append(EvidenceEntry entry, AppendDone done) = 0;
  // Records a leaf of an act, as Append() does a decision: durable and under a signed head
  // before `done` is called.
  //   INVALID_ARGUMENT / INVALID_FIELD, LIMIT_EXCEEDED
  //   NOT_FOUND / ACT_NOT_FOUND        what it ends is not open: it never began, or has ended
  //   ALREADY_EXISTS / DECISION_EXISTS
  //   RESOURCE_EXHAUSTED, UNAVAILABLE  as Append()
  virtual void AppendAct(ActEntry entry, AppendDone done) = 0;
  // Says that an entry is being made. Hold it until Append() took the entry or there
  // will be none: meanwhile entries that wait gather for a moment, so that more of them
  // share a sync. Whoever is alone never waits for others. Thread-safe.
  virtual Announcement Announce() { return nullptr; }

  // The rest reads what is durable; thread-safe, never waits for an append. All
  // may give DATA_LOSS / EVIDENCE_LOG_CORRUPT and UNAVAILABLE /
  // EVIDENCE_LOG_UNAVAILABLE.

  // NOT_FOUND / DECISION_NOT_FOUND, also for the name of an act. Callers check whose
  // decision it is.
  virtual absl::StatusOr<StoredDecision> Get(absl::string_view decision) const = 0;
  // The decision recorded for a request id; nullopt when there is none.
  virtual absl::StatusOr<std::optional<v1::DecisionSummary>> FindRequest(
      absl::string_view authority, absl::string_view request_id) const = 0;
  virtual absl::StatusOr<DecisionPage> List(const DecisionQuery& query) const = 0;
  // The lowest revision that a decision recorded at or after `since_us`, of whatever
  // authority, was made from; nullopt: there is no such decision.
  virtual absl::StatusOr<std::optional<uint64_t>> OldestRevisionSince(int64_t since_us) const = 0;

  // NOT_FOUND / ACT_NOT_FOUND, also for the name of a decision. Callers check whose it is.
  virtual absl::StatusOr<StoredAct> GetAct(absl::string_view act) const = 0;
  virtual absl::StatusOr<ActPage> ListActs(const ActQuery& query) const = 0;
  // Names of acts that began and did not end, of whatever authority, oldest first.
  virtual absl::StatusOr<std::vector<std::string>> OpenActs() const = 0;
  // The newest revision of a store of this lineage that was recorded as published; 0: none.
  virtual absl::StatusOr<uint64_t> NewestPublished(absl::string_view lineage) const = 0;

  // The newest head. A new log has one of size 0.
  virtual probity::v1::LogHead Head() const = 0;
  // The first head signed for at least `size` decisions.
  //   INVALID_ARGUMENT / INVALID_FIELD  the log is smaller
  virtual absl::StatusOr<probity::v1::LogHead> HeadAt(uint64_t size) const = 0;
  //   INVALID_ARGUMENT / INVALID_FIELD  sizes out of range
  virtual absl::StatusOr<probity::v1::InclusionProof> Inclusion(uint64_t leaf_index,
                                                                uint64_t tree_size) const = 0;
  virtual absl::StatusOr<probity::v1::ConsistencyProof> Consistency(uint64_t old_size,
                                                                    uint64_t new_size) const = 0;
  // Keys, oldest first, and the statements about them.
  virtual std::vector<probity::v1::LogKey> Keys() const = 0;
  virtual probity::v1::KeyHistory KeyStatements() const = 0;

  // Erases personal texts of a decision, or of an act, all of them or none, also from the
  // files of the log when this returns, and notes when, by whom and why. What was erased
  // before stays as it was noted. Gives how many were not.
  //   NOT_FOUND / DECISION_NOT_FOUND
  //   INVALID_ARGUMENT / INVALID_FIELD  the decision has no text of a digest
  //   errors of Append()
  virtual absl::StatusOr<int> ErasePersonalTexts(absl::string_view decision,
                                                 const ErasureOrder& order) = 0;

  // Keeps the token of a head of this log, which the caller has verified. A head that
  // has one keeps the first. `stamped` is without a proof.
  //   INVALID_ARGUMENT / INVALID_FIELD  the head is none of the log's
  //   errors of Append()
  virtual absl::Status AddTimestamp(const probity::v1::TimestampedHead& stamped) = 0;
  // The stamped head of the fewest decisions, but at least `size`; nullopt: none.
  virtual absl::StatusOr<std::optional<probity::v1::TimestampedHead>> TimestampFrom(
      uint64_t size) const = 0;
  // That of the most.
  virtual absl::StatusOr<std::optional<probity::v1::TimestampedHead>> NewestTimestamp() const = 0;

  // Signs with `next` from now on: records the statement of the key that goes and
  // a head by the new one, in one step. Keep the file of `next` safe first: the
  // log opens with it alone afterwards.
  //   INVALID_ARGUMENT / INVALID_FIELD  the log signed with `next` before
  //   errors of Append()
  virtual absl::Status Rotate(const evidence::SigningKey& next) = 0;
  // Records that heads of `key_id` beyond `last_trusted_size` must not be trusted.
  // The key that signs must be rotated first.
  //   INVALID_ARGUMENT / INVALID_FIELD; errors of Append()
  virtual absl::Status Revoke(absl::string_view key_id, uint64_t last_trusted_size) = 0;

  // The logs that this one goes on from, oldest first: it was put back from backups. As
  // long as nobody accepted the gap behind the last, Append() and what else writes answer
  // FAILED_PRECONDITION / EVIDENCE_GAP.
  virtual std::vector<probity::v1::LogContinuation> Continuations() const { return {}; }
  // Backups and checks of the files; nullptr for a log without files.
  virtual const Maintenance* maintenance() const { return nullptr; }

  virtual EvidenceStats stats() const = 0;
};

// A receipt of a decision under the newest head, with the first time stamp that
// covers it, of a head whose key is trusted still. Errors of Get().
absl::StatusOr<probity::v1::Receipt> MakeReceipt(const EvidenceLog& log,
                                                 absl::string_view decision);
// A receipt of an act under the newest head. Errors of GetAct().
absl::StatusOr<probity::v1::ActReceipt> MakeActReceipt(const EvidenceLog& log,
                                                       absl::string_view act);
// The newest head, with its proof from `old_size` where that is given, and the newest
// time stamp.
//   INVALID_ARGUMENT / INVALID_FIELD  the log is smaller
absl::StatusOr<probity::v1::LogCheckpoint> MakeCheckpoint(const EvidenceLog& log,
                                                          std::optional<uint64_t> old_size);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_EVIDENCE_EVIDENCE_LOG_H_
