// What of the API a request uses that will go: told to the caller in the initial metadata of
// the answer, or in the last ones of a call that fails (kDeprecatedHeader), and to the operator
// in the log of calls, so that both learn of it before a later version refuses it.
#ifndef PROBITY_SERVICES_RPC_DEPRECATION_H_
#define PROBITY_SERVICES_RPC_DEPRECATION_H_

#include <cstddef>
#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace probity::rpc {

// Full names joined by ", ": "probity.v1.ScreenedSubject.old_name".
inline constexpr char kDeprecatedHeader[] = "probity-deprecated";
// More names than fit are left out: who mends the first sees the others.
inline constexpr size_t kMaxDeprecatedBytes = 1024;

// Whether a message of that type can hold anything that is marked `deprecated`: itself, a
// field, a value of an enum, at any depth. Walks all types below it: to be asked once a type.
bool MayUseDeprecated(const google::protobuf::Descriptor& type);

// What `request` uses: its own type where that is deprecated, as that of a method that is,
// fields that are set, values of enums. Full names, sorted, without repeats, at most
// kMaxDeprecatedBytes; empty: nothing.
std::string DeprecatedIn(const google::protobuf::Message& request);

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_DEPRECATION_H_
