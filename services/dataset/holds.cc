#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "services/dataset/history.h"
#include "services/rpc/limits.h"
#include "services/rpc/publish.h"
#include "services/rpc/validate.h"
#include "services/rpc/view.h"

namespace probity::dataset {
namespace {

constexpr size_t kIdDigits = 16;

// A hold on a dataset that the caller may not see is not his to see either.
bool MayShow(const storage::View& view, const v1::LegalHold& hold) {
  return hold.dataset().empty() ||
         view.FindDataset(storage::BareDatasetId(hold.dataset())) != nullptr;
}

// A hold on no dataset is one on all.
absl::Status MayHold(const Place& at, absl::string_view field, const std::string& dataset) {
  if (dataset.empty()) return at.call.caller.MayWrite(field, dataset);
  return rpc::DatasetToWrite(at.call.caller, field, dataset).status();
}

absl::Status CheckHold(const Place& at, const v1::SetLegalHoldRequest& request) {
  const v1::LegalHold& hold = request.hold();
  if (absl::StripAsciiWhitespace(hold.reason()).empty()) {
    return InvalidField("hold.reason", "is required, with the reference of the order");
  }
  absl::Status well = rpc::CheckBytes("hold.reason", hold.reason(), rpc::kMaxNoteBytes);
  if (well.ok()) well = rpc::CheckRequestId(request.request_id());
  if (well.ok()) well = MayHold(at, "hold.dataset", hold.dataset());
  if (!well.ok() || hold.dataset().empty()) return well;
  auto id = rpc::ParseDatasetName("hold.dataset", hold.dataset());
  if (!id.ok()) return id.status();
  return FindDataset(*at.store.Head(at.call.caller.authority), *id).status();
}

// The same request names the same hold.
std::string NameFor(const Place& at, const std::string& request_id) {
  const std::string id =
      request_id.empty()
          ? rpc::NewCallId()
          : ToHex(Sha256(absl::StrCat("hold/", rpc::RequestKey(at.call.caller, request_id))))
                .substr(0, kIdDigits);
  return absl::StrCat("legalHolds/", id);
}

}  // namespace

absl::Status SetHold(const Place& at, const HistoryDesk& desk,
                     const v1::SetLegalHoldRequest& request, v1::LegalHold* out) {
  if (absl::Status well = CheckHold(at, request); !well.ok()) return well;
  v1::LegalHold hold;
  hold.set_name(NameFor(at, request.request_id()));
  hold.set_dataset(request.hold().dataset());
  hold.set_reason(request.hold().reason());
  hold.set_set_by(at.call.caller.principal);
  *hold.mutable_set_at() = rpc::TimestampOf(at.call.received_at);
  auto set = desk.retention.SetHold(std::move(hold));
  if (!set.ok()) return set.status();
  const bool same =
      set->dataset() == request.hold().dataset() && set->reason() == request.hold().reason();
  if (!same) return RequestIdReused(request.request_id());
  *out = *std::move(set);
  return absl::OkStatus();
}

absl::Status ReleaseHold(const Place& at, const HistoryDesk& desk,
                         const v1::ReleaseLegalHoldRequest& request, v1::LegalHold* out) {
  v1::ListLegalHoldsResponse seen;
  if (absl::Status listed = ListHolds(at, desk, {}, &seen); !listed.ok()) return listed;
  for (const v1::LegalHold& hold : seen.holds()) {
    if (hold.name() != request.name()) continue;
    if (absl::Status may = MayHold(at, "name", hold.dataset()); !may.ok()) return may;
    auto released =
        desk.retention.ReleaseHold(request.name(), at.call.caller.principal, at.call.received_at);
    if (!released.ok()) return released.status();
    *out = *std::move(released);
    return absl::OkStatus();
  }
  return LegalHoldNotFound(request.name());
}

absl::Status ListHolds(const Place& at, const HistoryDesk& desk, const v1::ListLegalHoldsRequest&,
                       v1::ListLegalHoldsResponse* out) {
  const auto view = at.store.Head(at.call.caller.authority);
  auto holds = desk.retention.Holds();
  if (!holds.ok()) return holds.status();
  for (v1::LegalHold& hold : *holds) {
    if (MayShow(*view, hold)) *out->add_holds() = std::move(hold);
  }
  return absl::OkStatus();
}

}  // namespace probity::dataset
