// Labour-risk facts for people: what happened, which legal measure followed,
// who says so.
#ifndef PROBITY_CLI_FLAG_REPORT_H_
#define PROBITY_CLI_FLAG_REPORT_H_

#include "cli/session.h"
#include "google/protobuf/repeated_field.h"
#include "probity/v1/risk_service.pb.h"

namespace probity::cli {

using ListedFlags = google::protobuf::RepeatedPtrField<v1::ListedRiskFlag>;

// Prints one block a flag, with empty lines between them.
void PrintFlags(Session& session, const ListedFlags& flags);

// Whether one of them has not ended.
bool AnyInForce(const ListedFlags& flags);

}  // namespace probity::cli

#endif  // PROBITY_CLI_FLAG_REPORT_H_
