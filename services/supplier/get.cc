#include <string>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "screening/facts.h"
#include "services/rpc/resource_names.h"
#include "services/rpc/view.h"
#include "services/supplier/operations.h"
#include "storage/clusters.h"
#include "storage/timeline.h"

namespace probity::supplier {
namespace {

// The records of a supplier as the store put them together.
absl::StatusOr<std::vector<storage::ClusterInput>> InputsOf(const storage::View& view,
                                                            const v1::Supplier& supplier) {
  std::vector<storage::ClusterInput> inputs;
  for (const std::string& name : supplier.source_records()) {
    const auto ref = storage::RecordRef::FromName(name);
    if (!ref.has_value()) return StoreCorrupt("suppliers", "a record's name cannot be read");
    auto row = view.GetRecord(*ref);
    if (!row.ok()) return row.status();
    const storage::v1::DatasetState* state = view.FindDataset(ref->dataset);
    if (!row->has_value() || state == nullptr) {
      return StoreCorrupt("suppliers", "a record of a supplier is gone");
    }
    storage::ClusterInput& input = inputs.emplace_back();
    input.ref = *ref;
    input.first_revision = (*row)->first_revision();
    input.record = storage::LatestRecord(**row).supplier();
    input.rank = storage::RankOf(state->dataset());
  }
  return inputs;
}

absl::Status AddOrigins(const storage::View& view, v1::GetSupplierResponse* response) {
  const auto inputs = InputsOf(view, response->supplier());
  if (!inputs.ok()) return inputs.status();
  storage::Cluster cluster;
  for (size_t i = 0; i < inputs->size(); ++i) cluster.members.push_back(i);
  for (v1::FieldOrigin& origin : storage::ExplainSupplier(cluster, *inputs)) {
    *response->add_origins() = std::move(origin);
  }
  return absl::OkStatus();
}

absl::Status AddSourceRecords(const storage::View& view, const rpc::CallContext& call,
                              v1::GetSupplierResponse* response) {
  for (const std::string& name : response->supplier().source_records()) {
    const auto ref = storage::RecordRef::FromName(name);
    if (!ref.has_value()) return StoreCorrupt("suppliers", "a record's name cannot be read");
    auto fact = screening::GetFact(view, *ref, call.Today(), /*include_past=*/true);
    if (!fact.ok()) return fact.status();
    if (!fact->has_value()) continue;  // restricted
    v1::SourceRecord* source = response->add_source_records();
    source->set_name(name);
    *source->mutable_record() = std::move((*fact)->record);
    *source->mutable_edition() = (*fact)->provenance.edition();
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Get(const storage::Store& store, const rpc::CallContext& call,
                 const v1::GetSupplierRequest& request, v1::GetSupplierResponse* response) {
  auto id = rpc::ParseSupplierName("name", request.name());
  if (!id.ok()) return id.status();
  auto view = rpc::ViewFor(store, call, request.consistency());
  if (!view.ok()) return view.status();
  auto stored = (*view)->GetSupplier(*id);
  if (!stored.ok()) return stored.status();
  if (!stored->has_value()) return SupplierNotFound(request.name());
  if (!response->mutable_supplier()->ParseFromString((*stored)->bytes)) {
    return StoreCorrupt("suppliers", "a stored supplier cannot be read");
  }
  *response->mutable_stamp() = rpc::StampOf(**view, call);
  absl::Status status;
  if (request.include_source_records()) status = AddSourceRecords(**view, call, response);
  if (status.ok() && request.explain_fields()) status = AddOrigins(**view, response);
  return status;
}

}  // namespace probity::supplier
