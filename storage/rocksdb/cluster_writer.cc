#include "storage/rocksdb/cluster_writer.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "absl/hash/hash.h"
#include "base/hash.h"
#include "storage/rocksdb/key_codec.h"
#include "storage/timeline.h"

namespace probity::storage {
namespace {

std::string IdOf(const RecordRef& ref) { return SupplierIdOf(ref.dataset, ref.key); }

bool IsEmpty(const Visible& visible) {
  const auto& datasets = visible.manifest().datasets();
  return std::all_of(datasets.begin(), datasets.end(), [](const v1::DatasetState& state) {
    return state.record_count() == 0 && state.version() <= 1;
  });
}

SupplierValue SupplierRow(const Cluster& cluster, const std::vector<ClusterInput>& inputs,
                          bool has_owned) {
  SupplierValue value;
  value.tag = SupplierTag::kSupplier;
  value.has_owned = has_owned;
  AppendMessage(BuildSupplier(cluster, inputs), &value.text);
  return value;
}

}  // namespace

ClusterWriter::ClusterWriter(const RocksdbView* before, RowSink* sink)
    : before_(before), sink_(sink), nothing_before_(IsEmpty(before->visible())) {}

std::vector<std::string> ClusterWriter::TermsOf(const Rows& before, const Rows& after) const {
  const auto old_terms = IdentifyingTerms(before, before_->identifiers());
  const auto new_terms = IdentifyingTerms(after, before_->identifiers());
  std::vector<std::string> terms;
  std::set_union(old_terms.begin(), old_terms.end(), new_terms.begin(), new_terms.end(),
                 std::back_inserter(terms));
  return terms;
}

void ClusterWriter::Count(const Rows& before, const Rows& after) {
  for (const std::string& term : TermsOf(before, after)) hashes_.push_back(absl::HashOf(term));
  AddSeparated(before, &separated_);
  AddSeparated(after, &separated_);
}

void ClusterWriter::StartUpdates(const RocksdbView* after) {
  after_ = after;
  dataset_ = std::string(BareDatasetId(after->manifest().changed_dataset()));
  std::sort(hashes_.begin(), hashes_.end());
  for (size_t i = 1; i < hashes_.size(); ++i) {
    if (hashes_[i] == hashes_[i - 1]) repeated_.insert(hashes_[i]);
  }
  hashes_ = {};
}

absl::StatusOr<bool> ClusterWriter::IsAlone(const RecordRef& ref, const Rows& before,
                                            const Rows& after) {
  for (const std::string& term : TermsOf(before, after)) {
    // Two values may share a hash: then the walk finds that they do not join.
    if (repeated_.contains(absl::HashOf(term))) return false;
    if (nothing_before_) continue;
    bool alone = true;
    absl::Status status =
        before_->FindRecords(IndexKind::kIdentifier, term, [&](const RecordRef& other) {
          alone = other == ref;
          return alone;
        });
    if (!status.ok()) return status;
    if (!alone) return false;
  }
  return true;
}

absl::Status ClusterWriter::Update(const RecordRef& ref, const Rows& before, const Rows& after) {
  if (!IsParty(before) && !IsParty(after)) return absl::OkStatus();
  absl::StatusOr<bool> alone = IsAlone(ref, before, after);
  if (!alone.ok()) return alone.status();
  if (*alone) {
    separated_.erase(ref);  // nobody is there to be kept out
    return WriteAlone(ref, before, after);
  }
  return walked_.contains(ref.key) ? absl::OkStatus() : Walk(ref);
}

absl::Status ClusterWriter::UpdateSeparated() {
  while (!separated_.empty()) {
    const RecordRef ref = *separated_.begin();
    separated_.erase(separated_.begin());
    if (absl::Status status = Walk(ref); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status ClusterWriter::Walk(const RecordRef& ref) {
  absl::StatusOr<Component> component =
      WalkComponent({before_, after_}, before_->identifiers(), ref);
  if (!component.ok()) return component.status();
  for (const auto& member : *component) {
    if (member.first.dataset == dataset_) walked_.insert(member.first.key);
    separated_.erase(member.first);
  }
  return WriteComponent(*component);
}

absl::Status ClusterWriter::Refresh(const RecordRef& ref, const Rows& row) {
  if (!IsParty(row)) return absl::OkStatus();
  absl::StatusOr<bool> alone = IsAlone(ref, row, row);
  if (!alone.ok()) return alone.status();
  return *alone ? absl::OkStatus() : Update(ref, row, row);
}

absl::Status ClusterWriter::WriteAlone(const RecordRef& ref, const Rows& before,
                                       const Rows& after) {
  const Component component = {{ref,
                                {{IsParty(before) ? before : std::nullopt, {}},
                                 {IsParty(after) ? after : std::nullopt, {}}}}};
  return WriteComponent(component);
}

absl::Status ClusterWriter::WriteComponent(const Component& component) {
  const auto owned = [](const std::string& owner) { return !owner.empty(); };
  const SourceOf after = after_->sources();
  const auto owned_after = InputsOf(component, 1, after, owned);
  const auto shared_before = InputsOf(component, 0, before_->sources(), NoOwner);
  const auto clusters = BuildClusters(shared_before, before_->identifiers());
  growth_ -= static_cast<int64_t>(clusters.size());
  absl::Status status = WriteShared(InputsOf(component, 1, after, NoOwner), !owned_after.empty());
  if (status.ok()) status = WriteOwned(owned_after);
  if (status.ok()) status = WriteGone(component, shared_before, clusters);
  return status;
}

absl::Status ClusterWriter::WriteShared(const std::vector<ClusterInput>& inputs, bool has_owned) {
  const std::vector<Cluster> clusters = BuildClusters(inputs, before_->identifiers());
  growth_ += static_cast<int64_t>(clusters.size());
  for (const Cluster& cluster : clusters) {
    absl::Status status = WriteRow(cluster.id, SupplierRow(cluster, inputs, has_owned));
    SupplierValue redirect;
    redirect.tag = SupplierTag::kRedirect;
    redirect.has_owned = has_owned;
    redirect.text = cluster.id;
    for (size_t i = 1; status.ok() && i < cluster.members.size(); ++i) {
      status = WriteRow(IdOf(inputs[cluster.members[i]].ref), redirect);
    }
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status ClusterWriter::WriteOwned(const std::vector<ClusterInput>& inputs) {
  for (const ClusterInput& input : inputs) {
    SupplierValue value;
    value.tag = SupplierTag::kOwned;
    value.has_owned = true;
    value.dataset = after_->visible().Find(input.ref.dataset)->number;
    value.text = input.ref.key;
    if (absl::Status status = WriteRow(IdOf(input.ref), value); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// Ids of shared records that are gone lead to the oldest member that is left of
// their last cluster; without one, and for owned records, they name nobody.
absl::Status ClusterWriter::WriteGone(const Component& component,
                                      const std::vector<ClusterInput>& shared,
                                      const std::vector<storage::Cluster>& clusters) {
  std::map<RecordRef, SupplierValue> gone;
  for (const auto& [ref, rows] : component) {
    if (!rows[1].row.has_value()) gone[ref] = SupplierValue();
  }
  for (const auto& cluster : clusters) {
    const auto heir =
        std::find_if(cluster.members.begin(), cluster.members.end(),
                     [&](size_t member) { return gone.count(shared[member].ref) == 0; });
    if (heir == cluster.members.end()) continue;
    for (const size_t member : cluster.members) {
      const RecordRef& ref = shared[member].ref;
      const auto at = gone.find(ref);
      if (at == gone.end()) continue;
      at->second.tag = SupplierTag::kGone;
      at->second.dataset = before_->visible().Find(ref.dataset)->number;
      at->second.text = IdOf(shared[*heir].ref);
    }
  }
  for (const auto& [ref, value] : gone) {
    if (absl::Status status = WriteRow(IdOf(ref), value); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status ClusterWriter::WriteRow(const std::string& id, const SupplierValue& value) {
  const std::string bytes = EncodeSupplierValue(value);
  if (!nothing_before_) {
    absl::StatusOr<SupplierValue> old = before_->GetSupplierValue(id);
    if (!old.ok()) return old.status();
    if (EncodeSupplierValue(*old) == bytes) return absl::OkStatus();
  }
  const uint32_t version = after_->visible().manifest().cluster_version();
  absl::Status status = sink_->Put(kIndex, EncodeSupplierKey(id, version), bytes);
  if (!status.ok()) return status;
  return sink_->Put(kChanges, EncodeChangeKey(kClusterDataset, version, id), "");
}

}  // namespace probity::storage
