#include "storage/memory/in_memory_store.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/timestamps.h"
#include "storage/change_set.h"
#include "storage/memory/in_memory_view.h"

namespace probity::storage {
namespace {

using probity::v1::Consistency;
using probity::v1::RevisionToken;

// Seals a manifest into a revision.
void Seal(MemoryRevision* revision) {
  revision->bytes = CanonicalBytes(revision->manifest);
  revision->token.set_store_lineage(ToHex(revision->manifest.store_lineage()));
  revision->token.set_revision(revision->manifest.revision());
  revision->token.set_revision_digest(ToHex(Sha256(revision->bytes)));
}

bool IsShared(const v1::Manifest& manifest, const std::string& dataset) {
  for (const v1::DatasetState& state : manifest.datasets()) {
    if (state.dataset().name() == "datasets/" + dataset) return state.dataset().owner().empty();
  }
  return false;
}

// Clusters over the shared datasets of a revision.
struct SharedClusters {
  std::vector<ClusterInput> parties;
  std::vector<Cluster> clusters;
};

SharedClusters SharedClustersOf(const MemoryRevision& revision,
                                const IdentifierCatalogue& identifiers) {
  SharedClusters shared;
  shared.parties = PartiesOf(
      revision, [&](const std::string& dataset) { return IsShared(revision.manifest, dataset); });
  shared.clusters = BuildClusters(shared.parties, identifiers);
  return shared;
}

// Party records that are gone hand their id to the oldest member left.
void NoteHeirs(const SharedClusters& before, const SharedClusters& after,
               std::map<std::string, RecordRef>* heirs) {
  std::set<RecordRef> left;
  for (const ClusterInput& party : after.parties) {
    left.insert(party.ref);
    heirs->erase(SupplierIdOf(party.ref.dataset, party.ref.key));
  }
  for (const Cluster& cluster : before.clusters) {
    const RecordRef* heir = nullptr;
    for (size_t member : cluster.members) {  // oldest first
      if (heir == nullptr && left.count(before.parties[member].ref) > 0) {
        heir = &before.parties[member].ref;
      }
    }
    for (size_t member : cluster.members) {
      const RecordRef& ref = before.parties[member].ref;
      if (heir != nullptr && left.count(ref) == 0) {
        heirs->insert_or_assign(SupplierIdOf(ref.dataset, ref.key), *heir);
      }
    }
  }
}

// The dataset's state in the manifest; inserted in order of name when new.
v1::DatasetState* StateFor(const std::string& name, v1::Manifest* manifest) {
  auto* states = manifest->mutable_datasets();
  uint32_t number = 0;
  for (v1::DatasetState& state : *states) {
    if (state.dataset().name() == name) return &state;
    number = std::max(number, state.number());
  }
  v1::DatasetState* added = manifest->add_datasets();
  added->mutable_dataset()->set_name(name);
  added->set_number(number + 1);
  std::sort(states->begin(), states->end(),
            [](const v1::DatasetState& a, const v1::DatasetState& b) {
              return a.dataset().name() < b.dataset().name();
            });
  return StateFor(name, manifest);
}

// Appends what changed to `changed`; numbers are filled in by the caller.
absl::Status ApplyRows(const ChangeSet& changes, const RedactionRules& redactions,
                       std::map<std::string, v1::RecordRow>* records,
                       std::vector<RecordVersion>* changed) {
  const absl::string_view dataset = BareDatasetId(changes.header.dataset());
  absl::StatusOr<std::unique_ptr<ChangeRowReader>> reader = ChangeRowReader::Open(changes);
  if (!reader.ok()) return reader.status();
  v1::ChangeRow row;
  while (true) {
    absl::StatusOr<bool> more = (*reader)->Next(&row);
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
    if (row.removed()) {
      if (records->erase(row.key()) > 0) changed->push_back({0, row.key(), 0, std::nullopt});
    } else {
      redactions.Apply(dataset, row.key(), row.mutable_row());
      (*records)[row.key()] = row.row();
      changed->push_back({0, row.key(), 0, row.row()});
    }
  }
}

}  // namespace

InMemoryStore::InMemoryStore(IdentifierCatalogue identifiers, std::string lineage)
    : identifiers_(std::move(identifiers)) {
  auto first = std::make_shared<MemoryRevision>();
  first->manifest.set_revision(1);
  first->manifest.set_store_lineage(std::move(lineage));
  Seal(first.get());
  revisions_[1] = std::move(first);
}

InMemoryStore::RevisionPtr InMemoryStore::Newest() const { return revisions_.rbegin()->second; }

std::shared_ptr<const View> InMemoryStore::MakeView(RevisionPtr revision,
                                                    absl::string_view authority) const {
  auto view = std::make_shared<InMemoryView>(std::move(revision), authority, identifiers_);
  view->set_redactions(redactions_);
  return view;
}

std::shared_ptr<const View> InMemoryStore::Head(absl::string_view authority) const {
  absl::ReaderMutexLock lock(&mutex_);
  return MakeView(Newest(), authority);
}

absl::StatusOr<InMemoryStore::RevisionPtr> InMemoryStore::Find(uint64_t revision) const {
  const uint64_t earliest = revisions_.begin()->first;
  if (revision < earliest) return RevisionExpired(revision, earliest);
  auto found = revisions_.find(revision);
  if (found == revisions_.end()) return RevisionNotYetHere(revision, revisions_.rbegin()->first);
  return found->second;
}

absl::StatusOr<std::shared_ptr<const View>> InMemoryStore::ViewAt(
    const Consistency& consistency, absl::string_view authority) const {
  absl::ReaderMutexLock lock(&mutex_);
  RevisionPtr newest = Newest();
  if (consistency.has_at_least_as_fresh() || consistency.has_at_exact_revision()) {
    const bool exact = consistency.has_at_exact_revision();
    const RevisionToken& token =
        exact ? consistency.at_exact_revision() : consistency.at_least_as_fresh();
    if (token.store_lineage() != newest->token.store_lineage()) {
      return WrongLineage(token.store_lineage());
    }
    if (token.revision() == 0) return InvalidField("consistency.revision", "must be 1 or more");
    if (!exact && token.revision() <= newest->manifest.revision()) {
      return MakeView(newest, authority);
    }
    absl::StatusOr<RevisionPtr> found = Find(token.revision());
    if (!found.ok()) return found.status();
    return MakeView(*std::move(found), authority);
  }
  if (consistency.has_known_at()) {
    const int64_t at_us = MicrosOf(consistency.known_at());
    for (auto it = revisions_.rbegin(); it != revisions_.rend(); ++it) {
      if (it->second->manifest.published_at_us() <= at_us) return MakeView(it->second, authority);
    }
    return RevisionExpired(0, revisions_.begin()->first);
  }
  return MakeView(std::move(newest), authority);
}

absl::StatusOr<std::shared_ptr<const View>> InMemoryStore::Publish(const ChangeSet& changes,
                                                                   const PublishContext& context) {
  absl::MutexLock lock(&mutex_);
  RevisionPtr parent = Newest();
  auto next = std::make_shared<MemoryRevision>(*parent);
  v1::Manifest& manifest = next->manifest;
  v1::DatasetState* state = StateFor(changes.header.dataset(), &manifest);
  if (state->version() != changes.header.base_version()) {
    return LoadConflict(changes.header.dataset());
  }
  const uint32_t number = state->number();
  *state = changes.header.state();
  state->set_number(number);
  state->set_version(changes.header.base_version() + 1);

  const std::string dataset(BareDatasetId(changes.header.dataset()));
  std::vector<RecordVersion> changed;
  absl::Status applied = ApplyRows(changes, *redactions_, &next->records[dataset], &changed);
  if (!applied.ok()) return applied;
  for (RecordVersion& version : changed) {
    version.dataset = number;
    version.version = state->version();
  }
  const SharedClusters before = SharedClustersOf(*parent, identifiers_);
  const SharedClusters after = SharedClustersOf(*next, identifiers_);
  NoteHeirs(before, after, &next->heirs);

  manifest.set_revision(parent->manifest.revision() + 1);
  manifest.set_parent_digest(Sha256(parent->bytes));
  manifest.set_published_at_us(std::max(context.now_us, parent->manifest.published_at_us() + 1));
  manifest.set_cluster_version(manifest.cluster_version() + 1);
  manifest.set_supplier_count(after.clusters.size());
  manifest.set_changed_dataset(changes.header.dataset());
  *manifest.mutable_counts() = changes.header.counts();
  manifest.set_published_by(context.published_by);
  manifest.set_note(context.note);
  manifest.set_load(context.load);
  manifest.clear_approval();
  if (context.approval) *manifest.mutable_approval() = *context.approval;
  Seal(next.get());
  if (!context.request_id.empty()) {
    requests_[context.request_id] = {context.request_digest, context.response, manifest.revision()};
  }
  changes_[manifest.revision()] = std::move(changed);
  revisions_[manifest.revision()] = next;
  return MakeView(std::move(next), state->dataset().owner());
}

absl::StatusOr<std::optional<RememberedRequest>> InMemoryStore::FindRequest(
    absl::string_view request_id) const {
  absl::ReaderMutexLock lock(&mutex_);
  auto found = requests_.find(std::string(request_id));
  if (found == requests_.end()) return std::optional<RememberedRequest>();
  return std::optional<RememberedRequest>(found->second);
}

absl::StatusOr<std::vector<v1::Manifest>> InMemoryStore::ListManifests(uint64_t newest,
                                                                       size_t limit) const {
  absl::ReaderMutexLock lock(&mutex_);
  std::vector<v1::Manifest> manifests;
  for (auto it = revisions_.rbegin(); it != revisions_.rend() && manifests.size() < limit; ++it) {
    if (newest == 0 || it->first <= newest) manifests.push_back(it->second->manifest);
  }
  return manifests;
}

absl::StatusOr<RevisionToken> InMemoryStore::TokenOf(uint64_t revision) const {
  absl::ReaderMutexLock lock(&mutex_);
  absl::StatusOr<RevisionPtr> found = Find(revision);
  if (!found.ok()) return found.status();
  return (*found)->token;
}

uint64_t InMemoryStore::EarliestRevision() const {
  absl::ReaderMutexLock lock(&mutex_);
  return revisions_.begin()->first;
}

absl::StatusOr<std::vector<std::string>> InMemoryStore::ChangedKeys(const View& one,
                                                                    const View& other,
                                                                    absl::string_view dataset,
                                                                    absl::string_view after,
                                                                    size_t limit) const {
  const std::optional<VersionRange> range = VersionsBetween(one, other, dataset);
  std::set<std::string> keys;
  absl::ReaderMutexLock lock(&mutex_);
  for (const auto& [revision, changed] : changes_) {
    for (const RecordVersion& version : changed) {
      const bool within = range && version.dataset == range->dataset &&
                          version.version > range->from && version.version <= range->to;
      if (within && version.key > after) keys.insert(version.key);
    }
  }
  std::vector<std::string> first(keys.begin(), keys.end());
  if (first.size() > limit) first.resize(limit);
  return first;
}

absl::StatusOr<uint64_t> InMemoryStore::Sweep(uint64_t revision) {
  absl::MutexLock lock(&mutex_);
  // A revision that only the map holds has no live view.
  while (revisions_.begin()->first < std::min(revision, revisions_.rbegin()->first) &&
         revisions_.begin()->second.use_count() == 1) {
    revisions_.erase(revisions_.begin());
  }
  const uint64_t floor = revisions_.begin()->first;
  for (auto request = requests_.begin(); request != requests_.end();) {
    request = request->second.revision < floor ? requests_.erase(request) : std::next(request);
  }
  return floor;
}

// Of each record: every version after the earliest revision, and the one that
// the earliest revision itself reads, if it reads one.
absl::Status InMemoryStore::ForEachVersion(uint64_t revision,
                                           const RecordVersionVisitor& visit) const {
  RevisionPtr earliest;  // holds the floor
  std::map<std::pair<uint32_t, std::string>, std::vector<RecordVersion>> records;
  {
    absl::ReaderMutexLock lock(&mutex_);
    absl::StatusOr<RevisionPtr> found = Find(revision);
    if (!found.ok()) return found.status();
    earliest = revisions_.begin()->second;
    for (const auto& [changed_at, changed] : changes_) {
      if (changed_at > revision) break;
      for (const RecordVersion& version : changed) {
        auto& versions = records[{version.dataset, version.key}];
        const bool behind = changed_at > earliest->manifest.revision();
        if (!behind) versions.clear();
        if (behind || version.row.has_value()) versions.push_back(version);
      }
    }
  }
  for (auto& [record, versions] : records) {
    for (auto at = versions.rbegin(); at != versions.rend(); ++at) {
      if (!visit(*at)) return absl::OkStatus();
    }
  }
  return absl::OkStatus();
}

absl::Status InMemoryStore::ForEachChange(uint64_t revision,
                                          const RecordVersionVisitor& visit) const {
  RevisionPtr earliest;  // holds the floor
  std::vector<RecordVersion> changed;
  {
    absl::ReaderMutexLock lock(&mutex_);
    earliest = revisions_.begin()->second;
    const uint64_t floor = earliest->manifest.revision();
    if (revision <= floor) return RevisionExpired(revision, floor + 1);
    absl::StatusOr<RevisionPtr> found = Find(revision);
    if (!found.ok()) return found.status();
    changed = changes_.at(revision);
  }
  for (const RecordVersion& version : changed) {
    if (!visit(version)) break;
  }
  return absl::OkStatus();
}

bool InMemoryStore::AwaitRevision(uint64_t revision, absl::Time until) const {
  const auto is_here = [this, revision]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return Newest()->manifest.revision() >= revision;
  };
  const bool here = mutex_.ReaderLockWhenWithDeadline(absl::Condition(&is_here), until);
  mutex_.ReaderUnlock();
  return here;
}

