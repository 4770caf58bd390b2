#include "services/portfolio/watch_stream.h"

#include <utility>

#include "absl/time/clock.h"
#include "base/errors.h"
#include "services/rpc/limits.h"
#include "services/rpc/take_request.h"

namespace probity::portfolio {
namespace {

// A client that reads has taken what is being written by then.
constexpr std::chrono::milliseconds kDrainPatience(500);

}  // namespace

std::shared_ptr<WatchStream> WatchStream::Begin(const StreamBase& base,
                                                grpc::CallbackServerContext* context,
                                                const v1::WatchVerdictsRequest& request) {
  std::shared_ptr<WatchStream> stream(new WatchStream(base, context, request));
  stream->self_ = stream;
  const absl::Status known = stream->frame_.Authorise();
  stream->Advance([&] { stream->Stop(known); });
  if (known.ok() && base.env.idle != nullptr) base.env.idle->Add(stream);
  return stream;
}

void WatchStream::Drain() {
  Advance([&] { Stop(WatchStopping()); });
  SetAlarm(kDrainPatience, &cut_off_);
}

void WatchStream::EndIfIdle(absl::Time now, absl::Duration limit) {
  Advance([&] {
    if (!writing_ || now - written_at_ < limit || !end_.ok()) return;
    Stop(StreamIdle(limit));
    cut_off_ = true;
  });
}

void WatchStream::OnWriteDone(bool ok) {
  Advance([&] {
    writing_ = false;
    page_.pop_front();
    if (!ok) Stop(absl::CancelledError("the caller has gone"));
  });
}

void WatchStream::OnCancel() {
  Advance([&] {
    absl::Status why = frame_.call().CheckAlive();
    Stop(why.ok() ? absl::CancelledError("the caller has gone") : why);
  });
}

void WatchStream::OnDone() { self_.reset(); }

WatchStream::Step WatchStream::Next() {
  if (!end_.ok()) {
    // A client that does not read would keep the write under way, and a drain, for ever.
    if (writing_ && std::exchange(cut_off_, false)) return Step::kCancel;
    return !writing_ && !reading_ ? Step::kFinish : Step::kNone;
  }
  if (writing_ || reading_) return Step::kNone;
  if (!page_.empty()) {
    writing_ = true;
    written_at_ = absl::Now();
    return Step::kWrite;
  }
  reading_ = may_have_more_ || checkpoint_due_;
  return reading_ ? Step::kRead : Step::kNone;
}

void WatchStream::Take(Step step) {
  if (step == Step::kFinish) return End();
  if (step == Step::kCancel) return frame_.CutOff();
  const v1::WatchVerdictsResponse* message = nullptr;
  bool due = false;
  {
    absl::MutexLock lock(&mutex_);
    if (step == Step::kWrite) {
      message = &page_.front();
    } else {
      due = std::exchange(checkpoint_due_, false);
      may_have_more_ = false;
    }
  }
  if (message != nullptr) {
    frame_.BeginAnswer();
    return StartWrite(message);
  }
  base_.readers.Add([self = shared_from_this(), due] { self->Read(due); });
}

// Nobody reads or writes any more.
void WatchStream::End() {
  if (listener_) base_.watch.Unlisten(*listener_);
  absl::Status end;
  std::unique_ptr<grpc::Alarm> alarm;
  {
    absl::MutexLock lock(&mutex_);
    end = end_;
    alarm = std::move(alarm_);
  }
  alarm.reset();
  Finish(frame_.End(end));
}

void WatchStream::Read(bool checkpoint_is_due) {
  std::vector<v1::WatchVerdictsResponse> page;
  const absl::Status status = ReadPage(checkpoint_is_due, &page);
  if (checkpoint_is_due && status.ok()) SetAlarm(base_.checkpoint_every, &checkpoint_due_);
  Advance([&] {
    reading_ = false;
    Stop(status);
    for (v1::WatchVerdictsResponse& one : page) page_.push_back(std::move(one));
  });
}

absl::Status WatchStream::Open() {
  if (absl::Status taken = rpc::TakeRequest(frame_.call(), request_); !taken.ok()) return taken;
  // Before the place is taken, so that nothing comes unnoticed in between.
  listener_ = base_.watch.Listen(frame_.call().caller.authority, [this] { Wake(); });
  auto reader = FeedReader::Open(*base_.env.store, base_.watch, frame_.call().caller.authority,
                                 request_.portfolio(), request_.cursor(), Begin::kNow);
  if (!reader.ok()) return reader.status();
  reader_ = *std::move(reader);
  return absl::OkStatus();
}

absl::Status WatchStream::ReadPage(bool checkpoint_is_due,
                                   std::vector<v1::WatchVerdictsResponse>* page) {
  const bool first = !reader_.has_value();
  if (first) {
    if (absl::Status opened = Open(); !opened.ok()) return opened;
  }
  const std::string begin = reader_->CursorNow();
  auto read = reader_->Next(rpc::kWatchPage);
  if (!read.ok()) return read.status();
  if (read->changes.empty() && !read->more) given_ = read->weighed;
  // The first message says where the stream begins, before what lies behind that.
  if (first) {
    page->push_back(Checkpoint());
    page->back().set_cursor(begin);
  }
  for (v1::VerdictChange& change : read->changes) {
    page->emplace_back().set_cursor(reader_->CursorBehind(change.id()));
    *page->back().mutable_change() = std::move(change);
  }
  if (!read->more) given_ = read->weighed;
  if (checkpoint_is_due && !first) {
    page->push_back(Checkpoint());
    page->back().set_cursor(reader_->CursorNow());
  }
  if (read->more) {
    absl::MutexLock lock(&mutex_);
    may_have_more_ = true;
  }
  return absl::OkStatus();
}

v1::WatchVerdictsResponse WatchStream::Checkpoint() const {
  v1::WatchVerdictsResponse response;
  *response.mutable_checkpoint() = CheckpointOf(given_, base_.env.clock());
  return response;
}

void WatchStream::Wake() {
  if (woken_.exchange(true)) return;
  base_.readers.Add([self = shared_from_this()] {
    self->woken_ = false;
    self->Advance([&] { self->may_have_more_ = true; });
  });
}

void WatchStream::SetAlarm(std::chrono::milliseconds after, bool* due) {
  absl::MutexLock lock(&mutex_);
  alarm_ = std::make_unique<grpc::Alarm>();
  alarm_->Set(std::chrono::system_clock::now() + after, [due, weak = weak_from_this()](bool rang) {
    const std::shared_ptr<WatchStream> self = weak.lock();
    if (rang && self != nullptr) self->Advance([due] { *due = true; });
  });
}

}  // namespace probity::portfolio
