// What Client::Connect() is given, checked before anything is sent.
#ifndef PROBITY_CLIENT_SRC_CONFIGURATION_H_
#define PROBITY_CLIENT_SRC_CONFIGURATION_H_

#include <memory>
#include <string>

#include "probity/client/options.h"

namespace probity::client {

// An Error with is_configuration.
Error Refusal(std::string message);

// The whole content; an error that begins with `option`.
Result<std::string> ReadFile(const std::string& option, const std::string& path);

// The host in "HOST:PORT".
Result<std::string> HostOf(const std::string& server);
// As the command line decides; of names, only localhost.
bool IsThisMachine(const std::string& host);

// Credentials that show these files, and look every ten seconds whether they were renewed.
Result<std::shared_ptr<grpc::ChannelCredentials>> CredentialsOf(const TlsFiles& files);

// What gives the token for each call; holds null where none is to be sent. It is asked once here,
// so that a fault shows at once.
Result<std::function<std::string()>> TokenOf(const Options& options);
// Absent where it can stand in a header: visible ASCII, which is all that HTTP/2 takes.
std::optional<Error> CheckToken(const std::string& token);

}  // namespace probity::client

#endif  // PROBITY_CLIENT_SRC_CONFIGURATION_H_
