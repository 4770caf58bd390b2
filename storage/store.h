// The store: versions, revisions, views and the one way to write.
//
// Two implementations, held to the same contract by storage/testing/:
//   RocksdbStore    what probityd runs (storage/rocksdb/)
//   InMemoryStore   the reference model: brute force over all records, slow,
//                   obviously right (storage/memory/)
//
// Words: a *dataset version* numbers the changes of one dataset; a *revision*
// is an immutable manifest naming one version of each dataset; a *view* reads
// one revision. Publish is the only way from one revision to the next. It is
// deterministic: no clock and no randomness inside, so that a replica that
// applies the same change set to the same parent holds the same bytes.
#ifndef PROBITY_STORAGE_STORE_H_
#define PROBITY_STORAGE_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/identifiers.h"
#include "probity/storage/v1/storage.pb.h"
#include "probity/v1/common.pb.h"
#include "probity/v1/load.pb.h"
#include "probity/v1/supplier.pb.h"
#include "storage/redaction.h"

namespace probity::storage {

class Maintenance;  // storage/maintenance.h

// Names a record: bare dataset id and the publisher's key. Ordered by both.
struct RecordRef {
  std::string dataset;
  std::string key;

  // datasets/{dataset}/records/{key}
  std::string Name() const;
  // The reverse of Name(); nullopt for another form.
  static std::optional<RecordRef> FromName(absl::string_view name);

  friend bool operator==(const RecordRef& a, const RecordRef& b) {
    return a.dataset == b.dataset && a.key == b.key;
  }
  friend bool operator<(const RecordRef& a, const RecordRef& b) {
    return std::tie(a.dataset, a.key) < std::tie(b.dataset, b.key);
  }
};

// Bare id of datasets/{dataset}; the text itself in any other form.
absl::string_view BareDatasetId(absl::string_view name);

// The manifest as `authority` may see it: datasets that others own are not in it,
// nor what it says of a publish to one of them.
v1::Manifest MaskedFor(absl::string_view authority, v1::Manifest manifest);

// What records can be found by. index_terms.h says which record has which
// terms; the terms are the only thing an index knows.
enum class IndexKind : uint8_t {
  kIdentifier = 1,  // "SCHEME\0VALUE" of suppliers and sites
  // 2 and 3 were names; storage/names/ finds them.
  kCertificateNumber = 4,  // folded certificate number
  kCertificateParty = 5,   // subject terms of the holder and of the scope's sites
  kAuditSite = 7,          // subject term of the site
  kFlagSubject = 8,        // subject term of flags, measures, self-cleaning, declarations
  kCommodityCode = 9,     // "HS\05205", "CPV\090910000" without trailing zeros, "PUBLISHER\0folded"
  kCommodityOrigin = 10,  // ISO code, or "" for everywhere
  kLinkFrom = 11,         // subject term
  kLinkTo = 12,           // subject term
  kSiteOperator = 13,     // subject term of the operators of a site
  kVendorParty = 14,      // subject terms of a vendor's identifier and records
  kJudgementSubject = 15,  // what a judgement is about: see JudgementTerms()
  kJudgementRecord = 16,   // "r" term of the record that was judged
  kWaiverSubject = 17,     // whom a waiver is for: see JudgementTerms()
  kReplyAbout = 18,        // "r" term of the flag or measure that was answered
  kPortfolio = 20,  // parent of a portfolio's name (its authority) or a member's (its portfolio)
  kSeparated = 21,  // "r" terms of the records that a separation names
};

// Called with each match in order; return false to stop.
using RecordVisitor = std::function<bool(const RecordRef&)>;

// A supplier as stored.
struct StoredSupplier {
  // suppliers/{id}: the id that survived, which may differ from the asked one.
  std::string name;
  // Serialised probity.v1.Supplier, ready to be sent.
  std::string bytes;
};

// Reads one revision, masked for one authority: datasets owned by another
// authority do not exist in it. Immutable, thread-safe, lock-free; holding it
// keeps its rows from being swept. Must not outlive its store.
class View {
 public:
  virtual ~View() = default;

  // For whom it is masked: "authorities/{a}", or empty.
  virtual absl::string_view authority() const = 0;
  // As the caller may see it: MaskedFor() his authority.
  virtual const v1::Manifest& manifest() const = 0;
  // Lineage, number and digest, for AnswerStamp.
  virtual const probity::v1::RevisionToken& token() const = 0;

  // The row of a record; nullopt when this view has none.
  // DATA_LOSS / STORE_CORRUPT when a stored byte is wrong (so in all methods).
  virtual absl::StatusOr<std::optional<v1::RecordRow>> GetRecord(const RecordRef& ref) const = 0;

  // Those of `keys`, which are in ascending order, of one dataset (bare id), each as
  // GetRecord() gives it. For many: those that stand close together are read in passing,
  // where an implementation can.
  virtual absl::StatusOr<std::vector<std::optional<v1::RecordRow>>> GetRecords(
      absl::string_view dataset, absl::Span<const std::string> keys) const;

