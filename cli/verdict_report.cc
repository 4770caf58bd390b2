#include "cli/verdict_report.h"

#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/text.h"
#include "fmt/format.h"

namespace probity::cli {
namespace {

// "REVIEW: facts to weigh".
std::string Headline(const v1::DecisionCore& core) {
  return absl::StrCat(EnumName(core.verdict()), "  identity ", EnumWords(core.identity()),
                      ", evidence ", EnumWords(core.evidence()), ", risk ", EnumWords(core.risk()));
}

// Facts of a bundle by id.
class Facts {
 public:
  explicit Facts(const v1::EvidenceBundle& bundle) {
    for (const v1::SubjectEvidence& subject : bundle.subjects()) {
      for (const v1::SubjectFact& fact : subject.facts()) Add(fact);
      for (const v1::FindingFact& fact : subject.findings()) {
        lines_[fact.id()] =
            absl::StrCat(EnumWords(fact.finding().severity()),
                         " finding of an audit, source: ", FormatProvenance(fact.provenance()));
      }
    }
    for (const v1::ItemEvidence& item : bundle.items()) {
      for (const v1::SubjectFact& fact : item.measures()) Add(fact);
      for (const v1::CommodityRiskFact& fact : item.risks()) {
        lines_[fact.id()] = absl::StrCat(fact.match().risk().publisher_name(), " from ",
                                         fact.match().risk().origin(),
                                         ", source: ", FormatProvenance(fact.match().provenance()));
      }
    }
  }

  // One line a fact.
  std::string Of(const v1::RuleFinding& finding) const {
    std::string text;
    for (const std::string& id : finding.facts()) {
      const auto line = lines_.find(id);
      if (line == lines_.end()) continue;
      absl::StrAppend(&text, text.empty() ? "" : "\n", line->second);
    }
    return text;
  }

 private:
  void Add(const v1::SubjectFact& fact) {
    const v1::ListedRiskFlag& listed = fact.flag();
    std::string what = EnumWords(listed.flag().type());
    if (what.empty()) what = absl::StrCat("measure ", listed.legal_measure().regime());
    if (!fact.path().empty()) absl::StrAppend(&what, ", ", PathOf(fact));
    if (fact.basis() == v1::FACT_BASIS_NAME) absl::StrAppend(&what, ", by name alone");
    if (listed.state() == v1::FLAG_STATE_ENDED) absl::StrAppend(&what, ", ended");
    lines_[fact.id()] = absl::StrCat(what, ", source: ", FormatProvenance(listed.provenance()));
  }

  // "through operates datasets/…".
  static std::string PathOf(const v1::SubjectFact& fact) {
    std::string path = "through";
    for (const v1::RelationStep& step : fact.path()) {
      absl::StrAppend(&path, path == "through" ? " " : ", then ", EnumWords(step.type()), " ",
                      step.other().empty() ? "another party" : step.other());
    }
    return path;
  }

