// Grounds, their periods, self-cleaning: parts 2, 7 and 8.
#include <algorithm>
#include <set>

#include "screening/print/printing.h"

namespace probity::screening {
namespace {

bool AddressesBuyer(const v1::RuleFinding& finding) {
  return finding.reason() == v1::REVIEW_REASON_BUYER_DEMAND;
}

// Why a finding is left out for this reader; empty: it is not.
std::string Omission(const Printing& printing, const v1::RuleFinding& finding) {
  if (!printing.ForSupplier()) return "";
  if (AddressesBuyer(finding)) return printing.Text("omitted.internal");
  return printing.Shows(finding.subject()) ? "" : printing.Text("omitted.other_party");
}

void PrintAbout(const Printing& printing, const v1::RuleFinding& finding, Page* page) {
  page->Field(printing.Label("party"), finding.subject(), 2);
  page->Field(printing.Label("item"), finding.item_id(), 2);
  page->Field(printing.Label("requirement"), finding.requirement_id(), 2);
  page->Field(printing.Text("heading.sources"), finding.dataset(), 2);
}

void PrintEffects(const Printing& printing, const v1::RuleFinding& finding, Page* page) {
  page->Field(printing.Label("effect"), printing.Word("effect", finding.effect()), 2);
  if (finding.purchase_effect() != finding.effect()) {
    page->Field(printing.Label("purchase_effect"),
                printing.Word("effect", finding.purchase_effect()), 2);
  }
  page->Field(printing.Label("limits"), printing.Words<v1::EffectLimit>("limit", finding.limits()),
              2);
  page->Field(printing.Label("reasons"), printing.Word("reason", finding.reason()), 2);
  page->Field(printing.Label("waiver"), finding.waiver(), 2);
}

void PrintGround(const Printing& printing, const v1::RuleFinding& finding, Page* page) {
  page->Gap();
  const std::string omission = Omission(printing, finding);
  page->Line(absl::StrCat(finding.rule_id(), ": ",
                          omission.empty() ? printing.RuleText(finding.rule_id()) : omission));
  if (!omission.empty()) return;
  PrintAbout(printing, finding, page);
  page->Field(printing.Label("choice"), printing.Word("discretion", finding.discretion()), 2);
  PrintEffects(printing, finding, page);
  page->Field(printing.Label("legal_basis"), finding.legal_basis(), 2);
  page->Field(printing.Label("transposition"), finding.transposition(), 2);
  page->Field(printing.Label("ground_code"), finding.ground_code(), 2);
  page->Field(printing.Label("facts"), absl::StrJoin(finding.facts(), ", "), 2);
  page->Field(printing.Label("policy"), finding.policy(), 2);
  if (finding.to_confirm().empty()) return;
  page->Line(printing.ForSupplier()
                 ? printing.Text("omitted.internal")
                 : printing.Text("text.to_confirm", {{"text", finding.to_confirm()}}),
             2);
}

std::string PeriodText(const Printing& printing, const v1::GroundPeriod& period) {
  if (!period.has_ends()) return printing.Text("text.period_open");
  const std::string ends = DayText(true, period.ends());
  if (period.stated()) return printing.Text("text.period_stated", {{"ends", ends}});
  return printing.Text("text.period", {{"ends", ends},
                                       {"years", absl::StrCat(period.years())},
                                       {"months", absl::StrCat(period.months())},
                                       {"starts", DayText(period.has_starts(), period.starts())},
                                       {"event_date", printing.Word("event_date", period.from())}});
}

void PrintDossier(const Printing& printing, const v1::SelfCleaning& dossier, Page* page) {
  page->Field(printing.Label("elements"),
              printing.Words<v1::SelfCleaningElement>("element", dossier.elements()), 2);
  if (dossier.has_assessed_on() || !dossier.assessed_by().empty()) {
    page->Line(printing.Text("text.decided",
                             {{"day", DayText(dossier.has_assessed_on(), dossier.assessed_on())},
                              {"authority", dossier.assessed_by()}}),
               2);
  }
  page->Field(printing.Label("reasons"), dossier.reasons(), 2);
}

// Dossiers about the facts of a finding.
void PrintDossiers(const Printing& printing, const v1::RuleFinding& finding, Page* page) {
  const std::set<std::string> facts(finding.facts().begin(), finding.facts().end());
  for (const v1::SubjectEvidence& subject : printing.bundle().subjects()) {
    for (const v1::SubjectFact& fact : subject.facts()) {
      if (facts.count(fact.id()) == 0) continue;
      for (const v1::SelfCleaningFact& one : fact.self_cleaning()) {
        PrintDossier(printing, one.dossier(), page);
      }
    }
  }
}

}  // namespace

void PrintGrounds(const Printing& printing, Page* page) {
  page->Heading(printing.Text("heading.grounds"));
  if (printing.core().findings().empty()) page->Line(printing.Text("text.none"));
  for (const v1::RuleFinding& finding : printing.core().findings()) {
    PrintGround(printing, finding, page);
  }
}

void PrintPeriods(const Printing& printing, Page* page) {
  page->Heading(printing.Text("heading.periods"));
  bool any = false;
  for (const v1::RuleFinding& finding : printing.core().findings()) {
    if (!finding.has_period() || !Omission(printing, finding).empty()) continue;
    any = true;
    page->Line(absl::StrCat(finding.rule_id(), " (", absl::StrJoin(finding.facts(), ", "),
                            "): ", PeriodText(printing, finding.period())));
  }
  if (!any) page->Line(printing.Text("text.none"));
}

void PrintSelfCleaning(const Printing& printing, Page* page) {
  page->Heading(printing.Text("heading.self_cleaning"));
  bool any = false;
  for (const v1::RuleFinding& finding : printing.core().findings()) {
    if (finding.self_cleaning() == v1::SELF_CLEANING_STATE_UNSPECIFIED) continue;
    if (!Omission(printing, finding).empty()) continue;
    any = true;
    page->Field(finding.rule_id(), printing.Word("self_cleaning", finding.self_cleaning()));
    PrintDossiers(printing, finding, page);
  }
  if (!any) page->Line(printing.Text("text.none"));
}

}  // namespace probity::screening
