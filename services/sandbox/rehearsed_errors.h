// Errors that no data can bring about, for who develops against the sandbox: calls about
// certain invented identifiers are refused as a server in trouble would refuse them.
#ifndef PROBITY_SERVICES_SANDBOX_REHEARSED_ERRORS_H_
#define PROBITY_SERVICES_SANDBOX_REHEARSED_ERRORS_H_

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/rpc/gate.h"

namespace probity::sandbox {

// Lets every call on, and refuses it once its request is read and names such an identifier.
// Thread-safe. Only the sandbox has one.
class RehearsedErrors final : public rpc::Gate {
 public:
  // `csv` is the text of data/sandbox/errors.csv:
  //   subject  as services/rpc/subjects.h writes it: "XI-LEI:9999SANDBOX..."
  //   error    a name of ErrorReason without its prefix, or DEADLINE_EXCEEDED, CANCELLED,
  //            INTERNAL, UNKNOWN for an error without a reason
  //   given    "always", or "alternately": to the first call about it, to the third, ...
  // INVALID_ARGUMENT / INVALID_FIELD names what is wrong.
  static absl::StatusOr<std::unique_ptr<RehearsedErrors>> FromCsv(absl::string_view csv);

  absl::Status Enter(const grpc::CallbackServerContext& context, absl::string_view method,
                     rpc::CallContext* call) override;

  // That of the first subject that has one; OK where none has.
  absl::Status Of(const std::vector<std::string>& subjects);

 private:
  struct Rehearsed {
    absl::Status status;
    bool alternates = false;
    std::atomic<uint64_t> calls{0};
  };

  RehearsedErrors() = default;

  std::map<std::string, Rehearsed> by_subject_;  // the keys do not change any more
};

}  // namespace probity::sandbox

#endif  // PROBITY_SERVICES_SANDBOX_REHEARSED_ERRORS_H_
