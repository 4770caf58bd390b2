#include "cli/bulk_screen.h"

#include <algorithm>
#include <memory>
#include <thread>

#include "absl/strings/numbers.h"
#include "cli/interrupt.h"

namespace probity::cli {
namespace {

using Clock = std::chrono::steady_clock;

// Worth another try: nothing answers, a server that shuts down cut it off, too much waits
// to be recorded, or the caller's budget is used up for now.
bool MayPass(const grpc::Status& status) {
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE ||
      status.error_code() == grpc::StatusCode::CANCELLED) {
    return true;
  }
  const std::string reason = ReasonOf(status);
  return reason == "EVIDENCE_QUEUE_FULL" || reason == "QUOTA_EXCEEDED" ||
         reason == "TOO_MANY_STREAMS" || reason == "STREAM_IDLE";
}

// What the server asks to be waited for; zero where it says nothing.
std::chrono::milliseconds RetryAfter(const grpc::Status& status) {
  int64_t millis = 0;
  if (!absl::SimpleAtoi(DetailOf(status, "retry_after_ms"), &millis)) millis = 0;
  return std::chrono::milliseconds(millis);
}

double Seconds(Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

grpc::Status BulkScreen::Run(const v1::StreamScreenSettings& settings, uint64_t count,
                             const Item& item, const OnResult& on_result) {
  settings_ = settings;
  count_ = count;
  auto away_since = Clock::now();
  auto pause = std::chrono::milliseconds(100);
  for (;;) {
    const uint64_t before = answered_;
    const grpc::Status status = RunOnce(item, on_result);
    if (Interrupted()) return {grpc::StatusCode::CANCELLED, "interrupted"};
    if (status.ok() && answered_ == count_) return status;
    if (status.ok()) return {grpc::StatusCode::INTERNAL, "the server left rows unanswered"};
    if (answered_ > before) {
      away_since = Clock::now();
      pause = std::chrono::milliseconds(100);
    }
    const auto away = Clock::now() - away_since;
    if (!MayPass(status) || away > longest_) return status;
    progress_.ShowWaiting(Seconds(away), Seconds(longest_));
    std::this_thread::sleep_for(std::max(pause, RetryAfter(status)));
    pause = std::min(pause * 2, std::chrono::milliseconds(1000));
  }
}

grpc::Status BulkScreen::RunOnce(const Item& item, const OnResult& on_result) {
  grpc::ClientContext context;
  if (grpc::Status prepared = session_.PrepareStream(context); !prepared.ok()) return prepared;
  const auto stub = v1::ScreeningService::NewStub(session_.Channel());
  const auto stream = stub->StreamScreenSuppliers(&context);
  // Sends while this thread reads: the server takes no more than it answers.
  std::thread sender([&, first = resume_at_, settings = settings_] {
    v1::StreamScreenSuppliersRequest message;
    *message.mutable_settings() = settings;
    bool open = stream->Write(message);
    for (uint64_t place = first; open && place < count_; ++place) {
      *message.mutable_item() = item(place);
      open = stream->Write(message);
    }
    stream->WritesDone();
  });
  ReadAll(*stream, on_result, context);
  sender.join();
  return stream->Finish();
}

void BulkScreen::ReadAll(Stream& stream, const OnResult& on_result, grpc::ClientContext& context) {
  v1::StreamScreenSuppliersResponse response;
  while (stream.Read(&response)) {
    Take(response, on_result);
    if (Interrupted()) context.TryCancel();
  }
}

void BulkScreen::Take(const v1::StreamScreenSuppliersResponse& response,
                      const OnResult& on_result) {
  if (response.has_opened()) {
    if (!opening_.has_opened()) opening_ = response;
  } else if (response.position() == answered_) {
    on_result(answered_++, response.result());
    progress_.Show("screening", answered_, count_, answered_);
  }
  if (response.resume_token().empty()) return;
  settings_.set_resume_token(response.resume_token());
  resume_at_ = response.has_opened() ? response.position() : response.position() + 1;
}

}  // namespace probity::cli
