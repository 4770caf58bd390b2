#include <algorithm>
#include <atomic>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/timestamps.h"
#include "screening/decision/decide.h"
#include "screening/history/cited_records.h"
#include "services/rpc/limits.h"
#include "services/rpc/resource_names.h"
#include "services/rpc/status.h"
#include "services/rpc/validate.h"
#include "services/rpc/view.h"
#include "services/screening_service/decisions.h"
#include "services/screening_service/operations.h"
#include "services/screening_service/screen_one.h"
#include "services/screening_service/weight.h"

namespace probity::screening_service {
namespace {

absl::StatusOr<screening::PolicyPtr> PolicyFor(const Bench& bench, const rpc::CallContext& call,
                                               const Given& given,
                                               const v1::ScreenSupplierRequest& request) {
  if (!request.policy().empty()) return bench.policies.Find(request.policy());
  if (given.policy != nullptr) return given.policy;
  return bench.policies.Stable(call.caller.authority);
}

// What makes two requests the same one. How fresh the data must be does not.
std::string DigestOf(v1::ScreenSupplierRequest request) {
  request.clear_request_id();
  request.clear_consistency();
  return Sha256(CanonicalBytes(request));
}

absl::Status CheckRequest(const v1::ScreenSupplierRequest& request) {
  return rpc::CheckBytes("request_id", request.request_id(), rpc::kMaxRequestIdBytes);
}

// One decision on its way into the log, and what is answered once it is there.
struct Pending {
  storage::EvidenceEntry entry;
  RawAnswer answer;
  screening::DecisionTraits traits;
};

class Screening {
 public:
  Screening(const Bench& bench, const rpc::CallContext& call) : bench_(bench), call_(call) {}

  // The decision that was recorded for the request's id; nullopt: none.
  absl::StatusOr<std::optional<std::string>> Before(
      const v1::ScreenSupplierRequest& request) const {
    if (request.request_id().empty()) return std::nullopt;
    auto found = bench_.log.FindRequest(call_.caller.authority, request.request_id());
    if (!found.ok()) return found.status();
    if (!found->has_value()) return std::nullopt;
    if ((*found)->request_digest() != DigestOf(request)) {
      return RequestIdReused(request.request_id());
    }
    return (*found)->decision();
  }

  absl::StatusOr<Pending> Decide(const Given& given,
                                 const v1::ScreenSupplierRequest& request) const {
    const storage::View& view = *given.view;
    auto policy = PolicyFor(bench_, call_, given, request);
    if (!policy.ok()) return policy.status();
    auto day = DayOf(call_, given.consistency, request.as_of());
    if (!day.ok()) return day.status();
    const screening::Asking asking = call_.Asking();
    const screening::Shelf shelf{view, bench_.names, bench_.law, bench_.schemes, bench_.goods};
    auto decided =
        screening::Decide(shelf, {*day, asking}, {**policy, call_.caller.authority, bench_.engine},
                          request, screening::NewSalts());
    if (!decided.ok()) return decided.status();
    auto cited = screening::CitationsOf(decided->bundle, decided->bundle_bytes, view);
    if (!cited.ok()) return cited.status();
    const std::string name = rpc::NewRecordName(call_, "decisions");
    Pending pending;
    pending.traits = screening::TraitsOf(decided->core, decided->bundle);
    v1::AnswerStamp* stamp = pending.answer.mutable_stamp();
    *stamp = rpc::StampOf(view, call_, *day);
    stamp->set_policy_version((*policy)->name());
    stamp->set_matcher_version(bench_.engine.matcher_version());
    pending.entry = EntryOf(name, &*decided, request);
    // "datasets/..." stands before "suppliers/...".
    pending.entry.records = std::move(cited->records);
    std::move(cited->suppliers.begin(), cited->suppliers.end(),
              std::back_inserter(pending.entry.records));
    pending.answer.mutable_decision()->set_core(std::move(decided->core_bytes));
    pending.answer.set_bundle(std::move(decided->bundle_bytes));
    return pending;
  }

