// Verdicts about cases from real lists: what docs and law say must come of them.
// Facts are public ones, with their source in data/ or beside the test; lists of
// publishers are read from ../shared/data, and the test says so where it is absent.
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "base/tables.h"
#include "gmock/gmock.h"
#include "probity/v1/policy_service.grpc.pb.h"
#include "probity/v1/screening_service.grpc.pb.h"
#include "services/server/testing.h"

namespace probity::server {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kShared[] = "../shared/data/";

class RealCasesTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    CreateDataset("import-bans");
    const auto bans =
        Import("import-bans", "probity-jsonl", ReadFile("data/import_bans.jsonl").value());
    ASSERT_EQ(bans.state(), v1::LOAD_STATE_COMMITTED) << bans.error().message();
  }

  // The file's text; empty, with the test skipped loudly, where it is absent.
  std::string Shared(const std::string& path) {
    auto text = ReadFile(kShared + path);
    if (text.ok()) return *text;
    std::cerr << "SKIPPED: " << kShared << path << " is absent\n";
    return "";
  }
  void Load(const std::string& dataset, const std::string& format, const std::string& text,
            const std::string& edition = "", v1::LoadMode mode = v1::LOAD_MODE_UNSPECIFIED) {
    v1::CreateLoadRequest request;
    request.set_dataset("datasets/" + dataset);
    request.mutable_load()->set_format(format);
    request.mutable_load()->set_mode(mode);
    if (!edition.empty()) *request.mutable_load()->mutable_edition() = ParseDate(edition).value();
    v1::Load load;
    ASSERT_TRUE(Call(&v1::DatasetService::Stub::CreateLoad, request, &load).ok());
    uint64_t sent = 0;
    while (sent < text.size()) {
      const std::string name = load.name();
      ASSERT_TRUE(Send(name, sent, text.substr(sent, 1 << 20), &sent).ok());
    }
    load = Commit(load.name());
    ASSERT_EQ(load.state(), v1::LOAD_STATE_COMMITTED) << load.error().message();
  }

  v1::ScreenSupplierResponse Screen(const std::string& request) {
    return Ask(&Screening::ScreenSupplier, Parse<v1::ScreenSupplierRequest>(request));
  }
  static std::string Id(const std::string& scheme, const std::string& value) {
    return "subject { ref { identifier { scheme: '" + scheme + "' value: '" + value + "' } } } ";
  }
  static std::string Record(const std::string& name) {
    return "subject { ref { source_record: '" + name + "' } } ";
  }
  static std::string By(const std::string& country, const std::string& more = "") {
    return "purchase { authority_country: '" + country +
           "' purpose: PURPOSE_QUALIFICATION no_other_parties: true " + more + " } ";
  }
  static std::string AsOf(const std::string& day) { return "as_of " + D(day) + " "; }

  // The rules that fired with this effect or more on the purchase.
  static std::vector<std::string> Fired(const v1::ScreenSupplierResponse& answer,
                                        v1::RuleEffect least = v1::RULE_EFFECT_REVIEW) {
    std::vector<std::string> rules;
    for (const v1::RuleFinding& finding : answer.decision().core().findings()) {
      if (finding.purchase_effect() >= least) rules.push_back(finding.rule_id());
    }
    return rules;
  }
  static const v1::DecisionCore& Core(const v1::ScreenSupplierResponse& answer) {
    return answer.decision().core();
  }
};

