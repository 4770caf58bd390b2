// A Probity for the tests of code that asks one. CMake target probity::client_testing.
//
//   FakeProbity probity([](const std::string& what) { ADD_FAILURE() << what; });
//   probity.SetScreening(ByVendor("SAP-PRD", "000017"), BlockDecision("DEBAR-1"));
//   EXPECT_EQ(Release(probity.client(), "PO-4711", "000017"), "held");
#ifndef PROBITY_CLIENT_TESTING_H_
#define PROBITY_CLIENT_TESTING_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "probity/client/client.h"

namespace probity::client {

// What a server decides, in its shortest form; a test adds what else it needs.
v1::DecisionCore ClearDecision();
// A person must look, for these reasons; each is a finding of an invented rule too.
v1::DecisionCore ReviewDecision(const std::vector<v1::ReviewReason>& reasons);
// A rule forbids it.
v1::DecisionCore BlockDecision(const std::string& rule);

// An error as a server sends it: with the code that it gives the reason with, and the reason as
// ErrorInfo. Set what else it has: message, metadata, field_violations, and retry_after, which
// comes as RetryInfo. Throws std::invalid_argument for a reason that no call fails with.
Error FakeError(v1::ErrorReason reason);
// The same with a code of one's own. Throws std::invalid_argument for OK, and for a reason that is
// none; one that is newer than this client is set as Error::reason.
Error FakeError(grpc::StatusCode code, v1::ErrorReason reason);

// A server in this process, on a free port of this machine alone, that answers what a test has set
// and keeps what it was asked. The code under test connects as in production: by the address in
// options(), or it is given a client(). Thread-safe.
class FakeProbity {
 public:
  // What is told of a question that has no answer: its call ends with UNIMPLEMENTED, which code
  // that holds a purchase after any error would hide. Called by any thread. Null: it is written
  // to standard error, and the program ends (std::abort).
  using Fail = std::function<void(const std::string& what)>;

  explicit FakeProbity(Fail fail = nullptr);
  FakeProbity(const FakeProbity&) = delete;
  FakeProbity& operator=(const FakeProbity&) = delete;
  // Ends all calls.
  ~FakeProbity();

  // With the address alone; a test may set more.
  Options options() const;
  Client client() const;

  // What is decided of a supplier, or how that fails, whatever the purchase is: of one asked alone,
  // in a batch or in a stream. Subjects are the same whose identifier, vendor number, record or
  // supplier is, letter for letter, or of those without any the name. The day is that of the
  // request, or today, where the decision has none. As by a server, a request id that comes again
  // gets the decision that it had, and with another request REQUEST_ID_REUSED.
  void SetScreening(const v1::ScreenedSubject& subject, Result<v1::DecisionCore> answer);

  // What a check of a holder's certificates comes to: VALID, or what is wrong, as a cause too.
  void SetCertification(const v1::ScreenedSubject& holder, v1::CertificationResult result);
  // The whole answer, or how the check fails.
  void SetCertification(const v1::ScreenedSubject& holder,
                        Result<v1::CheckCertificationResponse> answer);

  // Answers any other RPC, or one of the above in another way. `answer` is called with the request,
  // by any thread, and gives the response or an Error:
  //
  //   probity.SetAnswer(&Server::GetServerInfo, [](const auto&) { return info; });
  template <typename Stub, typename Request, typename Response, typename Answer>
  void SetAnswer(grpc::Status (Stub::*)(grpc::ClientContext*, const Request&, Response*),
                 Answer answer) {
    Set(*Request::descriptor(), [answer = std::move(answer)](const std::string& bytes) {
      const Result<Response> given = answer(Parsed<Request>(bytes));
      return given.ok() ? Reply{{given->SerializeAsString()}, {}} : Reply{{}, given.error()};
    });
  }
  // The same of an RPC that streams its answers: `answer` gives a vector of them.
  template <typename Stub, typename Request, typename Response, typename Answer>
  void SetAnswer(std::unique_ptr<grpc::ClientReader<Response>> (Stub::*)(grpc::ClientContext*,
                                                                         const Request&),
                 Answer answer) {
    Set(*Request::descriptor(), [answer = std::move(answer)](const std::string& bytes) {
      Reply reply;
      const std::vector<Response> given = answer(Parsed<Request>(bytes));
      for (const Response& one : given) reply.messages.push_back(one.SerializeAsString());
      return reply;
    });
  }

  // False: every call is UNAVAILABLE, as from a server that is shut down, and is not kept.
  void SetAvailable(bool is_available);
  // With every answer comes the notice that the request used what is deprecated: full names of
  // fields or methods.
  void SetDeprecated(const std::vector<std::string>& names);

  // The requests of a type that came, in order; of a stream, each of its messages.
  template <typename Request>
  std::vector<Request> Requests() const {
    std::vector<Request> found;
    for (const std::string& bytes : RequestsOf(*Request::descriptor())) {
      found.push_back(Parsed<Request>(bytes));
    }
    return found;
  }

  // What a call is answered with; for the templates above.
  struct Reply {
    std::vector<std::string> messages;  // serialised
    std::optional<Error> error;         // behind them
  };

 private:
  class Impl;

  template <typename Message>
  static Message Parsed(const std::string& bytes) {
    Message message;
    message.ParseFromString(bytes);
    return message;
  }

  void Set(const google::protobuf::Descriptor& request,
           std::function<Reply(const std::string& bytes)> answer);
  std::vector<std::string> RequestsOf(const google::protobuf::Descriptor& request) const;

  std::unique_ptr<Impl> impl_;
};

}  // namespace probity::client

#endif  // PROBITY_CLIENT_TESTING_H_
