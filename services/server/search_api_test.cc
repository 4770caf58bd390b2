// SearchSuppliers and ExplainSearchMiss through the public API.
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "services/server/testing.h"

namespace probity::server {
namespace {

using Stub = v1::SupplierService::Stub;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr char kManyKinds[] =
    "record_type,key,name,other_names,kind,identifiers,address,city,country\n"
    "supplier,mill,Northwind Cotton Mills Ltd,NCM,company,GB-COH:00000001,1 Mill Road,Leeds,GB\n"
    "supplier,mills,Northwind Cotton Mills SA,,company,,2 Rue du Lac,Lyon,FR\n"
    "supplier,brick,Harrow Brickworks GmbH,Harrow Ziegel,company,XI-LEI:529900T8BM49AURSDO55,,,DE\n"
    "supplier,kiln,Harow Brick Works,,,,,,\n"
    "supplier,person,Jonathan Harrow,,person,,,,GB\n"
    "supplier,ship,Cotton Star,,vessel,,,,PA\n"
    "supplier,union,International Union of Cotton Spinners and Weavers,,organization,,,,CH\n";

class SearchTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    CreateDataset("r");
    ASSERT_EQ(Import("r", "probity-csv", kManyKinds).counts().refused(), 0u);
  }

  v1::SearchSuppliersResponse Search(const std::string& request) {
    return Ask(&Stub::SearchSuppliers, Parse<v1::SearchSuppliersRequest>(request));
  }
  // Keys of the records that were hit, in order.
  std::vector<std::string> Keys(const std::string& request) { return KeysOf(Search(request)); }
  static std::vector<std::string> KeysOf(const v1::SearchSuppliersResponse& response) {
    std::vector<std::string> keys;
    for (const auto& hit : response.hits()) {
      keys.push_back(hit.source_record().substr(hit.source_record().rfind('/') + 1));
    }
    return keys;
  }
  // The same of hits that are called a match.
  std::vector<std::string> Matches(const std::string& request) {
    const auto response = Search(request);
    std::vector<std::string> keys = KeysOf(response);
    for (int i = response.hits_size() - 1; i >= 0; --i) {
      if (!response.hits(i).match()) keys.erase(keys.begin() + i);
    }
    return keys;
  }
  std::string SupplierOf(const std::string& key) {
    v1::ExplainSearchMissRequest request;
    request.mutable_search()->set_query("x");
    request.set_source_record("datasets/r/records/" + key);
    return Ask(&Stub::ExplainSearchMiss, request).supplier();
  }
  v1::ExplainSearchMissResponse Explain(const std::string& request) {
    return Ask(&Stub::ExplainSearchMiss, Parse<v1::ExplainSearchMissRequest>(request));
  }
};

double Sum(const google::protobuf::RepeatedPtrField<v1::MatchExplanation>& rows) {
  double sum = 0;
  for (const auto& row : rows) sum += row.contribution();
  return sum;
}

TEST_F(SearchTest, FindsWhatIsMisspeltReorderedShortenedOrAnAlias) {
  const std::pair<const char*, const char*> queries[] = {
      {"Northwind Cotton Mills Limited", "mill"},
      {"Nortwind Coton Mils Ltd", "mill"},
      {"Mills, Northwind Cotton, Ltd", "mill"},
      {"Harrow Ziegel", "brick"},
      {"HARROW BRICKWORKS GMBH", "brick"},
      {"Harrow, J.", "person"},
      {"IUCSW", "union"},
  };
  for (const auto& [query, key] : queries) {
    const auto keys = Keys(absl::StrCat("query: '", query, "'"));
    ASSERT_FALSE(keys.empty()) << query;
    EXPECT_EQ(keys[0], key) << query;
  }
}