  // Visits the records that have `term`, in order of RecordRef.
  virtual absl::Status FindRecords(IndexKind kind, absl::string_view term,
                                   const RecordVisitor& visit) const = 0;

  // The supplier by bare id, redirects followed; nullopt when there is none.
  virtual absl::StatusOr<std::optional<StoredSupplier>> GetSupplier(absl::string_view id) const = 0;

  // The supplier that a record is a member of; nullopt when the record is no
  // party or is not in this view.
  virtual absl::StatusOr<std::optional<StoredSupplier>> SupplierOf(const RecordRef& ref) const = 0;

  // The id that GetSupplier() goes on with where the record of `id` is gone: that of the
  // oldest record that was left of its last cluster, which may be gone by now, too. nullopt
  // while the record is a party, and when nobody took over.
  virtual absl::StatusOr<std::optional<std::string>> HeirOf(absl::string_view id) const = 0;

  // Visits all records of a dataset (bare id) in order of key. For exports,
  // diffs and tests; returns when `visit` returns false.
  virtual absl::Status ForEachRecord(
      absl::string_view dataset,
      const std::function<bool(absl::string_view key, const v1::RecordRow&)>& visit) const = 0;

  // The same from behind the key `after` on: to go on where a visit was stopped. Unless an
  // implementation can begin there, it costs what a whole visit does.
  virtual absl::Status ForEachRecordAfter(
      absl::string_view dataset, absl::string_view after,
      const std::function<bool(absl::string_view key, const v1::RecordRow&)>& visit) const;

  // What no record may say any more, for those who build change sets; never null.
  virtual RedactionRulesPtr redactions() const { return std::make_shared<RedactionRules>(); }

  // The dataset's state; nullptr when this view has none of that bare id.
  const v1::DatasetState* FindDataset(absl::string_view dataset) const;
};

// Versions of one dataset, (from, to].
struct VersionRange {
  uint32_t dataset = 0;  // number
  uint32_t from = 0, to = 0;
};
// Those that lie between two views; nullopt when the newer one has no such dataset.
std::optional<VersionRange> VersionsBetween(const View& one, const View& other,
                                            absl::string_view dataset);

// What is to be published: one dataset's changes against one base version.
struct ChangeSet {
  v1::ChangeSetHeader header;
  // File of length-delimited v1::ChangeRow, in order of key, keys unique.
  // Empty path: no rows (a new dataset, or a reload without changes).
  std::string path;
  // SHA-256 of the file, raw; empty without a file.
  std::string digest;
  // Bytes of keys and rows in the file.
  uint64_t bytes = 0;
};

// What a revision records about its making. Everything that is not a function
// of the parent and the change set comes in here.
struct PublishContext {
  int64_t now_us = 0;        // revision time = max(now_us, parent + 1)
  std::string published_by;  // principal
  std::string note;
  std::string load;  // resource name of the load, or empty
  // Who let the load through although it was held; nobody where it was not.
  std::optional<probity::v1::LoadApproval> approval;
  std::string request_id;      // remembered with `request_digest`; may be empty
  std::string request_digest;  // SHA-256 of the request, raw
  std::string response;        // answer to give again for the same request_id
};

// A request that was published before.
struct RememberedRequest {
  std::string request_digest;
  std::string response;
  uint64_t revision = 0;
};

// What a record said from one version of its dataset on.
struct RecordVersion {
  uint32_t dataset = 0;  // number
  std::string key;
  uint32_t version = 0;
  std::optional<v1::RecordRow> row;  // nullopt: that version removed the record
};
// Return false to stop.
using RecordVersionVisitor = std::function<bool(const RecordVersion&)>;

// One record before and after.
struct RecordChange {
  RecordRef ref;
  std::optional<v1::RecordRow> before, after;
};

class Store {
 public:
  virtual ~Store() = default;

  // The newest revision, for `authority` ("authorities/{a}", or empty for
  // callers without one). Never null: a new store has revision 1, without
  // datasets. Cheap and lock-free.
  virtual std::shared_ptr<const View> Head(absl::string_view authority) const = 0;

  // The revision that `consistency` asks for.
  //   UNAVAILABLE / REVISION_NOT_YET_HERE, FAILED_PRECONDITION /
  //   REVISION_EXPIRED or WRONG_LINEAGE, INVALID_ARGUMENT / INVALID_FIELD.
  virtual absl::StatusOr<std::shared_ptr<const View>> ViewAt(
      const probity::v1::Consistency& consistency, absl::string_view authority) const = 0;

