#include <string>
#include <utility>

#include "base/errors.h"
#include "base/timestamps.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/screening_service/decisions.h"
#include "services/screening_service/operations.h"

namespace probity::screening_service {
namespace {

absl::Status ReadAct(storage::StoredAct stored, v1::Act* act) {
  act->set_name(stored.recorded.name);
  act->set_leaf_index(stored.leaf_index);
  *act->mutable_recorded_at() = TimestampOfMicros(stored.recorded.time_us);
  for (v1::PersonalText& text : stored.subjects) *act->add_subjects() = std::move(text);
  if (act->mutable_core()->ParseFromString(stored.recorded.core)) return absl::OkStatus();
  return StoreCorrupt(stored.recorded.name, "the act cannot be read");
}

}  // namespace

absl::StatusOr<storage::StoredAct> FindAct(const Bench& bench, const rpc::CallContext& call,
                                           const std::string& name) {
  if (storage::AuthorityOf(name) != call.caller.authority) return ActNotFound(name);
  return bench.log.GetAct(name);
}

absl::Status ListActs(const Bench& bench, const rpc::CallContext& call,
                      const v1::ListActsRequest& request, v1::ListActsResponse* response) {
  auto size = rpc::PageSize(request.page_size(), rpc::kDefaultPageSize, rpc::kMaxPageSize);
  if (!size.ok()) return size.status();
  storage::ActQuery query;
  query.authority = call.caller.authority;
  query.limit = static_cast<size_t>(*size);
  if (request.has_recorded_from()) query.from_us = MicrosOf(request.recorded_from());
  if (request.has_recorded_to()) query.to_us = MicrosOf(request.recorded_to());
  const std::string fingerprint = rpc::QueryFingerprint(call, request);
  if (!request.page_token().empty()) {
    auto place = rpc::DecodePageToken(fingerprint, request.page_token());
    if (!place.ok()) return place.status();
    query.before = place->offset;
  }
  const auto page = bench.log.ListActs(query);
  if (!page.ok()) return page.status();
  for (const std::string& name : page->acts) {
    if (absl::Status alive = call.CheckAlive(); !alive.ok()) return alive;
    auto stored = bench.log.GetAct(name);
    if (!stored.ok()) return stored.status();
    absl::Status read = ReadAct(*std::move(stored), response->add_acts());
    if (!read.ok()) return read;
  }
  if (page->next.has_value()) {
    response->set_next_page_token(rpc::EncodePageToken(fingerprint, {0, *page->next}));
  }
  return absl::OkStatus();
}

absl::Status GetActReceipt(const Bench& bench, const rpc::CallContext& call,
                           const v1::GetActReceiptRequest& request,
                           v1::GetActReceiptResponse* response) {
  const auto stored = FindAct(bench, call, request.name());
  if (!stored.ok()) return stored.status();
  auto receipt = storage::MakeActReceipt(bench.log, request.name());
  if (!receipt.ok()) return receipt.status();
  *response->mutable_receipt() = *std::move(receipt);
  return absl::OkStatus();
}

}  // namespace probity::screening_service
