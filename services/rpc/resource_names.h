// Resource names: what they look like, and their parts.
#ifndef PROBITY_SERVICES_RPC_RESOURCE_NAMES_H_
#define PROBITY_SERVICES_RPC_RESOURCE_NAMES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/rpc/call_context.h"
#include "storage/store.h"

namespace probity::rpc {

// All give INVALID_ARGUMENT / INVALID_FIELD for `field` when `name` has
// another form.

// "datasets/{dataset}" -> dataset: 1 to 63 of [a-z0-9-], a letter first.
absl::StatusOr<std::string> ParseDatasetName(absl::string_view field, absl::string_view name);
// "suppliers/{supplier}" -> supplier: 1 to 63 of [a-z0-9].
absl::StatusOr<std::string> ParseSupplierName(absl::string_view field, absl::string_view name);
// "datasets/{dataset}/records/{key}".
absl::StatusOr<storage::RecordRef> ParseRecordName(absl::string_view field, absl::string_view name);

// A load's dataset and id, both bare.
struct LoadRef {
  std::string dataset;
  std::string id;
  std::string Name() const;
};
// "datasets/{dataset}/loads/{load}"; load: 1 to 63 of [a-z0-9].
absl::StatusOr<LoadRef> ParseLoadName(absl::string_view field, absl::string_view name);

// The same for a call that changes the records of the dataset named: PERMISSION_DENIED
// where it may not, before anything is looked up.
absl::StatusOr<std::string> DatasetToWrite(const Caller& caller, absl::string_view field,
                                           absl::string_view name);
absl::StatusOr<storage::RecordRef> RecordToWrite(const Caller& caller, absl::string_view field,
                                                 absl::string_view name);
absl::StatusOr<LoadRef> LoadToWrite(const Caller& caller, absl::string_view field,
                                    absl::string_view name);

// A new name for what is recorded of a call: [authorities/{a}/]{collection}/{id}, the id of
// when it came and of what nobody else draws.
std::string NewRecordName(const CallContext& call, absl::string_view collection);

// "datasets/{dataset}".
std::string DatasetName(absl::string_view dataset);

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_RESOURCE_NAMES_H_
