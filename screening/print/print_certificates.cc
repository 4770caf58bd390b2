// What the buyer requires and what came of it: part 9.
#include "screening/print/printing.h"

namespace probity::screening {
namespace {

// What was asked for, as in the request.
std::string AskedFor(const Printing& printing, const std::string& requirement_id) {
  for (const v1::RequiredEvidence& asked : printing.bundle().purchase().requirements()) {
    if (asked.requirement_id() != requirement_id) continue;
    std::string text = absl::StrJoin(asked.accepted_schemes(), ", ",
                                     [](std::string* out, const v1::AcceptedScheme& scheme) {
                                       absl::StrAppend(out, scheme.scheme_id());
                                       if (scheme.minimum_grade().empty()) return;
                                       absl::StrAppend(out, " ", scheme.minimum_grade());
                                     });
    if (!asked.process().empty()) absl::StrAppend(&text, "; ", asked.process());
    return text;
  }
  return "";
}

void PrintCertification(const Printing& printing, const v1::CheckCertificationResponse& answer,
                        Page* page) {
  page->Field(printing.Label("result"), printing.Word("certification", answer.result()), 2);
  for (const v1::CertificationCause& cause : answer.causes()) {
    const std::string day = DayText(cause.has_on(), cause.on());
    page->Line(
        absl::StrCat(printing.Word("certification", cause.result()), day.empty() ? "" : ", ", day),
        3);
    page->Field(printing.Label("record"), cause.source_record(), 4);
  }
  page->Field(printing.Label("valid_until"),
              DayText(answer.has_valid_until(), answer.valid_until()), 2);
  for (const std::string& input : answer.not_checked()) {
    page->Field(printing.Text("heading.not_checked"), input, 2);
  }
}

}  // namespace

void PrintCertificates(const Printing& printing, Page* page) {
  page->Heading(printing.Text("heading.certificates"));
  if (printing.bundle().requirements().empty()) page->Line(printing.Text("text.none"));
  for (const v1::RequirementEvidence& one : printing.bundle().requirements()) {
    page->Gap();
    page->Line(absl::StrCat(one.requirement_id(), ": ", AskedFor(printing, one.requirement_id())));
    if (one.has_certification()) PrintCertification(printing, one.certification(), page);
    if (!one.has_audit()) continue;
    page->Field(printing.Label("result"), printing.Word("audit", one.audit().result()), 2);
    page->Field(printing.Label("valid_until"),
                DayText(one.audit().has_valid_until(), one.audit().valid_until()), 2);
  }
}

}  // namespace probity::screening
