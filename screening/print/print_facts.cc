// The facts, by the ids under which grounds name them: part 3.
#include "screening/print/printing.h"

namespace probity::screening {
namespace {

std::string IntervalText(const Printing& printing, absl::string_view key,
                         const v1::DateInterval& interval) {
  if (!interval.has_from() && !interval.has_to()) return "";
  const auto day = [](bool has, const v1::Date& date) {
    const std::string text = DayText(has, date);
    return text.empty() ? "…" : text;
  };
  return printing.Text(key, {{"from", day(interval.has_from(), interval.from())},
                             {"to", day(interval.has_to(), interval.to())}});
}

void PrintDecided(const Printing& printing, const v1::ListedRiskFlag& fact, Page* page) {
  const v1::RiskFlag& flag = fact.flag();
  const v1::LegalMeasure& measure = fact.legal_measure();
  const bool own = flag.has_decided_on() || !flag.decided_by().empty();
  const std::string day = own ? DayText(flag.has_decided_on(), flag.decided_on())
                              : DayText(measure.has_decided_on(), measure.decided_on());
  const std::string by = own ? flag.decided_by() : measure.authority();
  if (!day.empty() || !by.empty()) {
    page->Line(printing.Text("text.decided", {{"day", day.empty() ? "…" : day},
                                              {"authority", by.empty() ? "…" : by}}),
               2);
  }
  const std::string& number =
      flag.decision_no().empty() ? measure.decision_no() : flag.decision_no();
  if (!number.empty()) page->Line(printing.Text("text.decision_no", {{"number", number}}), 2);
}

void PrintFlag(const Printing& printing, const v1::RiskFlag& flag, Page* page) {
  page->Field(printing.Label("severity"), printing.Word("severity", flag.severity()), 2);
  page->Field(printing.Label("indicators"),
              printing.Words<v1::IloIndicator>("indicator", flag.ilo_indicators()), 2);
  page->Line(IntervalText(printing, "text.event", flag.event()), 2);
  const std::string reported = DayText(flag.has_reported_on(), flag.reported_on());
  if (!reported.empty()) page->Line(printing.Text("text.reported", {{"day", reported}}), 2);
  if (!flag.jurisdiction().empty()) {
    page->Line(printing.Text("text.jurisdiction", {{"place", flag.jurisdiction()}}), 2);
  }
  page->Field(printing.Label("reply"), flag.reply().text(), 2);
}

// What the supplier answered to the authority.
void PrintReplies(const Printing& printing, const v1::ListedRiskFlag& fact, Page* page) {
  for (const v1::Reply& reply : fact.replies()) {
    page->Line(printing.Text("text.replied",
                             {{"day", DayText(reply.has_received_on(), reply.received_on())}}),
               2);
    page->Field(printing.Word("reply", reply.kind()),
                reply.text().empty() ? absl::StrJoin(reply.evidence(), ", ") : reply.text(), 3);
  }
}

void PrintMeasure(const Printing& printing, const v1::LegalMeasure& measure, Page* page) {
  page->Field(printing.Label("measure"),
              absl::StrCat(measure.regime(), measure.regime().empty() ? "" : "; ",
                           printing.Word("measure", measure.effect())),
              2);
  page->Line(IntervalText(printing, "text.in_force", measure.in_force()), 2);
  if (measure.appeal_state() == v1::APPEAL_STATE_PENDING ||
      measure.appeal_state() == v1::APPEAL_STATE_PENDING_SUSPENSIVE) {
    page->Line(printing.Text("text.appeal_pending"), 2);
  }
}

// Each link from the end it came from to the other; a link's own direction
// stands first.
void PrintPath(const Printing& printing, const v1::SubjectFact& fact, const std::string& subject,
               Page* page) {
  std::string here = subject;
  for (const v1::RelationStep& step : fact.path()) {
    const bool forward = step.subject_end() == v1::LINK_END_FROM;
    Values values = {{"from", forward ? here : step.other()},
                     {"to", forward ? step.other() : here},
                     {"link", printing.Word("link", step.type())}};
    if (step.has_share_percent()) values.emplace_back("share", NumberText(step.share_percent()));
    page->Field(printing.Label("path"),
                printing.Text(step.has_share_percent() ? "text.path_share" : "text.path", values),
                2);
    if (printing.ForAuditor()) page->Field(printing.Label("record"), step.source_record(), 3);
    here = step.other();
  }
}

std::string HeadOf(const Printing& printing, const v1::ListedRiskFlag& fact) {
  if (fact.flag().type() == v1::FLAG_TYPE_UNSPECIFIED) return fact.legal_measure().regime();
  return absl::StrCat(printing.Word("flag", fact.flag().type()), "; ",
                      printing.Word("stage", fact.flag().stage()));
}

void PrintFact(const Printing& printing, const v1::SubjectFact& fact, const std::string& about,
               Page* page) {
  page->Gap();
  if (fact.flag().visibility() == v1::VISIBILITY_RESTRICTED) {
    return page->Line(absl::StrCat(fact.id(), ": ", printing.Text("omitted.restricted")));
  }
  if (!printing.Shows(about)) {
    return page->Line(absl::StrCat(fact.id(), ": ", printing.Text("omitted.other_party")));
  }
  page->Line(absl::StrCat(fact.id(), ": ", HeadOf(printing, fact.flag())));
  page->Line(printing.Text("text.about", {{"about", about}}), 2);
  if (fact.basis() == v1::FACT_BASIS_NAME) {
    page->Line(printing.Word("basis", fact.basis()), 2);
  }
  PrintDecided(printing, fact.flag(), page);
  PrintFlag(printing, fact.flag().flag(), page);
  if (fact.flag().has_legal_measure()) {
    PrintMeasure(printing, fact.flag().legal_measure(), page);
  }
  PrintReplies(printing, fact.flag(), page);
  PrintPath(printing, fact, about, page);
  page->Field(printing.Label("record"), fact.flag().name(), 2);
  if (!printing.ForAuditor()) return;
  for (const v1::ClusterEdge& edge : fact.edges()) {
    page->Field(printing.Label("record"),
                absl::StrCat(edge.from(), " = ", edge.to(), " (", edge.identifier().scheme(), ":",
                             edge.identifier().value(), ")"),
                3);
  }
}

void PrintFinding(const Printing& printing, const v1::FindingFact& fact, const std::string& about,
                  Page* page) {
  page->Gap();
  if (!printing.Shows(about)) {
    return page->Line(absl::StrCat(fact.id(), ": ", printing.Text("omitted.other_party")));
  }
  page->Line(absl::StrCat(fact.id(), ": ", fact.scheme_id(), " ",
                          DayText(fact.has_ended(), fact.ended()), ": ", fact.finding().topic()));
  page->Line(printing.Text("text.about", {{"about", about}}), 2);
  page->Field(printing.Label("severity"), printing.Word("finding", fact.finding().severity()), 2);
  page->Field(printing.Label("indicators"),
              printing.Words<v1::IloIndicator>("indicator", fact.finding().ilo_indicators()), 2);
  page->Field(printing.Label("record"), fact.provenance().source_record(), 2);
}

void PrintPhoenix(const Printing& printing, const v1::SubjectEvidence& subject, Page* page) {
  for (const v1::PhoenixFact& fact : subject.phoenix()) {
    page->Gap();
    page->Line(printing.Word("reason", v1::REVIEW_REASON_POSSIBLE_PHOENIX));
    if (printing.ForSupplier()) {
      page->Line(printing.Text("omitted.other_party"), 2);
      continue;
    }
    page->Field(printing.Label("found"), fact.barred_supplier(), 2);
    page->Field(printing.Label("shares"), absl::StrJoin(fact.shared(), ", "), 2);
    page->Field(printing.Label("record"), fact.barred_by(), 2);
    page->Field(printing.Label("record"), absl::StrJoin(fact.source_records(), ", "), 2);
  }
}

void PrintRisk(const Printing& printing, const v1::CommodityRiskFact& fact,
               const v1::ItemEvidence& item, Page* page) {
  const v1::CommodityRisk& risk = fact.match().risk();
  page->Gap();
  page->Line(absl::StrCat(fact.id(), ": ", risk.publisher_name(), risk.origin().empty() ? "" : ", ",
                          risk.origin(), ": ",
                          printing.Words<v1::LabourHarm>("harm", risk.harms())));
  page->Field(printing.Label("item"), item.item_id(), 2);
  page->Field(printing.Label("goods"), risk.input_publisher_name(), 2);
  page->Field(printing.Label("record"), fact.match().provenance().source_record(), 2);
}

void PrintItem(const Printing& printing, const v1::ItemEvidence& item, Page* page) {
  for (const v1::SubjectFact& fact : item.measures()) {
    PrintFact(printing, fact, absl::StrCat(printing.Label("item"), " ", item.item_id()), page);
  }
  for (const v1::CommodityRiskFact& fact : item.risks()) PrintRisk(printing, fact, item, page);
}

bool HasFacts(const v1::EvidenceBundle& bundle) {
  for (const v1::SubjectEvidence& one : bundle.subjects()) {
    if (one.facts_size() + one.findings_size() + one.phoenix_size() + one.conflicts_size() > 0) {
      return true;
    }
  }
  for (const v1::ItemEvidence& one : bundle.items()) {
    if (one.risks_size() + one.measures_size() > 0) return true;
  }
  return false;
}

}  // namespace

void PrintFacts(const Printing& printing, Page* page) {
  page->Heading(printing.Text("heading.facts"));
  const v1::EvidenceBundle& bundle = printing.bundle();
  if (!HasFacts(bundle)) page->Line(printing.Text("text.none"));
  for (const v1::SubjectEvidence& subject : bundle.subjects()) {
    for (const v1::SubjectFact& fact : subject.facts()) {
      PrintFact(printing, fact, subject.path(), page);
    }
    for (const v1::FindingFact& fact : subject.findings()) {
      PrintFinding(printing, fact, subject.path(), page);
    }
    if (!printing.Shows(subject.path())) continue;
    PrintPhoenix(printing, subject, page);
    for (const std::string& conflict : subject.conflicts()) {
      page->Field(printing.Label("conflict"), conflict);
    }
  }
  for (const v1::ItemEvidence& item : bundle.items()) PrintItem(printing, item, page);
}

}  // namespace probity::screening
