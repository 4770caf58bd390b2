// Many purchases through one StreamScreenSuppliers, which goes on where it was cut.
#ifndef PROBITY_CLI_BULK_SCREEN_H_
#define PROBITY_CLI_BULK_SCREEN_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "cli/progress.h"
#include "cli/session.h"
#include "probity/v1/screening_service.grpc.pb.h"

namespace probity::cli {

class BulkScreen {
 public:
  // The item at a place from 0; called on a thread of its own, at most once at a
  // time, for some places again.
  using Item = std::function<v1::BatchScreenItem(uint64_t place)>;
  // Called for each place once, in order.
  using OnResult = std::function<void(uint64_t place, const v1::BatchScreenItemResult& result)>;

  // Borrows both. `longest`: how long a server may be away.
  BulkScreen(Session& session, Progress& progress, std::chrono::seconds longest)
      : session_(session), progress_(progress), longest_(longest) {}

  // Screens `count` items. OK once all are answered; CANCELLED when interrupted;
  // else the status with which the stream ended for good. `settings` may hold a
  // resume token of place 0.
  grpc::Status Run(const v1::StreamScreenSettings& settings, uint64_t count, const Item& item,
                   const OnResult& on_result);

  // Results that were given on.
  uint64_t answered() const { return answered_; }
  // What the server opened the stream with. Its resume token goes on from place 0.
  const v1::StreamScreenSuppliersResponse& opening() const { return opening_; }

 private:
  using Stream = grpc::ClientReaderWriterInterface<v1::StreamScreenSuppliersRequest,
                                                   v1::StreamScreenSuppliersResponse>;

  grpc::Status RunOnce(const Item& item, const OnResult& on_result);
  void ReadAll(Stream& stream, const OnResult& on_result, grpc::ClientContext& context);
  void Take(const v1::StreamScreenSuppliersResponse& response, const OnResult& on_result);

  Session& session_;
  Progress& progress_;
  const std::chrono::seconds longest_;
  v1::StreamScreenSettings settings_;
  v1::StreamScreenSuppliersResponse opening_;
  uint64_t count_ = 0;
  uint64_t answered_ = 0;
  uint64_t resume_at_ = 0;  // place that the token in settings_ expects next
};

}  // namespace probity::cli

#endif  // PROBITY_CLI_BULK_SCREEN_H_