 private:
  // Takes the texts out of what was decided.
  static storage::EvidenceEntry EntryOf(const std::string& name, screening::Decided* decided,
                                        const v1::ScreenSupplierRequest& request) {
    storage::EvidenceEntry entry;
    entry.decision = name;
    entry.core = decided->core_bytes;
    entry.bundle = decided->bundle_bytes;
    entry.bundle_digest = decided->core.bundle_digest();
    entry.personal_texts = std::move(decided->personal);
    entry.request_id = request.request_id();
    if (!entry.request_id.empty()) entry.request_digest = DigestOf(request);
    entry.verdict = decided->core.verdict();
    entry.purpose = request.purchase().purpose();
    if (!decided->supplier.empty()) entry.subjects = {decided->supplier};
    entry.procedure = request.purchase().procedure();
    entry.revision = decided->core.revision().revision();
    return entry;
  }

  const Bench& bench_;
  const rpc::CallContext& call_;
};

// The answer from a decision as it is in the log.
absl::StatusOr<RawAnswer> AnswerAsRecorded(const Bench& bench, const rpc::CallContext& call,
                                           const std::string& decision) {
  auto stored = FindDecision(bench, call, decision);
  if (!stored.ok()) return stored.status();
  v1::Decision shown;
  if (absl::Status read = ReadDecision(bench, *stored, &shown); !read.ok()) return read;
  RawAnswer answer;
  storage::v1::RawDecision* raw = answer.mutable_decision();
  raw->set_name(shown.name());
  raw->set_core(stored->body.core());
  raw->set_leaf_index(shown.leaf_index());
  *raw->mutable_recorded_at() = shown.recorded_at();
  raw->set_decision_uri(shown.decision_uri());
  answer.set_bundle(stored->body.bundle());
  *answer.mutable_stamp() = rpc::StampOf(call);
  *answer.mutable_stamp()->mutable_revision() = shown.core().revision();
  *answer.mutable_stamp()->mutable_as_of() = shown.core().as_of();
  answer.set_repeated_request(true);
  return answer;
}

void SayRecorded(const Bench& bench, const storage::Recorded& recorded,
                 storage::v1::RawDecision* decision) {
  decision->set_name(recorded.decision);
  decision->set_decision_uri(DecisionUri(bench, recorded.decision));
  decision->set_leaf_index(recorded.leaf_index);
  *decision->mutable_recorded_at() = TimestampOfMicros(recorded.time_us);
}

}  // namespace

absl::StatusOr<DayNumber> DayOf(const rpc::CallContext& call, const v1::Consistency& consistency,
                                const v1::Date& as_of) {
  const bool of_that_day = consistency.has_known_at() && as_of.ByteSizeLong() == 0;
  if (!of_that_day) return rpc::AsOfDay(call, as_of);
  return DayOfSeconds(consistency.known_at().seconds());
}

void FillResult(absl::StatusOr<RawAnswer> answer, v1::BatchScreenItemResult* result) {
  absl::Status status = answer.status();
  if (answer.ok()) {
    answer->clear_bundle();
    answer->clear_stamp();
    if (result->mutable_response()->ParseFromString(answer->SerializeAsString())) return;
    status = StoreCorrupt(answer->decision().name(), "the decision cannot be read");
  }
  *result->mutable_error() = rpc::ToItemError(status);
}

void ScreenOne(const Bench& bench, const rpc::CallContext& call, Given given,
               const v1::ScreenSupplierRequest& request, AnswerDone done) {
  if (absl::Status well = CheckRequest(request); !well.ok()) return done(well);
  const storage::Announcement announced = bench.log.Announce();
  const Screening screening(bench, call);
  auto before = screening.Before(request);
  if (!before.ok()) return done(before.status());
  if (before->has_value()) return done(AnswerAsRecorded(bench, call, **before));
  if (given.view == nullptr) {
    auto opened = rpc::NamedViewFor(bench.store, bench.names.index, call, given.consistency);
    if (!opened.ok()) return done(opened.status());
    given.view = *std::move(opened);
  }
  auto pending = screening.Decide(given, request);
  if (!pending.ok()) return done(pending.status());
  auto answer = std::make_shared<RawAnswer>(std::move(pending->answer));
  // The view is held until the record keeps its revision from being swept.
  bench.log.Append(std::move(pending->entry),
                   [&bench, &call, answer, view = given.view, traits = std::move(pending->traits),
                    done = std::move(done)](absl::StatusOr<storage::Recorded> recorded) {
                     if (!recorded.ok()) return done(recorded.status());
                     if (recorded->repeated)
                       return done(AnswerAsRecorded(bench, call, recorded->decision));
                     if (bench.observer != nullptr) bench.observer->Recorded(traits);
                     SayRecorded(bench, *recorded, answer->mutable_decision());
                     done(std::move(*answer));
                   });
}

namespace {

// Counts the items of a batch that are still on their way; the last one answers.
struct Countdown {
  explicit Countdown(int count, rpc::CallDone then) : left(count), done(std::move(then)) {}
  void One() {
    if (left.fetch_sub(1) == 1) done(absl::OkStatus());
  }
  std::atomic<int> left;
  rpc::CallDone done;
};

}  // namespace

void ScreenSupplier(const Bench& bench, const rpc::CallContext& call,
                    const v1::ScreenSupplierRequest& request, rpc::BytesDone done) {
  if (absl::Status paid = call.Spend(WeightOf(request)); !paid.ok()) return done(paid);
  ScreenOne(bench, call, {nullptr, request.consistency(), nullptr}, request,
            [done = std::move(done)](const absl::StatusOr<RawAnswer>& answer) {
              if (!answer.ok()) return done(answer.status());
              done(answer->SerializeAsString());
            });
}

void BatchScreenSuppliers(const Bench& bench, const rpc::CallContext& call,
                          const v1::BatchScreenSuppliersRequest& request,
                          v1::BatchScreenSuppliersResponse* response, rpc::CallDone done) {
  absl::Status well = rpc::CheckCount("items", request.items_size(), rpc::kMaxBatchScreen);
  for (int i = 0; well.ok() && i < request.items_size(); ++i) {
    well = rpc::CheckBytes(absl::StrCat("items[", i, "].correlation_id"),
                           request.items(i).correlation_id(), rpc::kMaxCorrelationIdBytes);
  }
  size_t weight = 0;
  for (const v1::BatchScreenItem& item : request.items()) weight += WeightOf(item.request());
  if (well.ok()) well = call.Spend(weight);
  if (!well.ok()) return done(well);
  auto view = rpc::NamedViewFor(bench.store, bench.names.index, call, request.consistency());
  if (!view.ok()) return done(view.status());
  *response->mutable_stamp() = rpc::StampOf(**view, call);
  response->mutable_stamp()->set_matcher_version(bench.engine.matcher_version());
  for (const v1::BatchScreenItem& item : request.items()) {
    response->add_results()->set_correlation_id(item.correlation_id());
  }
  const storage::Announcement announced = bench.log.Announce();  // of all items
  // One more, so that it does not end before all have begun.
  auto countdown = std::make_shared<Countdown>(request.items_size() + 1, std::move(done));
  for (int i = 0; i < request.items_size(); ++i) {
    v1::BatchScreenItemResult* result = response->mutable_results(i);
    if (absl::Status alive = call.CheckAlive(); !alive.ok()) {
      FillResult(alive, result);
      countdown->One();
      continue;
    }
    ScreenOne(bench, call, {*view, request.consistency(), nullptr}, request.items(i).request(),
              [result, countdown](absl::StatusOr<RawAnswer> answer) {
                FillResult(std::move(answer), result);
                countdown->One();
              });
  }
  countdown->One();
}

}  // namespace probity::screening_service
