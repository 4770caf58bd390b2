// Where a stream of purchases stands.
#ifndef PROBITY_CLIENT_SRC_RUN_H_
#define PROBITY_CLIENT_SRC_RUN_H_

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "probity/client/result.h"
#include "probity/v1/screening_service.pb.h"

namespace probity::client {

// What was taken from its source, what was answered, and what has to be sent again when it is
// cut. No calls are made here. Places count from the first item of this process; the server's
// positions are that and an offset. Not thread-safe.
class StreamRun {
 public:
  using Request = std::shared_ptr<const v1::StreamScreenSuppliersRequest>;

  explicit StreamRun(const v1::StreamScreenSettings& settings);

  // Of the source: an item; there are no more.
  void Keep(v1::BatchScreenItem item);
  void Exhaust() { is_exhausted_ = true; }

  // What a new call begins with.
  v1::StreamScreenSuppliersRequest Begin();
  // The next item that this call was not given yet; null: none is at hand.
  Request NextToSend();

  // Whether the message is an answer that was not handed out before. INTERNAL where the server
  // counts otherwise: no answer may be taken for that of another item.
  Result<bool> Receive(const v1::StreamScreenSuppliersResponse& message);

  // How long until the stream is opened again; absent: the error stands.
  std::optional<std::chrono::milliseconds> WaitAfter(const Error& error,
                                                     std::chrono::milliseconds patience);

  bool is_exhausted() const { return is_exhausted_; }
  // Items that were taken and not answered.
  uint64_t waiting() const { return resume_at_ + kept_.size() - next_; }
  const std::string& resume_token() const { return settings_.resume_token(); }
  uint64_t resume_position() const { return offset_.value_or(0) + resume_at_; }
  const std::optional<v1::StreamScreenOpened>& opened() const { return opened_; }

 private:
  std::optional<Error> BeginAt(const v1::StreamScreenSuppliersResponse& message);

  v1::StreamScreenSettings settings_;
  std::optional<v1::StreamScreenOpened> opened_;
  std::optional<uint64_t> offset_;  // absent until the server says where a caller's token leads
  uint64_t next_ = 0;               // place of the next answer to hand out
  uint64_t resume_at_ = 0;          // place that the resume token goes on with
  uint64_t sent_ = 0;               // place behind the last item that this call was given
  std::deque<Request> kept_;        // items from resume_at_ on
  bool is_exhausted_ = false;       // the source has no more
  int failures_ = 0;                // since the last answer
  std::chrono::steady_clock::time_point failing_since_;
};

}  // namespace probity::client

#endif  // PROBITY_CLIENT_SRC_RUN_H_