  std::map<std::string, std::string> lines_;
};

std::string AboutOf(const v1::RuleFinding& finding) {
  if (!finding.item_id().empty()) return absl::StrCat("item ", finding.item_id());
  if (!finding.requirement_id().empty()) {
    return absl::StrCat("requirement ", finding.requirement_id());
  }
  if (!finding.dataset().empty()) return finding.dataset();
  return finding.subject() == "subject" ? "the supplier" : finding.subject();
}

std::string LawOf(const v1::RuleFinding& finding) {
  std::string law = finding.legal_basis();
  if (finding.period().has_ends()) {
    absl::StrAppend(&law, "; ends ", FormatDate(finding.period().ends()));
  }
  if (finding.self_cleaning() >= v1::SELF_CLEANING_STATE_PENDING) {
    absl::StrAppend(&law, "; self-cleaning ", EnumWords(finding.self_cleaning()));
  }
  if (finding.has_replied_on()) {
    absl::StrAppend(&law, "; the supplier replied on ", FormatDate(finding.replied_on()));
  }
  return law;
}

// What the rule says, the law, and below them the facts.
std::string NoteOf(const v1::RuleFinding& finding, const Facts& facts) {
  std::string note = finding.title();
  for (const std::string& line : {LawOf(finding), facts.Of(finding)}) {
    if (!line.empty()) absl::StrAppend(&note, note.empty() ? "" : "\n", line);
  }
  return note;
}

// A reason to review is none to block.
std::string ReasonOf(const v1::RuleFinding& finding) {
  if (finding.purchase_effect() == v1::RULE_EFFECT_REVIEW) return EnumWords(finding.reason());
  return finding.purchase_effect() == v1::RULE_EFFECT_BLOCK ? "binding ground in force" : "";
}

Style StyleOf(v1::RuleEffect effect) {
  if (effect == v1::RULE_EFFECT_BLOCK) return Style::kBad;
  return effect == v1::RULE_EFFECT_REVIEW ? Style::kDoubt : Style::kPlain;
}

void PrintFindings(Session& session, const v1::DecisionCore& core, const Facts& facts) {
  Table table({"effect", "rule", "about", "why"});
  for (const v1::RuleFinding& finding : core.findings()) {
    std::string why = ReasonOf(finding);
    if (!finding.limits().empty()) {
      absl::StrAppend(&why, why.empty() ? "" : "; ",
                      "limited: ", EnumList<v1::EffectLimit>(finding.limits()));
    }
    table.Add({Cell(EnumName(finding.purchase_effect()), StyleOf(finding.purchase_effect())),
               finding.rule_id(), AboutOf(finding), why},
              NoteOf(finding, facts));
  }
  session.Print(table);
}

// Waivers of the authority for the parties of the purchase, applied here or not.
void PrintWaivers(Session& session, const v1::DecisionCore& core,
                  const v1::EvidenceBundle& bundle) {
  std::set<std::string> applied;
  for (const v1::RuleFinding& finding : core.findings()) applied.insert(finding.waiver());
  Table table({"rule", "derogation", "procedure", "until", "here"});
  bool any = false;
  for (const v1::SubjectEvidence& subject : bundle.subjects()) {
    for (const v1::Waiver& one : subject.waivers()) {
      any = true;
      const bool here = applied.count(one.name()) > 0;
      table.Add({one.rule_id(), one.derogation(), one.procedure(), FormatDate(one.last_day()),
                 here ? "applied" : "not applied"},
                absl::StrCat(one.name(), one.legal_basis().empty() ? "" : "\n", one.legal_basis()));
    }
  }
  if (!any) return;
  session.out() << '\n';
  session.Say("Waivers in force for these parties:", Style::kHeading);
  session.Print(table);
}

void PrintSteps(Session& session, const v1::DecisionCore& core) {
  if (core.next_steps().empty()) return;
  session.out() << '\n';
  session.Say("What to do next:", Style::kHeading);
  Table table({"what", "who", "by", "about"});
  for (const v1::NextStep& step : core.next_steps()) {
    table.Add({EnumWords(step.action()), EnumWords(step.actor()),
               step.has_by() ? FormatDate(step.by()) : "before going on", step.about()});
  }
  session.Print(table);
}

void PrintNotChecked(Session& session, const v1::DecisionCore& core) {
  if (core.not_checked().empty()) return;
  std::map<std::string, std::vector<std::string>> rules;  // by input
  for (const v1::NotChecked& one : core.not_checked()) {
    rules[one.input()].push_back(one.required() ? absl::StrCat(one.rule_id(), " (required)")
                                                : one.rule_id());
  }
  session.out() << '\n';
  session.Say("Not checked, because it was not given or is not on record:", Style::kDoubt);
  Table table({"input", "rules that ask for it"});
  for (const auto& [input, asked_by] : rules) table.Add({input, absl::StrJoin(asked_by, ", ")});
  session.Print(table);
}

void PrintSources(Session& session, const v1::EvidenceBundle& bundle) {
  google::protobuf::RepeatedPtrField<v1::SourceEdition> editions;
  for (const v1::SourceEvidence& source : bundle.sources()) {
    if (source.has_edition()) *editions.Add() = source.edition();
  }
  session.PrintSources("Lists asked:", editions);
}

void PrintDates(Session& session, const v1::DecisionCore& core) {
  Table table;
  table.AddUnlessEmpty("stands until", FormatDate(core.valid_until()));
  table.AddUnlessEmpty("look again by", FormatDate(core.next_review_on()));
  table.AddUnlessEmpty("hearing", core.hearing_required()
                                      ? "the supplier must be heard before anything is decided"
                                      : "");
  table.AddUnlessEmpty("missing lists", absl::StrJoin(core.missing_sources(), ", "));
  session.Print(table);
}

}  // namespace

int CodeOf(v1::Verdict verdict) {
  switch (verdict) {
    case v1::VERDICT_CLEAR:
      return kExitGood;
    case v1::VERDICT_BLOCK:
      return kExitBad;
    default:
      return kExitUndetermined;
  }
}

Style StyleOf(v1::Verdict verdict) {
  switch (verdict) {
    case v1::VERDICT_CLEAR:
      return Style::kGood;
    case v1::VERDICT_BLOCK:
      return Style::kBad;
    default:
      return Style::kDoubt;
  }
}

void PrintDecision(Session& session, const v1::Decision& decision,
                   const v1::EvidenceBundle& bundle) {
  const v1::DecisionCore& core = decision.core();
  session.Say(Headline(core), StyleOf(core.verdict()));
  if (core.findings().empty()) {
    session.Say("No rule found anything adverse in the lists asked. That is no guarantee.");
  } else {
    session.out() << '\n';
    PrintFindings(session, core, Facts(bundle));
  }
  PrintWaivers(session, core, bundle);
  PrintSteps(session, core);
  PrintNotChecked(session, core);
  PrintSources(session, bundle);
  session.out() << '\n';
  PrintDates(session, core);
  session.Say(absl::StrCat("recorded as ", decision.name(), ", number ", decision.leaf_index(),
                           " of the evidence log"));
  if (!decision.decision_uri().empty()) session.Say("to read at " + decision.decision_uri());
}

}  // namespace probity::cli
