// Tells the supervisor that started the program how it stands: the datagrams of sd_notify(3).
#ifndef PROBITY_SERVICES_SERVER_NOTIFY_H_
#define PROBITY_SERVICES_SERVER_NOTIFY_H_

#include <string>

#include "absl/strings/string_view.h"

namespace probity::server {

// Sends `state`, for example "READY=1", to `socket`: a path, or "@" and an abstract name, as
// $NOTIFY_SOCKET has it. Whether it could be sent; false where `socket` is empty.
bool Notify(const std::string& socket, absl::string_view state);

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_NOTIFY_H_
