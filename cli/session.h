// One run of the client: where output goes, whom it talks to, how it ends.
#ifndef PROBITY_CLI_SESSION_H_
#define PROBITY_CLI_SESSION_H_

#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/table.h"
#include "google/protobuf/message.h"
#include "grpcpp/grpcpp.h"
#include "probity/v1/common.pb.h"

namespace probity::cli {

// Exit codes: a stable contract with scripts.
constexpr int kExitGood = 0;          // done; for questions VALID, CURRENT, found, none in force
constexpr int kExitBad = 1;           // not valid, not found, a flag in force, listed
constexpr int kExitUsage = 2;         // the command line is wrong; nothing was sent
constexpr int kExitRefused = 3;       // the server refused, or cannot be reached
constexpr int kExitUndetermined = 4;  // ambiguous, or nothing that could be read as clear

// Where output goes. The streams outlive the session.
struct Console {
  std::ostream& out;
  std::ostream& err;
  int width = 100;
  bool colour = false;
  bool progress = false;  // err is a terminal: a bar may be drawn
};

// Options before or behind the command that hold for all commands.
struct GlobalOptions {
  std::string server = "127.0.0.1:7443";
  std::string token_file;
  bool json = false;
};

// The reason (ErrorReason name without prefix) inside a status; empty when the
// server sent none, for example because it was not reached.
std::string ReasonOf(const grpc::Status& status);

// Used by one thread.
class Session {
 public:
  explicit Session(Console console) : console_(console) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  GlobalOptions& options() { return options_; }
  const Console& console() const { return console_; }
  std::ostream& out() { return console_.out; }
  int exit_code() const { return exit_code_; }
  void Finish(int code) { exit_code_ = code; }

  // Calls one method, prints nothing.
  template <typename Stub, typename Request, typename Response>
  grpc::Status Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    const absl::Status prepared = Prepare(context);
    if (!prepared.ok()) {
      return {grpc::StatusCode::UNAUTHENTICATED, std::string(prepared.message())};
    }
    Stub stub(Channel());
    return (stub.*method)(&context, request, response);
  }

  // Calls one method; when the request could not be made or the call fails,
  // says why, sets the exit code and returns nothing.
  template <typename Stub, typename Request, typename Response>
  std::optional<Response> Ask(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const absl::StatusOr<Request>& request) {
    if (!request.ok()) {
      Usage(request.status());
      return std::nullopt;
    }
    Response response;
    const grpc::Status status = Call(method, *request, &response);
    if (status.ok()) return response;
    Refused(status);
    return std::nullopt;
  }

  // Prints the response as one line of proto3 JSON when --json was given.
  bool PrintedAsJson(const google::protobuf::Message& response);
  void Print(const Table& table) { table.Print(console_.out, console_.width, console_.colour); }
  // One line, wrapped; `style` paints it.
  void Say(const std::string& line, Style style = Style::kPlain);
  // The last line of every answer: as of, revision, digest.
  void PrintStamp(const v1::AnswerStamp& stamp);

  // Exit 2, with the reason on err.
  void Usage(const absl::Status& status);
  // Exit 3, with the server's reason and what to do on err.
  void Refused(const grpc::Status& status);

 private:
  absl::Status Prepare(grpc::ClientContext& context);
  std::shared_ptr<grpc::Channel> Channel();

  Console console_;
  GlobalOptions options_;
  std::shared_ptr<grpc::Channel> channel_;
  int exit_code_ = kExitGood;
};

}  // namespace probity::cli

#endif  // PROBITY_CLI_SESSION_H_
