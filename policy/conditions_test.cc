// Every predicate about subjects, goods, evidence and the purchase: when it
// holds, when not, and which input is missing.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "policy/condition_testing.h"

namespace probity::policy {
namespace {

TEST(SubjectConditionTest, IdentityAndNames) {
  const std::string like = "candidates { supplier: \"suppliers/x\" basis: MATCH_BASIS_NAME score: ";
  CheckConditions({
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
  CheckConditions({
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
  CheckConditions({
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
  CheckConditions({
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
  CheckConditions({
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
  CheckConditions({
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
  CheckConditions({
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
  CheckConditions({
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
  CheckConditions({
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
  CheckConditions({
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
  CheckConditions({
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