TEST_F(SearchTest, SaysWhichNameMatchedHowWellAndWhy) {
  const auto response = Search("query: 'Harrow Ziegel' explanation: EXPLANATION_LEVEL_FULL");
  const auto& hit = response.hits(0);
  EXPECT_EQ(hit.supplier().display_name(), "Harrow Brickworks GmbH");
  EXPECT_EQ(hit.matched_name().text(), "Harrow Ziegel");
  EXPECT_EQ(hit.source_record(), "datasets/r/records/brick");
  EXPECT_EQ(hit.basis(), v1::MATCH_BASIS_NAME);
  EXPECT_TRUE(hit.match());
  EXPECT_DOUBLE_EQ(hit.score(), 0.99);  // a name alone is never certain
  EXPECT_DOUBLE_EQ(hit.name_score(), 1);
  for (const auto& each : response.hits()) {
    EXPECT_NEAR(Sum(each.explanations()), each.score(), 1e-9) << each.source_record();
    EXPECT_LE(each.score(), 0.99);
  }
  EXPECT_THAT(response.stamp().matcher_version(), StartsWith("names/"));
  EXPECT_EQ(response.stamp().revision().revision(), 3u);
  EXPECT_EQ(
      Search("query: 'Harrow' explanation: EXPLANATION_LEVEL_NONE").hits(0).explanations_size(), 0);
  EXPECT_GT(Search("query: 'Harrow'").hits(0).explanations_size(), 0);
}

TEST_F(SearchTest, FiltersLeaveOutWhatIsKnownToBeElse) {
  EXPECT_THAT(Matches("query: 'Northwind Cotton Mills' country: 'FR'"), ElementsAre("mills"));
  EXPECT_THAT(Matches("query: 'Northwind Cotton Mills' country: 'US'"), IsEmpty());
  // The kiln has neither country nor kind on record.
  EXPECT_THAT(Matches("query: 'Harrow Brickworks' country: 'DE'"),
              testing::UnorderedElementsAre("brick", "kiln"));
  EXPECT_THAT(Matches("query: 'Harrow Brickworks' country: 'FR'"), ElementsAre("kiln"));
  EXPECT_THAT(
      Keys("query: 'Harrow' kinds: PARTY_KIND_PERSON"),
      testing::AllOf(testing::Contains("person"), testing::Not(testing::Contains("brick"))));
  EXPECT_THAT(Keys("query: 'Cotton Star' kinds: PARTY_KIND_VESSEL"),
              testing::Not(testing::Contains("mill")));
  EXPECT_THAT(Matches("query: 'Northwind Cotton Mills' min_score: 0.7 datasets: 'datasets/r'"),
              testing::UnorderedElementsAre("mill", "mills"));
  v1::SearchSuppliersRequest none;
  none.set_query("x");
  none.add_datasets("datasets/none");
  EXPECT_EQ(Refusal(&Stub::SearchSuppliers, none), "DATASET_NOT_FOUND");
}

// A supplier of two records: the name stands in one, the country in the other.
TEST_F(SearchTest, FiltersLookAtTheWholeSupplier) {
  CreateDataset("s");
  Put("s",
      "key: 'x' supplier { names { text: 'Brixworth Holdings' } jurisdiction: 'DE' identifiers { "
      "scheme: 'GB-COH' value: '00000001' } }");
  EXPECT_THAT(Matches("query: 'Brixworth Holdings' country: 'GB'"), ElementsAre("x"));
  EXPECT_THAT(Matches("query: 'Brixworth Holdings' country: 'FR'"), IsEmpty());
  EXPECT_THAT(Matches("query: 'Brixworth Holdings' datasets: 'datasets/r'"), ElementsAre("x"));
  // Both records fit: one supplier, once.
  EXPECT_THAT(Matches("query: 'Northwind Cotton Mills Ltd' country: 'GB'"), ElementsAre("mill"));
}

TEST_F(SearchTest, MinScoreIsInclusive) {
  const double score = Search("query: 'Harow Brickwork'").hits(0).name_score();
  ASSERT_LT(score, 0.99);
  EXPECT_THAT(Search(absl::StrCat("query: 'Harow Brickwork' min_score: ", score)).hits_size(),
              testing::Ge(1));
  EXPECT_EQ(
      Search(absl::StrCat("query: 'Harow Brickwork' min_score: ", score + 0.0001)).hits_size(), 0);
}

TEST_F(SearchTest, FactsMoveScoresAndLeaveNobodyOut) {
  const auto keys = [this](const std::string& facts) {
    return Matches("query: 'Northwind Cotton Mills' facts { " + facts + " }");
  };
  EXPECT_EQ(keys("countries: 'FR'")[0], "mills");
  EXPECT_EQ(keys("countries: 'GB'")[0], "mill");
  EXPECT_EQ(keys("address: '2 Rue du Lac, Lyon'")[0], "mills");
  EXPECT_EQ(keys("address: '1 Mill Road, Leeds'")[0], "mill");
  const auto response = Search(
      "query: 'Northwind Cotton Mills' facts { countries: 'FR' address: '2 Rue du Lac, Lyon' } "
      "explanation: EXPLANATION_LEVEL_FULL");
  for (const auto& hit : response.hits()) {
    EXPECT_NEAR(Sum(hit.explanations()), hit.score(), 1e-9) << hit.source_record();
  }
}

