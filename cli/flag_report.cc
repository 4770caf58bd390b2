#include "cli/flag_report.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "cli/text.h"

namespace probity::cli {
namespace {

std::string People(const v1::PeopleCount& count) {
  if (count.withheld()) return "withheld";
  return count.fewer_than_five() ? "<5" : std::to_string(count.exact());
}

std::string Affected(const v1::AffectedPeople& people) {
  std::string text;
  const auto add = [&text](bool known, const v1::PeopleCount& count, const char* who) {
    if (known) text += (text.empty() ? "" : ", ") + People(count) + " " + who;
  };
  add(people.has_total(), people.total(), "in all");
  add(people.has_women(), people.women(), "women");
  add(people.has_men(), people.men(), "men");
  add(people.has_girls(), people.girls(), "girls");
  add(people.has_boys(), people.boys(), "boys");
  add(people.has_migrants(), people.migrants(), "migrants");
  add(people.has_unknown(), people.unknown(), "not known which");
  return text;
}

void AddMeasure(const v1::LegalMeasure& measure, Table& table) {
  table.AddUnlessEmpty("measure", measure.regime());
  table.AddUnlessEmpty("effect", EnumWords(measure.effect()));
  table.AddUnlessEmpty("on its list", EnumWords(measure.list_status()));
  table.AddUnlessEmpty("decided by", measure.authority());
  table.AddUnlessEmpty("decision", measure.decision_no());
  if (measure.has_in_force()) table.Add({"in force", FormatInterval(measure.in_force())});
}

// By which law it ends and how that day was computed.
std::string Period(const v1::LegalPeriod& period) {
  const std::string rule =
      absl::StrCat(period.years(), " years from ", FormatDate(period.counted_from()), " at most, ",
                   period.legal_basis());
  if (period.still_listed()) return rule + "; still listed: ask the publisher";
  return absl::StrCat(FormatDate(period.ends()), " (", rule, ")");
}

void AddHarm(const v1::RiskFlag& flag, Table& table) {
  table.AddUnlessEmpty("stage", EnumWords(flag.stage()));
  table.AddUnlessEmpty("severity", EnumWords(flag.severity()));
  table.AddUnlessEmpty("ILO indicators", EnumList<v1::IloIndicator>(flag.ilo_indicators()));
  table.AddUnlessEmpty("exploitation",
                       EnumList<v1::ExploitationPurpose>(flag.exploitation_purposes()));
  table.AddUnlessEmpty("affected", Affected(flag.affected()));
  table.AddUnlessEmpty("remedy", EnumWords(flag.remediation_status()));
  table.AddUnlessEmpty("summary", flag.summary());
  if (flag.contested()) table.Add({"contested", "yes"});
  table.AddUnlessEmpty("reply", flag.reply().text());
  table.AddUnlessEmpty("document", flag.source_url());
}

// What the supplier answered to the authority; it takes nothing away.
void AddReplies(const v1::ListedRiskFlag& listed, Table& table) {
  for (const v1::Reply& one : listed.replies()) {
    std::string outcome;
    if (one.kind() == v1::REPLY_KIND_SELF_CLEANING) {
      outcome = one.state() == v1::REPLY_STATE_ASSESSED
                    ? absl::StrCat(", ", EnumWords(one.outcome()))
                    : ", not assessed yet";
    }
    table.Add({"supplier replied",
               absl::StrCat("on ", FormatDate(one.received_on()), ": ", EnumWords(one.kind()),
                            outcome, one.text().empty() ? "" : ": ", one.text())});
  }
}

void PrintFlag(Session& session, const v1::ListedRiskFlag& listed) {
  const bool ended = listed.state() == v1::FLAG_STATE_ENDED;
  std::string type = EnumName(listed.flag().type());
  if (listed.flag().type() == v1::FLAG_TYPE_UNSPECIFIED) type = "LEGAL_MEASURE";
  session.Say(type + "  " + EnumName(listed.state()), ended ? Style::kPlain : Style::kBad);
  Table table;
  AddHarm(listed.flag(), table);
  AddMeasure(listed.legal_measure(), table);
  table.AddUnlessEmpty("listed", FormatIntervals(listed.listing_intervals()));
  AddReplies(listed, table);
  if (listed.has_legal_period()) table.Add({"ends", Period(listed.legal_period())});
  table.AddUnlessEmpty("matched by", listed.matched_by());
  if (listed.visibility() == v1::VISIBILITY_RESTRICTED) table.Add({"visibility", "restricted"});
  table.AddUnlessEmpty("source", FormatProvenance(listed.provenance()));
  session.Print(table);
}

}  // namespace

void PrintFlags(Session& session, const ListedFlags& flags) {
  for (const v1::ListedRiskFlag& flag : flags) {
    if (&flag != &flags.Get(0)) session.out() << '\n';
    PrintFlag(session, flag);
  }
}

bool AnyInForce(const ListedFlags& flags) {
  return std::any_of(flags.begin(), flags.end(), [](const v1::ListedRiskFlag& flag) {
    return flag.state() != v1::FLAG_STATE_ENDED;
  });
}

}  // namespace probity::cli
