// A server with an access file, and calls of any method by its descriptor: for tests.
#ifndef PROBITY_SERVICES_SERVER_ACCESS_TESTING_H_
#define PROBITY_SERVICES_SERVER_ACCESS_TESTING_H_

#include <chrono>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "google/protobuf/message.h"
#include "grpcpp/generic/generic_stub.h"
#include "services/access/permissions.h"
#include "services/server/screening_testing.h"

namespace probity::server {

// How a call of any method ended.
struct Answered {
  grpc::Status status;
  std::vector<std::string> messages;  // serialised

  // All that the caller was told.
  std::string Text() const {
    std::string text = status.error_message() + status.error_details();
    for (const std::string& message : messages) text += message;
    return text;
  }
};

// What a reload came to: the first fault.
inline absl::Status ReloadOf(Server& server) {
  absl::Status first;
  server.reloads().Run([&first](absl::string_view, const absl::Status& status) {
    if (first.ok()) first = status;
  });
  return first;
}

// Values of the fields of a request that have these names, in it and in its messages, and the
// identifier of whomever it is about.
struct Filling {
  std::map<std::string, std::string> texts;
  std::map<std::string, int> enums;
  std::map<std::string, uint64_t> counts;  // revisions and the like
  v1::Identifier identifier;
};

// Whether anything was filled; what stays empty is left out.
inline bool Fill(const Filling& filling, google::protobuf::Message* message, int depth = 0) {
  using google::protobuf::FieldDescriptor;
  if (message->GetDescriptor() == v1::Identifier::descriptor()) {
    message->CopyFrom(filling.identifier);
    return true;
  }
  if (message->GetDescriptor() == v1::SubjectRef::descriptor()) {
    *static_cast<v1::SubjectRef*>(message)->mutable_identifier() = filling.identifier;
    return true;
  }
  bool filled = false;
  const auto* reflection = message->GetReflection();
  for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message->GetDescriptor()->field(i);
    const auto text = filling.texts.find(field->name());
    const auto number = filling.enums.find(field->name());
    const auto count = filling.counts.find(field->name());
    if (field->type() == FieldDescriptor::TYPE_MESSAGE) {
      // Lists of a request itself, such as the items of a batch.
      if (depth > 2 || field->is_map() || (field->is_repeated() && depth > 0)) continue;
      auto* part = field->is_repeated() ? reflection->AddMessage(message, field)
                                        : reflection->MutableMessage(message, field);
      const bool has_part = Fill(filling, part, depth + 1);
      if (!has_part) reflection->ClearField(message, field);
      filled |= has_part;
    } else if (field->is_repeated()) {
      continue;
    } else if (field->type() == FieldDescriptor::TYPE_STRING && text != filling.texts.end()) {
      reflection->SetString(message, field, text->second);
      filled = true;
    } else if (field->type() == FieldDescriptor::TYPE_ENUM && number != filling.enums.end()) {
      reflection->SetEnumValue(message, field, number->second);
      filled = true;
    } else if (field->type() == FieldDescriptor::TYPE_UINT64 && count != filling.counts.end()) {
      reflection->SetUInt64(message, field, count->second);
      filled = true;
    }
  }
  return filled;
}

// Serialised request of the method, filled.
inline std::string RequestOf(const google::protobuf::MethodDescriptor& method,
                             const Filling& filling) {
  const std::unique_ptr<google::protobuf::Message> request(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(method.input_type())
          ->New());
  Fill(filling, request.get());
  return request->SerializeAsString();
}

// Each caller's token is "token-of-caller-" and its name; all act for authorities/a, "stranger" and
// "other" apart, who act for authorities/b. The stranger has no binding.
class AccessTest : public ScreeningTest {
 protected:
  void SetUp() override {
    for (const char* role : kRoles) AddToken(role, "authorities/a");
    AddToken("stranger", "authorities/b");
    AddToken("other", "authorities/b");
    access_ = RoleBindings();
    ServerTest::SetUp();
    As("all");
  }
  config::v1::ServerConfig Config() const override {
    config::v1::ServerConfig config = ServerTest::Config();
    WriteAccess(access_);
    config.set_access_file(AccessPath());
    config.set_watch_checkpoint_seconds(1);
    return config;
  }

