#include "services/dataset/load_preview.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "services/dataset/biggest_changes.h"
#include "services/dataset/operations.h"
#include "services/dataset/stored_preview.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"

namespace probity::dataset {
namespace {

screening::PreviewQuestion QuestionOf(const ImpactQuestion& asked, screening::PreviewScope scope) {
  return {asked.changes, scope, asked.authority, asked.still_wanted, asked.progress};
}

using Lifted = absl::StatusOr<std::vector<v1::LiftedVerdict>>;

Lifted Store(const screening::Previewer& previewer, const storage::View& base, const v1::Load& load,
             const std::string& directory, const ImpactQuestion& asked) {
  auto result = previewer.Preview(QuestionOf(asked, screening::PreviewScope::kAll));
  if (!result.ok()) return result.status();
  auto biggest = BiggestChanges(base, asked.changes, *result, asked.still_wanted);
  if (!biggest.ok()) return biggest.status();
  absl::Status written = WritePreview(directory, load, *result, *biggest);
  if (!written.ok()) return written;
  return screening::LiftedOf(*result);
}

absl::Status NotPreviewed(const std::string& load) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_LOAD_STATE,
                   absl::StrCat(load,
                                " has no preview: call PreviewLoad, then poll GetLoad until "
                                "it is PREVIEWED"),
                   {{"load", load}});
}

}  // namespace

LoadImpact ImpactBy(const screening::Previewer* previewer) {
  LoadImpact impact;
  impact.lifted = [previewer](const ImpactQuestion& asked) -> Lifted {
    auto result = previewer->Preview(QuestionOf(asked, screening::PreviewScope::kLifted));
    if (!result.ok()) return result.status();
    return screening::LiftedOf(*result);
  };
  impact.store_preview = [previewer](const storage::View& base, const v1::Load& load,
                                     const std::string& directory, const ImpactQuestion& asked) {
    return Store(*previewer, base, load, directory, asked);
  };
  return impact;
}

absl::Status Get(const Place& at, const v1::GetLoadPreviewRequest& request,
                 v1::GetLoadPreviewResponse* out) {
  auto found = FindLoad(at, "load", request.load());
  if (!found.ok()) return found.status();
  auto size = rpc::PageSize(request.page_size(), rpc::kDefaultPageSize, rpc::kMaxPageSize);
  if (!size.ok()) return size.status();
  const std::string query = rpc::QueryFingerprint(at.call, request);
  rpc::PagePosition from;
  if (!request.page_token().empty()) {
    auto position = rpc::DecodePageToken(query, request.page_token());
    if (!position.ok()) return position.status();
    from = *position;
  }
  auto next = ReadPreview(at.loads.DirectoryOf(found->ref), at.call.caller.authority,
                          {from.offset, static_cast<size_t>(*size)}, out);
  if (absl::IsNotFound(next.status())) return NotPreviewed(request.load());
  if (!next.ok()) return next.status();
  const uint64_t base = out->preview().base_revision();
  // It was worked out anew between the pages.
  if (from.revision != 0 && from.revision != base) return InvalidPageToken();
  if (next->has_value()) out->set_next_page_token(rpc::EncodePageToken(query, {base, **next}));
  return absl::OkStatus();
}

}  // namespace probity::dataset
