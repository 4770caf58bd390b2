#include "services/screening_service/stream.h"

#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "base/errors.h"
#include "services/rpc/limits.h"
#include "services/rpc/take_request.h"
#include "services/rpc/view.h"

namespace probity::screening_service {

RawBidiReactor* ScreenStream::Begin(const rpc::Environment& env, const Bench& bench,
                                    const Workers& workers, grpc::CallbackServerContext* context) {
  const std::shared_ptr<ScreenStream> stream(new ScreenStream(env, bench, workers, context));
  stream->self_ = stream;
  const absl::Status known = stream->frame_.Authorise();
  stream->Advance([&] {
    stream->moved_at_ = absl::Now();
    stream->Stop(known);
  });
  if (known.ok() && env.idle != nullptr) env.idle->Add(stream);
  return stream.get();
}

void ScreenStream::OnReadDone(bool ok) {
  Slot* slot = nullptr;
  uint64_t place = 0;
  Advance([&] {
    reading_ = false;
    moved_at_ = absl::Now();
    all_read_ = all_read_ || !ok;
    if (!ok || !end_.ok()) return;
    slot = &slots_.emplace_back();
    slot->bytes = incoming_.Length();
    slot->message.Swap(&incoming_);
    bytes_ += slot->bytes;
    place = read_++;
    ++working_;
  });
  if (slot == nullptr) return;
  workers_.work.Add([self = shared_from_this(), slot, place] { self->Work(slot, place); });
}

void ScreenStream::OnWriteDone(bool ok) {
  Advance([&] {
    writing_ = false;
    moved_at_ = absl::Now();
    bytes_ -= slots_.front().bytes;
    slots_.pop_front();
    if (!ok) Stop(absl::CancelledError("the caller has gone"));
  });
}

void ScreenStream::OnCancel() {
  Advance([&] {
    absl::Status why = frame_.call().CheckAlive();
    Stop(why.ok() ? absl::CancelledError("the caller has gone") : why);
  });
}

void ScreenStream::OnDone() { self_.reset(); }

void ScreenStream::EndIfIdle(absl::Time now, absl::Duration limit) {
  Advance([&] {
    const bool waits_for_client = working_ == 0 && (reading_ || writing_);
    if (!waits_for_client || now - moved_at_ < limit || !end_.ok()) return;
    Stop(StreamIdle(limit));
    cut_off_ = writing_;
  });
}

ScreenStep ScreenStream::Next() {
  if (writing_ && std::exchange(cut_off_, false)) return ScreenStep::kCutOff;
  const bool answered = !slots_.empty() && slots_.front().answered;
  if (answered && !slots_.front().end.ok()) Stop(slots_.front().end);
  if (end_.ok() && answered && !writing_) {
    writing_ = true;
    return ScreenStep::kWrite;
  }
  if (MayRead()) {
    reading_ = true;
    return ScreenStep::kRead;
  }
  const bool over = !end_.ok() || (all_read_ && slots_.empty());
  return over && !writing_ && working_ == 0 ? ScreenStep::kFinish : ScreenStep::kNone;
}

bool ScreenStream::MayRead() const {
  if (!end_.ok() || all_read_ || reading_) return false;
  // The second message waits until the first one has opened the run.
  if (read_ > 0 && run_ == nullptr) return false;
  return slots_.size() < rpc::kMaxStreamScreenInFlight && bytes_ < rpc::kMaxStreamScreenBytes;
}

void ScreenStream::Take(ScreenStep step) {
  if (step == ScreenStep::kRead) return StartRead(&incoming_);
  if (step == ScreenStep::kCutOff) return frame_.CutOff();
  const grpc::ByteBuffer* answer = nullptr;
  absl::Status end;
  {
    absl::MutexLock lock(&mutex_);
    if (step == ScreenStep::kWrite) answer = &slots_.front().answer;
    end = end_;
    if (end.ok() && read_ == 0) end = InvalidField("settings", "are missing: no message came");
  }
  if (step == ScreenStep::kWrite) {
    frame_.BeginAnswer();
    return StartWrite(answer);
  }
  Finish(frame_.End(end));
}

absl::Status ScreenStream::StillWanted() {
  absl::MutexLock lock(&mutex_);
  return end_.ok() ? frame_.call().CheckAlive() : end_;
}

void ScreenStream::Work(Slot* slot, uint64_t place) {
  if (absl::Status wanted = StillWanted(); !wanted.ok()) return Answer(slot, wanted);
  if (place == 0) return OpenRun(slot);
  v1::StreamScreenSuppliersRequest message;
  const absl::StatusOr<std::string> bytes = rpc::ReadBytes(slot->message);
  const bool parsed = bytes.ok() && message.ParseFromString(*bytes);
  if (!parsed) return Answer(slot, run_->Unreadable(place - 1));
  run_->Decide(
      place - 1, message,
      [self = shared_from_this(), slot](absl::StatusOr<v1::StreamScreenSuppliersResponse> answer) {
        self->Answer(slot, std::move(answer));
      });
}

void ScreenStream::OpenRun(Slot* slot) {
  v1::StreamScreenSuppliersRequest message;
  const absl::StatusOr<std::string> bytes = rpc::ReadBytes(slot->message);
  if (!bytes.ok() || !message.ParseFromString(*bytes)) {
    return Answer(slot, rpc::RequestDoesNotParse());
  }
  if (!message.has_settings()) {
    return Answer(slot, InvalidField("settings", "must stand in the first message of a stream"));
  }
  rpc::NoteDeprecated(frame_.call(), message);
  const v1::StreamScreenSettings& settings = message.settings();
  // One that goes on reads the revision of its token, which settings do not tell.
  const v1::Consistency read =
      settings.resume_token().empty() ? settings.consistency() : v1::Consistency();
  if (rpc::NamesAreAtHand(bench_.store, bench_.names.index, read)) return OpenWith(slot, settings);
  workers_.waiting.Add(
      [self = shared_from_this(), slot, settings] { self->OpenWith(slot, settings); });
}

void ScreenStream::OpenWith(Slot* slot, const v1::StreamScreenSettings& settings) {
  auto run = StreamRun::Open(bench_, frame_.call(), settings);
  if (!run.ok()) return Answer(slot, run.status());
  auto opening = (*run)->Opening();
  Advance([&] { run_ = *std::move(run); });
  Answer(slot, std::move(opening));
}

void ScreenStream::Answer(Slot* slot, absl::StatusOr<v1::StreamScreenSuppliersResponse> answer) {
  grpc::ByteBuffer bytes;
  if (answer.ok()) bytes = rpc::WriteBytes(answer->SerializeAsString());
  Advance([&] {
    moved_at_ = absl::Now();
    slot->answer.Swap(&bytes);
    slot->end = answer.status();
    slot->answered = true;
    slot->message.Clear();
    --working_;
  });
}

}  // namespace probity::screening_service
