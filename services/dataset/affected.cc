#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/timestamps.h"
#include "screening/decision/replay.h"
#include "services/dataset/history.h"
#include "services/rpc/page_token.h"
#include "services/rpc/seal.h"
#include "services/rpc/status.h"
#include "services/rpc/view.h"
#include "storage/diff.h"

namespace probity::dataset {
namespace {

using storage::RecordRef;

// Decisions on a page: each is decided again.
constexpr int kMaxPage = 100;
// Decisions and records that one page looks at, also those that are not affected.
constexpr int kMostLookedAt = 1000;
constexpr size_t kKeysRead = 1000;

// What was corrected: one record, or all that one revision changed.
class Cause {
 public:
  static absl::StatusOr<Cause> Open(const Place& at,
                                    const v1::ListAffectedDecisionsRequest& request) {
    if (request.has_record()) return OfRecord(at, request.record());
    if (request.has_revision()) return OfRevision(at, request.revision());
    return InvalidField("cause", "give a record or a revision");
  }

  const std::string& dataset() const { return dataset_; }
  // What is said since.
  const storage::View& corrected() const { return *corrected_; }

  // Keys of its records behind `after`, in order; none: that was all.
  absl::StatusOr<std::vector<std::string>> KeysBehind(const std::string& after) const {
    if (dataset_.empty()) return std::vector<std::string>();
    if (before_ != nullptr) {
      return store_->ChangedKeys(*before_, *corrected_, dataset_, after, kKeysRead);
    }
    return after < key_ ? std::vector<std::string>{key_} : std::vector<std::string>();
  }

  absl::StatusOr<bool> Changed(const RecordRef& ref) const {
    if (ref.dataset != dataset_) return false;
    if (before_ == nullptr) return ref.key == key_;
    return Differs(ref, *before_);
  }

  // Whether the record says something else in `then` than it does since.
  absl::StatusOr<bool> Differs(const RecordRef& ref, const storage::View& then) const {
    auto old_row = then.GetRecord(ref);
    if (!old_row.ok()) return old_row.status();
    auto new_row = corrected_->GetRecord(ref);
    if (!new_row.ok()) return new_row.status();
    return storage::Differ(*old_row, *new_row);
  }

 private:
  static absl::StatusOr<Cause> OfRecord(const Place& at, const std::string& name) {
    auto ref = rpc::ParseRecordName("record", name);
    if (!ref.ok()) return ref.status();
    Cause cause;
    cause.corrected_ = at.store.Head(at.call.caller.authority);
    auto state = FindDataset(*cause.corrected_, ref->dataset);
    if (!state.ok()) return state.status();
    cause.dataset_ = ref->dataset;
    cause.key_ = ref->key;
    return cause;
  }

  static absl::StatusOr<Cause> OfRevision(const Place& at, uint64_t revision) {
    if (revision < 2) return InvalidField("revision", "must be 2 or more: 1 changed nothing");
    auto corrected = rpc::ViewOfRevision(at.store, at.call, revision);
    if (!corrected.ok()) return corrected.status();
    auto before = rpc::ViewOfRevision(at.store, at.call, revision - 1);
    if (!before.ok()) return before.status();
    Cause cause;
    cause.store_ = &at.store;
    cause.corrected_ = *std::move(corrected);
    cause.before_ = *std::move(before);
    // Empty where the caller may not see it.
    cause.dataset_ =
        std::string(storage::BareDatasetId(cause.corrected_->manifest().changed_dataset()));
    return cause;
  }

