#include "storage/rocksdb/revision.h"

#include <algorithm>

#include "base/hash.h"
#include "storage/store.h"

namespace probity::storage {

Visible::Visible(v1::Manifest manifest) : manifest_(std::move(manifest)) {
  for (const v1::DatasetState& state : manifest_.datasets()) {
    const probity::v1::Dataset& dataset = state.dataset();
    has_owned_ = has_owned_ || !dataset.owner().empty();
    entries_.push_back({std::string(BareDatasetId(dataset.name())), state.number(), state.version(),
                        dataset.owner(), RankOf(dataset)});
  }
  std::sort(entries_.begin(), entries_.end(),
            [](const Entry& a, const Entry& b) { return a.id < b.id; });
  for (size_t i = 0; i < entries_.size(); ++i) by_number_[entries_[i].number] = i;
}

const Visible::Entry* Visible::Find(absl::string_view id) const {
  const auto at = std::lower_bound(
      entries_.begin(), entries_.end(), id,
      [](const Entry& entry, absl::string_view wanted) { return entry.id < wanted; });
  return at != entries_.end() && at->id == id ? &*at : nullptr;
}

const Visible::Entry* Visible::Find(uint32_t number) const {
  const auto at = by_number_.find(number);
  return at == by_number_.end() ? nullptr : &entries_[at->second];
}

Revision::Revision(v1::Manifest manifest, absl::string_view bytes) : all_(std::move(manifest)) {
  token_.set_store_lineage(ToHex(all_.manifest().store_lineage()));
  token_.set_revision(all_.manifest().revision());
  token_.set_revision_digest(ToHex(Sha256(bytes)));
  if (!all_.has_owned()) return;
  const auto mask = [this](const std::string& authority) {
    auto& masked = masked_[authority];
    if (masked == nullptr) {
      masked = std::make_unique<Visible>(MaskedFor(authority, all_.manifest()));
    }
  };
  mask("");
  for (const Visible::Entry& entry : all_.entries()) mask(entry.owner);
}

const Visible& Revision::For(absl::string_view authority) const {
  if (masked_.empty()) return all_;
  const auto at = masked_.find(authority);
  return at != masked_.end() ? *at->second : *masked_.find("")->second;
}

}  // namespace probity::storage
