#include "services/review/rows.h"

#include "absl/strings/str_cat.h"
#include "services/rpc/view.h"
#include "storage/own_datasets.h"

namespace probity::review {

rpc::Change ChangeOf(const rpc::Writer& at, v1::DatasetKind kind, const std::string& request_id) {
  rpc::Change change;
  change.own = storage::OwnDataset(kind, at.call.caller.authority);
  change.dataset = std::string(storage::BareDatasetId(change.own->name()));
  change.request_id = request_id;
  return change;
}

screening::SetBy CallerOf(const rpc::Writer& at) {
  return {at.call.caller.principal, rpc::TimestampOf(at.call.received_at)};
}

std::string NewKey(const rpc::Writer& at) {
  return absl::StrCat(absl::Hex(absl::ToUnixMillis(at.call.received_at), absl::kZeroPad12),
                      rpc::NewCallId());
}

}  // namespace probity::review