  const storage::Store* store_ = nullptr;
  std::string dataset_;  // bare id
  std::string key_;      // of the one record
  rpc::ViewPtr before_;  // the revision before; nullptr: it is one record
  rpc::ViewPtr corrected_;
};

// Where a page begins: at a record of the cause, with decisions below a leaf.
struct PageStart {
  std::string key;
  uint64_t before = std::numeric_limits<uint64_t>::max();
};

std::string Encode(const std::string& query, const PageStart& start) {
  return rpc::Seal(query, absl::StrCat(start.before, ":", start.key));
}

absl::StatusOr<PageStart> Decode(const std::string& query, const std::string& token) {
  PageStart start;
  if (token.empty()) return start;
  const auto content = rpc::Unseal(query, token);
  const size_t colon = content ? content->find(':') : std::string::npos;
  if (colon == std::string::npos || !absl::SimpleAtoi(content->substr(0, colon), &start.before)) {
    return InvalidPageToken();
  }
  start.key = content->substr(colon + 1);
  return start;
}

class Listing {
 public:
  Listing(const Place& at, const HistoryDesk& desk, const Cause& cause, int size,
          v1::ListAffectedDecisionsResponse* out)
      : at_(at), desk_(desk), cause_(cause), size_(size), out_(out) {}

  // Gives where the next page begins; nullopt: that was all.
  absl::StatusOr<std::optional<PageStart>> Run(const PageStart& start) {
    if (absl::Status opened = Open(); !opened.ok()) return opened;
    std::string key = start.key;
    if (!key.empty()) {
      auto stopped = ListOf(start);
      if (!stopped.ok() || stopped->has_value()) return stopped;
    }
    for (;;) {
      auto keys = cause_.KeysBehind(key);
      if (!keys.ok()) return keys.status();
      if (keys->empty()) return std::optional<PageStart>();
      for (std::string& next : *keys) {
        auto stopped = ListOf({next, PageStart().before});
        if (!stopped.ok() || stopped->has_value()) return stopped;
      }
      key = std::move(keys->back());
    }
  }

 private:
  absl::Status Open() {
    auto view = rpc::NamedViewFor(at_.store, desk_.names.index, at_.call, {});
    if (!view.ok()) return view.status();
    today_ = *std::move(view);
    *out_->mutable_stamp() = rpc::StampOf(*today_, at_.call, at_.call.Today());
    out_->mutable_stamp()->set_matcher_version(desk_.engine.matcher_version());
    return absl::OkStatus();
  }

  bool IsFull() const { return out_->decisions_size() == size_ || looked_at_ >= kMostLookedAt; }

  // The decisions that cite one record, newest first; gives where it had to stop.
  absl::StatusOr<std::optional<PageStart>> ListOf(PageStart start) {
    if (IsFull()) return std::optional<PageStart>(start);
    ++looked_at_;
    storage::DecisionQuery query;
    query.authority = at_.call.caller.authority;
    query.record = RecordRef{cause_.dataset(), start.key}.Name();
    query.before = start.before;
    for (;;) {
      if (absl::Status alive = at_.call.CheckAlive(); !alive.ok()) return alive;
      auto page = desk_.log.List(query);
      if (!page.ok()) return page.status();
      for (const storage::v1::DecisionSummary& summary : page->decisions) {
        if (IsFull()) return std::optional<PageStart>({start.key, summary.leaf_index() + 1});
        ++looked_at_;
        absl::Status added = Consider(summary, query.record);
        if (!added.ok()) return added;
      }
      if (!page->next) return std::optional<PageStart>();
      query.before = *page->next;
    }
  }

  // Adds the decision where `record` is the first of its records that were corrected: so
  // each stands in the list once.
  absl::Status Consider(const storage::v1::DecisionSummary& summary, const std::string& record) {
    auto stored = desk_.log.Get(summary.decision());
    if (!stored.ok()) return stored.status();
    auto recorded = screening::ReadRecorded(summary.decision(), stored->body.core(),
                                            stored->body.bundle(), stored->personal_texts);
    if (!recorded.ok()) return recorded.status();
    auto records = CorrectedOf(summary, *recorded);
    if (!records.ok()) return records.status();
    if (records->empty() || records->front() != record) return absl::OkStatus();
    v1::AffectedDecision* affected = out_->add_decisions();
    affected->set_decision(summary.decision());
    affected->set_procedure(summary.procedure());
    *affected->mutable_recorded_at() = TimestampOfMicros(summary.time_us());
    affected->set_recorded_verdict(static_cast<v1::Verdict>(summary.verdict()));
    affected->set_display_name(screening::DisplayNameOf(*recorded));
    for (std::string& one : *records) affected->add_records(std::move(one));
    return DecideToday(*recorded, affected);
  }

