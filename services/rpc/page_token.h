// Page tokens: opaque to clients, bound to their query, revision and caller's
// authority.
#ifndef PROBITY_SERVICES_RPC_PAGE_TOKEN_H_
#define PROBITY_SERVICES_RPC_PAGE_TOKEN_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/hash.h"
#include "services/rpc/limits.h"
#include "services/rpc/view.h"

namespace probity::rpc {

// Where the next page begins.
struct PagePosition {
  uint64_t revision = 0;
  // Entries that were already given.
  uint64_t offset = 0;
};

// URL-safe text. `query` is the fingerprint of the question.
std::string EncodePageToken(absl::string_view query, const PagePosition& position);
// INVALID_ARGUMENT / INVALID_PAGE_TOKEN when the token was cut or altered, or
// belongs to another question.
absl::StatusOr<PagePosition> DecodePageToken(absl::string_view query, absl::string_view token);

// What a question is, without how it is paged and how fresh it must be.
std::string QueryFingerprint(const CallContext& call, const google::protobuf::Message& request);

// The size to use for an asked one: `standard` for 0.
// INVALID_ARGUMENT / INVALID_FIELD below 0, LIMIT_EXCEEDED above `most`.
absl::StatusOr<int> PageSize(int asked, int standard, int most);

// The view and place of a paged listing: that of the token, or the beginning in
// the view that is asked for.
struct Page {
  ViewPtr view;
  std::string query;
  uint64_t offset = 0;
  uint64_t size = 0;

  // The entries [offset, end) of `total`.
  uint64_t End(uint64_t total) const;
  // Token of the page after End(total); empty on the last.
  std::string NextToken(uint64_t total) const;
};
absl::StatusOr<Page> OpenPage(const storage::Store& store, const CallContext& call,
                              const v1::Consistency& consistency, std::string query,
                              absl::string_view token, absl::StatusOr<int> size);

// The page that a request asks for, of the size that most listings have (limits.h).
template <typename Request>
absl::StatusOr<Page> OpenPage(const storage::Store& store, const CallContext& call,
                              const v1::Consistency& consistency, const Request& request) {
  return OpenPage(store, call, consistency, QueryFingerprint(call, request), request.page_token(),
                  PageSize(request.page_size(), kDefaultPageSize, kMaxPageSize));
}
template <typename Request>
absl::StatusOr<Page> OpenPage(const storage::Store& store, const CallContext& call,
                              const Request& request) {
  return OpenPage(store, call, request.consistency(), request);
}

// Cuts the page out of all entries, a protobuf RepeatedPtrField.
template <typename Field>
void KeepPage(const Page& page, Field* entries) {
  const int total = entries->size();
  const int begin = static_cast<int>(page.offset) < total ? static_cast<int>(page.offset) : total;
  const int end = static_cast<int>(page.End(total));
  entries->DeleteSubrange(end, total - end);
  entries->DeleteSubrange(0, begin);
}

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_PAGE_TOKEN_H_
