#include <algorithm>
#include <optional>
#include <vector>

#include "base/errors.h"
#include "base/hash.h"
#include "base/timestamps.h"
#include "screening/facts.h"
#include "services/dataset/history.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/view.h"

namespace probity::dataset {
namespace {

// Revisions that one page looks at, those that its filters leave out included.
constexpr uint64_t kMostLookedAt = 2000;
// Manifests in memory at once.
constexpr size_t kChunk = 100;

absl::StatusOr<v1::Revision> Shown(const storage::Store& store,
                                   const storage::v1::Manifest& manifest) {
  v1::Revision revision;
  auto token = store.TokenOf(manifest.revision());
  if (!token.ok()) return token.status();
  *revision.mutable_token() = *token;
  revision.set_parent_digest(ToHex(manifest.parent_digest()));
  *revision.mutable_published_at() = TimestampOfMicros(manifest.published_at_us());
  revision.set_dataset(manifest.changed_dataset());
  for (const auto& state : manifest.datasets()) {
    if (state.dataset().name() != manifest.changed_dataset()) continue;
    *revision.mutable_edition() = screening::EditionOf(state);
  }
  *revision.mutable_counts() = manifest.counts();
  revision.set_published_by(manifest.published_by());
  revision.set_note(manifest.note());
  revision.set_load(manifest.load());
  if (manifest.has_approval()) *revision.mutable_approval() = manifest.approval();
  return revision;
}

// Revisions of a dataset that the caller may not see are not his to see either.
bool MayShow(const storage::View& head, const storage::v1::Manifest& manifest,
             const std::string& only) {
  if (!only.empty() && manifest.changed_dataset() != only) return false;
  if (manifest.changed_dataset().empty()) return true;
  return head.FindDataset(storage::BareDatasetId(manifest.changed_dataset())) != nullptr;
}

// The newest revision that was published before an instant; nullopt: none that is left.
absl::StatusOr<std::optional<uint64_t>> NewestBefore(const Place& at,
                                                     const google::protobuf::Timestamp& instant) {
  v1::Consistency consistency;
  *consistency.mutable_known_at() = TimestampOfMicros(MicrosOf(instant) - 1);
  auto view = at.store.ViewAt(consistency, at.call.caller.authority);
  if (ReasonOf(view.status()) == v1::ERROR_REASON_REVISION_EXPIRED) return std::nullopt;
  if (!view.ok()) return view.status();
  return (*view)->manifest().revision();
}

// Where the page begins: behind the one before it, else at the newest revision asked for.
absl::StatusOr<std::optional<uint64_t>> Begin(const Place& at, const std::string& query,
                                              const v1::ListRevisionsRequest& request) {
  if (!request.page_token().empty()) {
    auto place = rpc::DecodePageToken(query, request.page_token());
    if (!place.ok()) return place.status();
    return place->revision;
  }
  if (request.has_published_to()) return NewestBefore(at, request.published_to());
  return at.store.Head(at.call.caller.authority)->manifest().revision();
}

}  // namespace

absl::Status List(const Place& at, const v1::ListRevisionsRequest& request,
                  v1::ListRevisionsResponse* out) {
  const auto head = at.store.Head(at.call.caller.authority);
  if (!request.dataset().empty()) {
    auto id = rpc::ParseDatasetName("dataset", request.dataset());
    if (!id.ok()) return id.status();
    auto state = FindDataset(*head, *id);
    if (!state.ok()) return state.status();
  }
  auto size = rpc::PageSize(request.page_size(), rpc::kDefaultPageSize, rpc::kMaxPageSize);
  if (!size.ok()) return size.status();
  const std::string query = rpc::QueryFingerprint(at.call, request);
  auto begin = Begin(at, query, request);
  if (!begin.ok()) return begin.status();
  if (!begin->has_value()) return absl::OkStatus();
  const int64_t from_us = request.has_published_from() ? MicrosOf(request.published_from()) : 0;
  uint64_t next = **begin;
  const uint64_t last = next - std::min(next, kMostLookedAt);
  while (next > last) {
    auto manifests = at.store.ListManifests(next, kChunk);
    if (!manifests.ok()) return manifests.status();
    for (const auto& manifest : *manifests) {
      if (manifest.published_at_us() < from_us) return absl::OkStatus();
      if (out->revisions_size() == *size || next == last) break;
      next = manifest.revision() - 1;
      if (!MayShow(*head, manifest, request.dataset())) continue;
      auto revision = Shown(at.store, manifest);
      // Swept since it was listed, and with it all that came before.
      if (ReasonOf(revision.status()) == v1::ERROR_REASON_REVISION_EXPIRED) {
        return absl::OkStatus();
      }
      if (!revision.ok()) return revision.status();
      *out->add_revisions() = *std::move(revision);
    }
    if (manifests->empty() || out->revisions_size() == *size) break;
  }
  const bool more = next >= at.store.EarliestRevision();
  if (more) out->set_next_page_token(rpc::EncodePageToken(query, {next, 0}));
  return absl::OkStatus();
}

}  // namespace probity::dataset
