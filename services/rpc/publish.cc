#include "services/rpc/publish.h"

#include <filesystem>
#include <memory>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/errors.h"
#include "base/hash.h"
#include "services/rpc/limits.h"
#include "services/rpc/resource_names.h"
#include "services/rpc/validate.h"
#include "services/rpc/view.h"

namespace probity::rpc {
namespace {

// A small change waits for nobody's load: it is compared anew when another publish
// of the dataset came first.
constexpr int kMaxConflicts = 20;

// A DELTA that is dated where the dataset needs it.
storage::LoadSpec SpecOf(const Writer& at, const Change& change, bool dated) {
  storage::LoadSpec spec;
  spec.dataset = change.dataset;
  spec.mode = v1::LOAD_MODE_DELTA;
  if (dated) spec.edition = change.edition.year() != 0 ? change.edition : DateOf(at.call.Today());
  *spec.facts.mutable_retrieved_at() = TimestampOf(at.call.received_at);
  *spec.facts.mutable_checked_at() = spec.facts.retrieved_at();
  return spec;
}

// Takes a change of a dataset that is not there yet: is it sound, and does it bring
// anything?
class Trial final : public storage::ChangeSetBuilder {
 public:
  absl::Status Add(const v1::Record&) override {
    counts_.set_added(counts_.added() + 1);
    return absl::OkStatus();
  }
  absl::Status Remove(absl::string_view key) override { return RecordNotFound(key); }
  absl::StatusOr<storage::ChangeSet> Finish() override { return storage::ChangeSet(); }
  const v1::LoadCounts& counts() const override { return counts_; }