TEST_F(SearchTest, IdentifiersConfirmAndContradict) {
  const std::string coh = "facts { identifiers { scheme: 'GB-COH' value: ";
  const auto confirmed = Search("query: 'Northwind Cotton Mills' " + coh + "'1' } }");
  EXPECT_EQ(KeysOf(confirmed)[0], "mill");
  EXPECT_EQ(confirmed.hits(0).score(), 1);
  EXPECT_EQ(confirmed.hits(0).basis(), v1::MATCH_BASIS_IDENTIFIER);
  EXPECT_EQ(confirmed.hits(1).basis(), v1::MATCH_BASIS_NAME);
  // Found by its number whatever it is called; both are said.
  const auto renamed = Search("query: 'Quite Another Name' " + coh + "'00000001' } }");
  ASSERT_EQ(KeysOf(renamed)[0], "mill");
  EXPECT_EQ(renamed.hits(0).score(), 1);
  EXPECT_LT(renamed.hits(0).name_score(), 0.7);
  // Another number on record: below the threshold, but never hidden.
  const auto other =
      Search("query: 'Northwind Cotton Mills Ltd' min_score: 0.7 " + coh + "'00000002' } }");
  EXPECT_THAT(KeysOf(other), ElementsAre("mills", "mill"));
  EXPECT_EQ(other.hits(1).basis(), v1::MATCH_BASIS_IDENTIFIER_CONFLICT);
  EXPECT_FALSE(other.hits(1).match());
  EXPECT_GT(other.hits(1).name_score(), 0.9);
}

TEST_F(SearchTest, AMergedNumberLeadsToItsSuccessorAndASharedOneIsNotCertain) {
  CreateDataset("s");
  Import("s", "probity-csv",
         "record_type,key,name,identifiers,registration_status,registration_scheme,successor\n"
         "supplier,old,Old Looms,XI-LEI:HWUPKR0MPOU8FGXBT394,merged,XI-LEI,"
         "XI-LEI:5493001KJTIIGC8Y1R12\n"
         "supplier,new,New Looms,XI-LEI:5493001KJTIIGC8Y1R12,,,\n");
  const auto found = Search(
      "query: 'New Looms' facts { identifiers { scheme: 'XI-LEI' value: 'HWUPKR0MPOU8FGXBT394' } "
      "}");
  EXPECT_EQ(KeysOf(found)[0], "new");
  EXPECT_EQ(found.hits(0).basis(), v1::MATCH_BASIS_IDENTIFIER);
  EXPECT_EQ(found.hits(0).score(), 1);
}

TEST_F(SearchTest, ExcludedSuppliersAreLeftOut) {
  const std::string mill = SupplierOf("mill");
  ASSERT_THAT(mill, StartsWith("suppliers/"));
  EXPECT_THAT(Matches("query: 'Northwind Cotton Mills' excluded_suppliers: '" + mill + "'"),
              ElementsAre("mills"));
  // Also when it was judged under a name that was merged since.
  const std::string brick = SupplierOf("brick");
  EXPECT_THAT(Keys("query: 'Harrow Brickworks' excluded_suppliers: '" + brick +
                   "' excluded_suppliers: 'suppliers/gone'"),
              testing::Not(testing::Contains("brick")));
}

