#include "storage/candidate_view.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "base/errors.h"
#include "base/hash.h"
#include "storage/timeline.h"

namespace probity::storage {
namespace {

// A chain of merged ids is one hop a merge; this is a guard against a loop in a damaged
// store.
constexpr int kMaxHops = 1 << 16;

std::string IdOf(const RecordRef& ref) { return SupplierIdOf(ref.dataset, ref.key); }

size_t PlaceOf(const std::vector<ClusterInput>& inputs, const RecordRef& ref) {
  const auto at = std::find_if(inputs.begin(), inputs.end(),
                               [&](const ClusterInput& input) { return input.ref == ref; });
  return static_cast<size_t>(at - inputs.begin());
}

// The cluster of input number `place`; nullptr: there is none.
const Cluster* ClusterWith(const std::vector<Cluster>& clusters, size_t place) {
  for (const Cluster& cluster : clusters) {
    const auto& members = cluster.members;
    if (std::find(members.begin(), members.end(), place) != members.end()) return &cluster;
  }
  return nullptr;
}

// The dataset's state in the manifest; put in order of name where it is new.
v1::DatasetState* StateOf(const std::string& dataset, v1::Manifest* manifest) {
  auto* states = manifest->mutable_datasets();
  const auto at = std::lower_bound(states->begin(), states->end(), dataset,
                                   [](const v1::DatasetState& state, const std::string& name) {
                                     return state.dataset().name() < name;
                                   });
  if (at != states->end() && at->dataset().name() == dataset) return &*at;
  const auto place = at - states->begin();
  states->Add()->set_number(kCandidateDataset);
  std::rotate(states->begin() + place, states->end() - 1, states->end());
  return &*(states->begin() + place);
}

}  // namespace

CandidateView::CandidateView(std::shared_ptr<const View> base,
                             std::shared_ptr<const CandidateRows> rows,
                             const IdentifierCatalogue& identifiers)
    : base_(std::move(base)), rows_(std::move(rows)), identifiers_(identifiers) {
  token_.set_store_lineage(base_->token().store_lineage());
  token_.set_revision(kCandidateRevision);
}

absl::StatusOr<std::unique_ptr<CandidateView>> CandidateView::Create(
    std::shared_ptr<const View> base, std::shared_ptr<const CandidateRows> rows,
    const IdentifierCatalogue& identifiers, const CandidateRows::StillWanted& wanted,
    const CandidateView* like) {
  std::unique_ptr<CandidateView> view(
      new CandidateView(std::move(base), std::move(rows), identifiers));
  absl::Status made = view->MakeManifest();
  if (like != nullptr) view->touched_ = like->touched_;
  if (made.ok() && like == nullptr) made = view->FindTouched(wanted);
  if (!made.ok()) return made;
  v1::Manifest& manifest = view->manifest_;
  manifest.set_supplier_count(manifest.supplier_count() + view->touched_->growth);
  return view;
}

absl::Status CandidateView::MakeManifest() {
  const v1::ChangeSetHeader& header = rows_->header();
  const std::string& owner = header.state().dataset().owner();
  sees_ = owner.empty() || owner == authority();
  manifest_ = base_->manifest();
  manifest_.set_revision(manifest_.revision() + 1);
  manifest_.set_parent_digest(absl::HexStringToBytes(base_->token().revision_digest()));
  manifest_.set_published_at_us(manifest_.published_at_us() + 1);
  manifest_.set_cluster_version(manifest_.cluster_version() + 1);
  for (auto clear : {&v1::Manifest::clear_changed_dataset, &v1::Manifest::clear_counts,
                     &v1::Manifest::clear_published_by, &v1::Manifest::clear_note,
                     &v1::Manifest::clear_load, &v1::Manifest::clear_approval}) {
    (manifest_.*clear)();
  }
  if (!sees_) return absl::OkStatus();
  manifest_.set_changed_dataset(header.dataset());
  *manifest_.mutable_counts() = header.counts();
  v1::DatasetState* state = StateOf(header.dataset(), &manifest_);
  if (state->version() != header.base_version()) return LoadConflict(header.dataset());
  const uint32_t number = state->number();
  rank_changes_ = !(RankOf(state->dataset()) == RankOf(header.state().dataset()));
  *state = header.state();
  state->set_number(number);
  state->set_version(header.base_version() + 1);
  return absl::OkStatus();
}

absl::StatusOr<CandidateRows::Row> CandidateView::ReadRow(
    uint32_t number, const CandidateRows::StillWanted& wanted) const {
  if (wanted) {
    if (absl::Status go_on = wanted(); !go_on.ok()) return go_on;
  }
  return rows_->Read(number);
}

absl::StatusOr<std::set<RecordRef>> CandidateView::Separated(
    const CandidateRows::StillWanted& wanted) const {
  std::set<RecordRef> separated;
  const std::string& dataset = rows_->dataset();
  if (!HoldsSeparations(*this, dataset) && !HoldsSeparations(*base_, dataset)) return separated;
  for (uint32_t number = 0; sees_ && number < rows_->size(); ++number) {
    auto row = ReadRow(number, wanted);
    if (!row.ok()) return row.status();
    auto before = base_->GetRecord({dataset, row->key});
    if (!before.ok()) return before.status();
    AddSeparated(*before, &separated);
    AddSeparated(row->row, &separated);
  }
  return separated;
}

absl::Status CandidateView::FindTouched(const CandidateRows::StillWanted& wanted) {
  auto touched = std::make_shared<TouchedParties>();
  auto separated = Separated(wanted);
  if (!separated.ok()) return separated.status();
  std::vector<bool> walked(sees_ ? rows_->size() : 0);
  for (uint32_t number = 0; number < walked.size(); ++number) {
    if (walked[number]) continue;
    auto row = ReadRow(number, wanted);
    if (!row.ok()) return row.status();
    const RecordRef ref{rows_->dataset(), std::move(row->key)};
    if (!IsParty(row->row)) {
      auto before = base_->GetRecord(ref);
      if (!before.ok()) return before.status();
      if (!IsParty(*before)) continue;
    }
    absl::Status added = AddComponent(ref, &walked, &*separated, touched.get());
    if (!added.ok()) return added;
  }
  while (!separated->empty()) {
    const RecordRef ref = *separated->begin();
    separated->erase(separated->begin());
    absl::Status added = AddComponent(ref, &walked, &*separated, touched.get());
    if (!added.ok()) return added;
  }
  touched->by_id.Sort();
  touched_ = std::move(touched);
  return absl::OkStatus();
}

absl::Status CandidateView::AddComponent(const RecordRef& seed, std::vector<bool>* walked,
                                         std::set<RecordRef>* separated, TouchedParties* touched) {
  auto component = WalkComponent({base_.get(), this}, identifiers_, seed);
  if (!component.ok()) return component.status();
  for (const auto& [ref, rows] : *component) {
    separated->erase(ref);
    absl::StatusOr<std::optional<uint32_t>> number = std::optional<uint32_t>();
    if (IsChanged(ref)) number = rows_->NumberOf(ref.key);
    if (!number.ok()) return number.status();
    if (number->has_value()) {
      (*walked)[**number] = true;
      touched->by_id.Add(IdOf(ref), **number);
    } else {
      touched->by_id.Add(IdOf(ref), rows_->size() + static_cast<uint32_t>(touched->joined.size()));
      touched->joined.push_back(ref);
    }
  }
  touched->growth += GrowthOf(*component);
  return absl::OkStatus();
}

int64_t CandidateView::GrowthOf(const Component& component) const {
  const auto count = [&](size_t view, const View& of) {
    const auto inputs = InputsOf(component, view, SourcesIn(of), NoOwner);
    return static_cast<int64_t>(BuildClusters(inputs, identifiers_).size());
  };
  return count(1, *this) - count(0, *base_);
}

bool CandidateView::IsChanged(const RecordRef& ref) const {
  return sees_ && ref.dataset == rows_->dataset() && rows_->MayHold(ref.key);
}

absl::StatusOr<std::optional<v1::RecordRow>> CandidateView::GetRecord(const RecordRef& ref) const {
  if (IsChanged(ref)) {
    auto row = rows_->Find(ref.key);
    if (!row.ok()) return row.status();
    if (row->has_value()) return std::move((*row)->row);
  }
  return base_->GetRecord(ref);
}

absl::Status CandidateView::FindRecords(IndexKind kind, absl::string_view term,
                                        const RecordVisitor& visit) const {
  if (!sees_) return base_->FindRecords(kind, term, visit);
  auto keys = rows_->FindTerm(kind, term);
  if (!keys.ok()) return keys.status();
  std::vector<RecordRef> added;
  for (std::string& key : *keys) added.push_back({rows_->dataset(), std::move(key)});
  auto next = added.begin();
  bool more = true;
  absl::Status fault;
  absl::Status found = base_->FindRecords(kind, term, [&](const RecordRef& ref) {
    for (; more && next != added.end() && *next < ref; ++next) more = visit(*next);
    if (!more) return false;
    if (IsChanged(ref)) {
      auto number = rows_->NumberOf(ref.key);
      fault = number.status();
      if (!fault.ok() || number->has_value()) return fault.ok();
    }
    more = visit(ref);
    return more;
  });
  if (!found.ok() || !fault.ok()) return found.ok() ? fault : found;
  for (; more && next != added.end(); ++next) more = visit(*next);
  return absl::OkStatus();
}

absl::Status CandidateView::ForEachRecord(
    absl::string_view dataset,
    const std::function<bool(absl::string_view key, const v1::RecordRow&)>& visit) const {
  if (!sees_ || dataset != rows_->dataset()) return base_->ForEachRecord(dataset, visit);
  uint32_t next = 0;
  std::optional<CandidateRows::Row> row;
  bool more = true;
  const auto step = [&]() -> absl::Status {
    row.reset();
    if (next == rows_->size()) return absl::OkStatus();
    auto read = rows_->Read(next++);
    if (!read.ok()) return read.status();
    row = *std::move(read);
    return absl::OkStatus();
  };
  const auto show = [&]() {
    if (row->row.has_value()) more = visit(row->key, *row->row);
    return step();
  };
  absl::Status fault = step();
  absl::Status walked = base_->ForEachRecord(dataset, [&](absl::string_view key, const auto& old) {
    while (fault.ok() && more && row.has_value() && row->key < key) fault = show();
    if (!fault.ok() || !more) return false;
    if (row.has_value() && row->key == key) {
      fault = show();
    } else {
      more = visit(key, old);
    }
    return fault.ok() && more;
  });
  while (walked.ok() && fault.ok() && more && row.has_value()) fault = show();
  return walked.ok() ? fault : walked;
}

absl::StatusOr<std::optional<RecordRef>> CandidateView::TouchedOf(absl::string_view id) const {
  for (const uint32_t number : touched_->by_id.Find(id)) {
    RecordRef ref;
    if (number >= rows_->size()) {
      ref = touched_->joined[number - rows_->size()];
    } else {
      auto row = rows_->Read(number);
      if (!row.ok()) return row.status();
      ref = {rows_->dataset(), std::move(row->key)};
    }
    if (IdOf(ref) == id) return ref;
  }
  return std::nullopt;
}

absl::StatusOr<std::optional<StoredSupplier>> CandidateView::SupplierOf(
    const RecordRef& ref) const {
  auto touched = TouchedOf(IdOf(ref));
  if (!touched.ok()) return touched.status();
  return touched->has_value() ? PutTogether(ref) : RankedAnew(base_->SupplierOf(ref));
}

absl::StatusOr<std::optional<StoredSupplier>> CandidateView::GetSupplier(
    absl::string_view id) const {
  std::string at(id);
  for (int hop = 0; hop < kMaxHops; ++hop) {
    auto touched = TouchedOf(at);
    if (!touched.ok()) return touched.status();
    if (touched->has_value()) {
      auto supplier = PutTogether(**touched);
      if (!supplier.ok() || supplier->has_value()) return supplier;
    }
    auto heir = HeirOf(at);
    if (!heir.ok()) return heir.status();
    if (!heir->has_value()) {
      if (touched->has_value()) return std::nullopt;
      return RankedAnew(base_->GetSupplier(at));
    }
    at = **std::move(heir);
  }
  return StoreCorrupt("suppliers", "ids lead to each other in a circle");
}

absl::StatusOr<std::optional<std::string>> CandidateView::HeirOf(absl::string_view id) const {
  auto touched = TouchedOf(id);
  if (!touched.ok()) return touched.status();
  return touched->has_value() ? HeirOfGone(**touched) : base_->HeirOf(id);
}

absl::StatusOr<std::optional<StoredSupplier>> CandidateView::PutTogether(
    const RecordRef& ref) const {
  auto component = WalkComponent({this}, identifiers_, ref);
  if (!component.ok()) return component.status();
  const std::vector<ClusterInput> inputs = InputsOf(*component, 0, SourcesIn(*this), AnyOwner);
  const std::vector<Cluster> clusters = BuildClusters(inputs, identifiers_);
  const Cluster* cluster = ClusterWith(clusters, PlaceOf(inputs, ref));
  if (cluster == nullptr) return std::nullopt;
  return StoredSupplier{"suppliers/" + cluster->id,
                        CanonicalBytes(BuildSupplier(*cluster, inputs))};
}

absl::StatusOr<std::optional<StoredSupplier>> CandidateView::RankedAnew(
    absl::StatusOr<std::optional<StoredSupplier>> supplier) const {
  if (!rank_changes_ || !supplier.ok() || !supplier->has_value()) return supplier;
  probity::v1::Supplier parsed;
  if (!parsed.ParseFromString((*supplier)->bytes)) {
    return StoreCorrupt("suppliers", "a stored supplier cannot be read");
  }
  // Who is believed first among one does not matter.
  if (parsed.source_records_size() < 2) return supplier;
  const auto member = RecordRef::FromName(parsed.source_records(0));
  return member ? PutTogether(*member) : supplier;
}

// As Publish notes it: the oldest record that is left of its last cluster of shared ones.
absl::StatusOr<std::optional<std::string>> CandidateView::HeirOfGone(const RecordRef& ref) const {
  auto component = WalkComponent({base_.get(), this}, identifiers_, ref);
  if (!component.ok()) return component.status();
  const auto at = component->find(ref);
  if (at == component->end() || at->second[1].row.has_value()) return std::nullopt;
  const std::vector<ClusterInput> inputs = InputsOf(*component, 0, SourcesIn(*base_), NoOwner);
  const std::vector<Cluster> clusters = BuildClusters(inputs, identifiers_);
  const Cluster* cluster = ClusterWith(clusters, PlaceOf(inputs, ref));
  if (cluster == nullptr) return std::nullopt;
  for (const size_t member : cluster->members) {
    const RecordRef& other = inputs[member].ref;
    if (component->at(other)[1].row.has_value()) return IdOf(other);
  }
  return std::nullopt;
}

}  // namespace probity::storage
