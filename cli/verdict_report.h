// A decision for people at a terminal: the verdict, why, what is to be done, what
// was asked and what was not.
#ifndef PROBITY_CLI_VERDICT_REPORT_H_
#define PROBITY_CLI_VERDICT_REPORT_H_

#include "cli/session.h"
#include "probity/v1/screening_service.pb.h"

namespace probity::cli {

// 0 CLEAR, 1 BLOCK, 4 REVIEW.
int CodeOf(v1::Verdict verdict);
Style StyleOf(v1::Verdict verdict);

// Verdict, findings with their law and facts, next steps, what was not checked,
// lists asked, the decision's name.
void PrintDecision(Session& session, const v1::Decision& decision,
                   const v1::EvidenceBundle& bundle);

}  // namespace probity::cli

#endif  // PROBITY_CLI_VERDICT_REPORT_H_
