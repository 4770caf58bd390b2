#include <utility>

#include "base/errors.h"
#include "screening/facts.h"
#include "services/rpc/resource_names.h"
#include "services/rpc/view.h"
#include "services/supplier/operations.h"

namespace probity::supplier {

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
  if (!request.include_source_records()) return absl::OkStatus();
  for (const std::string& name : response->supplier().source_records()) {
    const auto ref = storage::RecordRef::FromName(name);
    if (!ref.has_value()) return StoreCorrupt("suppliers", "a record's name cannot be read");
    auto fact = screening::GetFact(**view, *ref, call.Today(), /*include_past=*/true);
    if (!fact.ok()) return fact.status();
    if (!fact->has_value()) continue;  // restricted
    v1::SourceRecord* source = response->add_source_records();
    source->set_name(name);
    *source->mutable_record() = std::move((*fact)->record);
    *source->mutable_edition() = (*fact)->provenance.edition();
  }
  return absl::OkStatus();
}

}  // namespace probity::supplier