TEST_F(RealCasesTest, AnAnnulledOrMergedLeiNamesNobodyOrItsSuccessor) {
  const std::string text = Shared("gleif-lei-sample/lei2-sample.csv");
  if (text.empty()) GTEST_SKIP();
  CreateDataset("gleif");
  Load("gleif", "gleif-csv", text);
  const auto annulled = Screen(Id("XI-LEI", "0292002003B5D1F3B500") + By("DE"));
  EXPECT_EQ(Core(annulled).identity(), v1::IDENTITY_STATE_UNIDENTIFIED);
  EXPECT_EQ(Core(annulled).verdict(), v1::VERDICT_REVIEW);
  EXPECT_THAT(annulled.bundle().subjects(0).faults(), Contains(v1::IDENTITY_FAULT_ANNULLED));
  const auto followed = Screen(Id("XI-LEI", "0292001436A4KDG0E577") + By("DE"));
  EXPECT_EQ(Core(followed).identity(), v1::IDENTITY_STATE_CONFIRMED);
  EXPECT_THAT(followed.bundle().subjects(0).faults(), Contains(v1::IDENTITY_FAULT_REDIRECTED));
  // Two funds of one family are two parties: the bar of the one is not the other's.
  CreateDataset("bars");
  Put("bars",
      "key: 'bar' risk_flag { subject { party { identifier { scheme: 'XI-LEI' value: "
      "'001GPB6A9XPE8XJICC14' } } } type: FLAG_TYPE_DEBARMENT stage: "
      "FLAG_STAGE_FINAL_ADMIN_DECISION jurisdiction: 'GB' listing_intervals { from " +
          D("2024-01-01") + " } }");
  const auto sibling = Screen(Id("XI-LEI", "00KLB2PFTM3060S2N216") + By("GB"));
  EXPECT_THAT(sibling.bundle().subjects(0).facts(), IsEmpty());
  const auto barred = Screen(Id("XI-LEI", "001GPB6A9XPE8XJICC14") + By("GB"));
  EXPECT_EQ(barred.bundle().subjects(0).facts_size(), 1);
  // A wrong checksum of a question is an error; that of a record a warning.
  EXPECT_EQ(
      Refusal(&Screening::ScreenSupplier,
              Parse<v1::ScreenSupplierRequest>(Id("XI-LEI", "0292001629A3Q7XJ0D14") + By("DE"))),
      "IDENTIFIER_CHECK_FAILED");
}

TEST_F(RealCasesTest, AnEntryOfTheBrazilianRegisterEndsTwoYearsAfterInclusion) {
  const std::string text = Shared("br-lista-suja/companies.csv");
  if (text.empty()) GTEST_SKIP();
  CreateDataset("lista-suja");
  int entries = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const size_t at = line.find("27.090.456/0002-27");
    if (at == std::string::npos) continue;
    ASSERT_THAT(std::string(line), HasSubstr("2022-10-05"));  // day of inclusion
    ++entries;
  }
  ASSERT_EQ(entries, 1);
  Put("lista-suja",
      "key: '1' risk_flag { subject { party { identifier { scheme: 'BR-CNPJ' value: "
      "'27.090.456/0002-27' } } } type: FLAG_TYPE_LISTA_SUJA stage: "
      "FLAG_STAGE_FINAL_ADMIN_DECISION jurisdiction: 'BR' decided_on " +
          D("2021-12-09") + " listing_intervals { from " + D("2022-10-05") + " } }");
  const std::string asked = Id("BR-CNPJ", "27090456000227") + By("BR");
  const auto last = Screen(asked + AsOf("2024-10-04"));
  EXPECT_THAT(Fired(last), Contains("BR-LS"));
  EXPECT_EQ(Core(last).verdict(), v1::VERDICT_REVIEW);
  const auto after = Screen(asked + AsOf("2024-10-05"));
  EXPECT_THAT(Fired(after), Not(Contains("BR-LS")));
  ASSERT_EQ(after.bundle().subjects(0).facts_size(), 1);  // history, without effect
  EXPECT_EQ(after.bundle().subjects(0).facts(0).flag().state(), v1::FLAG_STATE_ENDED);
}

