#include "storage/store.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace probity::storage {

absl::string_view BareDatasetId(absl::string_view name) {
  return absl::StripPrefix(name, "datasets/");
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

}  // namespace probity::storage
