// What officials decided in spite of a ground: part 13.
#include "screening/print/printing.h"

namespace probity::screening {
namespace {

// Who and why is the authority's own matter.
void PrintPersons(const Printing& printing, const v1::Waiver& waiver, Page* page) {
  if (printing.ForSupplier()) return page->Line(printing.Text("omitted.internal"), 2);
  page->Line(printing.Text("text.waived_by", {{"requested", waiver.requested_by()},
                                              {"approved", waiver.approved_by()}}),
             2);
  page->Field(printing.Label("reasons"), waiver.reason(), 2);
  page->Field(printing.Label("reasons"), waiver.approval_reason(), 2);
  if (!waiver.to_confirm().empty()) {
    page->Line(printing.Text("text.to_confirm", {{"text", waiver.to_confirm()}}), 2);
  }
}

void PrintWaiver(const Printing& printing, const v1::Waiver& waiver, Page* page) {
  page->Gap();
  page->Line(printing.Text("text.waiver",
                           {{"rule", waiver.rule_id()},
                            {"from", DayText(waiver.has_in_force_from(), waiver.in_force_from())},
                            {"to", DayText(waiver.has_last_day(), waiver.last_day())}}));
  page->Field(printing.Label("waiver"), waiver.name(), 2);
  page->Field(printing.Label("legal_basis"), waiver.legal_basis(), 2);
  page->Field(printing.Label("procedure"), waiver.procedure(), 2);
  PrintPersons(printing, waiver, page);
}

}  // namespace

void PrintOverrides(const Printing& printing, Page* page) {
  page->Heading(printing.Text("heading.overrides"));
  bool any = false;
  for (const v1::SubjectEvidence& subject : printing.bundle().subjects()) {
    if (!printing.Shows(subject.path())) continue;
    for (const v1::Waiver& waiver : subject.waivers()) {
      PrintWaiver(printing, waiver, page);
      any = true;
    }
  }
  if (!any) page->Line(printing.Text("text.no_overrides"));
}

}  // namespace probity::screening