void InMemoryStore::SetRedactions(RedactionRulesPtr rules) {
  absl::MutexLock lock(&mutex_);
  redactions_ = std::move(rules);
}

absl::StatusOr<std::vector<RecordVersion>> InMemoryStore::HistoryOf(const RecordRef& ref) const {
  std::vector<RecordVersion> versions;
  uint32_t number = 0;
  uint64_t newest = 0;
  {
    absl::ReaderMutexLock lock(&mutex_);
    number = NumberOf(ref.dataset);
    newest = Newest()->manifest.revision();
  }
  absl::Status read = ForEachVersion(newest, [&](const RecordVersion& one) {
    if (one.key == ref.key && one.dataset == number) versions.push_back(one);
    return true;
  });
  if (!read.ok()) return read;
  return versions;
}

uint32_t InMemoryStore::NumberOf(const std::string& dataset) const {
  for (const v1::DatasetState& state : Newest()->manifest.datasets()) {
    if (BareDatasetId(state.dataset().name()) == dataset) return state.number();
  }
  return 0;
}

absl::StatusOr<uint64_t> InMemoryStore::RewriteRedacted(const RecordRef& ref) {
  absl::MutexLock lock(&mutex_);
  uint64_t rewritten = 0;
  const uint32_t number = NumberOf(ref.dataset);
  for (auto& [revision, changed] : changes_) {
    for (RecordVersion& version : changed) {
      const bool is_it =
          version.dataset == number && version.key == ref.key && version.row.has_value();
      if (is_it && redactions_->Apply(ref.dataset, ref.key, &*version.row)) ++rewritten;
    }
  }
  for (auto& [number, revision] : revisions_) {
    auto next = std::make_shared<MemoryRevision>(*revision);
    auto row = next->records[ref.dataset].find(ref.key);
    if (row == next->records[ref.dataset].end()) continue;
    redactions_->Apply(ref.dataset, ref.key, &row->second);
    revision = std::move(next);
  }
  for (auto request = requests_.begin(); request != requests_.end();) {
    const bool tells = absl::StrContains(request->second.response, ref.Name());
    request = tells ? requests_.erase(request) : std::next(request);
  }
  return rewritten;
}

absl::Status InMemoryStore::PutMeta(absl::string_view key, absl::string_view value) {
  absl::MutexLock lock(&mutex_);
  if (value.empty()) {
    meta_.erase(std::string(key));
  } else {
    meta_[std::string(key)] = std::string(value);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> InMemoryStore::ListMeta(
    absl::string_view prefix) const {
  absl::ReaderMutexLock lock(&mutex_);
  std::vector<std::pair<std::string, std::string>> found;
  for (const auto& [key, value] : meta_) {
    if (absl::StartsWith(key, prefix)) found.emplace_back(key, value);
  }
  return found;
}

}  // namespace probity::storage
