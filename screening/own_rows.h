// Rows of the datasets that hold an authority's own word (storage/own_datasets.h): a
// word is never edited, and rows that name it say what became of it.
#ifndef PROBITY_SCREENING_OWN_ROWS_H_
#define PROBITY_SCREENING_OWN_ROWS_H_

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "probity/v1/record.pb.h"
#include "storage/store.h"

namespace probity::screening {

// "authorities/{a}/{collection}/{key}", or "{collection}/{key}" without an authority.
std::string OwnName(absl::string_view authority, absl::string_view collection,
                    absl::string_view key);
// The key of a name of this authority's; nullopt for another form, collection or
// authority.
std::optional<std::string> OwnKey(absl::string_view authority, absl::string_view collection,
                                  absl::string_view name);

// The rows of the view's own dataset of that kind under any of the terms, by key: that
// is by time. Where the dataset is not there yet nothing is read: who keeps what a
// decision read must count its appearance among it.
absl::StatusOr<std::map<std::string, v1::Record>> OwnRowsUnder(const storage::View& view,
                                                               v1::DatasetKind kind,
                                                               storage::IndexKind index,
                                                               const std::set<std::string>& terms);

// Visits all rows of that dataset by key, until `visit` says false or fails.
using OwnRowVisitor =
    std::function<absl::StatusOr<bool>(absl::string_view key, const v1::Record& record)>;
absl::Status ForEachOwnRow(const storage::View& view, v1::DatasetKind kind,
                           const OwnRowVisitor& visit);

// The row of that name; nullopt: none.
absl::StatusOr<std::optional<v1::Record>> FindOwnRow(const storage::View& view,
                                                     v1::DatasetKind kind,
                                                     absl::string_view collection,
                                                     absl::string_view name);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_OWN_ROWS_H_
