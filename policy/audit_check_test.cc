#include "policy/audit_check.h"

#include "gmock/gmock.h"
#include "policy/testing.h"

namespace probity::policy {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

AuditFact Fact(const std::string& changes = "", bool asked = true, const std::string& key = "a") {
  AuditFact fact;
  fact.audit = Parse<v1::Audit>("scheme_id: 'AMFORI_BSCI' grade: 'B' ended_on " + D("2024-01-01"));
  EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(changes, &fact.audit)) << changes;
  fact.provenance.set_source_record("datasets/d/records/" + key);
  fact.site_is_asked = asked;
  return fact;
}

AuditQuestion Ask(const std::string& changes, const std::string& today = "2024-06-15") {
  AuditQuestion question;
  question.request = Parse<v1::CheckAuditRequest>(changes);
  if (question.request.accepted_schemes().empty()) {
    question.request.add_accepted_schemes()->set_scheme_id("AMFORI_BSCI");
  }
  question.today = DayOf(today);
  return question;
}

std::vector<std::string> Causes(const AuditAnswer& answer) {
  std::vector<std::string> names;
  for (const auto& cause : answer.causes()) {
    names.push_back(v1::AuditResult_Name(cause.result()).substr(sizeof("AUDIT_RESULT_") - 1));
  }
  return names;
}

std::string Finding(const std::string& severity, const std::string& more = "") {
  return " findings { id: '1' severity: FINDING_SEVERITY_" + severity + " " + more + " }";
}

struct Case {
  std::string what;
  std::string question;
  std::string audit;
  std::vector<std::string> causes;  // empty: CURRENT
  bool asked = true;
  std::string today = "2024-06-15";
};

std::vector<Case> Cases() {
  return {
      {"fresh", "", "", {}},
      {"minor findings are no bar", "", Finding("MAJOR"), {}},
      {"zero tolerance", "", Finding("ZERO_TOLERANCE"), {"OPEN_ZERO_TOLERANCE"}},
      {"zero tolerance closes tomorrow",
       "",
       Finding("ZERO_TOLERANCE", "closed_on " + D("2024-06-16")),
       {"OPEN_ZERO_TOLERANCE"}},
      {"closed today", "", Finding("ZERO_TOLERANCE", "closed_on " + D("2024-06-15")), {}},
      {"opened later", "", Finding("CRITICAL", "opened_on " + D("2024-06-16")), {}},
      {"critical", "", Finding("CRITICAL"), {"OPEN_CRITICAL"}},
      {"business critical", "", Finding("BUSINESS_CRITICAL"), {"OPEN_CRITICAL"}},
      {"allowed", "allow_open_critical: true", Finding("CRITICAL"), {}},
      {"another site", "", "", {"SITE_NOT_COVERED"}, false},
      {"another site and too old", "max_age_days: 1", "", {"SITE_NOT_COVERED", "TOO_OLD"}, false},
      {"after the asked day", "as_of " + D("2023-12-31"), "", {"NONE_ON_RECORD"}},
      {"other scheme", "accepted_schemes { scheme_id: 'SMETA' }", "", {"NONE_ON_RECORD"}},
      {"oldest accepted day", "max_age_days: 166", "", {}},
      {"one day older", "max_age_days: 165", "", {"TOO_OLD"}},
      {"grade B lasts two years", "", "", {}, true, "2025-12-31"},
      {"and no longer", "", "", {"TOO_OLD"}, true, "2026-01-01"},
      {"grade C lasts one year", "", "grade: 'C'", {"TOO_OLD"}, true, "2025-06-15"},
      {"grade E is not recognised", "", "grade: 'E'", {"GRADE_TOO_LOW"}, true, "2024-01-01"},
      {"not even where any age is accepted",
       "max_age_days: 3650",
       "grade: 'ZT'",
       {"GRADE_TOO_LOW"}},
      {"guidance has no audits",
       "accepted_schemes { scheme_id: 'ETI' }",
       "scheme_id: 'ETI'",
       {"TOO_OLD"},
       true,
       "2024-01-01"},
      {"month of its end", "", "ended_on { year: 2024 month: 6 day: 0 }", {}, true, "2024-06-15"},
      {"may have ended after the asked day",
       "as_of " + D("2024-06-10"),
       "ended_on { year: 2024 month: 6 day: 0 }",
       {"NONE_ON_RECORD"}},
      {"had ended by the last of its month",
       "as_of " + D("2024-06-30"),
       "ended_on { year: 2024 month: 6 day: 0 }",
       {},
       true,
       "2024-07-15"},
      {"unannounced is not said", "unannounced: true", "", {"NOT_UNANNOUNCED"}},
      {"another site, zero tolerance there",
       "",
       Finding("ZERO_TOLERANCE"),
       {"SITE_NOT_COVERED"},
       false},
      {"scheme's own end", "", "valid_until " + D("2024-06-15"), {}},
      {"after the scheme's own end", "", "valid_until " + D("2024-06-14"), {"TOO_OLD"}},
      {"good grade", "accepted_schemes { scheme_id: 'AMFORI_BSCI' minimum_grade: 'B' }", "", {}},
      {"low grade",
       "accepted_schemes { scheme_id: 'AMFORI_BSCI' minimum_grade: 'A' }",
       "",
       {"GRADE_TOO_LOW"}},
      {"strange grade",
       "accepted_schemes { scheme_id: 'AMFORI_BSCI' minimum_grade: 'D' }",
       "grade: 'good'",
       {"GRADE_TOO_LOW"}},
      {"announced",
       "unannounced: true",
       "announcement: ANNOUNCEMENT_ANNOUNCED",
       {"NOT_UNANNOUNCED"}},
      {"half announced",
       "unannounced: true",
       "announcement: ANNOUNCEMENT_SEMI_ANNOUNCED",
       {"NOT_UNANNOUNCED"}},
      {"unannounced", "unannounced: true", "announcement: ANNOUNCEMENT_UNANNOUNCED", {}},
      {"all at once",
       "unannounced: true max_age_days: 1 "
       "accepted_schemes { scheme_id: 'AMFORI_BSCI' minimum_grade: 'A' }",
       Finding("CRITICAL") + Finding("ZERO_TOLERANCE"),
       {"OPEN_ZERO_TOLERANCE", "OPEN_CRITICAL", "TOO_OLD", "GRADE_TOO_LOW", "NOT_UNANNOUNCED"}},
  };
}

