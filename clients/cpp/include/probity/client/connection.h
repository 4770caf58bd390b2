// What every call of a Client goes through. For client.h; callers need not look here.
#ifndef PROBITY_CLIENT_CONNECTION_H_
#define PROBITY_CLIENT_CONNECTION_H_

#include <memory>
#include <string>

#include "google/protobuf/message.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "probity/client/options.h"
#include "probity/client/result.h"

namespace probity::client::internal {

// A channel and who calls over it. Immutable and thread-safe.
class Connection {
 public:
  // Checks all that was given, and sends nothing.
  static Result<std::shared_ptr<const Connection>> Make(const Options& options);

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  const std::string& server() const { return server_; }

  // Says in `context` who calls, and until when an answer is waited for. `type`: that of the
  // request, which no two RPCs share. An error where there is no token to send.
  std::optional<Error> Prepare(const google::protobuf::Descriptor& type, const CallOptions& options,
                               grpc::ClientContext* context) const;

  // The error of a call that has ended with `status`. `request` may be null: of a stream.
  Error Failed(const grpc::Status& status, const google::protobuf::Descriptor& type,
               const google::protobuf::Message* request, const grpc::ClientContext& context) const;

 private:
  Connection() = default;

  std::string server_;
  bool is_encrypted_ = false;
  std::function<std::string()> token_;  // null: none
  std::shared_ptr<grpc::Channel> channel_;
};

// Gives the request an id where it lacks one, so that it can be sent again and is done once: in
// request_id, or in that of each item of a BatchScreenSuppliersRequest.
void AddIds(google::protobuf::Message* request);

// For listings, which all have it.
void SetPageToken(const std::string& token, google::protobuf::Message* request);

}  // namespace probity::client::internal

#endif  // PROBITY_CLIENT_CONNECTION_H_