TEST_F(SearchTest, PagesNeitherRepeatNorMissAndStayAtTheirRevision) {
  CreateDataset("many");
  std::string rows = "record_type,key,name\n";
  for (int i = 0; i < 60; ++i) {
    absl::StrAppend(&rows, "supplier,m", i, ",Meridian ",
                    std::string(1, static_cast<char>('A' + i % 26)), "lpha ", i, " Trading\n");
  }
  Import("many", "probity-csv", rows);
  v1::SearchSuppliersRequest request;
  request.set_query("Meridian Trading");
  request.set_page_size(100);
  const auto all = Ask(&Stub::SearchSuppliers, request);
  ASSERT_GE(all.hits_size(), 60);
  request.set_page_size(7);
  std::vector<std::string> paged;
  uint64_t revision = 0;
  do {
    const auto page = Ask(&Stub::SearchSuppliers, request);
    for (const auto& key : KeysOf(page)) paged.push_back(key);
    if (revision == 0) {
      revision = page.stamp().revision().revision();
      Put("many", "key: 'new' supplier { names { text: 'Meridian Trading' } }");
    }
    EXPECT_EQ(page.stamp().revision().revision(), revision);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(paged, KeysOf(all));
  EXPECT_EQ(Keys("query: 'Meridian Trading'")[0], "new");
  request.set_page_token("x");
  EXPECT_EQ(Refusal(&Stub::SearchSuppliers, request), "INVALID_PAGE_TOKEN");
}

// A search of the past gives what it gave then.
TEST_F(SearchTest, ThePastIsSearchedAsItWas) {
  const auto before = Search("query: 'Northwind Cotton Mills'");
  v1::RemoveRecordRequest remove;
  remove.set_name("datasets/r/records/mill");
  Ask(&v1::DatasetService::Stub::RemoveRecord, remove);
  Put("r", "key: 'mills' supplier { names { text: 'Renamed Looms' } }");
  EXPECT_THAT(Matches("query: 'Northwind Cotton Mills'"), IsEmpty());
  EXPECT_THAT(Matches("query: 'Renamed Looms'"), ElementsAre("mills"));
  v1::SearchSuppliersRequest past;
  past.set_query("Northwind Cotton Mills");
  *past.mutable_consistency()->mutable_at_exact_revision() = before.stamp().revision();
  const auto again = Ask(&Stub::SearchSuppliers, past);
  EXPECT_EQ(KeysOf(again), KeysOf(before));
  past.set_query("Renamed Looms");
  EXPECT_THAT(KeysOf(Ask(&Stub::SearchSuppliers, past)), testing::Not(testing::Contains("mills")));
}

TEST_F(SearchTest, MinimizeLatencyNeedsNoWaiting) {
  const auto response = Search("query: 'Harrow' consistency { minimize_latency: true }");
  EXPECT_LE(response.stamp().revision().revision(), 3u);
  EXPECT_GE(response.stamp().revision().revision(), 1u);
}

TEST_F(SearchTest, ARestartedServerFindsTheSame) {
  const auto before = Keys("query: 'Harrow Brickworks'");
  Restart();
  EXPECT_EQ(Keys("query: 'Harrow Brickworks'"), before);
}

TEST_F(SearchTest, BadInputGetsAClearAnswer) {
  const struct {
    std::string query, reason;
  } cases[] = {
      {"", "INVALID_FIELD"},
      {" - ", "INVALID_FIELD"},
      {"?!...", "INVALID_FIELD"},
      {"\u200f\u200b", "INVALID_FIELD"},
      {std::string(1001, 'a'), "LIMIT_EXCEEDED"},
      {std::string(10000, 'a'), "LIMIT_EXCEEDED"},
      {std::string(1000, 'a'), ""},
      {"Ltd", ""},
      {"Co Ltd", ""},
      {"ООО", ""},
      {"7", ""},
      {"2024 12 31", ""},
      {"\u202eNorthwind\u202c \u200bCotton", ""},
      {"Nоrthwind Cоttоn Mills", ""},  // Cyrillic о
      {"\u4e2d\u56fd Northwind \u0645\u0635\u0646\u0639", ""},
      {"a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l m n o p q r s "
       "t u v w x y z",
       ""},
  };
  for (const auto& c : cases) {
    v1::SearchSuppliersRequest request;
    request.set_query(c.query);
    v1::SearchSuppliersResponse response;
    const absl::Time begin = absl::Now();
    const grpc::Status status = Call(&Stub::SearchSuppliers, request, &response);
    EXPECT_LT(absl::Now() - begin, absl::Seconds(5)) << c.query;
    EXPECT_EQ(reason_, c.reason) << c.query << status.error_message();
    EXPECT_EQ(status.ok(), c.reason.empty()) << c.query;
    if (!status.ok()) {
      EXPECT_EQ(field_, "query");
    }
  }
  EXPECT_EQ(Keys("query: 'Nоrthwind Cоttоn Mills Ltd'")[0], "mill");  // Cyrillic о
}

TEST_F(SearchTest, WrongFieldsAreNamed) {
  const struct {
    std::string request, reason, field;
  } cases[] = {
      {"min_score: 1.01", "INVALID_FIELD", "min_score"},
      {"min_score: -0.01", "INVALID_FIELD", "min_score"},
      {"min_score: nan", "INVALID_FIELD", "min_score"},
      {"country: 'gb'", "INVALID_FIELD", "country"},
      {"country: 'GBR'", "INVALID_FIELD", "country"},
      {"kinds: PARTY_KIND_UNSPECIFIED", "INVALID_FIELD", "kinds"},
      {"datasets: 'r'", "INVALID_FIELD", "datasets[0]"},
      {"excluded_suppliers: 'mill'", "INVALID_FIELD", "excluded_suppliers[0]"},
      {"page_size: 101", "LIMIT_EXCEEDED", "page_size"},
      {"page_size: -1", "INVALID_FIELD", "page_size"},
      {"facts { countries: 'England' }", "INVALID_FIELD", "facts.countries"},
      {"facts { date { year: 2023 month: 13 } }", "INVALID_FIELD", "facts.date"},
  };
  for (const auto& c : cases) {
    const auto request = Parse<v1::SearchSuppliersRequest>("query: 'x' " + c.request);
    EXPECT_EQ(Refusal(&Stub::SearchSuppliers, request), c.reason) << c.request;
    EXPECT_EQ(field_, c.field) << c.request;
  }
  v1::SearchSuppliersRequest many;
  many.set_query("x");
  for (int i = 0; i < 1001; ++i) many.add_excluded_suppliers("suppliers/a");
  EXPECT_EQ(Refusal(&Stub::SearchSuppliers, many), "LIMIT_EXCEEDED");
  many.mutable_excluded_suppliers()->RemoveLast();
  v1::SearchSuppliersResponse response;
  EXPECT_TRUE(Call(&Stub::SearchSuppliers, many, &response).ok());
}

TEST_F(SearchTest, AnEmptyRegisterAnswers) {
  EXPECT_EQ(Search("query: 'Zyxwvut Qponmlk'").hits_size(), 0);
}

std::vector<v1::SearchMissReason> Reasons(const v1::ExplainSearchMissResponse& response) {
  std::vector<v1::SearchMissReason> reasons;
  for (const auto& cause : response.causes()) {
    EXPECT_FALSE(cause.detail().empty());
    reasons.push_back(cause.reason());
  }
  return reasons;
}

TEST_F(SearchTest, ExplainsEveryKindOfMiss) {
  const std::string mill = "source_record: 'datasets/r/records/mill' ";
  const struct {
    std::string request;
    std::vector<v1::SearchMissReason> reasons;
  } cases[] = {
      {"search { query: 'Northwind Cotton Mills' } " + mill, {}},
      {"search { query: 'Northwind Cotton Mills' } supplier: 'suppliers/none'",
       {v1::SEARCH_MISS_REASON_NOT_VISIBLE}},
      {"search { query: 'Northwind Cotton Mills' } source_record: 'datasets/r/records/none'",
       {v1::SEARCH_MISS_REASON_NOT_VISIBLE}},
      {"search { query: 'Northwind Cotton Mills' country: 'FR' } " + mill,
       {v1::SEARCH_MISS_REASON_OTHER_COUNTRY}},
      {"search { query: 'Northwind Cotton Mills' kinds: PARTY_KIND_VESSEL } " + mill,
       {v1::SEARCH_MISS_REASON_OTHER_KIND}},
      {"search { query: 'Northwind Cotton Mills' excluded_suppliers: '" + SupplierOf("mill") +
           "' } " + mill,
       {v1::SEARCH_MISS_REASON_EXCLUDED}},
      {"search { query: 'Zyxwvut' } " + mill, {v1::SEARCH_MISS_REASON_NOTHING_SHARED}},
      {"search { query: 'Northwind Coton Mill' min_score: 0.999 } " + mill,
       {v1::SEARCH_MISS_REASON_BELOW_MIN_SCORE}},
      {"search { query: 'Northwind Cotton Mills SA' page_size: 1 } " + mill,
       {v1::SEARCH_MISS_REASON_BEYOND_PAGE}},
      {"search { query: 'Zyxwvut' country: 'FR' kinds: PARTY_KIND_PERSON } " + mill,
       {v1::SEARCH_MISS_REASON_OTHER_KIND, v1::SEARCH_MISS_REASON_OTHER_COUNTRY,
        v1::SEARCH_MISS_REASON_NOTHING_SHARED}},
  };
  for (const auto& c : cases) {
    const auto response = Explain(c.request);
    EXPECT_EQ(Reasons(response), c.reasons) << c.request;
    EXPECT_EQ(response.found(), c.reasons.empty()) << c.request;
    EXPECT_THAT(response.stamp().matcher_version(), StartsWith("names/"));
  }
  CreateDataset("s");
  Put("s", "key: 'plant' site { names { text: 'Plant' } }");
  EXPECT_THAT(Reasons(Explain("search { query: 'Plant' } source_record: "
                              "'datasets/s/records/plant'")),
              ElementsAre(v1::SEARCH_MISS_REASON_NOT_A_PARTY));
  EXPECT_THAT(
      Reasons(Explain("search { query: 'Northwind Cotton Mills' datasets: 'datasets/s' } " + mill)),
      ElementsAre(v1::SEARCH_MISS_REASON_OTHER_DATASET));
}

TEST_F(SearchTest, ExplainsEachNameAndTheRank) {
  const auto response = Explain(
      "search { query: 'Northwind Cotton Mills SA' } source_record: 'datasets/r/records/mill'");
  EXPECT_TRUE(response.found());
  EXPECT_EQ(response.rank(), 2);
  ASSERT_EQ(response.names_size(), 2);
  EXPECT_EQ(response.names(0).name().text(), "Northwind Cotton Mills Ltd");
  EXPECT_GT(response.names(0).score(), response.names(1).score());
  EXPECT_NEAR(Sum(response.names(0).explanations()), response.names(0).score(), 1e-9);
  ASSERT_GT(response.names(0).shared_keys_size(), 0);
  EXPECT_FALSE(response.names(0).shared_keys(0).kind().empty());
  EXPECT_THAT(response.supplier(), StartsWith("suppliers/"));
}

TEST_F(SearchTest, ExplainRefusesWhatItCannotRead) {
  const struct {
    std::string request, field;
  } cases[] = {
      {"search { query: 'x' }", "supplier"},
      {"search { query: 'x' } supplier: 'mill'", "supplier"},
      {"search { query: 'x' } source_record: 'mill'", "source_record"},
      {"search { query: '' } supplier: 'suppliers/a'", "search.query"},
      {"search { query: 'x' page_token: 'y' } supplier: 'suppliers/a'", "search.page_token"},
      {"search { query: 'x' min_score: 2 } supplier: 'suppliers/a'", "search.min_score"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Refusal(&Stub::ExplainSearchMiss, Parse<v1::ExplainSearchMissRequest>(c.request)),
              "INVALID_FIELD")
        << c.request;
    EXPECT_EQ(field_, c.field) << c.request;
  }
}

// Two searches of names in every script, asked for in the other one.
TEST_F(SearchTest, EveryScriptIsFoundFromTheOther) {
  auto names = NamesInTwoScripts();
  names.emplace_back("三菱商事", "Mitsubishi Corporation");
  CreateDataset("native");
  CreateDataset("latin");
  std::string native = "record_type,key,name\n", latin = native;
  for (size_t i = 0; i < names.size(); ++i) {
    absl::StrAppend(&native, "supplier,n", i, ",", names[i].first, "\n");
    absl::StrAppend(&latin, "supplier,l", i, ",", names[i].second, "\n");
  }
  ASSERT_EQ(Import("native", "probity-csv", native).counts().refused(), 0u);
  ASSERT_EQ(Import("latin", "probity-csv", latin).counts().refused(), 0u);
  for (size_t i = 0; i < names.size(); ++i) {
    EXPECT_THAT(Matches(absl::StrCat("query: '", names[i].second, "' datasets: 'datasets/native'")),
                testing::Contains(absl::StrCat("n", i)))
        << names[i].second;
    EXPECT_THAT(Matches(absl::StrCat("query: '", names[i].first, "' datasets: 'datasets/latin'")),
                testing::Contains(absl::StrCat("l", i)))
        << names[i].first;
  }
}

}  // namespace
}  // namespace probity::server
