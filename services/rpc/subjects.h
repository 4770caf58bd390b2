// Whom and what a request names: for the log of access, which keeps hashes of it, and for acts
// of administration.
#ifndef PROBITY_SERVICES_RPC_SUBJECTS_H_
#define PROBITY_SERVICES_RPC_SUBJECTS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "services/rpc/limits.h"

namespace probity::rpc {

// Most subjects of one call: those of the largest batch of lookups, which nothing else keeps.
// With fewer, whom a caller looks up could hide behind others.
inline constexpr size_t kMaxSubjects = kMaxBatchLookup;

// In the order in which they stand in the request, without repeats, at most kMaxSubjects and
// one, which tells that there are more:
//   resource names as they are: "suppliers/…", "datasets/…/records/…", "authorities/…";
//   identifiers as "SCHEME:VALUE", vendor numbers as "vendor:SYSTEM/COMPANY/NUMBER";
//   names that are searched for as "query:TEXT", numbers of certificates as
//   "certificate:NUMBER".
// The contents of records, files and policies that a request brings are not looked at.
std::vector<std::string> SubjectsOf(const google::protobuf::Message& request);

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_SUBJECTS_H_
