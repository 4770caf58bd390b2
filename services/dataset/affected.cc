#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/timestamps.h"
#include "screening/decision/replay.h"
#include "services/dataset/affected_cause.h"
#include "services/dataset/history.h"
#include "services/rpc/page_token.h"
#include "services/rpc/seal.h"
#include "services/rpc/status.h"
#include "services/rpc/view.h"

namespace probity::dataset {
namespace {

using storage::RecordRef;

// Decisions on a page: each is decided again.
constexpr int kMaxPage = 100;
// Decisions and records that one page looks at, also those that are not affected.
constexpr int kMostLookedAt = 1000;

// Where a page begins: at a record of the cause, or at one that it parted, with decisions
// below a leaf.
struct PageStart {
  bool is_parted = false;
  std::string record;  // key of the cause's dataset, or name of one that was parted
  uint64_t before = std::numeric_limits<uint64_t>::max();
};

std::string Encode(const std::string& query, const PageStart& start) {
  return rpc::Seal(query, absl::StrCat(start.before, start.is_parted ? ":p" : ":c", start.record));
}

absl::StatusOr<PageStart> Decode(const std::string& query, const std::string& token) {
  PageStart start;
  if (token.empty()) return start;
  const auto content = rpc::Unseal(query, token);
  const size_t colon = content ? content->find(':') : std::string::npos;
  if (colon == std::string::npos || colon + 1 == content->size() ||
      !absl::SimpleAtoi(content->substr(0, colon), &start.before)) {
    return InvalidPageToken();
  }
  start.is_parted = (*content)[colon + 1] == 'p';
  start.record = content->substr(colon + 2);
  return start;
}

class Listing {
 public:
  Listing(const Place& at, const HistoryDesk& desk, const AffectedCause& cause, int size,
          v1::ListAffectedDecisionsResponse* out)
      : at_(at), desk_(desk), cause_(cause), size_(size), out_(out) {}

  // Gives where the next page begins; nullopt: that was all.
  absl::StatusOr<std::optional<PageStart>> Run(const PageStart& start) {
    if (absl::Status opened = Open(); !opened.ok()) return opened;
    if (!start.record.empty()) {
      auto stopped = ListOf(start);
      if (!stopped.ok() || stopped->has_value()) return stopped;
    }
    if (!start.is_parted) {
      auto stopped = ListChangedBehind(start.record);
      if (!stopped.ok() || stopped->has_value()) return stopped;
    }
    return ListPartedBehind(start.is_parted ? start.record : "");
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

  absl::StatusOr<std::optional<PageStart>> ListChangedBehind(std::string key) {
    for (;;) {
      auto keys = cause_.KeysBehind(key);
      if (!keys.ok()) return keys.status();
      if (keys->empty()) return std::optional<PageStart>();
      for (const std::string& next : *keys) {
        auto stopped = ListOf({false, next, PageStart().before});
        if (!stopped.ok() || stopped->has_value()) return stopped;
      }
      key = std::move(keys->back());
    }
  }

  absl::StatusOr<std::optional<PageStart>> ListPartedBehind(const std::string& name) {
    const std::set<std::string>& parted = cause_.parted();
    for (auto next = parted.upper_bound(name); next != parted.end(); ++next) {
      auto stopped = ListOf({true, *next, PageStart().before});
      if (!stopped.ok() || stopped->has_value()) return stopped;
    }
    return std::optional<PageStart>();
  }

  // The decisions that cite one record, newest first; gives where it had to stop.
  absl::StatusOr<std::optional<PageStart>> ListOf(PageStart start) {
    if (IsFull()) return std::optional<PageStart>(start);
    ++looked_at_;
    storage::DecisionQuery query;
    query.authority = at_.call.caller.authority;
    query.record =
        start.is_parted ? start.record : RecordRef{cause_.dataset(), start.record}.Name();
    query.before = start.before;
    for (;;) {
      if (absl::Status alive = at_.call.CheckAlive(); !alive.ok()) return alive;
      auto page = desk_.log.List(query);
      if (!page.ok()) return page.status();
      for (const storage::v1::DecisionSummary& summary : page->decisions) {
        if (IsFull()) {
          start.before = summary.leaf_index() + 1;
          return std::optional<PageStart>(std::move(start));
        }
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

  // Records that the decision cites and that say something else since, or are put together
  // with others. Where what it saw can no longer be read, all that it cites of the cause.
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
      auto corrected = cause_.Corrects(*ref, then->get());
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
  const AffectedCause& cause_;
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
  auto cause = AffectedCause::Open(at, request);
  if (!cause.ok()) return cause.status();
  auto next = Listing(at, desk, *cause, *size, out).Run(*start);
  if (!next.ok()) return next.status();
  if (next->has_value()) out->set_next_page_token(Encode(query, **next));
  return absl::OkStatus();
}

}  // namespace probity::dataset