TEST_F(RealCasesTest, AnAmericanDebarmentHoldsFromItsFirstDayToTheDayBeforeItsEnd) {
  // An H-2B debarment of the Department of Labor, 2011-03-05 to 2013-03-05.
  CreateDataset("h2b");
  Put("h2b",
      "key: 'firm' supplier { names { text: 'Seasonal Landscaping Firm' } identifiers { "
      "scheme: 'US-EIN' value: '12-3456789' } }");
  Put("h2b",
      "key: 'measure' legal_measure { subject { party { source_record: 'records/firm' } } regime: "
      "'US-SAM' effect: MEASURE_EFFECT_MUST_EXCLUDE sam_exclusion_type: "
      "SAM_EXCLUSION_TYPE_INELIGIBLE_PROCEEDINGS_COMPLETED binding_in: 'US' in_force { from " +
          D("2011-03-05") + " to " + D("2013-03-05") + " } }");
  const std::string asked = Record("datasets/h2b/records/firm") + By("US");
  EXPECT_THAT(Fired(Screen(asked + AsOf("2011-03-04"))), Not(Contains("US-SAM")));
  EXPECT_EQ(Core(Screen(asked + AsOf("2011-03-05"))).verdict(), v1::VERDICT_BLOCK);
  EXPECT_EQ(Core(Screen(asked + AsOf("2013-03-04"))).verdict(), v1::VERDICT_BLOCK);
  EXPECT_THAT(Fired(Screen(asked + AsOf("2013-03-05"))), Not(Contains("US-SAM")));
}

TEST_F(RealCasesTest, GoodsThatALaterEditionNamesWereNotAtRiskBefore) {
  const std::string first = Shared("dol-tvpra/goods_2016.xml");
  const std::string last = Shared("dol-tvpra/goods_2021.xml");
  if (first.empty() || last.empty()) GTEST_SKIP();
  CreateDataset("tvpra", v1::ABSENCE_MODE_DELISTED);
  Load("tvpra", "dol-goods-xml", last, "2021-06-23");  // in any order
  Load("tvpra", "dol-goods-xml", first, "2016-09-30", v1::LOAD_MODE_BACKFILL);
  // "Palm Fruit" from Indonesia is in both editions, "Gloves" from China in the last.
  const auto asked = [this](const std::string& goods, const std::string& origin,
                            const std::string& day) {
    return Screen("subject { name: 'Nobody in particular' } " +
                  By("DE",
                     "items { item_id: '1' commodity { scheme: COMMODITY_SCHEME_PUBLISHER "
                     "code: '" +
                         goods + "' } origin: '" + origin + "' }") +
                  AsOf(day));
  };
  const auto then = asked("Gloves", "CN", "2018-01-01");
  EXPECT_NE(then.bundle().items(0).result(), v1::COMMODITY_RISK_RESULT_LISTED);
  const auto now = asked("Gloves", "CN", "2022-01-01");
  EXPECT_EQ(now.bundle().items(0).result(), v1::COMMODITY_RISK_RESULT_LISTED);
  EXPECT_THAT(Fired(now), Contains("RISK-TVPRA"));
  EXPECT_NE(Core(now).verdict(), v1::VERDICT_BLOCK);
}

