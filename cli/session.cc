#include "cli/session.h"

#include <chrono>
#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/error_details.pb.h"
#include "cli/text.h"
#include "google/protobuf/util/json_util.h"

namespace probity::cli {
namespace {

constexpr int kDigestShown = 12;
constexpr std::chrono::milliseconds kSecondAttempt(300);

std::optional<wire::ErrorInfo> InfoOf(const grpc::Status& status) {
  wire::Status details;
  if (!details.ParseFromString(status.error_details())) return std::nullopt;
  for (const auto& any : details.details()) {
    wire::ErrorInfo info;
    if (any.type_url() == "type.googleapis.com/google.rpc.ErrorInfo" &&
        info.ParseFromString(any.value())) {
      return info;
    }
  }
  return std::nullopt;
}

// A server that does not like a certificate closes the connection and says nothing.
std::string WhatToCheck(const GlobalOptions& options) {
  if (!options.tls.any()) {
    return absl::StrCat("Nothing answers at ", options.server,
                        ". Start it with \"probityd --data_dir DIR --listen ", options.server,
                        "\", or name another with --server HOST:PORT or PROBITY_SERVER. If it "
                        "speaks TLS, give --ca FILE in front of the command, and your certificate "
                        "with --cert FILE --key FILE.");
  }
  const std::string own =
      options.tls.cert.empty()
          ? "whether it wants a certificate of yours (--cert FILE --key FILE)"
          : absl::StrCat("whether ", options.tls.cert,
                         " comes from an authority that it trusts, and was not revoked");
  return absl::StrCat("Nothing answers at ", options.server,
                      ", or no TLS connection comes about. Check whether the server runs there and "
                      "speaks TLS; whether its certificate comes from ",
                      options.tls.ca, " and has the name in --server; and ", own,
                      ". The server's operator finds TLS faults in its log.");
}

std::string WhatToDo(grpc::StatusCode code, const GlobalOptions& options) {
  switch (code) {
    case grpc::StatusCode::UNAVAILABLE:
      return WhatToCheck(options);
    case grpc::StatusCode::UNAUTHENTICATED:
      return "Give the file that holds your token with --token_file FILE, or your certificate "
             "with --cert FILE --key FILE --ca FILE in front of the command.";
    case grpc::StatusCode::PERMISSION_DENIED:
      return "Ask the server's operator for a role that may do this, or call with the certificate "
             "or token that has one.";
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return "The server did not answer in time; ask again.";
    case grpc::StatusCode::UNIMPLEMENTED:
      return "The server is of a release without this call; see \"probity info\".";
    default:
      return "";
  }
}

}  // namespace

std::string ReasonOf(const grpc::Status& status) {
  const auto info = InfoOf(status);
  return info ? info->reason() : "";
}

std::string DetailOf(const grpc::Status& status, const std::string& key) {
  const auto info = InfoOf(status);
  if (!info) return "";
  const auto found = info->metadata().find(key);
  return found == info->metadata().end() ? "" : found->second;
}

absl::StatusOr<std::string> Session::Token() const {
  std::string token = options_.token;
  if (token.empty() && options_.token_file.empty()) return token;
  if (token.empty()) {
    std::ifstream file(options_.token_file);
    if (!(file >> token)) {
      return absl::InvalidArgumentError(
          absl::StrCat("no token can be read from ", options_.token_file));
    }
  }
  if (token.find_first_of(" \t\r\n") != std::string::npos) {
    return absl::InvalidArgumentError("the token has a space or a line's end in it");
  }
  if (options_.tls.any() || IsThisMachine(options_.server)) return token;
  return absl::InvalidArgumentError(
      absl::StrCat("a token is not sent to ", options_.server,
                   " in the clear, where others could take it; give --ca FILE for TLS"));
}

absl::Status Session::MakeCredentials() {
  if (credentials_ != nullptr) return absl::OkStatus();
  auto made = CredentialsFor(options_.tls, absl::Now());
  if (!made.ok()) return made.status();
  credentials_ = *std::move(made);
  return absl::OkStatus();
}

grpc::Status Session::PrepareStream(grpc::ClientContext& context) {
  const auto token = Token();
  absl::Status prepared = token.status();
  if (prepared.ok() && channel_ == nullptr) prepared = MakeCredentials();
  if (!prepared.ok()) {
    return {grpc::StatusCode::INVALID_ARGUMENT, std::string(prepared.message())};
  }
  if (!token->empty()) context.AddMetadata("authorization", "Bearer " + *token);
  return grpc::Status::OK;
}

grpc::Status Session::Prepare(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + call_timeout_);
  return PrepareStream(context);
}

