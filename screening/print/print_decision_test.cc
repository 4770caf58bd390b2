#include "screening/print/print_decision.h"

#include <fstream>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/policy_testing.h"
#include "screening/print/page.h"

namespace probity::screening {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kFolder[] = "screening/print/testdata/";

const TextCatalogue& Catalogue() {
  static const auto& catalogue = *new TextCatalogue(TextCatalogue::Load("data").value());
  return catalogue;
}

// An invented contract that runs: a conviction, an allegation with a reply, an
// audit finding, a barred sub-contractor, goods at risk, a certificate that ran
// out, a list that is missing.
v1::EvidenceBundle TestPurchase() {
  return policy::Parse<v1::EvidenceBundle>(ReadFile(absl::StrCat(kFolder, "bundle.txtpb")).value());
}

std::vector<v1::PersonalText> TestTexts() {
  std::vector<v1::PersonalText> texts(4);
  texts[0].set_digest("digest-of-name");
  texts[0].set_text("Invented Weaving Mills S.p.A.");
  texts[1].set_digest("digest-of-address");
  texts[1].mutable_erase_time()->set_seconds(1790000000);
  texts[1].set_erased_by("inv-officer");
  texts[1].set_erase_reason("asked for by the person");
  texts[2].set_digest("digest-of-candidate");
  texts[2].set_text("Invented Weavers of Somewhere Else");
  texts[3].set_digest("digest-of-reply");
  texts[3].set_text("The fees were repaid in full.");
  return texts;
}

v1::Decision Decide(const v1::EvidenceBundle& bundle) {
  std::vector<std::string> packs;
  for (const char* pack : {"always-on", "eu"}) {
    packs.push_back(ReadFile(absl::StrCat("data/policies/", pack, ".txtpb")).value());
  }
  const auto policy = policy::MustCompile(
      "id: \"printed\" version: \"1\" includes: \"always-on\" includes: \"eu\" "
      "required_sources { dataset: \"datasets/inv-flags\" max_age_days: 7 } "
      "required_sources { dataset: \"datasets/inv-missing\" }",
      packs);
  v1::Decision decision;
  decision.set_name("authorities/inv/decisions/1");
  *decision.mutable_core() = policy::Evaluate(policy, bundle);
  decision.mutable_core()->set_bundle_digest(std::string(32, '\x5A'));
  for (v1::PolicyRef& policy : *decision.mutable_core()->mutable_policies()) {
    policy.set_digest(std::string(32, '\xA5'));  // another wording of a pack is another digest
  }
  decision.set_leaf_index(41);
  decision.mutable_recorded_at()->set_seconds(1795680000);
  return decision;
}

std::string Print(const std::string& language, v1::Audience audience) {
  const v1::EvidenceBundle bundle = TestPurchase();
  const v1::Decision decision = Decide(bundle);
  const std::vector<v1::PersonalText> texts = TestTexts();
  return PrintDecision(Catalogue(), language, audience, {decision, bundle, texts});
}

void ExpectGolden(const std::string& name, const std::string& actual) {
  const std::string written = ::testing::TempDir() + name;
  std::ofstream(written) << actual;
  const auto golden = ReadFile(kFolder + name);
  ASSERT_TRUE(golden.ok()) << name << " is absent; what it should hold is in " << written;
  EXPECT_EQ(*golden, actual) << "if the change is meant, copy " << written << " to " << kFolder;
}

TEST(PrintDecisionTest, SaysTheSameInEachLanguage) {
  for (const char* language : {"en", "fr", "de", "it", "ru", "es"}) {
    ExpectGolden(absl::StrCat("officer_", language, ".txt"), Print(language, v1::AUDIENCE_OFFICER));
  }
}

TEST(PrintDecisionTest, WritesForSupplierAndAuditor) {
  ExpectGolden("supplier_en.txt", Print("en", v1::AUDIENCE_SUPPLIER));
  ExpectGolden("auditor_en.txt", Print("en", v1::AUDIENCE_AUDITOR));
}

TEST(PrintDecisionTest, KeepsFifteenPartsWithinTheWidth) {
  for (const char* language : {"en", "ru"}) {
    const std::string text = Print(language, v1::AUDIENCE_AUDITOR);
    for (absl::string_view line : absl::StrSplit(text, '\n')) {
      EXPECT_LE(DisplayWidth(line), Page::kWidth) << line;
    }
    for (int part = 1; part <= 15; ++part) {
      EXPECT_THAT(text, HasSubstr(absl::StrCat("\n", part, " "))) << language;
    }
    EXPECT_THAT(text, Not(HasSubstr("\n16 ")));
    EXPECT_THAT(text, Not(HasSubstr("{")));
  }
}

TEST(PrintDecisionTest, LeavesNothingOutForTheAuditor) {
  const v1::EvidenceBundle bundle = TestPurchase();
  const v1::Decision decision = Decide(bundle);
  const std::string text = Print("en", v1::AUDIENCE_AUDITOR);
  for (const auto& finding : decision.core().findings()) {
    EXPECT_THAT(text, HasSubstr(absl::StrCat("\n  ", finding.rule_id(), ": ")));
  }
  for (const auto& one : decision.core().not_checked()) EXPECT_THAT(text, HasSubstr(one.input()));
  for (const auto& subject : bundle.subjects()) {
    for (const auto& fact : subject.facts()) {
      EXPECT_THAT(text, HasSubstr(absl::StrCat("\n  ", fact.id(), ": ")));
      EXPECT_THAT(text, HasSubstr(fact.flag().name()));
    }
    for (const auto& fact : subject.findings()) {
      EXPECT_THAT(text, HasSubstr(absl::StrCat("\n  ", fact.id(), ": ")));
    }
  }
  for (const auto& source : bundle.sources()) EXPECT_THAT(text, HasSubstr(source.dataset()));
}

TEST(PrintDecisionTest, ShowsASupplierWhatConcernsItAndMarksTheRest) {
  const std::string text = Print("en", v1::AUDIENCE_SUPPLIER);
  EXPECT_THAT(text, HasSubstr("EU-57.1F"));
  EXPECT_THAT(text, HasSubstr("[left out: another party of the purchase]"));
  EXPECT_THAT(text, HasSubstr("[left out: for official use]"));
  EXPECT_THAT(text, HasSubstr("[erased]"));
  EXPECT_THAT(text, Not(HasSubstr("inv-debarments")));
  EXPECT_THAT(text, Not(HasSubstr("Somewhere Else")));
  EXPECT_THAT(text, Not(HasSubstr("demand.")));
  EXPECT_THAT(text, Not(HasSubstr("Raise the estimate")));
  EXPECT_THAT(text, Not(HasSubstr("To be confirmed by a lawyer")));
}

TEST(PrintDecisionTest, NeverShowsARestrictedFact) {
  v1::EvidenceBundle bundle = TestPurchase();
  bundle.mutable_subjects(0)->mutable_facts(1)->mutable_flag()->set_visibility(
      v1::VISIBILITY_RESTRICTED);
  const v1::Decision decision = Decide(bundle);
  for (const auto audience : {v1::AUDIENCE_OFFICER, v1::AUDIENCE_SUPPLIER, v1::AUDIENCE_AUDITOR}) {
    const std::string text = PrintDecision(Catalogue(), "en", audience, {decision, bundle, {}});
    EXPECT_THAT(text, HasSubstr("[left out: restricted source]"));
    EXPECT_THAT(text, Not(HasSubstr("inv-reports")));
  }
}

// A waived conviction: who decided and why is the authority's own matter.
TEST(PrintDecisionTest, SaysWhoWaivedAGroundAndThatTheSupplierReplied) {
  v1::EvidenceBundle bundle = TestPurchase();
  bundle.mutable_purchase()->set_procedure("INV-9");
  bundle.mutable_purchase()->set_purpose(v1::PURPOSE_AWARD);
  bundle.mutable_purchase()->mutable_dates()->clear_end();
  bundle.mutable_subjects(0)->MergeFrom(policy::Parse<v1::SubjectEvidence>(R"(
      waivers {
        name: "authorities/inv/waivers/1" rule_id: "EU-57.1F" derogation: "EU-57.3"
        legal_basis: "Invented Act art. 3" procedure: "INV-9" state: WAIVER_STATE_IN_FORCE
        requested_by: "inv-officer" approved_by: "inv-approver" reason: "the only maker"
        in_force_from { year: 2026 month: 1 day: 2 } last_day { year: 2027 month: 3 day: 4 }
        contract_end { year: 2027 month: 3 day: 4 }
      })"));
  bundle.mutable_subjects(0)->mutable_facts(0)->mutable_flag()->MergeFrom(
      policy::Parse<v1::ListedRiskFlag>(
          "replies { kind: REPLY_KIND_CORRECTION_REQUEST text: 'wrong firm' received_on { year: "
          "2026 month: 5 day: 6 } }"));
  const v1::Decision decision = Decide(bundle);
  const auto print = [&](v1::Audience audience) {
    return PrintDecision(Catalogue(), "en", audience, {decision, bundle, {}});
  };
  const std::string officer = print(v1::AUDIENCE_OFFICER);
  for (const char* text :
       {"Rule EU-57.1F is waived from 2026-01-02 to 2027-03-04",
        "Waiver: authorities/inv/waivers/1", "Asked for by inv-officer, approved by inv-approver",
        "the only maker", "Invented Act art. 3", "it is waived for this procedure",
        "The supplier replied on 2026-05-06", "request for correction: wrong firm"}) {
    EXPECT_THAT(officer, HasSubstr(text));
  }
  const std::string supplier = print(v1::AUDIENCE_SUPPLIER);
  EXPECT_THAT(supplier, HasSubstr("Rule EU-57.1F is waived from"));
  EXPECT_THAT(supplier, Not(HasSubstr("inv-approver")));
  EXPECT_THAT(supplier, Not(HasSubstr("the only maker")));
}

TEST(PrintDecisionTest, NamesHelpForVictimsWhileAContractRuns) {
  EXPECT_THAT(Print("it", v1::AUDIENCE_OFFICER), HasSubstr("800\u00A0290\u00A0290"));
}

TEST(PrintDecisionTest, ShowsARuleThatTheCatalogueDoesNotKnowByItsLaw) {
  const v1::EvidenceBundle bundle = TestPurchase();
  v1::Decision decision = Decide(bundle);
  decision.mutable_core()->mutable_findings(0)->set_rule_id("OWN-7");
  decision.mutable_core()->mutable_findings(0)->set_legal_basis("Decree 7");
  const std::string text =
      PrintDecision(Catalogue(), "de", v1::AUDIENCE_OFFICER, {decision, bundle, {}});
  EXPECT_THAT(text, HasSubstr("OWN-7"));
  EXPECT_THAT(text, HasSubstr("Decree 7"));
}

TEST(TextCatalogueTest, RefusesLanguagesThatAreNotAlike) {
  const std::string contacts = "country,name,phone,url\nIT,Help,1,\n";
  const auto read = [&](const std::string& other) {
    return TextCatalogue::FromCsv({{"en", "key,text\na,one {x}\nb,two\n"}, {"fr", other}}, contacts)
        .status();
  };
  EXPECT_TRUE(read("key,text\na,un {x}\nb,deux\n").ok());
  EXPECT_THAT(read("key,text\na,un {x}\n").message(), HasSubstr("fr.csv: b: is missing"));
  EXPECT_THAT(read("key,text\na,un\nb,deux\n").message(), HasSubstr("placeholders"));
  EXPECT_THAT(read("key,text\na,un {x}\nb,deux\nc,x\n").message(), HasSubstr("not in English"));
  EXPECT_THAT(read("key,text\na,un {x}\nb,\n").message(), HasSubstr("has no text"));
  EXPECT_THAT(read("key,text\na,un {x}\na,x\nb,deux\n").message(), HasSubstr("twice"));
  EXPECT_THAT(read("key\na\n").message(), HasSubstr("no column text"));
}

TEST(FillTest, PutsValuesInAndLeavesTheRest) {
  EXPECT_EQ(Fill("{a} of {b}, {a}", {{"a", "1"}, {"b", "{a}"}}), "1 of {a}, 1");
  EXPECT_EQ(Fill("{unknown} {", {{"a", "1"}}), "{unknown} {");
}

}  // namespace
}  // namespace probity::screening
