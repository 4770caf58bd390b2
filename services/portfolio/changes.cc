#include <utility>

#include "services/portfolio/feed_reader.h"
#include "services/portfolio/operations.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"

namespace probity::portfolio {

absl::Status ListChanges(const Desk& desk, const rpc::CallContext& call,
                         const v1::ListVerdictChangesRequest& request,
                         v1::ListVerdictChangesResponse* response) {
  auto size = rpc::PageSize(request.page_size(), rpc::kDefaultPageSize, rpc::kMaxPageSize);
  if (!size.ok()) return size.status();
  auto reader = FeedReader::Open(desk.store, desk.watch, call.caller.authority, request.portfolio(),
                                 request.cursor(), Begin::kOldest);
  if (!reader.ok()) return reader.status();
  auto page = reader->Next(static_cast<size_t>(*size));
  if (!page.ok()) return page.status();
  for (v1::VerdictChange& change : page->changes) *response->add_changes() = std::move(change);
  response->set_cursor(reader->CursorNow());
  response->set_more(page->more);
  if (!page->more) {
    *response->mutable_checkpoint() = CheckpointOf(page->weighed, call.received_at);
  }
  return absl::OkStatus();
}

}  // namespace probity::portfolio