  // Records that the decision cites and that say something else since. Where what it saw
  // can no longer be read, all that it cites of the cause.
  absl::StatusOr<std::vector<std::string>> CorrectedOf(const storage::v1::DecisionSummary& summary,
                                                       const screening::Recorded& recorded) const {
    std::vector<std::string> records;
    auto then = ViewThen(recorded);
    if (!then.ok()) return then.status();
    const uint64_t since = cause_.corrected().manifest().revision();
    if (*then != nullptr && (*then)->manifest().revision() >= since) return records;
    for (const std::string& name : summary.records()) {
      const auto ref = RecordRef::FromName(name);
      if (!ref) continue;
      auto corrected = cause_.Changed(*ref);
      if (corrected.ok() && *corrected && *then != nullptr) {
        corrected = cause_.Differs(*ref, **then);
      }
      if (!corrected.ok()) return corrected.status();
      if (*corrected) records.push_back(name);
    }
    return records;
  }

  // What the decision was made from; nullptr where it was swept, or is another store's.
  absl::StatusOr<rpc::ViewPtr> ViewThen(const screening::Recorded& recorded) const {
    v1::Consistency exact;
    *exact.mutable_at_exact_revision() = recorded.bundle.revision();
    auto view = rpc::ViewFor(at_.store, at_.call, exact);
    switch (ReasonOf(view.status())) {
      case v1::ERROR_REASON_REVISION_EXPIRED:
      case v1::ERROR_REASON_REVISION_NOT_YET_HERE:
      case v1::ERROR_REASON_WRONG_LINEAGE:
        return rpc::ViewPtr();
      default:
        return view;
    }
  }

  // A decision that cannot be made again says so; that ends no list.
  absl::Status DecideToday(const screening::Recorded& recorded, v1::AffectedDecision* affected) {
    absl::StatusOr<screening::Decided> decided = Decide(recorded);
    if (decided.ok()) {
      affected->set_corrected_verdict(decided->core.verdict());
      return absl::OkStatus();
    }
    if (absl::Status alive = at_.call.CheckAlive(); !alive.ok()) return alive;
    *affected->mutable_error() = rpc::ToItemError(decided.status());
    return absl::OkStatus();
  }

  absl::StatusOr<screening::Decided> Decide(const screening::Recorded& recorded) {
    if (screening::AskedTextsErased(recorded)) {
      return ReplayEngineUnavailable("names that were erased from the decision");
    }
    if (policy_ == nullptr) {
      auto policy = desk_.policies.Stable(at_.call.caller.authority);
      if (!policy.ok()) return policy.status();
      policy_ = *std::move(policy);
      out_->mutable_stamp()->set_policy_version(policy_->name());
    }
    const screening::Asking asking = at_.call.Asking();
    return screening::DecideAgain({*today_, desk_.names, desk_.law, desk_.schemes, desk_.goods},
                                  {at_.call.Today(), asking}, *policy_, desk_.engine, recorded,
                                  screening::NewSalts());
  }

  const Place& at_;
  const HistoryDesk& desk_;
  const Cause& cause_;
  const int size_;
  v1::ListAffectedDecisionsResponse* const out_;
  rpc::ViewPtr today_;
  screening::PolicyPtr policy_;  // nullptr: not asked for yet
  int looked_at_ = 0;
};

}  // namespace

absl::Status ListAffected(const Place& at, const HistoryDesk& desk,
                          const v1::ListAffectedDecisionsRequest& request,
                          v1::ListAffectedDecisionsResponse* out) {
  auto size = rpc::PageSize(request.page_size(), kMaxPage, kMaxPage);
  if (!size.ok()) return size.status();
  const std::string query = rpc::QueryFingerprint(at.call, request);
  auto start = Decode(query, request.page_token());
  if (!start.ok()) return start.status();
  auto cause = Cause::Open(at, request);
  if (!cause.ok()) return cause.status();
  auto next = Listing(at, desk, *cause, *size, out).Run(*start);
  if (!next.ok()) return next.status();
  if (next->has_value()) out->set_next_page_token(Encode(query, **next));
  return absl::OkStatus();
}

}  // namespace probity::dataset
