#include "storage/rocksdb/rocksdb_store.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "absl/synchronization/mutex.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/timestamps.h"
#include "storage/maintenance.h"
#include "storage/rocksdb/backup_engine.h"
#include "storage/rocksdb/changed_keys.h"
#include "storage/rocksdb/cleaner.h"
#include "storage/rocksdb/database.h"
#include "storage/rocksdb/key_codec.h"
#include "storage/rocksdb/publisher.h"
#include "storage/rocksdb/redaction_rewriter.h"
#include "storage/rocksdb/revision.h"
#include "storage/rocksdb/rocksdb_view.h"
#include "storage/rocksdb/statistics.h"
#include "storage/rocksdb/store_check.h"
#include "storage/rocksdb/version_reader.h"

namespace probity::storage {
namespace {

class RocksdbStore : public Store, private Maintenance {
 public:
  RocksdbStore(std::unique_ptr<Database> database, const IdentifierCatalogue& identifiers)
      : database_(std::move(database)), identifiers_(identifiers) {}

  absl::Status Start() {
    auto head = database_->GetMeta(EncodeMetaKey(MetaKey::kHead));
    if (!head.ok()) return head.status();
    if (!head->has_value()) {
      if (absl::Status status = MakeFirstRevision(); !status.ok()) return status;
    }
    if (absl::Status status = StartReading(); !status.ok()) return status;
    const auto newest = std::atomic_load(&head_);
    database_->NoteDurable(newest->manifest().revision());
    return RemovePending(database_.get(), newest->all());
  }

  absl::Status StartReading() {
    auto head = database_->GetMeta(EncodeMetaKey(MetaKey::kHead));
    if (!head.ok()) return head.status();
    if (!head->has_value()) return database_->Corrupt(kMeta, "head");
    auto floor = database_->GetMeta(EncodeMetaKey(MetaKey::kFloor));
    if (!floor.ok()) return floor.status();
    uint64_t newest = 0;
    const std::string floor_bytes = floor->value_or("");
    absl::string_view head_in = **head, floor_in = floor_bytes;
    if (!ParseU64(&head_in, &newest) || !ParseU64(&floor_in, &floor_)) {
      return database_->Corrupt(kMeta, "head or floor");
    }
    auto revision = LoadRevision(newest);
    if (!revision.ok()) return revision.status();
    SetHead(*revision);
    return absl::OkStatus();
  }

  std::shared_ptr<const View> Head(absl::string_view authority) const override {
    return MakeView(std::atomic_load(&head_), authority);
  }

  absl::StatusOr<std::shared_ptr<const View>> ViewAt(const probity::v1::Consistency& consistency,
                                                     absl::string_view authority) const override {
    using probity::v1::Consistency;
    const std::shared_ptr<const Revision> head = std::atomic_load(&head_);
    switch (consistency.requirement_case()) {
      case Consistency::kAtLeastAsFresh: {
        const auto& token = consistency.at_least_as_fresh();
        if (absl::Status status = CheckToken(token, *head); !status.ok()) return status;
        return MakeView(head, authority);
      }
      case Consistency::kAtExactRevision: {
        const auto& token = consistency.at_exact_revision();
        if (absl::Status status = CheckToken(token, *head); !status.ok()) return status;
        auto revision = Pin(token.revision());
        if (!revision.ok()) return revision.status();
        return MakeView(*revision, authority);
      }
      case Consistency::kKnownAt: {
        auto revision = KnownAt(consistency.known_at());
        if (!revision.ok()) return revision.status();
        return MakeView(*revision, authority);
      }
      default:
        return MakeView(head, authority);
    }
  }

  absl::StatusOr<std::shared_ptr<const View>> Publish(const ChangeSet& changes,
                                                      const PublishContext& context) override {
    std::lock_guard<std::mutex> writer(writer_);
    Publisher publisher(database_.get(), &identifiers_, std::atomic_load(&head_), changes, context,
                        std::atomic_load(&redactions_));
    auto revision = publisher.Run();
    if (!revision.ok()) return revision.status();
    database_->NoteDurable((*revision)->manifest().revision());
    SetHead(*revision);
    return MakeView(*revision, changes.header.state().dataset().owner());
  }

  absl::StatusOr<std::optional<RememberedRequest>> FindRequest(
      absl::string_view request_id) const override {
    auto value = database_->GetMeta(EncodeMetaKey(MetaKey::kRequest, request_id));
    if (!value.ok()) return value.status();
    if (!value->has_value()) return std::nullopt;
    RememberedRequest request;
    if (!ParseRequest(**value, &request)) return database_->Corrupt(kMeta, "request");
    return request;
  }