  // Publishes `changes` as the next revision. All rows, indexes and clusters
  // become visible in one step, durable before this returns.
  //   ABORTED / LOAD_CONFLICT  the dataset's version is no longer
  //                            header.base_version: compare again
  //   RESOURCE_EXHAUSTED / DISK_FULL, DATA_LOSS / STORE_CORRUPT
  //   FAILED_PRECONDITION / STORE_NOT_WRITABLE
  //   UNAVAILABLE / COMMIT_OUTCOME_UNKNOWN  the disk failed at the commit itself;
  //                            nothing is visible before the store is opened
  //                            again, then all or nothing: FindRequest() tells
  // After any other error nothing of the change set is visible, now or after a
  // crash.
  // Thread-safe; writers wait for each other, readers never wait.
  virtual absl::StatusOr<std::shared_ptr<const View>> Publish(const ChangeSet& changes,
                                                              const PublishContext& context) = 0;

  // The answer given before for `request_id`; nullopt when it is new, or when
  // its revision was swept.
  virtual absl::StatusOr<std::optional<RememberedRequest>> FindRequest(
      absl::string_view request_id) const = 0;

  // Manifests from `newest` (0: head) downwards, at most `limit`, not below
  // the retention floor.
  virtual absl::StatusOr<std::vector<v1::Manifest>> ListManifests(uint64_t newest,
                                                                  size_t limit) const = 0;
  // Token of a readable revision.
  virtual absl::StatusOr<probity::v1::RevisionToken> TokenOf(uint64_t revision) const = 0;
  virtual uint64_t EarliestRevision() const = 0;

  // Keys of the records of `dataset` (bare id) that were written between the revisions
  // of two views, whichever is the older: each once, in order, those behind `after`
  // alone, at most `limit`; fewer: there are no more. A record may say the same in
  // both. Shows what both views may see. Reads the lists of changes where the revisions
  // are few, else the dataset.
  virtual absl::StatusOr<std::vector<std::string>> ChangedKeys(const View& one, const View& other,
                                                               absl::string_view dataset,
                                                               absl::string_view after,
                                                               size_t limit) const = 0;

  // Raises the retention floor to `revision` (never lowers it, never above
  // the oldest live view) and deletes the rows that only revisions below it
  // could read, oldest first. Restartable; returns the floor now in force.
  virtual absl::StatusOr<uint64_t> Sweep(uint64_t revision) = 0;

  // The next two are for indexes beside the store that mask by themselves: they
  // show the records of all owners. A check of the tree keeps them out of
  // everything above storage/. Nothing is swept while they run.

  // What the readable revisions up to `revision` show: each version of each
  // record that one of them reads, by number of dataset, key, and version
  // falling. A removal is shown unless it is all that is left of its record.
  //   Errors as of TokenOf().
  virtual absl::Status ForEachVersion(uint64_t revision,
                                      const RecordVersionVisitor& visit) const = 0;
  // What `revision` changed, by key. Who holds a view can go on from there:
  // every revision behind a live view has its changes.
  //   FAILED_PRECONDITION / REVISION_EXPIRED also for the earliest revision:
  //   what it changed is swept with what it replaced.
  virtual absl::Status ForEachChange(uint64_t revision,
                                     const RecordVersionVisitor& visit) const = 0;
  // Waits until head is at least `revision`; false when `until` comes first.
  virtual bool AwaitRevision(uint64_t revision, absl::Time until) const = 0;

  // The rules that Publish() applies to what it is given, and that views tell; those of
  // before are forgotten. Not durable: the journal is (redaction_journal.h).
  virtual void SetRedactions(RedactionRulesPtr rules) = 0;

  // Every version of a record that is kept, newest first, whoever owns it.
  virtual absl::StatusOr<std::vector<RecordVersion>> HistoryOf(const RecordRef& ref) const = 0;

  // Applies the rules to every version of a record, to its index rows, to the suppliers
  // that were put together from it and to remembered answers that show it; in one step,
  // durable. Gives the versions that were rewritten. The one exception to "history only
  // grows": revisions keep their numbers and digests, since rows are not in them, and
  // past revisions keep who was one supplier. Publish the record as it is from now on
  // first: who follows the store hears of revisions alone.
  //   NOT_FOUND / DATASET_NOT_FOUND; errors of Publish()
  virtual absl::StatusOr<uint64_t> RewriteRedacted(const RecordRef& ref) = 0;
  // Writes files anew until none holds what was overwritten or deleted in these records
  // and their index rows. Reads and writes all index rows: seconds for a million
  // suppliers. A key that bounded a file stays in RocksDB's MANIFEST until the store is
  // opened again.
  virtual absl::Status Forget(const std::vector<RecordRef>& refs) = 0;

  // Small values beside the revisions (states of loads): synced when this
  // returns, not versioned. An empty value deletes. Errors as of Publish().
  virtual absl::Status PutMeta(absl::string_view key, absl::string_view value) = 0;
  // Keys with `prefix` in order, with their values.
  virtual absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ListMeta(
      absl::string_view prefix) const = 0;

  // Backups and checks of the files; nullptr for a store without files.
  virtual const Maintenance* maintenance() const { return nullptr; }

  // The catalogue by which identifiers join records.
  virtual const IdentifierCatalogue& identifiers() const = 0;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_STORE_H_
