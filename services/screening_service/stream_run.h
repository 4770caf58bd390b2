// What a stream of purchases is opened with, and each of its items decided. Knows
// nothing of how messages come and go.
#ifndef PROBITY_SERVICES_SCREENING_SERVICE_STREAM_RUN_H_
#define PROBITY_SERVICES_SCREENING_SERVICE_STREAM_RUN_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "probity/v1/screening_service.pb.h"
#include "services/rpc/unary.h"
#include "services/screening_service/operations.h"
#include "services/screening_service/resume_token.h"
#include "services/screening_service/screen_one.h"

namespace probity::screening_service {

// Immutable once opened; thread-safe.
class StreamRun {
 public:
  // Pins revision, policy and day. May wait for names. `bench` and `call` outlive
  // the run. Errors as StreamScreenSuppliers.
  static absl::StatusOr<std::unique_ptr<const StreamRun>> Open(
      const Bench& bench, const rpc::CallContext& call, const v1::StreamScreenSettings& settings);

  // The first answer.
  v1::StreamScreenSuppliersResponse Opening() const;

  // Decides the item at `place`, counted from 0 in this stream. Calls `done` once,
  // on any thread, with its answer; or with the error that ends the stream, because
  // no other item would fare better.
  using Done = std::function<void(absl::StatusOr<v1::StreamScreenSuppliersResponse>)>;
  void Decide(uint64_t place, const v1::StreamScreenSuppliersRequest& message, Done done) const;
  // The answer to one that does not parse.
  v1::StreamScreenSuppliersResponse Unreadable(uint64_t place) const;

 private:
  StreamRun(const Bench& bench, const rpc::CallContext& call) : bench_(bench), call_(call) {}
  absl::Status Pin(const v1::StreamScreenSettings& settings);
  absl::Status PinAgain(const v1::StreamScreenSettings& settings);
  // The empty answer of an item.
  v1::StreamScreenSuppliersResponse AnswerAt(uint64_t position) const;
  std::string TokenAt(uint64_t position) const;
  // The item's request with what it leaves to the settings.
  v1::ScreenSupplierRequest Complete(v1::ScreenSupplierRequest request, uint64_t position) const;

  const Bench& bench_;
  const rpc::CallContext& call_;
  v1::StreamScreenSettings settings_;
  std::string fingerprint_;
  StreamPlace start_;
  Given given_;
};

}  // namespace probity::screening_service

#endif  // PROBITY_SERVICES_SCREENING_SERVICE_STREAM_RUN_H_
