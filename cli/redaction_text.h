// Redactions in words.
#ifndef PROBITY_CLI_REDACTION_TEXT_H_
#define PROBITY_CLI_REDACTION_TEXT_H_

#include <string>

#include "probity/v1/erasure.pb.h"

namespace probity::cli {

// "waits for a second person", "under way" or "done 2026-11-26 18:00:00Z".
std::string RedactionState(const v1::Redaction& redaction);

}  // namespace probity::cli

#endif  // PROBITY_CLI_REDACTION_TEXT_H_
