// The id by which a write that is sent again is known.
#ifndef PROBITY_CLI_REQUEST_ID_H_
#define PROBITY_CLI_REQUEST_ID_H_

#include <string>

namespace probity::cli {

// A random UUID (version 4): the request id of one write. A write that is sent
// again carries the same id.
std::string NewRequestId();

}  // namespace probity::cli

#endif  // PROBITY_CLI_REQUEST_ID_H_
