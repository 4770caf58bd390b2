// One run of the client: where output goes, whom it talks to, how it ends.
#ifndef PROBITY_CLI_SESSION_H_
#define PROBITY_CLI_SESSION_H_

#include <chrono>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/server_credentials.h"
#include "cli/table.h"
#include "google/protobuf/message.h"
#include "grpcpp/grpcpp.h"
#include "probity/v1/common.pb.h"

namespace probity::cli {

// Exit codes: a stable contract with scripts.
constexpr int kExitGood = 0;           // done; for questions VALID, CURRENT, found, none in force
constexpr int kExitBad = 1;            // not valid, not found, a flag in force, listed
constexpr int kExitUsage = 2;          // the command line is wrong; nothing was sent
constexpr int kExitRefused = 3;        // the server refused, or cannot be reached
constexpr int kExitUndetermined = 4;   // ambiguous, or nothing that could be read as clear
constexpr int kExitInterrupted = 130;  // by Ctrl-C, as shells say it

// Entries on a page of a listing; the server's most.
constexpr int kPageSize = 1000;

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
  std::string token;  // goes before token_file
  std::string token_file;
  TlsFiles tls;
  bool json = false;
};

// The reason (ErrorReason name without prefix) inside a status; empty when the
// server sent none, for example because it was not reached.
std::string ReasonOf(const grpc::Status& status);
// What the status says of `key`, for example "committed_offset"; or empty.
std::string DetailOf(const grpc::Status& status, const std::string& key);

// Used by one thread; Call() by several, once there is a Channel().
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
  void set_call_timeout(std::chrono::milliseconds timeout) { call_timeout_ = timeout; }

  // Calls one method, prints nothing.
  template <typename Stub, typename Request, typename Response>
  grpc::Status Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    grpc::Status prepared = Prepare(context);
    if (!prepared.ok()) return prepared;
    Stub stub(Channel());
    return (stub.*method)(&context, request, response);
  }

  // Calls one method; when the call fails, says why, sets the exit code and
  // returns nothing.
  template <typename Stub, typename Request, typename Response>
  std::optional<Response> Ask(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const Request& request) {
    Response response;
    const grpc::Status status = Call(method, request, &response);
    if (status.ok()) return response;
    Refused(status);
    return std::nullopt;
  }

  // Asks for a whole listing; the rows of all pages stand in the first one.
  template <typename Stub, typename Request, typename Response, typename Row>
  std::optional<Response> AskAll(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                              Response*),
                                 Request request,
                                 google::protobuf::RepeatedPtrField<Row>* (Response::*rows)()) {
    request.set_page_size(kPageSize);
    std::optional<Response> all = Ask(method, request);
    while (all && !all->next_page_token().empty()) {
      request.set_page_token(all->next_page_token());
      std::optional<Response> page = Ask(method, request);
      if (!page) return std::nullopt;
      (&*all->*rows)()->MergeFrom(*(&*page->*rows)());
      all->set_next_page_token(page->next_page_token());
    }
    return all;
  }

  // For calls that are streams: who calls, without a time limit. INVALID_ARGUMENT for files
  // of TLS or a token that cannot be used, as Call() has it.
  grpc::Status PrepareStream(grpc::ClientContext& context);
  std::shared_ptr<grpc::Channel> Channel();

  // Prints the response as one line of proto3 JSON when --json was given.
  bool PrintedAsJson(const google::protobuf::Message& response);
  void Print(const Table& table) { table.Print(console_.out, console_.width, console_.colour); }
  // One line, wrapped; `style` paints it.
  void Say(const std::string& line, Style style = Style::kPlain);
  // An empty line, the heading, and below it the editions of sources; nothing
  // without any.
  void PrintSources(const std::string& heading,
                    const google::protobuf::RepeatedPtrField<v1::SourceEdition>& sources);
  // The last line of every answer: as of, revision, digest.
  void PrintStamp(const v1::AnswerStamp& stamp);

  // Exit 2, with the reason on err: for what the parser cannot see.
  void Usage(const absl::Status& status);
  // Exit 3, with the server's reason and what to do on err.
  void Refused(const grpc::Status& status);

 private:
  grpc::Status Prepare(grpc::ClientContext& context);
  // The token to send; empty: none.
  absl::StatusOr<std::string> Token() const;
  // Makes credentials_ where there are none yet.
  absl::Status MakeCredentials();

  Console console_;
  GlobalOptions options_;
  std::shared_ptr<grpc::ChannelCredentials> credentials_;
  std::shared_ptr<grpc::Channel> channel_;
  std::chrono::milliseconds call_timeout_ = std::chrono::minutes(2);
  int exit_code_ = kExitGood;
};

}  // namespace probity::cli

#endif  // PROBITY_CLI_SESSION_H_