  absl::StatusOr<std::vector<v1::Manifest>> ListManifests(uint64_t newest,
                                                          size_t limit) const override {
    const uint64_t head = std::atomic_load(&head_)->manifest().revision();
    if (newest == 0 || newest > head) newest = head;
    std::vector<v1::Manifest> manifests;
    for (uint64_t at = newest; at >= EarliestRevision() && manifests.size() < limit; --at) {
      auto revision = Pin(at);
      if (!revision.ok()) return revision.status();
      manifests.push_back((*revision)->manifest());
    }
    return manifests;
  }

  absl::StatusOr<probity::v1::RevisionToken> TokenOf(uint64_t revision) const override {
    auto pinned = Pin(revision);
    if (!pinned.ok()) return pinned.status();
    return (*pinned)->token();
  }

  uint64_t EarliestRevision() const override {
    std::lock_guard<std::mutex> lock(live_mutex_);
    return floor_;
  }

  absl::StatusOr<std::vector<std::string>> ChangedKeys(const View& one, const View& other,
                                                       absl::string_view dataset,
                                                       absl::string_view after,
                                                       size_t limit) const override {
    const std::optional<VersionRange> range = VersionsBetween(one, other, dataset);
    if (!range) return std::vector<std::string>();
    return ReadChangedKeys(*database_, *range, after, limit);
  }

  absl::StatusOr<uint64_t> Sweep(uint64_t revision) override {
    std::lock_guard<std::mutex> writer(writer_);
    if (absl::Status status = database_->Writable(); !status.ok()) return status;
    const std::shared_ptr<const Revision> head = std::atomic_load(&head_);
    const uint64_t floor = RaiseFloor(std::min(revision, head->manifest().revision()));
    rocksdb::WriteBatch batch;
    database_->Put(&batch, kMeta, EncodeMetaKey(MetaKey::kFloor), NumberValue(floor));
    if (absl::Status status = database_->Write(&batch); !status.ok()) return status;
    absl::Status status = SweepBelow(database_.get(), head->all(), floor);
    if (!status.ok()) return status;
    return floor;
  }

  absl::Status ForEachVersion(uint64_t revision, const RecordVersionVisitor& visit) const override {
    auto earliest = PinEarliest();
    if (!earliest.ok()) return earliest.status();
    auto shown = Pin(revision);
    if (!shown.ok()) return shown.status();
    return VisitVersions(*database_, (*earliest)->all(), (*shown)->all(), visit);
  }

  absl::Status ForEachChange(uint64_t revision, const RecordVersionVisitor& visit) const override {
    auto earliest = PinEarliest();
    if (!earliest.ok()) return earliest.status();
    const uint64_t floor = (*earliest)->manifest().revision();
    if (revision <= floor) return RevisionExpired(revision, floor + 1);
    auto changed = Pin(revision);
    if (!changed.ok()) return changed.status();
    return VisitChanges(*database_, (*changed)->all(), visit);
  }

  bool AwaitRevision(uint64_t revision, absl::Time until) const override {
    const auto is_here = [this, revision] {
      return std::atomic_load(&head_)->manifest().revision() >= revision;
    };
    absl::MutexLock lock(&head_mutex_);
    return head_mutex_.AwaitWithDeadline(absl::Condition(&is_here), until);
  }

  void SetRedactions(RedactionRulesPtr rules) override {
    std::atomic_store(&redactions_, std::move(rules));
  }

  absl::StatusOr<std::vector<RecordVersion>> HistoryOf(const RecordRef& ref) const override {
    const std::shared_ptr<const Revision> head = std::atomic_load(&head_);
    const Visible::Entry* dataset = head->all().Find(ref.dataset);
    if (dataset == nullptr) return std::vector<RecordVersion>();
    return ReadHistory(*database_, *dataset, ref.key);
  }

  absl::StatusOr<uint64_t> RewriteRedacted(const RecordRef& ref) override {
    std::lock_guard<std::mutex> writer(writer_);
    const RedactionRulesPtr rules = std::atomic_load(&redactions_);
    if (rules->Find(ref.dataset, ref.key) == nullptr) return uint64_t{0};
    if (absl::Status status = database_->Writable(); !status.ok()) return status;
    RedactionRewriter rewriter(database_.get(), &identifiers_, *rules,
                               [this](uint64_t number) { return Pin(number); });
    return rewriter.Run(ref, std::atomic_load(&head_)->all(), EarliestRevision());
  }