TEST_F(RealCasesTest, AListedGroupIsFoundByTheNameOfItsSubsidiaryAndOnlyReviewed) {
  const auto answer = Screen("subject { name: 'Laglove (M) Sdn Bhd' country: 'MY' } " + By("US") +
                             AsOf("2022-06-01"));
  ASSERT_GE(answer.bundle().subjects(0).candidates_size(), 1);
  EXPECT_EQ(answer.bundle().subjects(0).candidates(0).source_record(),
            "datasets/import-bans/records/party|brightway-group");
  EXPECT_TRUE(answer.bundle().subjects(0).candidates(0).adverse());
  EXPECT_EQ(Core(answer).verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(Core(answer).identity(), v1::IDENTITY_STATE_AMBIGUOUS);
}

TEST_F(RealCasesTest, AVesselUnderAFindingIsReviewedByNameAndBlockedByItsRecord) {
  const auto named =
      Screen("subject { name: 'DA WANG' kind: PARTY_KIND_VESSEL } " +
             By("US",
                "items { item_id: '1' commodity { scheme: COMMODITY_SCHEME_HS code: '0303' } "
                "origin: 'VU' }"));
  EXPECT_EQ(Core(named).verdict(), v1::VERDICT_REVIEW);
  const auto certain =
      Screen(Record("datasets/import-bans/records/party|da-wang") +
             By("US",
                "items { item_id: '1' commodity { scheme: COMMODITY_SCHEME_HS code: '0303' } "
                "origin: 'VU' }"));
  EXPECT_THAT(Fired(certain), Contains("US-307-FIND"));
  EXPECT_EQ(Core(certain).verdict(), v1::VERDICT_BLOCK);
}

TEST_F(RealCasesTest, ABanOnARegionNeedsNoParty) {
  const auto answer =
      Screen("subject { name: 'Unheard Of Preserves' } " +
             By("US",
                "items { item_id: 'paste' commodity { scheme: COMMODITY_SCHEME_HS code: '2002' } "
                "origin: 'CN-XJ' } items { item_id: 'pens' commodity { scheme: COMMODITY_SCHEME_HS "
                "code: '9608' } origin: 'DE' }"));
  ASSERT_GE(answer.bundle().items(0).measures_size(), 1);
  EXPECT_EQ(answer.bundle().items(1).measures_size(), 0);
  ASSERT_EQ(Core(answer).items_size(), 2);
  EXPECT_GE(Core(answer).items(0).verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(Core(answer).items(1).verdict(), v1::VERDICT_CLEAR);
}

TEST_F(RealCasesTest, ANumberWithoutItsLeadingZeroIsTheSameNumber) {
  CreateDataset("uk");
  Put("uk",
      "key: '1' supplier { names { text: 'A Company' } identifiers { scheme: 'GB-COH' value: "
      "'04830352' } }");
  for (const char* number : {"4830352", "04830352"}) {
    EXPECT_EQ(Core(Screen(Id("GB-COH", number) + By("GB"))).identity(),
              v1::IDENTITY_STATE_CONFIRMED);
  }
}

TEST_F(RealCasesTest, AWrongCountryDoesNotHideAListedName) {
  // The customs list names "Casual Wear Apparel L.L.C." of Jordan; a shipper wrote IL.
  CreateDataset("wro");
  Put("wro",
      "key: 'cwa' supplier { names { text: 'Casual Wear Apparel L.L.C.' } jurisdiction: 'JO' }");
  Put("wro",
      "key: 'flag' risk_flag { subject { party { source_record: 'records/cwa' } } type: "
      "FLAG_TYPE_IMPORT_BAN_WRO stage: FLAG_STAGE_ADMIN_DETERMINATION listing_intervals { from " +
          D("2023-01-01") + " } }");
  const auto answer =
      Screen("subject { name: 'casual wear apparel llc' country: 'IL' } " + By("US"));
  ASSERT_GE(answer.bundle().subjects(0).candidates_size(), 1);
  EXPECT_TRUE(answer.bundle().subjects(0).candidates(0).adverse());
  EXPECT_EQ(Core(answer).verdict(), v1::VERDICT_REVIEW);
}

TEST_F(RealCasesTest, ACertificateSuspendedForMayHoldsAgainOnTheFirstOfJune) {
  CreateDataset("reg");
  Put("reg",
      "key: 'mill' supplier { names { text: 'Mill' } identifiers { scheme: 'GB-COH' value: "
      "'04830352' } }");
  Put("reg",
      "key: 'cert' certification { scheme_id: 'GOTS' certificate_no: 'G-1' holder { source_record: "
      "'records/mill' } scope { all_sites: true } valid_from " +
          D("2026-01-01") + " expires_on " + D("2026-12-31") +
          " verification_method: VERIFICATION_METHOD_SCHEME_REGISTER verified_on " +
          D("2026-06-01") + " status_events { status: CERTIFICATION_STATUS_ISSUED from " +
          D("2026-01-01") + " } status_events { status: CERTIFICATION_STATUS_SUSPENDED from " +
          D("2026-05-01") + " } status_events { status: CERTIFICATION_STATUS_ISSUED from " +
          D("2026-06-01") + " } }");
  const auto asked = [this](const std::string& shipment) {
    return Screen(Id("GB-COH", "04830352") +
                  By("GB", "dates { award " + D(shipment) +
                               " } requirements { requirement_id: 'organic' accepted_schemes { "
                               "scheme_id: 'GOTS' } }"));
  };
  const auto may = asked("2026-05-31");
  EXPECT_EQ(may.bundle().requirements(0).certification().result(),
            v1::CERTIFICATION_RESULT_SUSPENDED);
  EXPECT_THAT(Fired(may), Contains("CERT-REQ"));
  const auto june = asked("2026-06-01");
  EXPECT_EQ(june.bundle().requirements(0).certification().result(), v1::CERTIFICATION_RESULT_VALID);
  EXPECT_THAT(Fired(june), Not(Contains("CERT-REQ")));
}

TEST_F(RealCasesTest, WhatWasKnownBeforeACorrectionIsDecidedAsThen) {
  CreateDataset("reg");
  Put("reg",
      "key: 'firm' supplier { names { text: 'Firm' } identifiers { scheme: 'GB-COH' value: "
      "'04830352' } }");
  const std::string flag =
      "key: 'bar' risk_flag { subject { party { identifier { scheme: 'GB-COH' value: '04830352' } "
      "} } type: FLAG_TYPE_DEBARMENT decided_by: 'Court' decision_no: '1' stage: ";
  const std::string listed = " listing_intervals { from " + D("2024-01-01") + " } }";
  const auto before = Put("reg", flag + "FLAG_STAGE_FINAL_ADMIN_DECISION" + listed);
  const std::string asked = Id("GB-COH", "04830352") + By("GB") + AsOf("2026-01-01");
  const auto at_first = Screen(asked);
  const auto after = Put("reg", flag + "FLAG_STAGE_ANNULLED" + listed);
  const auto corrected = Screen(asked);
  EXPECT_NE(Fired(at_first), Fired(corrected));
  const auto at = [&](const v1::RevisionToken& token) {
    auto request = Parse<v1::ScreenSupplierRequest>(asked);
    *request.mutable_consistency()->mutable_at_exact_revision() = token;
    return Ask(&Screening::ScreenSupplier, request);
  };
  // Two questions of one day about one revision: equal in everything that rules
  // decide on; only the salts of names differ.
  auto again = Core(at(before.stamp().revision()));
  auto first = Core(at_first);
  again.clear_bundle_digest();
  first.clear_bundle_digest();
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(Fired(at(after.stamp().revision())), Fired(corrected));
}

TEST_F(RealCasesTest, AllNumbersOfTheBrazilianRegisterPassTheirCheckDigits) {
  const std::string text = Shared("br-lista-suja/companies.csv");
  if (text.empty()) GTEST_SKIP();
  int numbers = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const size_t slash = line.find('/');
    for (size_t at = slash; at != std::string::npos; at = line.find('/', at + 1)) {
      if (at < 10 || at + 8 > line.size() || line[at + 5] != '-' || line[at - 4] != '.') continue;
      const std::string number(line.substr(at - 10, 18));
      const auto answer = Screen(Id("BR-CNPJ", number) + By("BR"));
      EXPECT_EQ(Core(answer).verdict(), v1::VERDICT_REVIEW);  // nobody on record
      ++numbers;
      break;
    }
  }
  EXPECT_EQ(numbers, 53);
}

}  // namespace
}  // namespace probity::server
