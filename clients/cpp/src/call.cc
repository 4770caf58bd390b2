// What every call goes through.
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/random.h"
#include "grpc/grpc.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/support/channel_arguments.h"
#include "probity/client/connection.h"
#include "probity/v1/screening_service.pb.h"
#include "src/configuration.h"
#include "src/deprecation.h"
#include "src/error_details.h"
#include "src/service_config.h"

namespace probity::client::internal {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr char kRequestId[] = "request_id";
constexpr char kCallId[] = "probity-call-id";
// As the command line takes; a server sends at most some MiB.
constexpr int kMaxAnswerBytes = 64 << 20;
// gRPC sends nothing again that is larger; the server takes 4 MiB.
constexpr int kRetriedBytes = 8 << 20;
// A server that comes back is found within a second, not within two minutes.
constexpr int kFirstReconnectMs = 100, kLongestReconnectMs = 1000;
// A machine that is gone without a word is noticed by pings; the server allows one every 10
// seconds.
constexpr int kPingEveryMs = 30'000, kPingPatienceMs = 20'000;

grpc::ChannelArguments ArgumentsOf(const Options& options, bool is_local) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxAnswerBytes);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kFirstReconnectMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kLongestReconnectMs);
  arguments.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, kLongestReconnectMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kPingEveryMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kPingPatienceMs);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, options.retries ? 1 : 0);
  arguments.SetInt(GRPC_ARG_PER_RPC_RETRY_BUFFER_SIZE, kRetriedBytes);
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  arguments.SetServiceConfigJSON(ServiceConfigForGrpc());
  arguments.SetUserAgentPrefix(absl::StrCat("probity-client-cpp/", kVersion));
  // A proxy would hear what is said in the clear, and asks its own machine.
  if (is_local) arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return arguments;
}

Result<std::shared_ptr<grpc::ChannelCredentials>> TransportOf(const Options& options) {
  if (options.credentials == nullptr) {
    return options.tls.has_value() ? CredentialsOf(*options.tls)
                                   : grpc::InsecureChannelCredentials();
  }
  if (options.tls.has_value()) return Refusal("give tls or credentials, not both");
  return options.credentials;
}

const FieldDescriptor* RequestIdOf(const Message& request) {
  return request.GetDescriptor()->FindFieldByName(kRequestId);
}

std::string Trailer(const grpc::ClientContext& context, const char* name) {
  const auto& trailers = context.GetServerTrailingMetadata();
  const auto found = trailers.find(name);
  return found == trailers.end() ? "" : std::string(found->second.data(), found->second.size());
}

}  // namespace

Result<std::shared_ptr<const Connection>> Connection::Make(const Options& options) {
  const auto host = HostOf(options.server);
  if (!host.ok()) return host.error();
  auto token = TokenOf(options);
  if (!token.ok()) return token.error();
  auto transport = TransportOf(options);
  if (!transport.ok()) return transport.error();
  std::shared_ptr<Connection> made(new Connection);
  made->server_ = options.server;
  made->token_ = *token;
  made->is_encrypted_ = options.tls.has_value() || options.credentials != nullptr;
  if (made->token_ != nullptr && !made->is_encrypted_ && !IsThisMachine(*host)) {
    return Refusal(absl::StrCat("a token is not sent to ", options.server,
                                " in the clear, where others could take it; give tls"));
  }
  std::vector<std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>> around;
  around.push_back(DeprecationNotice(options.on_deprecated));
  made->channel_ = grpc::experimental::CreateCustomChannelWithInterceptors(
      options.server, *transport, ArgumentsOf(options, IsThisMachine(*host)), std::move(around));
  return std::shared_ptr<const Connection>(std::move(made));
}

std::optional<Error> Connection::Prepare(const Descriptor& type, const CallOptions& options,
                                         grpc::ClientContext* context) const {
  for (const auto& [name, value] : options.metadata) context->AddMetadata(name, value);
  const auto* method = MethodOf(type);
  const auto timeout =
      options.timeout.has_value() || method == nullptr ? options.timeout : TimeoutOf(*method);
  if (timeout.has_value()) context->set_deadline(std::chrono::system_clock::now() + *timeout);
  if (token_ == nullptr) return std::nullopt;
  std::string token;
  try {
    token = token_();
  } catch (const std::exception& fault) {
    return Refusal(fault.what());
  }
  if (auto wrong = CheckToken(token); wrong.has_value()) return wrong;
  if (is_encrypted_) {
    // gRPC sends it over what is encrypted, and over nothing else.
    context->set_credentials(grpc::AccessTokenCredentials(token));
  } else {
    context->AddMetadata("authorization", "Bearer " + token);
  }
  return std::nullopt;
}

Error Connection::Failed(const grpc::Status& status, const Descriptor& type, const Message* request,
                         const grpc::ClientContext& context) const {
  Error error;
  error.code = status.error_code();
  error.message = status.error_message();
  error.target = server_;
  ReadDetails(status.error_details(), &error);
  error.call_id = Trailer(context, kCallId);
  if (const auto* method = MethodOf(type); method != nullptr) {
    error.method = absl::StrCat(method->service()->name(), "/", method->name());
  }
  if (request == nullptr) return error;
  if (const FieldDescriptor* id = RequestIdOf(*request); id != nullptr) {
    error.request_id = request->GetReflection()->GetString(*request, id);
  }
  return error;
}

void AddIds(Message* request) {
  if (request->GetDescriptor() == v1::BatchScreenSuppliersRequest::descriptor()) {
    auto* batch =
        google::protobuf::DynamicCastToGenerated<v1::BatchScreenSuppliersRequest>(request);
    for (v1::BatchScreenItem& item : *batch->mutable_items()) AddIds(item.mutable_request());
    return;
  }
  const FieldDescriptor* id = RequestIdOf(*request);
  if (id == nullptr || !request->GetReflection()->GetString(*request, id).empty()) return;
  request->GetReflection()->SetString(request, id, NewUuid());
}

void SetPageToken(const std::string& token, Message* request) {
  const FieldDescriptor* field = request->GetDescriptor()->FindFieldByName("page_token");
  request->GetReflection()->SetString(request, field, token);
}

}  // namespace probity::client::internal