TEST(CheckAuditTest, GivesAllCausesWorstFirst) {
  const SchemeCatalogue schemes = TestSchemes();
  for (const Case& one : Cases()) {
    SCOPED_TRACE(one.what);
    AuditAnswer answer =
        CheckAudit(Ask(one.question, one.today), {Fact(one.audit, one.asked)}, schemes);
    EXPECT_EQ(Causes(answer), one.causes);
    EXPECT_EQ(answer.result() == v1::AUDIT_RESULT_CURRENT, one.causes.empty());
    EXPECT_EQ(answer.has_valid_until(), one.causes.empty());
  }
}

TEST(CheckAuditTest, ALaterLowGradeOverridesAnEarlierGoodOne) {
  const std::string ask = "accepted_schemes { scheme_id: 'AMFORI_BSCI' minimum_grade: 'B' }";
  AuditFact later = Fact("grade: 'D' ended_on " + D("2024-05-01"), true, "later");
  EXPECT_THAT(Causes(CheckAudit(Ask(ask), {Fact(), later}, TestSchemes())),
              ElementsAre("GRADE_TOO_LOW"));
  AuditFact earlier = Fact("grade: 'D' ended_on " + D("2023-05-01"), true, "earlier");
  EXPECT_EQ(CheckAudit(Ask(ask), {earlier, Fact()}, TestSchemes()).result(),
            v1::AUDIT_RESULT_CURRENT);
}

TEST(CheckAuditTest, AnOpenFindingOfAnOlderAuditCounts) {
  AuditFact old = Fact(Finding("ZERO_TOLERANCE"), true, "old");
  *old.audit.mutable_ended_on() = ParseDate("2020-01-01").value();
  AuditAnswer answer = CheckAudit(Ask(""), {old, Fact()}, TestSchemes());
  EXPECT_EQ(answer.result(), v1::AUDIT_RESULT_OPEN_ZERO_TOLERANCE);
  EXPECT_EQ(answer.causes(0).source_record(), "datasets/d/records/old");
  // An open finding of another site says nothing about this one.
  old.site_is_asked = false;
  EXPECT_EQ(CheckAudit(Ask(""), {old, Fact()}, TestSchemes()).result(), v1::AUDIT_RESULT_CURRENT);
}

TEST(CheckAuditTest, AllowedFindingsAreListedAllTheSame) {
  AuditAnswer answer = CheckAudit(Ask("allow_open_critical: true"),
                                  {Fact(Finding("ZERO_TOLERANCE"))}, TestSchemes());
  EXPECT_EQ(answer.result(), v1::AUDIT_RESULT_CURRENT);
  ASSERT_EQ(answer.checked(0).causes_size(), 1);
  EXPECT_EQ(answer.checked(0).causes(0).finding().id(), "1");
}

TEST(CheckAuditTest, ChecksLatestFirstWithAge) {
  AuditFact old = Fact("ended_on " + D("2023-06-15"), true, "old");
  AuditAnswer answer = CheckAudit(Ask(""), {old, Fact()}, TestSchemes());
  ASSERT_EQ(answer.checked_size(), 2);
  EXPECT_EQ(answer.checked(0).age_days(), 166);
  EXPECT_EQ(answer.checked(1).age_days(), 366);
  EXPECT_EQ(FormatDate(answer.valid_until()), "2025-12-31");
}

TEST(CheckAuditTest, TellsOnlyOfTheNearestWhatItCouldNotCheck) {
  AuditFact vague = Fact("", true, "vague");
  vague.audit.clear_ended_on();
  const std::string ask =
      "unannounced: true accepted_schemes { scheme_id: 'AMFORI_BSCI' minimum_grade: 'B' }";
  AuditAnswer answer =
      CheckAudit(Ask(ask), {vague, Fact("announcement: ANNOUNCEMENT_UNANNOUNCED")}, TestSchemes());
  EXPECT_EQ(answer.result(), v1::AUDIT_RESULT_CURRENT);
  EXPECT_TRUE(answer.not_checked().empty());
  EXPECT_THAT(CheckAudit(Ask(ask), {vague}, TestSchemes()).not_checked(),
              ::testing::UnorderedElementsAre("announcement", "ended_on"));
}

TEST(CheckAuditTest, WithoutADayItIsTooOld) {
  AuditFact fact = Fact();
  fact.audit.clear_ended_on();
  AuditAnswer answer = CheckAudit(Ask(""), {fact}, TestSchemes());
  EXPECT_THAT(Causes(answer), ElementsAre("TOO_OLD"));
  EXPECT_THAT(answer.not_checked(), Contains("ended_on"));
}

}  // namespace
}  // namespace probity::policy
