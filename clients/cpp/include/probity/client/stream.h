// A whole vendor master, screened by one stream.
#ifndef PROBITY_CLIENT_STREAM_H_
#define PROBITY_CLIENT_STREAM_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "probity/client/result.h"
#include "probity/v1/screening_service.pb.h"

namespace probity::client {

namespace internal {
class Connection;
}

struct StreamOptions {
  // Items that are taken from their source and not answered yet, at most. Some times what a server
  // works on at a time, so that the next ones are there when it has room, however long it takes to
  // get them.
  size_t window = 1024;
  // How long after a cut, without an answer, the stream is given up.
  std::chrono::milliseconds patience = std::chrono::minutes(1);
};

// One StreamScreenSuppliers that goes on by itself where it was cut. Made by
// Client::ScreenStream(). Its methods may be called by any thread; answers are iterated by one.
class ScreeningStream {
 public:
  ScreeningStream(std::shared_ptr<const internal::Connection> connection,
                  const v1::StreamScreenSettings& settings, Source<v1::BatchScreenItem> items,
                  const StreamOptions& options);
  ScreeningStream(ScreeningStream&&) = default;
  // As Cancel(), and waits for the item that the source is about to give.
  ~ScreeningStream();

  // Answers in the order of the items, each once; MayBuy() and Explain() take them as they are,
  // ItemFailure() takes their results. They can be iterated once, while this lives.
  //
  // Items are taken ahead, by a thread of this stream, which calls the source. A cut stream is
  // opened again, with what the server may not have decided; what it had decided comes back as it
  // was and is not handed out twice. An error that cannot be waited out, or that lasts longer than
  // the patience, ends it.
  Range<v1::StreamScreenSuppliersResponse> Answers();

  // Ends it: what is under way is CANCELLED. Decisions that were recorded stay recorded.
  void Cancel();

  // The newest; empty before the stream was opened. With equal settings, this token, and the items
  // from resume_position() on, another stream goes on, also in another process.
  std::string resume_token() const;
  // Position of the item that the token goes on with.
  uint64_t resume_position() const;
  // Revision, policy and day of all answers, and the run's name; absent before.
  std::optional<v1::StreamScreenOpened> opened() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace probity::client

#endif  // PROBITY_CLIENT_STREAM_H_
