// CompareNames through the public API.
#include <set>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "grpcpp/generic/generic_stub.h"
#include "services/server/testing.h"

namespace probity::server {
namespace {

using Stub = v1::SupplierService::Stub;

class CompareNamesTest : public ServerTest {
 protected:
  v1::CompareNamesResponse Compare(const std::string& request) {
    return Ask(&Stub::CompareNames, Parse<v1::CompareNamesRequest>(request));
  }
  v1::CompareNamesResponse Compare(const std::string& query, const std::string& candidate) {
    v1::CompareNamesRequest request;
    request.mutable_query()->set_text(query);
    request.mutable_candidate()->set_text(candidate);
    return Ask(&Stub::CompareNames, request);
  }
};

const v1::MatchExplanation* RowOf(
    const google::protobuf::RepeatedPtrField<v1::MatchExplanation>& rows,
    const std::string& feature) {
  for (const auto& row : rows) {
    if (row.feature() == feature) return &row;
  }
  return nullptr;
}

double Sum(const google::protobuf::RepeatedPtrField<v1::MatchExplanation>& rows) {
  double sum = 0;
  for (const auto& row : rows) sum += row.contribution();
  return sum;
}

TEST_F(CompareNamesTest, SaysHowAlikeAndWhy) {
  const auto alike = Compare("Shanghai Select Safety Prod. Co Ltd",
                             "Shanghai Select Safety Products Company Limited");
  EXPECT_TRUE(alike.match());
  EXPECT_GE(alike.score(), 0.9);
  EXPECT_LE(alike.score(), 0.99);
  EXPECT_EQ(alike.basis(), v1::MATCH_BASIS_NAME);
  const auto* abbreviated = RowOf(alike.explanations(), "abbreviation");
  const auto* same = RowOf(alike.explanations(), "same_word");
  ASSERT_TRUE(abbreviated != nullptr || RowOf(alike.explanations(), "same_meaning") != nullptr);
  ASSERT_NE(same, nullptr);
  EXPECT_THAT(same->detail(), testing::HasSubstr("shanghai"));
  EXPECT_THAT(alike.stamp().matcher_version(), testing::StartsWith("names/"));
  EXPECT_EQ(alike.stamp().call_id().size(), 16u);
  EXPECT_FALSE(alike.stamp().has_revision());
  const auto other = Compare("Shanghai Select Safety Products", "Alpine Dairy Export");
  EXPECT_FALSE(other.match());
  EXPECT_LT(other.score(), 0.3);
}

TEST_F(CompareNamesTest, ANameAloneIsNeverCertain) {
  const auto equal = Compare(
      "query { text: 'Acme Bricks' } candidate { text: 'Acme Bricks' } "
      "explanation: EXPLANATION_LEVEL_FULL");
  EXPECT_DOUBLE_EQ(equal.score(), 0.99);
  EXPECT_DOUBLE_EQ(equal.name_score(), 1);
  ASSERT_NE(RowOf(equal.explanations(), "name_alone"), nullptr);
  EXPECT_NEAR(Sum(equal.explanations()), equal.score(), 1e-9);
  const auto info = Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest());
  EXPECT_DOUBLE_EQ(info.name_only_ceiling(), equal.score());
  EXPECT_DOUBLE_EQ(info.match_threshold(), 0.7);
  EXPECT_EQ(info.matcher_version(), equal.stamp().matcher_version());
}

TEST_F(CompareNamesTest, LevelsOfExplanation) {
  const std::string names =
      "query { text: 'Acme Bricks Ltd' } candidate { text: 'Acme Bricks Limited' } explanation: ";
  const auto none = Compare(names + "EXPLANATION_LEVEL_NONE");
  const auto reasons = Compare(names + "EXPLANATION_LEVEL_REASONS");
  const auto full = Compare(names + "EXPLANATION_LEVEL_FULL");
  EXPECT_EQ(none.explanations_size(), 0);
  EXPECT_GT(reasons.explanations_size(), 0);
  EXPECT_GT(full.explanations_size(), reasons.explanations_size());
  EXPECT_EQ(none.score(), full.score());
  EXPECT_NEAR(Sum(full.explanations()), full.score(), 1e-9);
  for (const auto& row : full.explanations()) EXPECT_FALSE(row.detail().empty()) << row.feature();
}

// Each fact raises, lowers, or does nothing; in all cases the rows sum up.
TEST_F(CompareNamesTest, FactsRaiseAndLower) {
  const std::string person = "kind: NAME_KIND_PERSON ";
  const struct {
    std::string query, candidate, feature;
    int sign;
  } cases[] = {
      {"countries: 'DE'", "countries: 'DE'", "country", 1},
      {"countries: 'DE'", "countries: 'FR'", "country", -1},
      {"countries: 'DE'", "", "country", 0},
      {"date " + D("1970-01-02"), "date " + D("1970-01-02"), "date", 1},
      {"date " + D("1970-01-02"), "date " + D("1970-01-03"), "date", -1},
      {"date " + D("1970"), "date " + D("1970-01-03"), "date", 1},
      {"date " + D("1970"), "date " + D("1971-01-03"), "date", -1},
      {"kind: NAME_KIND_PERSON", "kind: NAME_KIND_VESSEL", "kind", -1},
      {"kind: NAME_KIND_PERSON", "", "kind", 0},
      {"address: '1 Mill Road, Leeds'", "address: '88 Rua Augusta, Lisboa'", "address", -1},
  };
  for (const auto& c : cases) {
    const auto answer = Compare("query { text: 'Jon Smithe' facts { " + c.query +
                                " } } candidate { text: 'John Smith' facts { " + c.candidate +
                                " } } explanation: EXPLANATION_LEVEL_FULL");
    const auto* row = RowOf(answer.explanations(), c.feature);
    const double points = row == nullptr ? 0 : row->contribution();
    EXPECT_EQ(points > 0 ? 1 : points < 0 ? -1 : 0, c.sign) << c.query << " / " << c.candidate;
    EXPECT_NEAR(Sum(answer.explanations()), answer.score(), 1e-9) << c.query;
  }
}

TEST_F(CompareNamesTest, WeakAliasesHaveACeiling) {
  const auto weak =
      Compare("query { text: 'Acme Bricks' } candidate { text: 'Acme Bricks' weak_alias: true }");
  EXPECT_LE(weak.score(), 0.8);
  ASSERT_NE(RowOf(weak.explanations(), "weak_alias"), nullptr);
}

TEST_F(CompareNamesTest, IdentifiersDecideAndSaySo) {
  const auto compare = [this](const std::string& name, const std::string& query,
                              const std::string& candidate) {
    return Compare("query { text: 'Acme Bricks' facts { identifiers { " + query +
                   " } } } candidate { text: '" + name + "' facts { identifiers { " + candidate +
                   " } } } explanation: EXPLANATION_LEVEL_FULL");
  };
  const std::string coh = "scheme: 'GB-COH' value: '4830352'";
  const auto confirmed = compare("Quite Another", coh, "scheme: 'gb-coh' value: '04830352'");
  EXPECT_EQ(confirmed.score(), 1);
  EXPECT_EQ(confirmed.basis(), v1::MATCH_BASIS_IDENTIFIER);
  EXPECT_LT(confirmed.name_score(), 0.5);
  EXPECT_EQ(RowOf(confirmed.explanations(), "identifier")->candidate_text(), "GB-COH:04830352");
  const auto contradicted = compare("Acme Bricks", coh, "scheme: 'GB-COH' value: '04830353'");
  EXPECT_EQ(contradicted.basis(), v1::MATCH_BASIS_IDENTIFIER_CONFLICT);
  EXPECT_FALSE(contradicted.match());
  EXPECT_EQ(contradicted.name_score(), 1);
  EXPECT_THAT(RowOf(contradicted.explanations(), "identifier")->detail(),
              testing::HasSubstr("differ"));
  const std::string vat = "scheme: 'EU-VAT-DE' value: 'DE123456789'";
  const auto shared = compare("Akme Brick", vat, vat);
  const auto alone = compare("Akme Brick", vat, "scheme: 'EU-VAT-DE' value: 'DE111111111'");
  EXPECT_EQ(shared.basis(), v1::MATCH_BASIS_NAME);
  EXPECT_GT(shared.score(), alone.score());
  EXPECT_LE(shared.score(), 0.99);
  const auto mistyped = compare("Acme Bricks", "scheme: 'XI-LEI' value: '529900T8BM49AURSDO56'",
                                "scheme: 'XI-LEI' value: '529900T8BM49AURSDO55'");
  EXPECT_EQ(mistyped.basis(), v1::MATCH_BASIS_NAME);
  EXPECT_THAT(RowOf(mistyped.explanations(), "identifier")->detail(),
              testing::HasSubstr("check digits"));
  for (const auto& answer : {confirmed, contradicted, shared, alone, mistyped}) {
    EXPECT_NEAR(Sum(answer.explanations()), answer.score(), 1e-9);
  }
}

TEST_F(CompareNamesTest, LettersOfAnotherScriptMatchAndAreNamed) {
  const auto answer = Compare("Аpple Orchards", "Apple Orchards");  // Cyrillic А
  EXPECT_TRUE(answer.match());
  const auto* row = RowOf(answer.explanations(), "lookalikes");
  ASSERT_NE(row, nullptr);
  EXPECT_FALSE(row->query_text().empty());
  EXPECT_TRUE(row->candidate_text().empty());
}

// Whatever comes in: an answer, or a reason that names the field; never long.
TEST_F(CompareNamesTest, BadInputGetsAClearAnswer) {
  const std::string zero_width = "Ac\u200bme Bri\u200dcks";
  const struct {
    std::string text;
    std::string reason;  // empty: an answer
    bool match;
  } cases[] = {
      {"", "INVALID_FIELD", false},
      {"  ", "INVALID_FIELD", false},
      {"?!... --- ()", "INVALID_FIELD", false},
      {"\u200b\u200e\u202e", "INVALID_FIELD", false},
      {std::string(1001, 'x'), "LIMIT_EXCEEDED", false},
      {std::string(10000, 'x'), "LIMIT_EXCEEDED", false},
      {std::string(1000, 'x'), "", false},
      {"Ltd", "", false},
      {"GmbH & Co. KG", "", false},
      {"12345", "", false},
      {"\u202eAcme Bricks\u202c", "", true},
      {zero_width, "", true},
      {"Acme Бricks \u4e2d\u56fd", "", true},
      {std::string("Acme\0Bricks", 11), "", true},
      {"a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
       "a "
       "a a a a a a a a a a a a a",
       "", false},
      {"\u0bee\u0bee\U0001F600", "", false},
  };
  for (const auto& c : cases) {
    v1::CompareNamesRequest request;
    request.mutable_query()->set_text(c.text);
    request.mutable_candidate()->set_text("Acme Bricks");
    v1::CompareNamesResponse response;
    const absl::Time begin = absl::Now();
    const grpc::Status status = Call(&Stub::CompareNames, request, &response);
    EXPECT_LT(absl::Now() - begin, absl::Seconds(2)) << c.text;
    EXPECT_EQ(reason_, c.reason) << c.text;
    EXPECT_EQ(status.ok(), c.reason.empty()) << c.text;
    if (!status.ok()) {
      EXPECT_EQ(field_, "query.text");
    }
    EXPECT_EQ(response.match(), c.match) << c.text;
  }
}

TEST_F(CompareNamesTest, WrongFactsNameTheirField) {
  const struct {
    std::string facts, reason, field;
  } cases[] = {
      {"countries: 'Germany'", "INVALID_FIELD", "candidate.facts.countries"},
      {"countries: 'de'", "INVALID_FIELD", "candidate.facts.countries"},
      {"date { year: 2023 month: 2 day: 30 }", "INVALID_FIELD", "candidate.facts.date"},
      {"date { month: 2 }", "INVALID_FIELD", "candidate.facts.date"},
      {"address: '" + std::string(1001, 'x') + "'", "LIMIT_EXCEEDED", "candidate.facts.address"},
      {"identifiers { scheme: 'NOPE' value: '1' }", "UNKNOWN_IDENTIFIER_SCHEME",
       "candidate.facts.identifiers[0].value"},
      {"identifiers { scheme: 'GB-COH' }", "INVALID_FIELD", "candidate.facts.identifiers[0].value"},
  };
  for (const auto& c : cases) {
    const auto request = Parse<v1::CompareNamesRequest>(
        "query { text: 'A' } candidate { text: 'A' facts { " + c.facts + " } }");
    EXPECT_EQ(Refusal(&Stub::CompareNames, request), c.reason) << c.facts;
    EXPECT_EQ(field_, c.field) << c.facts;
  }
  v1::CompareNamesRequest many;
  many.mutable_query()->set_text("A");
  many.mutable_candidate()->set_text("A");
  for (int i = 0; i < 21; ++i) many.mutable_query()->mutable_facts()->add_countries("DE");
  EXPECT_EQ(Refusal(&Stub::CompareNames, many), "LIMIT_EXCEEDED");
  many.mutable_query()->mutable_facts()->mutable_countries()->DeleteSubrange(0, 1);
  v1::CompareNamesResponse response;
  EXPECT_TRUE(Call(&Stub::CompareNames, many, &response).ok());
}

// Sends bytes that the generated client would not.
TEST_F(CompareNamesTest, TextsThatAreNotUtf8AreRefused) {
  for (const std::string text : {"\xff\xfe", "\xed\xa0\x80", "\xc3"}) {
    const std::string side = std::string("\x0a") + static_cast<char>(text.size()) + text;
    const std::string bytes = std::string("\x0a") + static_cast<char>(side.size()) + side;
    grpc::Slice slice(bytes);
    grpc::ByteBuffer request(&slice, 1), response;
    grpc::ClientContext context;
    grpc::CompletionQueue queue;
    grpc::GenericStub stub(channel_);
    auto call = stub.PrepareUnaryCall(&context, "/probity.v1.SupplierService/CompareNames", request,
                                      &queue);
    call->StartCall();
    grpc::Status status;
    call->Finish(&response, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    ASSERT_TRUE(queue.Next(&tag, &ok));
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
    EXPECT_THAT(status.error_message(), testing::HasSubstr("UTF-8"));
  }
}

TEST_F(CompareNamesTest, EveryScriptMeetsItsLatinSpelling) {
  for (const auto& [native, latin] : NamesInTwoScripts()) {
    const auto answer = Compare(latin, native);
    EXPECT_TRUE(answer.match()) << native << " " << latin << " " << answer.score();
  }
}

}  // namespace
}  // namespace probity::server