  static std::string RoleBindings() {
    return R"(
bindings { principals: "reader" roles: ROLE_READER authority: "authorities/a" }
bindings { principals: "screener" roles: ROLE_SCREENER authority: "authorities/a" }
bindings { principals: "loader" roles: ROLE_LOADER authority: "authorities/a" datasets: "*" }
bindings { principals: "steward" roles: ROLE_STEWARD authority: "authorities/a" datasets: "*" }
bindings { principals: "policy_editor" roles: ROLE_POLICY_EDITOR authority: "authorities/a" }
bindings { principals: "auditor" roles: ROLE_AUDITOR authority: "authorities/a" }
bindings { principals: "operator" roles: ROLE_OPERATOR authority: "authorities/a" }
bindings {
  principals: "all" principals: "other" roles: ROLE_SCREENER roles: ROLE_STEWARD
  roles: ROLE_POLICY_EDITOR roles: ROLE_AUDITOR authority: "*" datasets: "*"
}
)";
  }
  void AddToken(const std::string& principal, const std::string& authority) {
    tokens_ += "token-of-caller-" + principal + " " + principal + " " + authority + "\n";
  }
  std::string AccessPath() const { return directory_ + "/access.textproto"; }
  void WriteAccess(const std::string& text) const { std::ofstream(AccessPath()) << text; }
  void As(const std::string& principal) { token_ = "token-of-caller-" + principal; }
  static config::v1::Role RoleOf(const std::string& principal) {
    config::v1::Role role = config::v1::ROLE_UNSPECIFIED;
    std::string name = "ROLE_";
    for (const char c : principal) name += absl::ascii_toupper(static_cast<unsigned char>(c));
    EXPECT_TRUE(config::v1::Role_Parse(name, &role)) << name;
    return role;
  }
  static std::vector<const google::protobuf::MethodDescriptor*> Methods() {
    std::vector<const google::protobuf::MethodDescriptor*> methods;
    for (const auto* service : access::Services()) {
      for (int i = 0; i < service->method_count(); ++i) methods.push_back(service->method(i));
    }
    return methods;
  }

  // Sends one request, and reads until the answer ends, or for a stream that does not end by
  // itself, its first message.
  Answered CallAny(const google::protobuf::MethodDescriptor& method, const std::string& request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(1));
    if (!token_.empty()) context.AddMetadata("authorization", "Bearer " + token_);
    grpc::CompletionQueue queue;
    const auto ended = [&queue] {
      void* tag = nullptr;
      bool ok = false;
      EXPECT_TRUE(queue.Next(&tag, &ok));
      return ok;
    };
    const std::string path = "/" + method.service()->full_name() + "/" + method.name();
    auto call = grpc::GenericStub(channel_).PrepareCall(&context, path, &queue);
    call->StartCall(&queue);
    ended();
    grpc::Slice slice(request);
    call->WriteLast(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions(), &queue);
    ended();
    Answered answered;
    grpc::ByteBuffer buffer;
    for (call->Read(&buffer, &queue); ended(); call->Read(&buffer, &queue)) {
      std::vector<grpc::Slice> slices;
      EXPECT_TRUE(buffer.Dump(&slices).ok());
      answered.messages.emplace_back();
      for (const grpc::Slice& part : slices) {
        answered.messages.back().append(reinterpret_cast<const char*>(part.begin()), part.size());
      }
      if (method.name() == "WatchVerdicts") context.TryCancel();
    }
    call->Finish(&answered.status, &queue);
    ended();
    queue.Shutdown();
    ReadDetails(answered.status.error_details());
    return answered;
  }

  static constexpr const char* kRoles[] = {"reader",        "screener", "loader",   "steward",
                                           "policy_editor", "auditor",  "operator", "all"};

  std::string access_;
};

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_ACCESS_TESTING_H_
