// Every predicate: when it holds, when not, and which input is missing.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "policy/policy_testing.h"

namespace probity::policy {
namespace {

struct Row {
  const char* scope;
  std::string when;
  std::string bundle;
  std::string state;  // "fires", "silent", or the missing input
};

void Check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(absl::StrCat(row.scope, ": ", row.when, "\n", row.bundle));
    std::string rest = "effect: RULE_EFFECT_REVIEW";
    if (row.when.find("links") != std::string::npos) {
      rest +=
          " spread { max_steps: 2 links { type: LINK_TYPE_DIRECTOR_OF subject_end: LINK_END_TO }"
          " links { type: LINK_TYPE_OWNS subject_end: LINK_END_TO } }";
    }
    const CompiledPolicy policy = MustCompile(PolicyText(RuleText(row.scope, row.when, rest)));
    EXPECT_EQ(StateOf(Evaluate(policy, TestBundle(row.bundle))), row.state);
  }
}

std::string Fact(const std::string& flag, const std::string& more = "") {
  return absl::StrCat("subjects { facts { id: \"f1\" basis: FACT_BASIS_IDENTITY flag { ", flag,
                      " } ", more, " } }");
}

TEST(FactConditionTest, FlagFields) {
  const std::string typed = "flag { type: FLAG_TYPE_MEDIA ";
  Check({
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
  Check({
      {"FACT", when, Fact("flag { type: FLAG_TYPE_MEDIA decided_on { year: 2020 } }"), "fires"},
      {"FACT", when, Fact(undated), "silent"},
      {"FACT", "not { " + when + " }", Fact(undated), "fires"},
  });
}

TEST(FactConditionTest, Measures) {
  Check({
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
  Check({
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
  Check({
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

TEST(SubjectConditionTest, IdentityAndNames) {
  const std::string like = "candidates { supplier: \"suppliers/x\" basis: MATCH_BASIS_NAME score: ";
  Check({
      {"SUBJECT", "identity { states: IDENTITY_STATE_CONFIRMED }", "", "fires"},
      {"SUBJECT", "identity { states: IDENTITY_STATE_AMBIGUOUS }", "", "silent"},
      {"SUBJECT", "role { roles: PARTY_ROLE_LEAD }", "", "fires"},
      {"SUBJECT", "role { roles: PARTY_ROLE_MEMBER }", "", "silent"},
      {"SUBJECT", "party_kind { kinds: PARTY_KIND_COMPANY }", "", "fires"},
      {"SUBJECT", "party_kind { kinds: PARTY_KIND_VESSEL }", "", "silent"},
      {"SUBJECT", "name_alert { }", "subjects { " + like + "0.9 } }", "fires"},
      {"SUBJECT", "name_alert { }", "subjects { " + like + "0.89 } }", "silent"},
      {"SUBJECT", "name_alert { }", "subjects { candidates_incomplete: true }",
       "subject.candidates"},
      // Its own entry is no alert.
      {"SUBJECT", "name_alert { }",
       "subjects { resolution { suppliers: \"suppliers/x\" } " + like + "1 } }", "silent"},
      {"SUBJECT", "name_alert { adverse_only: true }", "subjects { " + like + "1 } }", "silent"},
      {"SUBJECT", "name_alert { adverse_only: true }", "subjects { " + like + "1 adverse: true } }",
       "fires"},
      {"SUBJECT", "identity_fault { faults: IDENTITY_FAULT_LAPSED }",
       "subjects { faults: IDENTITY_FAULT_LAPSED }", "fires"},
      {"SUBJECT", "identity_fault { faults: IDENTITY_FAULT_LAPSED }",
       "subjects { faults: IDENTITY_FAULT_ANNULLED }", "silent"},
      {"SUBJECT", "sources_conflict: true", "subjects { conflicts: \"a/b\" }", "fires"},
      {"SUBJECT", "sources_conflict: true", "", "silent"},
  });
}

TEST(SubjectConditionTest, PhoenixNeedsMoreThanAnAddress) {
  const auto shared = [](const std::string& what) {
    return "subjects { phoenix { shared: " + what + " } }";
  };
  Check({
      {"SUBJECT", "phoenix { shared_at_least: 1 }", shared("\"address\""), "silent"},
      {"SUBJECT", "phoenix { shared_at_least: 1 }", shared("\"director\""), "fires"},
      {"SUBJECT", "phoenix { shared_at_least: 2 }", shared("[\"address\", \"phone\"]"), "fires"},
      {"SUBJECT", "phoenix { shared_at_least: 2 }", shared("[\"phone\", \"phone\"]"), "silent"},
      {"SUBJECT", "phoenix { shared_at_least: 3 }", shared("[\"address\", \"phone\"]"), "silent"},
  });
}

TEST(SubjectConditionTest, DeclarationsGrowOld) {
  const std::string espd = "declaration { kinds: DECLARATION_KIND_ESPD ";
  const auto made = [](const std::string& on, const std::string& more = "") {
    return absl::StrCat("subjects { declarations { declaration { kind: DECLARATION_KIND_ESPD ",
                        on.empty() ? "" : "declared_on " + D(on), " ", more, " } } }");
  };
  Check({
      {"SUBJECT", espd + "}", "", "silent"},
      {"SUBJECT", espd + "}", made(""), "fires"},
      {"SUBJECT", espd + "max_age_months: 12 }", made("2025-11-27"), "fires"},
      {"SUBJECT", espd + "max_age_months: 12 }", made("2025-11-26"), "silent"},
      {"SUBJECT", espd + "max_age_months: 12 }", made("2025-12"), "fires"},
      {"SUBJECT", espd + "max_age_months: 12 }", made("2025-11"), "silent"},
      {"SUBJECT", espd + "max_age_months: 12 }", made(""), "subject.declarations[0].declared_on"},
      {"SUBJECT", espd + "}", made("2026-11-27"), "silent"},
      {"SUBJECT", espd + "approved_and_signed: true }",
       made("2026-01-01", "board_approved: true signed: true"), "fires"},
      {"SUBJECT", espd + "approved_and_signed: true }",
       made("2026-01-01", "board_approved: true signed: false"), "silent"},
      {"SUBJECT", espd + "approved_and_signed: true }", made("2026-01-01", "board_approved: true"),
       "subject.declarations[0].signed"},
      {"PURCHASE", espd + "max_age_months: 1 }",
       "purchase { declarations { kind: DECLARATION_KIND_ESPD declared_on " + D("2026-11-01") +
           " } }",
       "fires"},
  });
}

TEST(GoodsConditionTest, ItemsAndInputs) {
  const auto goods = [](const std::string& match) { return "goods { " + match + " }"; };
  const auto item = [](const std::string& fields) {
    return "purchase { items { item_id: \"i\" " + fields + " } }";
  };
  const std::string cotton = "commodities { scheme: COMMODITY_SCHEME_HS code: \"52\" } ";
  const std::string thread = "commodity { scheme: COMMODITY_SCHEME_HS code: \"520411\" } ";
  Check({
      {"ITEM", goods(cotton), item(thread), "fires"},
      {"ITEM", goods(cotton), item("commodity { scheme: COMMODITY_SCHEME_HS code: \"61\" }"),
       "silent"},
      {"ITEM", goods(cotton), item("commodity { scheme: COMMODITY_SCHEME_CPV code: \"19\" }"),
       "items[0].commodity"},
      {"ITEM", goods(cotton), item("origin: \"TR\""), "items[0].commodity"},
      {"ITEM", goods(cotton), "", "items"},
      {"ITEM", goods("origins: \"CN\""), item("origin: \"CN-XJ\""), "fires"},
      {"ITEM", goods("origins: \"CN-XJ\""), item("origin: \"CN\""), "items[0].origin"},
      {"ITEM", goods("origins: \"CN-XJ\""), item("origin: \"TR\""), "silent"},
      {"ITEM", goods("origins_except: \"DE\""), item("origin: \"TR\""), "fires"},
      {"ITEM", goods("origins_except: \"DE\""), item("origin: \"DE\""), "silent"},
      {"ITEM", goods("origins_except: \"DE\""), item(""), "items[0].origin"},
      // An input is looked at only where the rule says so.
      {"ITEM", goods(cotton + "inputs: true"),
       item("commodity { scheme: COMMODITY_SCHEME_HS "
            "code: \"61\" } inputs { " +
            thread + " }"),
       "fires"},
      {"ITEM", goods(cotton),
       item("commodity { scheme: COMMODITY_SCHEME_HS code: \"61\" } "
            "inputs { " +
            thread + " }"),
       "silent"},
  });
}

// What has no goods of its own is about all items.
TEST(GoodsConditionTest, OfThePurchase) {
  const std::string abroad = "goods { origins_except: \"US\" }";
  const std::string items = "purchase { items { origin: \"US\" } items { origin: \"MX\" } }";
  Check({
      {"PURCHASE", abroad, items, "fires"},
      {"SUBJECT", abroad, items, "fires"},
      {"PURCHASE", abroad, "purchase { items { origin: \"US\" } }", "silent"},
      {"PURCHASE", abroad, "", "items"},
  });
}

TEST(GoodsConditionTest, LinesOfRiskLists) {
  const auto line = [](const std::string& match) {
    return absl::StrCat("purchase { items { item_id: \"i\" origin: \"TR\" } } items { ",
                        "item_id: \"i\" result: COMMODITY_RISK_RESULT_LISTED risks { id: \"c1\" ",
                        "match { ", match, " } } }");
  };
  const std::string forced = "risk { harms: LABOUR_HARM_FORCED_LABOUR } ";
  const auto listed = [&](const std::string& from, const std::string& to) {
    return line("listing_intervals { from " + D(from) + " to " + D(to) + " }");
  };
  Check({
      {"COMMODITY_RISK", "risk { harms: LABOUR_HARM_FORCED_LABOUR }", line(forced), "fires"},
      {"COMMODITY_RISK", "risk { harms: LABOUR_HARM_CHILD_LABOUR }", line(forced), "silent"},
      {"COMMODITY_RISK", "risk { through_input: true }", line(forced), "silent"},
      {"COMMODITY_RISK", "risk { through_input: true }", line("through_input: true"), "fires"},
      {"COMMODITY_RISK", "risk { datasets: \"datasets/a\" }",
       line("provenance { source_record: \"datasets/a/records/1\" }"), "fires"},
      {"COMMODITY_RISK", "risk { datasets: \"datasets/a\" }",
       line("provenance { source_record: \"datasets/ab/records/1\" }"), "silent"},
      // Declarations are the supplier's where a unit has no subject.
      {"COMMODITY_RISK", "not { declaration { kinds: DECLARATION_KIND_EO_13126_CERTIFICATION } }",
       line(""), "fires"},
      {"COMMODITY_RISK", "in_force: true", listed("2026-11-26", "2027-01-01"), "fires"},
      {"COMMODITY_RISK", "in_force: true", listed("2026-11-27", "2027-01-01"), "silent"},
      {"COMMODITY_RISK", "in_force: true", listed("2020-01-01", "2026-11-26"), "silent"},
      {"COMMODITY_RISK", "in_force: true", listed("2020-01-01", "2026-11-27"), "fires"},
      {"COMMODITY_RISK", "in_force: true", "purchase { items { item_id: \"i\" } }",
       "items[0].commodity"},
      {"COMMODITY_RISK", "in_force: true",
       "purchase { items { item_id: \"i\" commodity { code: \"x\" } } }", "items[0].origin"},
  });
}

TEST(RequirementConditionTest, Results) {
  const auto certificate = [](const std::string& result) {
    return "requirements { requirement_id: \"q\" certification { result: " + result + " } }";
  };
  Check({
      {"REQUIREMENT", "requirement_met: false", certificate("CERTIFICATION_RESULT_SUSPENDED"),
       "fires"},
      {"REQUIREMENT", "requirement_met: false", certificate("CERTIFICATION_RESULT_VALID"),
       "silent"},
      {"REQUIREMENT", "requirement_met: false",
       "requirements { requirement_id: \"q\" audit { result: AUDIT_RESULT_CURRENT } }", "silent"},
      {"REQUIREMENT", "requirement_met: false", "requirements { requirement_id: \"q\" }",
       "requirements[q].result"},
      {"REQUIREMENT", "certification_result { results: CERTIFICATION_RESULT_SUSPENDED }",
       certificate("CERTIFICATION_RESULT_SUSPENDED"), "fires"},
      {"REQUIREMENT", "audit_result { results: AUDIT_RESULT_TOO_OLD }",
       "requirements { requirement_id: \"q\" audit { result: AUDIT_RESULT_TOO_OLD } }", "fires"},
  });
}

TEST(FindingConditionTest, OpenAndAfterClosure) {
  const auto finding = [](const std::string& fields) {
    return "subjects { findings { id: \"a1\" finding { " + fields + " } } }";
  };
  const std::string grave = "severity: FINDING_SEVERITY_CRITICAL ";
  const std::string when = "finding { severities: FINDING_SEVERITY_CRITICAL open: true ";
  Check({
      {"FINDING", when + "}", finding(grave), "fires"},
      {"FINDING", when + "}", finding("severity: FINDING_SEVERITY_MINOR"), "silent"},
      {"FINDING", when + "}", finding(grave + "opened_on " + D("2026-11-26")), "fires"},
      {"FINDING", when + "}", finding(grave + "opened_on " + D("2026-11-27")), "silent"},
      {"FINDING", when + "}", finding(grave + "closed_on " + D("2026-11-27")), "fires"},
      {"FINDING", when + "}", finding(grave + "closed_on " + D("2026-11-26")), "silent"},
      {"FINDING", when + "months_after_closure: 12 }",
       finding(grave + "closed_on " + D("2025-11-27")), "fires"},
      {"FINDING", when + "months_after_closure: 12 }",
       finding(grave + "closed_on " + D("2025-11-26")), "silent"},
      {"FINDING", "finding { severities: FINDING_SEVERITY_MAJOR }", finding(""), "fires"},
      {"FINDING", "finding { indicators: ILO_INDICATOR_ISOLATION }",
       finding("ilo_indicators: ILO_INDICATOR_ISOLATION"), "fires"},
      {"FINDING", "finding { indicators: ILO_INDICATOR_ISOLATION }",
       finding("ilo_indicators: ILO_INDICATOR_DECEPTION"), "silent"},
  });
}

TEST(PurchaseConditionTest, PurposeValueBuyerDay) {
  const std::string value = "value_at_least { currency: \"EUR\" minor_units: 100 }";
  const auto items = [](const std::string& one, const std::string& other) {
    return absl::StrCat("purchase { items { ", one, " } items { ", other, " } }");
  };
  const std::string euros = "value { currency: \"EUR\" minor_units: 50 }";
  const std::string cent_less = "value { currency: \"EUR\" minor_units: 49 }";
  Check({
      {"PURCHASE", "purpose { purposes: PURPOSE_AWARD }", "", "fires"},
      {"PURCHASE", "purpose { purposes: PURPOSE_PAYMENT }", "", "silent"},
      {"PURCHASE", value, items(euros, euros), "fires"},
      {"PURCHASE", value, items(euros, cent_less), "silent"},
      {"PURCHASE", value, items(euros, ""), "items[1].value"},
      {"PURCHASE", value, items(euros, "value { currency: \"USD\" minor_units: 50 }"),
       "items[1].value"},
      {"PURCHASE", value, "", "items"},
      {"PURCHASE", "buyer { codes: \"EU\" }", "", "fires"},
      {"PURCHASE", "buyer { codes: \"US\" }", "", "silent"},
      {"PURCHASE", "buyer { codes: \"OFAC\" }", "purchase { buyer_bound_by: \"OFAC\" }", "fires"},
      {"PURCHASE", "as_of_from { year: 2026 month: 11 day: 26 }", "", "fires"},
      {"PURCHASE", "as_of_from { year: 2026 month: 11 day: 27 }", "", "silent"},
  });
}

TEST(PurchaseConditionTest, TenderAndDemand) {
  Check({
      {"PURCHASE", "tender { abnormally_low: true }",
       "purchase { tender { abnormally_low: true } }", "fires"},
      {"PURCHASE", "tender { abnormally_low: true }",
       "purchase { tender { abnormally_low: false } }", "silent"},
      {"PURCHASE", "tender { abnormally_low: true }", "", "tender.abnormally_low"},
      {"PURCHASE", "tender { derogation_claimed: true }", "", "silent"},
      // What is known decides alone.
      {"PURCHASE", "tender { abnormally_low: true explained: false }",
       "purchase { tender { explained: true } }", "silent"},
      {"PURCHASE", "demand { price_below_estimate_percent: 30 }",
       "purchase { demand { price_percent_of_estimate: 70 } }", "fires"},
      {"PURCHASE", "demand { price_below_estimate_percent: 30 }",
       "purchase { demand { price_percent_of_estimate: 70.1 } }", "silent"},
      {"PURCHASE", "demand { price_below_estimate_percent: 30 }", "",
       "demand.price_percent_of_estimate"},
      {"PURCHASE", "demand { lead_time_days_below: 14 }",
       "purchase { demand { lead_time_days: 13 } }", "fires"},
      {"PURCHASE", "demand { lead_time_days_below: 14 }",
       "purchase { demand { lead_time_days: 14 } }", "silent"},
      {"PURCHASE", "demand { payment_days_above: 60 }", "purchase { demand { payment_days: 61 } }",
       "fires"},
      {"PURCHASE", "demand { payment_days_above: 60 }", "purchase { demand { payment_days: 60 } }",
       "silent"},
      {"PURCHASE", "demand { labour_share_percent_at_least: 40 }",
       "purchase { demand { labour_share_percent: 40 } }", "fires"},
      {"PURCHASE", "demand { change_orders_at_least: 3 }",
       "purchase { demand { change_orders: 2 } }", "silent"},
      {"PURCHASE", "demand { tiers_at_least: 3 }", "purchase { demand { tiers: 3 } }", "fires"},
  });
}

TEST(KleeneTest, WhatIsKnownDecidesAlone) {
  const std::string yes = "conditions { purpose { purposes: PURPOSE_AWARD } } ";
  const std::string no = "conditions { purpose { purposes: PURPOSE_PAYMENT } } ";
  const std::string unknown = "conditions { tender { explained: true } } ";
  const std::string missing = "tender.explained";
  Check({
      {"PURCHASE", "all { " + yes + unknown + "}", "", missing},
      {"PURCHASE", "all { " + no + unknown + "}", "", "silent"},
      {"PURCHASE", "all { " + unknown + no + "}", "", "silent"},
      {"PURCHASE", "any { " + yes + unknown + "}", "", "fires"},
      {"PURCHASE", "any { " + unknown + yes + "}", "", "fires"},
      {"PURCHASE", "any { " + no + unknown + "}", "", missing},
      {"PURCHASE", "not { tender { explained: true } }", "", missing},
      {"PURCHASE", "not { all { " + no + unknown + "} }", "", "fires"},
      {"PURCHASE", "not { any { " + yes + unknown + "} }", "", "silent"},
  });
}

}  // namespace
}  // namespace probity::policy