  absl::Status Forget(const std::vector<RecordRef>& refs) override {
    const std::shared_ptr<const Revision> head = std::atomic_load(&head_);
    std::vector<std::string> prefixes;
    for (const RecordRef& ref : refs) {
      const Visible::Entry* dataset = head->all().Find(ref.dataset);
      if (dataset != nullptr) prefixes.push_back(RecordPrefix(dataset->number, ref.key));
    }
    return database_->Forget(prefixes);
  }

  absl::Status PutMeta(absl::string_view key, absl::string_view value) override {
    const std::string full = EncodeMetaKey(MetaKey::kUser, key);
    rocksdb::WriteBatch batch;
    if (value.empty()) {
      database_->Delete(&batch, kMeta, full);
    } else {
      database_->Put(&batch, kMeta, full, value);
    }
    return database_->Commit(&batch);
  }

  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ListMeta(
      absl::string_view prefix) const override {
    std::vector<std::pair<std::string, std::string>> found;
    const std::string full = EncodeMetaKey(MetaKey::kUser, prefix);
    PrefixCursor cursor = database_->Scan(kMeta);
    for (cursor.Seek(full, full); cursor.Valid(); cursor.Next()) {
      found.emplace_back(cursor.key().substr(1), cursor.value());
    }
    if (!cursor.status().ok()) return database_->Fault(cursor.status());
    return found;
  }

  const Maintenance* maintenance() const override { return this; }
  FileStatistics Statistics() const override {
    return StatisticsOf(database_->db(), {database_->handle(kMeta), database_->handle(kRecords),
                                          database_->handle(kIndex), database_->handle(kChanges)});
  }

  absl::StatusOr<v1::BackupCopy> CopyTo(const BackupPlace& place,
                                        const std::function<bool()>& is_cancelled) const override {
    return CopyDatabase(database_->db(), database_->env(), place, is_cancelled);
  }

  absl::Status Check(const CheckDepth& depth,
                     probity::v1::CheckStoreResponse* report) const override {
    return CheckStoredRows(*database_, depth, report);
  }

  const IdentifierCatalogue& identifiers() const override { return identifiers_; }

 private:
  std::shared_ptr<const View> MakeView(const std::shared_ptr<const Revision>& revision,
                                       absl::string_view authority) const {
    auto view = std::make_shared<RocksdbView>(database_.get(), &identifiers_, revision,
                                              &revision->For(authority), authority);
    view->set_redactions(std::atomic_load(&redactions_));
    return view;
  }

  absl::Status MakeFirstRevision() {
    const std::string& given = database_->options().lineage;
    v1::Manifest manifest;
    manifest.set_revision(1);
    manifest.set_store_lineage(given.empty() ? RandomBytes(kLineageBytes) : given);
    std::string bytes, format;
    AppendMessage(manifest, &bytes);
    AppendU32(kStoreFormat, &format);
    rocksdb::WriteBatch batch;
    database_->Put(&batch, kMeta, EncodeMetaKey(MetaKey::kFormat), format);
    database_->Put(&batch, kMeta, EncodeMetaKey(MetaKey::kLineage), manifest.store_lineage());
    database_->Put(&batch, kMeta, EncodeMetaKey(MetaKey::kFloor), NumberValue(1));
    database_->Put(&batch, kMeta, EncodeManifestKey(1), bytes);
    database_->Put(&batch, kMeta, EncodeMetaKey(MetaKey::kHead), NumberValue(1));
    return database_->Write(&batch);
  }

  absl::StatusOr<std::shared_ptr<const Revision>> LoadRevision(uint64_t number) const {
    auto bytes = database_->GetMeta(EncodeManifestKey(number));
    if (!bytes.ok()) return bytes.status();
    v1::Manifest manifest;
    if (!bytes->has_value() || !manifest.ParseFromString(**bytes) ||
        manifest.revision() != number) {
      return database_->Corrupt(kMeta, "manifest");
    }
    return std::make_shared<const Revision>(std::move(manifest), **bytes);
  }

  void SetHead(const std::shared_ptr<const Revision>& revision) {
    {
      std::lock_guard<std::mutex> lock(live_mutex_);
      live_[revision->manifest().revision()] = revision;
    }
    absl::MutexLock lock(&head_mutex_);
    std::atomic_store(&head_, revision);
  }

  // The revision, kept from being swept while the pointer lives.
  absl::StatusOr<std::shared_ptr<const Revision>> Pin(uint64_t number) const {
    const std::shared_ptr<const Revision> head = std::atomic_load(&head_);
    if (number == head->manifest().revision()) return head;
    if (number > head->manifest().revision()) {
      return RevisionNotYetHere(number, head->manifest().revision());
    }
    std::lock_guard<std::mutex> lock(live_mutex_);
    return PinLocked(number);
  }

