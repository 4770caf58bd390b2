// Ids of requests and runs.
#ifndef PROBITY_CLIENT_SRC_UUID_H_
#define PROBITY_CLIENT_SRC_UUID_H_

#include <string>

namespace probity::client {

// Version 4 (RFC 9562), of the operating system's randomness.
std::string NewUuid();

}  // namespace probity::client

#endif  // PROBITY_CLIENT_SRC_UUID_H_