 private:
  v1::LoadCounts counts_;
};

absl::StatusOr<ViewPtr> MakeOwn(const Writer& at, const storage::View& base,
                                const v1::Dataset& own) {
  auto made = storage::NewDatasetChangeSet(base, own);
  if (!made.ok()) return made.status();
  storage::PublishContext context;
  context.now_us = absl::ToUnixMicros(at.call.received_at);
  context.published_by = at.call.caller.principal;
  return at.store.Publish(*made, context);
}

// The view to compare with. One of the server's own datasets is made for the first change
// that brings something: until then the view has none of that name.
absl::StatusOr<ViewPtr> BaseOf(const Writer& at, const Change& change) {
  ViewPtr base = at.store.Head(at.call.caller.authority);
  const storage::v1::DatasetState* state = base->FindDataset(change.dataset);
  if (state != nullptr) {
    const bool reserved = state->dataset().kind() != v1::DATASET_KIND_UNSPECIFIED;
    if (reserved && !change.own) return DatasetReserved(DatasetName(change.dataset));
    return base;
  }
  if (!change.own) return DatasetNotFound(DatasetName(change.dataset));
  Trial trial;
  if (absl::Status tried = change.fill(*base, &trial); !tried.ok()) return tried;
  return trial.counts().added() == 0 ? base : MakeOwn(at, *base, *change.own);
}

bool ChangesNothing(const v1::LoadCounts& counts) {
  return counts.added() == 0 && counts.changed() == 0 && counts.removed() == 0;
}

absl::StatusOr<ViewPtr> PublishOnce(const Writer& at, ViewPtr base, const Change& change,
                                    const google::protobuf::Message& request,
                                    const google::protobuf::Message& out) {
  const bool dated =
      base->FindDataset(change.dataset)->dataset().absence() == v1::ABSENCE_MODE_DELISTED;
  auto builder = storage::ChangeSetBuilder::Create(*base, SpecOf(at, change, dated),
                                                   std::filesystem::temp_directory_path());
  if (!builder.ok()) return builder.status();
  if (absl::Status filled = change.fill(*base, builder->get()); !filled.ok()) return filled;
  auto changes = (*builder)->Finish();
  if (!changes.ok()) return changes.status();
  const auto remove_file = absl::MakeCleanup([&changes] {
    std::error_code ignored;
    std::filesystem::remove(changes->path, ignored);
  });
  if (change.own && change.request_id.empty() && ChangesNothing(changes->header.counts())) {
    return base;
  }
  if (change.guard) {
    if (absl::Status guarded = change.guard(*changes); !guarded.ok()) return guarded;
  }
  return at.store.Publish(*changes, ContextOf(at, change.note, change.request_id, request, out));
}

// The stamp of the revision that a request published before; that of the newest
// one where it has been swept. What was written at this very moment is durable
// a little before it can be read.
v1::AnswerStamp StampOfRevision(const Writer& at, uint64_t revision) {
  auto token = at.store.TokenOf(revision);
  while (ReasonOf(token.status()) == v1::ERROR_REASON_REVISION_NOT_YET_HERE &&
         at.call.CheckAlive().ok()) {
    absl::SleepFor(absl::Milliseconds(1));
    token = at.store.TokenOf(revision);
  }
  v1::AnswerStamp stamp = StampOf(*at.store.Head(at.call.caller.authority), at.call);
  if (token.ok()) *stamp.mutable_revision() = *token;
  return stamp;
}

// Another publish of the dataset came first, or made it.
bool IsConflict(const absl::Status& status, const Change& change) {
  const v1::ErrorReason reason = ReasonOf(status);
  return reason == v1::ERROR_REASON_LOAD_CONFLICT ||
         (change.own && reason == v1::ERROR_REASON_DATASET_EXISTS);
}

}  // namespace

std::string RequestKey(const Caller& caller, const std::string& request_id) {
  return absl::StrCat(caller.authority, caller.authority.empty() ? "" : "/", caller.principal, "/",
                      request_id);
}

storage::PublishContext ContextOf(const Writer& at, const std::string& note,
                                  const std::string& request_id,
                                  const google::protobuf::Message& request,
                                  const google::protobuf::Message& response) {
  storage::PublishContext context;
  context.now_us = absl::ToUnixMicros(at.call.received_at);
  context.published_by = at.call.caller.principal;
  context.note = note;
  if (!request_id.empty()) {
    context.request_id = RequestKey(at.call.caller, request_id);
    context.request_digest = Sha256(CanonicalBytes(request));
    context.response = response.SerializeAsString();
  }
  return context;
}

absl::StatusOr<uint64_t> AnsweredBefore(const Writer& at, const std::string& request_id,
                                        const google::protobuf::Message& request,
                                        google::protobuf::Message* out) {
  if (absl::Status well = CheckRequestId(request_id); !well.ok()) return well;
  if (request_id.empty()) return 0;
  auto known = at.store.FindRequest(RequestKey(at.call.caller, request_id));
  if (!known.ok()) return known.status();
  if (!known->has_value()) return 0;
  if ((*known)->request_digest != Sha256(CanonicalBytes(request))) {
    return RequestIdReused(request_id);
  }
  if (!out->ParseFromString((*known)->response)) {
    return StoreCorrupt("requests", "a remembered answer cannot be read");
  }
  return (*known)->revision;
}

absl::StatusOr<v1::AnswerStamp> Publish(const Writer& at, const Change& change,
                                        const google::protobuf::Message& request,
                                        google::protobuf::Message* out) {
  if (change.edition.year() != 0 && !IsFullDay(change.edition)) {
    return InvalidField("edition", "must be a full day that exists");
  }
  absl::Status last = CheckBytes("note", change.note, kMaxNoteBytes);
  if (!last.ok()) return last;
  for (int attempt = 0; attempt < kMaxConflicts; ++attempt) {
    auto base = BaseOf(at, change);
    if (base.ok()) {
      auto before = AnsweredBefore(at, change.request_id, request, out);
      if (!before.ok()) return before.status();
      if (*before > 0) return StampOfRevision(at, *before);
      if ((*base)->FindDataset(change.dataset) == nullptr) return StampOf(**base, at.call);
      auto view = PublishOnce(at, *std::move(base), change, request, *out);
      if (view.ok()) return StampOf(**view, at.call);
      last = view.status();
    } else {
      last = base.status();
    }
    if (!IsConflict(last, change)) return last;
  }
  return last;
}

}  // namespace probity::rpc
