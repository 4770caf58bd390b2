#include <utility>

#include "screening/list_links.h"
#include "services/rpc/page_token.h"
#include "services/rpc/view.h"
#include "services/supplier/operations.h"

namespace probity::supplier {

absl::Status Links(const storage::Store& store, const rpc::CallContext& call,
                   const v1::ListLinksRequest& request, v1::ListLinksResponse* response) {
  auto page = rpc::OpenPage(store, call, request);
  if (!page.ok()) return page.status();
  auto answer = screening::ListLinks(*page->view, store.identifiers(), request, call.Today());
  if (!answer.ok()) return answer.status();
  *response = *std::move(answer);
  response->set_next_page_token(page->NextToken(response->links_size()));
  rpc::KeepPage(*page, response->mutable_links());
  *response->mutable_stamp() = rpc::StampOf(
      *page->view, call, request.has_as_of() ? FirstDay(request.as_of()) : call.Today());
  return absl::OkStatus();
}

}  // namespace probity::supplier