std::shared_ptr<grpc::Channel> Session::Channel() {
  if (channel_ == nullptr) {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(64 << 20);
    // A server that comes back is found within a second, not within two minutes.
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
    arguments.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, 500);
    // A proxy would hear what is said in the clear, token included, and asks its own machine.
    if (IsThisMachine(options_.server)) arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    // What cannot be used was told by Prepare(); nothing is ever said in the clear instead.
    const bool is_made = MakeCredentials().ok();
    channel_ = grpc::CreateCustomChannel(
        options_.server,
        is_made ? credentials_ : grpc::SslCredentials(grpc::SslCredentialsOptions()), arguments);
    // gRPC 1.51 can fail a first attempt by an errno that it reads too late; another one shows
    // whether nobody is there.
    channel_->WaitForConnected(std::chrono::system_clock::now() + kSecondAttempt);
  }
  return channel_;
}

bool Session::PrintedAsJson(const google::protobuf::Message& response) {
  if (!options_.json) return false;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(response, &json);
  if (!status.ok()) {
    console_.err << "probity: the answer cannot be shown as JSON: " << status.ToString() << '\n';
    Finish(kExitRefused);
  }
  console_.out << json << '\n';
  return true;
}

void Session::Say(const std::string& line, Style style) {
  for (const std::string& part : WrapText(Printable(line), console_.width)) {
    console_.out << Paint(part, style, console_.colour) << '\n';
  }
}

void Session::PrintSources(const std::string& heading,
                           const google::protobuf::RepeatedPtrField<v1::SourceEdition>& sources) {
  if (sources.empty()) return;
  console_.out << '\n';
  Say(heading);
  Table table;
  for (const auto& source : sources) table.Add({"-", FormatEdition(source)});
  Print(table);
}

void Session::PrintStamp(const v1::AnswerStamp& stamp) {
  std::string day = FormatDate(stamp.as_of());
  if (day.empty()) day = FormatTimestamp(stamp.evaluated_at()).substr(0, 10);
  Say(absl::StrCat("as of ", day.empty() ? "today" : day, " · revision ",
                   stamp.revision().revision(), " · digest ",
                   stamp.revision().revision_digest().substr(0, kDigestShown), "…"));
}

void Session::Usage(const absl::Status& status) {
  console_.err << "probity: " << status.message() << '\n';
  Finish(kExitUsage);
}

void Session::Refused(const grpc::Status& status) {
  const auto info = InfoOf(status);
  if (info) {
    console_.err << "probity: the server refused: " << info->reason() << '\n';
  } else {
    console_.err << "probity: the call failed (gRPC status " << status.error_code() << ")\n";
  }
  console_.err << "  " << Printable(status.error_message()) << '\n';
  const wire::ErrorInfo known = info.value_or(wire::ErrorInfo());
  for (const auto& [key, value] : known.metadata()) {
    console_.err << "  " << Printable(key) << ": " << Printable(value) << '\n';
  }
  const bool reached = info.has_value() && status.error_code() == grpc::StatusCode::UNAVAILABLE;
  const std::string advice = reached ? "" : WhatToDo(status.error_code(), options_);
  if (!advice.empty()) console_.err << "  " << advice << '\n';
  Finish(kExitRefused);
}

}  // namespace probity::cli
