#include "cli/subject_report.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/text.h"

namespace probity::cli {
namespace {

std::string IdText(const v1::Identifier& id) { return absl::StrCat(id.scheme(), ":", id.value()); }

}  // namespace

bool IsUnknown(const v1::SubjectResolution& resolution) {
  return resolution.outcome() == v1::LOOKUP_OUTCOME_NOT_FOUND ||
         resolution.outcome() == v1::LOOKUP_OUTCOME_NOT_RESOLVABLE;
}

void PrintResolution(Session& session, const std::string& role,
                     const v1::SubjectResolution& resolution) {
  for (const v1::Redirect& step : resolution.redirects()) {
    session.Say(absl::StrCat(IdText(step.from()), " is ", EnumWords(step.reason()),
                             "; its successor is ", IdText(step.to()), " (", step.source_record(),
                             ")"));
  }
  const v1::VendorState vendor = resolution.vendor().state();
  if (vendor != v1::VENDOR_STATE_UNSPECIFIED && vendor != v1::VENDOR_STATE_CONFIRMED) {
    session.Say(absl::StrCat("The vendor number is ", EnumWords(vendor),
                             ": it does not say for certain who the ", role, " is."),
                Style::kDoubt);
  }
  if (resolution.outcome() == v1::LOOKUP_OUTCOME_NOT_FOUND) {
    session.Say(absl::StrCat("No record names this ", role, ": nothing is known about it here."),
                Style::kDoubt);
  } else if (resolution.outcome() == v1::LOOKUP_OUTCOME_NOT_RESOLVABLE) {
    session.Say(absl::StrCat("The registration of this ", role,
                             " has ended without a known successor: it names nobody."),
                Style::kDoubt);
  } else if (resolution.outcome() == v1::LOOKUP_OUTCOME_AMBIGUOUS) {
    session.Say(absl::StrCat("Several suppliers carry this identifier, and which one is meant is "
                             "not known: ",
                             absl::StrJoin(resolution.suppliers(), ", ")),
                Style::kDoubt);
  }
}

}  // namespace probity::cli
