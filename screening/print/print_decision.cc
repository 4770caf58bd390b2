#include "screening/print/print_decision.h"

#include <algorithm>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "screening/decision/free_texts.h"
#include "screening/print/printing.h"

namespace probity::screening {
namespace {

void PrintHead(const Printing& printing, Page* page) {
  const v1::EvidenceBundle& bundle = printing.bundle();
  page->Title(printing.Text("heading.title", {{"decision", printing.decision().name()}}));
  page->Line(printing.Text("text.advice"), 0);
  page->Gap();
  if (!bundle.subjects().empty() && !bundle.subjects(0).personal().empty()) {
    page->Field(printing.Label("supplier"), printing.Personal(bundle.subjects(0).personal(0)), 0);
  }
  page->Field(printing.Label("authority"),
              absl::StrCat(bundle.authority(), bundle.authority().empty() ? "" : ", ",
                           bundle.purchase().authority_country()),
              0);
  page->Field(printing.Label("purpose"), printing.Word("purpose", bundle.purchase().purpose()), 0);
  page->Field(printing.Label("procedure"), bundle.purchase().procedure(), 0);
}

int CountSearched(const v1::EvidenceBundle& bundle) {
  return static_cast<int>(
      std::count_if(bundle.sources().begin(), bundle.sources().end(),
                    [](const v1::SourceEvidence& one) { return one.searched(); }));
}

void PrintSubjects(const Printing& printing, Page* page) {
  for (const v1::SubjectVerdict& one : printing.core().subjects()) {
    page->Field(one.path(), printing.Shows(one.path()) ? printing.Word("verdict", one.verdict())
                                                       : printing.Text("omitted.other_party"));
  }
  for (const v1::ItemVerdict& one : printing.core().items()) {
    page->Field(absl::StrCat(printing.Label("item"), " ", one.item_id()),
                printing.Word("verdict", one.verdict()));
  }
}

// The buyer's own demand and other parties are no matter of the supplier's.
std::string InputText(const Printing& printing, const std::string& input) {
  if (printing.ForSupplier() && absl::StartsWith(input, "demand")) {
    return printing.Text("omitted.internal");
  }
  return printing.Shows(input) ? input : printing.Text("omitted.other_party");
}

void PrintNotChecked(const Printing& printing, Page* page) {
  page->Heading(printing.Text("heading.not_checked"));
  if (printing.core().not_checked().empty()) page->Line(printing.Text("text.none"));
  for (const v1::NotChecked& one : printing.core().not_checked()) {
    const std::string input = InputText(printing, one.input());
    page->Line(one.rule_id().empty() ? printing.Text("text.required_input", {{"input", input}})
                                     : printing.Text("text.not_checked",
                                                     {{"rule", one.rule_id()}, {"input", input}}));
  }
}

void PrintHearing(const Printing& printing, Page* page) {
  page->Heading(printing.Text("heading.hearing"));
  page->Line(printing.Text(printing.core().hearing_required() ? "text.hearing_required"
                                                              : "text.hearing_not_required"));
  std::string replied;
  for (const v1::RuleFinding& finding : printing.core().findings()) {
    if (!printing.Shows(finding.subject())) continue;
    replied = std::max(replied, DayText(finding.has_replied_on(), finding.replied_on()));
  }
  if (!replied.empty()) page->Line(printing.Text("text.replied", {{"day", replied}}));
}

// Hotlines of the countries where the parties are and where the buyer is.
void PrintReferrals(const Printing& printing, Page* page) {
  std::set<std::string> countries = {printing.bundle().purchase().authority_country().substr(0, 2)};
  for (const v1::SubjectEvidence& one : printing.bundle().subjects()) {
    if (!one.country().empty()) countries.insert(one.country().substr(0, 2));
  }
  for (const std::string& country : countries) {
    for (const ReferralContact& contact : printing.catalogue().Contacts(country)) {
      page->Line(printing.Text(
                     "text.referral",
                     {{"country", country}, {"name", contact.name}, {"contact", contact.contact}}),
                 2);
    }
  }
}

void PrintStep(const Printing& printing, const v1::NextStep& step, Page* page) {
  Values values = {{"action", printing.Word("action", step.action())},
                   {"actor", printing.Word("actor", step.actor())}};
  const std::string day = DayText(step.has_by(), step.by());
  if (!day.empty()) values.emplace_back("day", day);
  page->Line(printing.Text(day.empty() ? "text.step_first" : "text.step_by", values));
  if (!step.about().empty()) {
    page->Line(printing.Text("text.about", {{"about", step.about()}}), 2);
  }
  if (step.action() == v1::NEXT_ACTION_REFER_VICTIMS) PrintReferrals(printing, page);
}

// A supplier sees what it is to do itself.
void PrintSteps(const Printing& printing, Page* page) {
  page->Heading(printing.Text("heading.next_steps"));
  bool left_out = false;
  for (const v1::NextStep& step : printing.core().next_steps()) {
    const bool shown = !printing.ForSupplier() ||
                       (step.actor() == v1::NEXT_ACTOR_SUPPLIER && printing.Shows(step.about()));
    if (shown) PrintStep(printing, step, page);
    left_out = left_out || !shown;
  }
  if (left_out) page->Line(printing.Text("omitted.internal"));
  const v1::DecisionCore& core = printing.core();
  if (core.has_valid_until()) {
    page->Line(printing.Text("text.valid_until", {{"day", DayText(true, core.valid_until())}}));
  }
  if (core.has_next_review_on()) {
    page->Line(printing.Text("text.next_review", {{"day", DayText(true, core.next_review_on())}}));
  }
}

void PrintIntegrity(const Printing& printing, Page* page) {
  page->Heading(printing.Text("heading.integrity"));
  page->Line(
      printing.Text("text.receipt", {{"entry", absl::StrCat(printing.decision().leaf_index())},
                                     {"time", TimeText(printing.decision().recorded_at())}}));
  page->Field(printing.Label("bundle"),
              absl::StrCat("SHA-256 ", absl::BytesToHexString(printing.core().bundle_digest())));
}

void PrintPersonalData(const Printing& printing, Page* page) {
  page->Heading(printing.Text("heading.personal_data"));
  page->Line(printing.Text("text.personal", {{"count", absl::StrCat(printing.personal_count())},
                                             {"erased", absl::StrCat(printing.erased_count())}}));
  if (!printing.ForAuditor()) return;
  for (const v1::PersonalText& text : printing.personal()) {
    if (!text.has_erase_time()) continue;
    page->Line(printing.Text("text.erased", {{"digest", absl::BytesToHexString(text.digest())},
                                             {"time", TimeText(text.erase_time())},
                                             {"principal", text.erased_by()},
                                             {"reason", text.erase_reason()}}));
  }
}

}  // namespace

void PrintOutcome(const Printing& printing, Page* page) {
  const v1::DecisionCore& core = printing.core();
  page->Heading(printing.Text("heading.outcome"));
  page->Line(printing.Word("verdict", core.verdict()));
  if (core.verdict() == v1::VERDICT_CLEAR && core.identity() == v1::IDENTITY_STATE_ASSERTED) {
    page->Line(printing.Text("text.asserted_clear",
                             {{"count", absl::StrCat(CountSearched(printing.bundle()))}}));
  }
  page->Field(printing.Text("heading.identity"), printing.Word("identity", core.identity()));
  page->Field(printing.Label("evidence"), printing.Word("evidence", core.evidence()));
  page->Field(printing.Label("risk"), printing.Word("risk", core.risk()));
  for (const int reason : core.reasons()) {
    const bool internal = printing.ForSupplier() && reason == v1::REVIEW_REASON_BUYER_DEMAND;
    page->Field(printing.Label("reasons"),
                internal ? printing.Text("omitted.internal")
                         : printing.Word("reason", static_cast<v1::ReviewReason>(reason)));
  }
  PrintSubjects(printing, page);
}

std::string PrintDecision(const TextCatalogue& catalogue, const std::string& language,
                          v1::Audience audience, const PrintedDecision& printed) {
  const Printing reader(catalogue, language, audience, printed);
  v1::EvidenceBundle bundle = printed.bundle;
  PutBackFreeTexts([&](const v1::PersonalDigest& digest) { return reader.Personal(digest); },
                   &bundle);
  const PrintedDecision whole{printed.decision, bundle, printed.personal};
  const Printing printing(catalogue, language, audience, whole);
  Page page;
  PrintHead(printing, &page);
  PrintOutcome(printing, &page);
  PrintGrounds(printing, &page);
  PrintFacts(printing, &page);
  PrintIdentity(printing, &page);
  PrintSources(printing, &page);
  PrintVersions(printing, &page);
  PrintPeriods(printing, &page);
  PrintSelfCleaning(printing, &page);
  PrintCertificates(printing, &page);
  PrintNotChecked(printing, &page);
  PrintHearing(printing, &page);
  PrintSteps(printing, &page);
  PrintOverrides(printing, &page);
  PrintIntegrity(printing, &page);
  PrintPersonalData(printing, &page);
  return page.Take();
}

}  // namespace probity::screening
