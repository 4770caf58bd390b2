// Every predicate about facts: when it holds, when not, and what is missing.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "policy/condition_testing.h"

namespace probity::policy {
namespace {

std::string Fact(const std::string& flag, const std::string& more = "") {
  return absl::StrCat("subjects { facts { id: \"f1\" basis: FACT_BASIS_IDENTITY flag { ", flag,
                      " } ", more, " } }");
}

TEST(FactConditionTest, FlagFields) {
  const std::string typed = "flag { type: FLAG_TYPE_MEDIA ";
  CheckConditions({
      {"FACT", "flag_type { types: FLAG_TYPE_MEDIA }", Fact(typed + "}"), "fires"},
      {"FACT", "flag_type { types: FLAG_TYPE_GRIEVANCE }", Fact(typed + "}"), "silent"},
      {"FACT", "flag_type { types: FLAG_TYPE_MEDIA }", Fact("flag { contested: true }"),
       "subject.facts[f1].flag.type"},
      // A list that publishes the measure alone says nothing of a flag.
      {"FACT", "flag_type { types: FLAG_TYPE_MEDIA }", Fact("legal_measure { regime: \"X\" }"),
       "silent"},
      {"FACT", "stage { at_least: FLAG_STAGE_INVESTIGATION_OPEN }",
       Fact(typed + "stage: FLAG_STAGE_INVESTIGATION_OPEN }"), "fires"},
      {"FACT", "stage { at_least: FLAG_STAGE_INVESTIGATION_OPEN }",
       Fact(typed + "stage: FLAG_STAGE_CREDIBLE_REPORT }"), "silent"},
      {"FACT", "stage { at_most: FLAG_STAGE_CREDIBLE_REPORT }", Fact(typed + "}"), "fires"},
      {"FACT", "stage { at_most: FLAG_STAGE_CREDIBLE_REPORT }",
       Fact(typed + "stage: FLAG_STAGE_INVESTIGATION_OPEN }"), "silent"},
      {"FACT", "stage { at_least: FLAG_STAGE_ALLEGATION }",
       Fact(typed + "stage: FLAG_STAGE_DISMISSED }"), "silent"},
      {"FACT", "severity_at_least: FLAG_SEVERITY_MAJOR",
       Fact(typed + "severity: FLAG_SEVERITY_MAJOR }"), "fires"},
      {"FACT", "severity_at_least: FLAG_SEVERITY_MAJOR",
       Fact(typed + "severity: FLAG_SEVERITY_MINOR }"), "silent"},
      {"FACT", "severity_at_least: FLAG_SEVERITY_MAJOR", Fact(typed + "}"),
       "subject.facts[f1].flag.severity"},
      {"FACT", "ilo_indicators { at_least: 2 }",
       Fact(typed + "ilo_indicators: [ILO_INDICATOR_DECEPTION, ILO_INDICATOR_ISOLATION] }"),
       "fires"},
      {"FACT", "ilo_indicators { at_least: 2 }",
       Fact(typed + "ilo_indicators: [ILO_INDICATOR_DECEPTION, ILO_INDICATOR_DECEPTION] }"),
       "silent"},
      {"FACT", "ilo_indicators { of: ILO_INDICATOR_ISOLATION at_least: 1 }",
       Fact(typed + "ilo_indicators: ILO_INDICATOR_DECEPTION }"), "silent"},
      {"FACT", "contested: true", Fact(typed + "contested: true }"), "fires"},
      {"FACT", "contested: true", Fact(typed + "}"), "silent"},
      {"FACT", "fact_jurisdiction { codes: \"US\" }", Fact(typed + "jurisdiction: \"US-CA\" }"),
       "fires"},
      {"FACT", "fact_jurisdiction { codes: \"US-CA\" }", Fact(typed + "jurisdiction: \"US\" }"),
       "silent"},
      {"FACT", "fact_jurisdiction { codes: \"EU\" }", Fact(typed + "jurisdiction: \"FR\" }"),
       "fires"},
      {"FACT", "fact_jurisdiction { codes: \"EU\" }", Fact(typed + "jurisdiction: \"GB\" }"),
       "silent"},
      {"FACT", "fact_jurisdiction { codes: \"EU\" }", Fact(typed + "}"),
       "subject.facts[f1].flag.jurisdiction"},
      {"FACT", "in_force: true", Fact(typed + "} state: FLAG_STATE_IN_FORCE"), "fires"},
      {"FACT", "in_force: false", Fact(typed + "} state: FLAG_STATE_ENDED"), "fires"},
      {"FACT", "in_force: true", Fact(typed + "} state: FLAG_STATE_ENDED"), "silent"},
      {"FACT", "in_force: true", Fact(typed + "}"), "subject.facts[f1].state"},
  });
}

TEST(FactConditionTest, DatesAreOnRecordOrNot) {
  const std::string when = "dated { dates: [EVENT_DATE_DECIDED_ON, EVENT_DATE_EVENT_END] }";
  const std::string undated = "flag { type: FLAG_TYPE_MEDIA reported_on { year: 2020 } }";
  CheckConditions({
      {"FACT", when, Fact("flag { type: FLAG_TYPE_MEDIA decided_on { year: 2020 } }"), "fires"},
      {"FACT", when, Fact(undated), "silent"},
      {"FACT", "not { " + when + " }", Fact(undated), "fires"},
  });
}

TEST(FactConditionTest, Measures) {
  CheckConditions({
      {"FACT", "measure { }", Fact("flag { type: FLAG_TYPE_MEDIA }"), "silent"},
      {"FACT", "measure { }", Fact("legal_measure { regime: \"X\" }"), "fires"},
      {"FACT", "measure { regimes: \"X\" }", Fact("legal_measure { regime: \"X\" }"), "fires"},
      {"FACT", "measure { regimes: \"X\" }", Fact("legal_measure { regime: \"Y\" }"), "silent"},
      {"FACT", "measure { effects: MEASURE_EFFECT_MAY_EXCLUDE }",
       Fact("legal_measure { effect: MEASURE_EFFECT_MAY_EXCLUDE }"), "fires"},
      {"FACT", "measure { effects: MEASURE_EFFECT_MAY_EXCLUDE }",
       Fact("legal_measure { effect: MEASURE_EFFECT_MUST_EXCLUDE }"), "silent"},
      {"FACT", "measure { effects: MEASURE_EFFECT_MAY_EXCLUDE }",
       Fact("legal_measure { regime: \"X\" }"), "subject.facts[f1].legal_measure.effect"},
      {"FACT", "measure { binds_buyer: true }", Fact("legal_measure { binding_in: \"EU\" }"),
       "fires"},
      {"FACT", "measure { binds_buyer: true }", Fact("legal_measure { binding_in: \"US\" }"),
       "silent"},
      {"FACT", "measure { binds_buyer: true }", Fact("legal_measure { regime: \"X\" }"),
       "subject.facts[f1].legal_measure.binding_in"},
      // One field that does not fit decides, whatever is not known of another.
      {"FACT", "measure { regimes: \"X\" binds_buyer: true }",
       Fact("legal_measure { regime: \"Y\" }"), "silent"},
      {"FACT", "measure { sam_exclusion_types: SAM_EXCLUSION_TYPE_VOLUNTARY_EXCLUSION }",
       Fact("legal_measure { sam_exclusion_type: SAM_EXCLUSION_TYPE_VOLUNTARY_EXCLUSION }"),
       "fires"},
      {"FACT", "appeal { states: APPEAL_STATE_PENDING }",
       Fact("legal_measure { appeal_state: APPEAL_STATE_PENDING }"), "fires"},
      {"FACT", "appeal { states: APPEAL_STATE_PENDING }", Fact("legal_measure { regime: \"X\" }"),
       "silent"},
      {"FACT", "appeal { states: APPEAL_STATE_NONE }", Fact("legal_measure { regime: \"X\" }"),
       "fires"},
  });
}

TEST(FactConditionTest, MeasuresThatCoverItems) {
  const std::string when = "measure { covers_item: true }";
  const std::string ban =
      "legal_measure { goods { scheme: COMMODITY_SCHEME_HS code: \"5201\" } origins: \"CN-XJ\" }";
  const auto item = [](const std::string& code, const std::string& origin) {
    return absl::StrCat(" purchase { items { item_id: \"i\" commodity { scheme: ",
                        "COMMODITY_SCHEME_HS code: \"", code, "\" } origin: \"", origin, "\" } }");
  };
  CheckConditions({
      {"FACT", when, Fact(ban) + item("520100", "CN-XJ"), "fires"},
      {"FACT", when, Fact(ban) + item("520100", "TR"), "silent"},
      {"FACT", when, Fact(ban) + item("61", "CN-XJ"), "silent"},
      {"FACT", when, Fact(ban) + item("520100", "CN"), "items[0].origin"},
      {"FACT", when, Fact(ban) + item("52", "CN-XJ"), "items[0].commodity"},
      {"FACT", when, Fact(ban), "items"},
      {"FACT", when, Fact("legal_measure { regime: \"X\" }") + item("520100", "CN-XJ"), "silent"},
  });
}

TEST(FactConditionTest, Relations) {
  const auto path = [](const std::string& step) {
    return Fact("flag { type: FLAG_TYPE_MEDIA }", "path { subject_end: LINK_END_TO " + step + " }");
  };
  const std::string own = Fact("flag { type: FLAG_TYPE_MEDIA }");
  const std::string owner = "relation { links: LINK_TYPE_OWNS min_share_percent: 50 }";
  CheckConditions({
      {"FACT", "relation { own: true }", own, "fires"},
      {"FACT", "relation { links: LINK_TYPE_DIRECTOR_OF }", own, "silent"},
      {"FACT", "relation { links: LINK_TYPE_DIRECTOR_OF }", path("type: LINK_TYPE_DIRECTOR_OF"),
       "fires"},
      {"FACT", "relation { links: LINK_TYPE_DIRECTOR_OF }", path("type: LINK_TYPE_OWNS"), "silent"},
      {"FACT", owner, path("type: LINK_TYPE_OWNS share_percent: 50"), "fires"},
      {"FACT", owner, path("type: LINK_TYPE_OWNS share_percent: 49.9"), "silent"},
      {"FACT", owner, path("type: LINK_TYPE_OWNS"), "subject.facts[f1].path[0].share_percent"},
  });
}

}  // namespace
}  // namespace probity::policy
