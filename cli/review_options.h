// What the commands of judgements, waivers and replies have in common: entries that
// somebody made for a reason, are listed by what they are worth, and stay on record.
#ifndef PROBITY_CLI_REVIEW_OPTIONS_H_
#define PROBITY_CLI_REVIEW_OPTIONS_H_

#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/session.h"

namespace probity::cli {

// The entry's name, an argument that is required.
template <typename Request>
void AddEntryName(Command* command, const std::string& form,
                  const std::shared_ptr<Request>& request, const std::string& help) {
  AddParsed(command, form, form, &ParseText, Into(request, &Request::mutable_name), help)
      ->required();
}

// --reason, required.
template <typename Message>
void AddReason(Command* command, const std::shared_ptr<Message>& message) {
  AddParsed(command, "--reason", kText, &ParseText, Into(message, &Message::mutable_reason),
            "Why, for those who read it later")
      ->required();
}

// --state of a listing.
template <typename State, typename Request>
void AddState(Command* command, const std::shared_ptr<Request>& request) {
  AddEnum<State>(command, "--state", Into(request, &Request::set_state), "Only in this state");
}

// Asks for a whole listing and prints its rows one below the other, or `none`.
template <typename Stub, typename Request, typename Response, typename Row>
void PrintAll(Session& session,
              grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
              const Request& request, google::protobuf::RepeatedPtrField<Row>* (Response::*rows)(),
              void (*print)(Session&, const Row&), const std::string& none) {
  auto response = session.AskAll(method, request, rows);
  if (!response || session.PrintedAsJson(*response)) return;
  const auto& all = *(&*response->*rows)();
  for (const Row& one : all) {
    print(session, one);
    session.out() << '\n';
  }
  if (all.empty()) session.Say(none);
  session.PrintStamp(response->stamp());
}

}  // namespace probity::cli

#endif  // PROBITY_CLI_REVIEW_OPTIONS_H_
