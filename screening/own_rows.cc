#include "screening/own_rows.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "storage/own_datasets.h"
#include "storage/timeline.h"

namespace probity::screening {

std::string OwnName(absl::string_view authority, absl::string_view collection,
                    absl::string_view key) {
  return absl::StrCat(authority, authority.empty() ? "" : "/", collection, "/", key);
}

std::optional<std::string> OwnKey(absl::string_view authority, absl::string_view collection,
                                  absl::string_view name) {
  if (!absl::ConsumePrefix(&name, OwnName(authority, collection, "")) || name.empty() ||
      absl::StrContains(name, "/")) {
    return std::nullopt;
  }
  return std::string(name);
}

absl::StatusOr<std::map<std::string, v1::Record>> OwnRowsUnder(const storage::View& view,
                                                               v1::DatasetKind kind,
                                                               storage::IndexKind index,
                                                               const std::set<std::string>& terms) {
  std::map<std::string, v1::Record> rows;
  const std::string own = storage::OwnDatasetId(kind, view.authority());
  if (view.FindDataset(own) == nullptr) return rows;
  for (const std::string& term : terms) {
    absl::Status status = view.FindRecords(index, term, [&](const storage::RecordRef& ref) {
      if (ref.dataset == own) rows[ref.key];
      return true;
    });
    if (!status.ok()) return status;
  }
  for (auto& [key, record] : rows) {
    auto row = view.GetRecord({own, key});
    if (!row.ok()) return row.status();
    if (row->has_value()) record = storage::LatestRecord(**row);
  }
  return rows;
}

absl::Status ForEachOwnRow(const storage::View& view, v1::DatasetKind kind,
                           const OwnRowVisitor& visit) {
  absl::Status status;
  absl::Status walked =
      view.ForEachRecord(storage::OwnDatasetId(kind, view.authority()),
                         [&](absl::string_view key, const storage::v1::RecordRow& row) {
                           absl::StatusOr<bool> more = visit(key, storage::LatestRecord(row));
                           status = more.status();
                           return more.ok() && *more;
                         });
  return walked.ok() ? status : walked;
}

absl::StatusOr<std::optional<v1::Record>> FindOwnRow(const storage::View& view,
                                                     v1::DatasetKind kind,
                                                     absl::string_view collection,
                                                     absl::string_view name) {
  const auto key = OwnKey(view.authority(), collection, name);
  if (!key) return std::optional<v1::Record>();
  auto row = view.GetRecord({storage::OwnDatasetId(kind, view.authority()), *key});
  if (!row.ok()) return row.status();
  if (!row->has_value()) return std::optional<v1::Record>();
  return std::optional<v1::Record>(storage::LatestRecord(**row));
}

}  // namespace probity::screening
