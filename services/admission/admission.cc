#include "services/admission/admission.h"

#include <algorithm>
#include <utility>

#include "base/errors.h"

namespace probity::admission {
namespace {

// After which a stream may be tried again, or a call for which there was no place in a
// lane of fixed size. Nobody knows when one ends.
constexpr absl::Duration kTryAgain = absl::Seconds(1);

constexpr size_t At(Lane lane) { return static_cast<size_t>(lane); }

// What one caller may have of `places`.
uint32_t ShareOf(int places) { return static_cast<uint32_t>(std::max(1, places * 3 / 4)); }

// Whole milliseconds, and not none.
absl::Duration Rounded(absl::Duration wait) {
  return std::max(absl::Ceil(wait, absl::Milliseconds(1)), absl::Milliseconds(1));
}

}  // namespace

Admission::Admission(AdmissionOptions options)
    : options_(std::move(options)),
      callers_(options_.quotas, kMaxCallers),
      heavy_(options_.limit, options_.clock()),
      heavy_lane_(options_.heavy_threads, kHeavyNiceness),
      long_lane_(kLongThreads, kLongNiceness) {}

rpc::Executor* Admission::LaneOf(absl::string_view method) {
  switch (CostOf(method).lane) {
    case Lane::kHeavy:
      return &heavy_lane_;
    case Lane::kLong:
      return &long_lane_;
    default:
      return nullptr;
  }
}

absl::Status Admission::Enter(const grpc::CallbackServerContext&, absl::string_view method,
                              rpc::CallContext* call) {
  return Admit(method, call);
}

absl::Status Admission::Admit(absl::string_view method, rpc::CallContext* call) {
  const MethodCost& cost = CostOf(method);
  absl::MutexLock lock(&mutex_);
  CallerState* const state = &callers_.Find(call->caller, options_.clock());
  // The place first: who is turned away for lack of one has paid nothing.
  absl::Status let = TakePlace(cost.lane, call->caller, state);
  if (!let.ok()) return let;
  if (let = Pay(call->caller, cost.units, 0, state); !let.ok()) {
    if (cost.lane == Lane::kHeavy) heavy_.LeaveUnmeasured();
    LeavePlace(cost.lane, state);
    return let;
  }
  call->account = state;
  if (cost.units_an_item > 0) {
    // `call` stays where it is.
    call->spend = [this, call, &cost, first = true](size_t items) mutable {
      absl::MutexLock paying(&mutex_);
      auto* account = static_cast<CallerState*>(call->account);
      absl::Status paid =
          Pay(call->caller, cost.units_an_item * static_cast<double>(items), cost.units, account);
      // Else whoever asks again as he is told pays for asking what he waited for.
      if (!paid.ok() && first) account->bucket.GiveBack(cost.units);
      first = false;
      return paid;
    };
  }
  return absl::OkStatus();
}

absl::Status Admission::Pay(const rpc::Caller& caller, double units, double paid,
                            CallerState* state) {
  const absl::Duration wait = state->bucket.Take(units, options_.clock(), paid);
  if (wait == absl::ZeroDuration()) return absl::OkStatus();
  ++quota_exceeded_;
  return QuotaExceeded(caller.principal, "caller_units_per_second", Rounded(wait));
}

absl::Status Admission::TakeStream(const rpc::Caller& caller, const CallerState& state) {
  const bool of_caller = state.in_progress[At(Lane::kStream)] >= state.streams_allowed;
  const bool of_all = in_progress_[At(Lane::kStream)] >= static_cast<int>(options_.max_streams);
  if (!of_caller && !of_all) return absl::OkStatus();
  ++too_many_streams_;
  return of_caller ? TooManyStreams(caller.principal, state.streams_allowed, kTryAgain)
                   : TooManyStreams("", options_.max_streams, kTryAgain);
}

absl::Status Admission::TakePlace(Lane lane, const rpc::Caller& caller, CallerState* state) {
  uint32_t& own = state->in_progress[At(lane)];
  int& all = in_progress_[At(lane)];
  absl::Status let;
  if (lane == Lane::kStream) {
    let = TakeStream(caller, *state);
  } else if (lane == Lane::kHeavy) {
    const bool has_his_share = own >= ShareOf(heavy_.limit());
    if (has_his_share) heavy_.Press();
    if (has_his_share || !heavy_.Enter()) let = Overloaded(heavy_.Backlog());
  } else if (lane != Lane::kPoint) {
    const int places = lane == Lane::kLong ? kMaxLong : kMaxWrites;
    if (own >= ShareOf(places) || all >= places) let = Overloaded(kTryAgain);
  }
  if (absl::IsResourceExhausted(let) && lane != Lane::kStream) ++overloaded_;
  if (!let.ok()) return let;
  ++own;
  ++all;
  return let;
}

void Admission::LeavePlace(Lane lane, CallerState* state) {
  --state->in_progress[At(lane)];
  --in_progress_[At(lane)];
}

void Admission::Leave(const rpc::EndedCall& ended) {
  const Lane lane = CostOf(ended.method).lane;
  absl::MutexLock lock(&mutex_);
  LeavePlace(lane, static_cast<CallerState*>(ended.call.account));
  if (lane != Lane::kHeavy) return;
  // One that was given up in the queue tells of its waiting all the same.
  if (ended.call.was_elsewhere) {
    heavy_.LeaveUnmeasured();
  } else {
    heavy_.Leave(ended.waited, ended.duration - ended.waited, options_.clock());
  }
}

void Admission::SetQuotas(Quotas quotas) {
  absl::MutexLock lock(&mutex_);
  callers_.Become(std::move(quotas), options_.clock());
}

AdmissionFigures Admission::Figures() const {
  absl::MutexLock lock(&mutex_);
  AdmissionFigures figures;
  figures.heavy_limit = heavy_.limit();
  figures.heavy_in_progress = heavy_.in_progress();
  figures.writes_in_progress = in_progress_[At(Lane::kWrite)];
  figures.long_in_progress = in_progress_[At(Lane::kLong)];
  figures.streams = in_progress_[At(Lane::kStream)];
  figures.callers = callers_.size();
  figures.quota_exceeded = quota_exceeded_;
  figures.overloaded = overloaded_;
  figures.too_many_streams = too_many_streams_;
  return figures;
}

}  // namespace probity::admission
