// A worksheet that people filled in, made into judgements.
#ifndef PROBITY_CLI_WORKSHEET_JUDGING_H_
#define PROBITY_CLI_WORKSHEET_JUDGING_H_

#include <string>

#include "cli/session.h"
#include "cli/vendor_sheet.h"
#include "probity/v1/review.pb.h"

namespace probity::cli {

struct WorksheetJudging {
  VendorFile file;
  std::string out;  // empty: standard output
  int retry_seconds = 30;
};

// Whom a judgement of a vendor's row is about: as the row would be screened.
v1::JudgedSubject JudgedSubjectOf(const v1::ScreenedSubject& subject);

// Records a judgement for each row that is decided, writes what came of each row
// that is not open, and sets the exit code.
void JudgeWorksheet(Session& session, const WorksheetJudging& options);

}  // namespace probity::cli

#endif  // PROBITY_CLI_WORKSHEET_JUDGING_H_