  // The earliest readable revision: while it is held nothing is swept.
  absl::StatusOr<std::shared_ptr<const Revision>> PinEarliest() const {
    std::lock_guard<std::mutex> lock(live_mutex_);
    return PinLocked(floor_);
  }

  absl::StatusOr<std::shared_ptr<const Revision>> PinLocked(uint64_t number) const {
    if (number < floor_) return RevisionExpired(number, floor_);
    if (auto live = live_[number].lock()) return live;
    auto loaded = LoadRevision(number);
    if (loaded.ok()) live_[number] = *loaded;
    return loaded;
  }

  absl::Status CheckToken(const probity::v1::RevisionToken& token, const Revision& head) const {
    if (token.store_lineage() != head.token().store_lineage() && !IsShared(token, head)) {
      return WrongLineage(token.store_lineage());
    }
    if (token.revision() == 0) return InvalidField("consistency.revision", "must be 1 or more");
    if (token.revision() > head.manifest().revision()) {
      return RevisionNotYetHere(token.revision(), head.manifest().revision());
    }
    return absl::OkStatus();
  }

  // Whether it names a revision from before this store was put back from a backup: up to
  // there the store before it had the same ones.
  bool IsShared(const probity::v1::RevisionToken& token, const Revision& head) const {
    if (token.revision() == 0 || token.revision() > head.manifest().revision()) return false;
    const auto revision = Pin(token.revision());
    return revision.ok() && (*revision)->token().store_lineage() == token.store_lineage() &&
           (*revision)->token().revision_digest() == token.revision_digest();
  }

  // The last revision published at or before the instant, by halving.
  absl::StatusOr<std::shared_ptr<const Revision>> KnownAt(
      const google::protobuf::Timestamp& instant) const {
    const int64_t wanted = MicrosOf(instant);
    std::shared_ptr<const Revision> best = std::atomic_load(&head_);
    if (best->manifest().published_at_us() <= wanted) return best;
    uint64_t low = EarliestRevision(), high = best->manifest().revision() - 1;
    best = nullptr;
    while (low <= high) {
      const uint64_t middle = low + (high - low) / 2;
      auto revision = Pin(middle);
      if (!revision.ok()) return revision.status();
      if ((*revision)->manifest().published_at_us() <= wanted) {
        best = *revision;
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    if (best == nullptr) return RevisionExpired(0, EarliestRevision());
    return best;
  }

  uint64_t RaiseFloor(uint64_t wanted) {
    std::lock_guard<std::mutex> lock(live_mutex_);
    for (auto live = live_.begin(); live != live_.end();) {
      if (live->second.expired()) {
        live = live_.erase(live);
      } else {
        wanted = std::min(wanted, live->first);
        ++live;
      }
    }
    floor_ = std::max(floor_, wanted);
    return floor_;
  }

  const std::unique_ptr<Database> database_;
  const IdentifierCatalogue identifiers_;
  // By std::atomic_load and atomic_store; never null.
  RedactionRulesPtr redactions_ = std::make_shared<const RedactionRules>();
  std::mutex writer_;                     // one publish or sweep at a time; never taken by readers
  std::shared_ptr<const Revision> head_;  // by std::atomic_load and atomic_store
  mutable absl::Mutex head_mutex_;        // head_ moves under it; taken by who waits for that
  // Held for moments only, and never by Head().
  mutable std::mutex live_mutex_;
  mutable std::map<uint64_t, std::weak_ptr<const Revision>> live_;
  uint64_t floor_ = 1;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenRocksdbStore(const RocksdbOptions& options,
                                                        const IdentifierCatalogue& identifiers) {
  if (!options.lineage.empty() && options.lineage.size() != kLineageBytes) {
    return InvalidField("lineage", "has 16 bytes");
  }
  auto database = Database::Open(options);
  if (!database.ok()) return database.status();
  auto store = std::make_unique<RocksdbStore>(std::move(*database), identifiers);
  if (absl::Status status = store->Start(); !status.ok()) return status;
  return std::unique_ptr<Store>(std::move(store));
}

absl::StatusOr<std::unique_ptr<Store>> OpenRocksdbStoreToRead(
    const RocksdbOptions& options, const IdentifierCatalogue& identifiers) {
  auto database = Database::OpenToRead(options);
  if (!database.ok()) return database.status();
  auto store = std::make_unique<RocksdbStore>(std::move(*database), identifiers);
  if (absl::Status status = store->StartReading(); !status.ok()) return status;
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace probity::storage
