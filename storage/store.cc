#include "storage/store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace probity::storage {

absl::string_view BareDatasetId(absl::string_view name) {
  return absl::StripPrefix(name, "datasets/");
}

v1::Manifest MaskedFor(absl::string_view authority, v1::Manifest manifest) {
  google::protobuf::RepeatedPtrField<v1::DatasetState> all;
  all.Swap(manifest.mutable_datasets());
  for (v1::DatasetState& state : all) {
    const std::string& owner = state.dataset().owner();
    if (owner.empty() || owner == authority) {
      *manifest.add_datasets() = std::move(state);
    } else if (state.dataset().name() == manifest.changed_dataset()) {
      manifest.clear_changed_dataset();
      manifest.clear_counts();
      manifest.clear_published_by();
      manifest.clear_note();
      manifest.clear_load();
      manifest.clear_approval();
    }
  }
  return manifest;
}

std::string RecordRef::Name() const { return absl::StrCat("datasets/", dataset, "/records/", key); }

std::optional<RecordRef> RecordRef::FromName(absl::string_view name) {
  if (!absl::ConsumePrefix(&name, "datasets/")) return std::nullopt;
  const size_t slash = name.find('/');
  if (slash == 0 || slash == absl::string_view::npos) return std::nullopt;
  const absl::string_view dataset = name.substr(0, slash);
  absl::string_view key = name.substr(slash);
  if (!absl::ConsumePrefix(&key, "/records/") || key.empty()) return std::nullopt;
  return RecordRef{std::string(dataset), std::string(key)};
}

absl::StatusOr<std::vector<std::optional<v1::RecordRow>>> View::GetRecords(
    absl::string_view dataset, absl::Span<const std::string> keys) const {
  std::vector<std::optional<v1::RecordRow>> rows;
  rows.reserve(keys.size());
  for (const std::string& key : keys) {
    auto row = GetRecord({std::string(dataset), key});
    if (!row.ok()) return row.status();
    rows.push_back(*std::move(row));
  }
  return rows;
}

absl::Status View::ForEachRecordAfter(
    absl::string_view dataset, absl::string_view after,
    const std::function<bool(absl::string_view key, const v1::RecordRow&)>& visit) const {
  return ForEachRecord(dataset, [&](absl::string_view key, const v1::RecordRow& row) {
    return key <= after || visit(key, row);
  });
}

const v1::DatasetState* View::FindDataset(absl::string_view dataset) const {
  // Datasets stand in order of name.
  const auto& all = manifest().datasets();
  const std::string name = absl::StrCat("datasets/", dataset);
  auto found = std::lower_bound(all.begin(), all.end(), name,
                                [](const v1::DatasetState& state, const std::string& wanted) {
                                  return state.dataset().name() < wanted;
                                });
  if (found == all.end() || found->dataset().name() != name) return nullptr;
  return &*found;
}

std::optional<VersionRange> VersionsBetween(const View& one, const View& other,
                                            absl::string_view dataset) {
  const bool rising = one.manifest().revision() <= other.manifest().revision();
  const v1::DatasetState* before = (rising ? one : other).FindDataset(dataset);
  const v1::DatasetState* after = (rising ? other : one).FindDataset(dataset);
  if (after == nullptr) return std::nullopt;
  return VersionRange{after->number(), before == nullptr ? 0 : before->version(), after->version()};
}

}  // namespace probity::storage
