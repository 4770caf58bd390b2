// CertificationService through the public API.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "services/server/testing.h"

namespace probity::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using CertStub = v1::CertificationService::Stub;

const char kMill[] = "subject { identifier { scheme: 'GB-COH' value: '04830352' } } ";
const char kSa8000[] = "accepted_schemes { scheme_id: 'SA8000' } ";

std::string Certificate(const std::string& key, const std::string& more = "") {
  return "key: '" + key + "' certification { scheme_id: 'SA8000' certificate_no: '" + key +
         "' holder { source_record: 'records/mill' } valid_from " + D("2024-01-01") +
         " expires_on " + D("2024-12-31") +
         " verification_method: VERIFICATION_METHOD_SCHEME_REGISTER " + more + " }";
}

std::string Event(const std::string& status, const std::string& from) {
  return " status_events { status: CERTIFICATION_STATUS_" + status + " from " + D(from) + " }";
}

class CertificationApiTest : public ServerTest {
 protected:
  void PutMill(const std::string& dataset) {
    Put(dataset,
        "key: 'mill' supplier { names { text: 'Mill' } identifiers { scheme: 'GB-COH' "
        "value: '04830352' } }");
  }
  v1::CheckCertificationResponse Check(const std::string& request) {
    return Ask(&CertStub::CheckCertification, Parse<v1::CheckCertificationRequest>(request));
  }
  v1::CertificationResult On(const std::string& day, const std::string& more = "") {
    return Check(std::string(kMill) + kSa8000 + "on_dates " + D(day) + more).result();
  }
  std::string Refused(const std::string& request) {
    return Refusal(&CertStub::CheckCertification, Parse<v1::CheckCertificationRequest>(request));
  }
};

TEST_F(CertificationApiTest, ASuspensionCoversItsFirstDayAndNotTheDayOfItsEnd) {
  CreateDataset("r");
  PutMill("r");
  Put("r", Certificate("c", Event("SUSPENDED", "2024-05-01") + Event("ISSUED", "2024-06-01")));
  const std::pair<const char*, v1::CertificationResult> days[] = {
      {"2023-12-31", v1::CERTIFICATION_RESULT_NOT_YET_VALID},
      {"2024-01-01", v1::CERTIFICATION_RESULT_VALID},
      {"2024-04-30", v1::CERTIFICATION_RESULT_VALID},
      {"2024-05-01", v1::CERTIFICATION_RESULT_SUSPENDED},
      {"2024-05-31", v1::CERTIFICATION_RESULT_SUSPENDED},
      {"2024-06-01", v1::CERTIFICATION_RESULT_VALID},
      {"2024-12-31", v1::CERTIFICATION_RESULT_VALID},
      {"2025-01-01", v1::CERTIFICATION_RESULT_EXPIRED}};
  for (const auto& [day, result] : days) EXPECT_EQ(On(day), result) << day;

  const auto several = Check(std::string(kMill) + kSa8000 + "on_dates " + D("2024-05-15") +
                             " on_dates " + D("2025-03-01"));
  EXPECT_EQ(several.result(), v1::CERTIFICATION_RESULT_SUSPENDED);
  ASSERT_EQ(several.causes_size(), 2);
  EXPECT_EQ(several.causes(0).status_event().status(), v1::CERTIFICATION_STATUS_SUSPENDED);
  EXPECT_EQ(several.causes(0).source_record(), "datasets/r/records/c");
  EXPECT_EQ(several.causes(1).result(), v1::CERTIFICATION_RESULT_EXPIRED);
  ASSERT_EQ(several.checked_size(), 1);
  EXPECT_EQ(several.checked(0).provenance().edition().dataset(), "datasets/r");
}

// What did we know on the day of the award? The same question at the revision of
// that day gives the same bytes after a correction.
TEST_F(CertificationApiTest, AnswersWhatWasKnownBeforeAndAfterACorrection) {
  CreateDataset("r");
  PutMill("r");
  const auto before = Put("r", Certificate("c")).stamp().revision();
  auto request = Parse<v1::CheckCertificationRequest>(std::string(kMill) + kSa8000 + "on_dates " +
                                                      D("2024-05-15"));
  const auto ask = [&] {
    auto response = Ask(&CertStub::CheckCertification, request);
    response.mutable_stamp()->clear_call_id();
    response.mutable_stamp()->clear_evaluated_at();
    return response;
  };
  const std::string first = ask().SerializeAsString();
  const auto known = Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest());
  const auto after =
      Put("r", Certificate("c", Event("SUSPENDED", "2024-05-01"))).stamp().revision();
  EXPECT_EQ(ask().result(), v1::CERTIFICATION_RESULT_SUSPENDED);
  *request.mutable_consistency()->mutable_known_at() = known.published_at();
  EXPECT_EQ(ask().SerializeAsString(), first);
  *request.mutable_consistency()->mutable_at_exact_revision() = before;
  EXPECT_EQ(ask().SerializeAsString(), first);
  *request.mutable_consistency()->mutable_at_exact_revision() = after;
  EXPECT_EQ(ask().result(), v1::CERTIFICATION_RESULT_SUSPENDED);
  *request.mutable_consistency()->mutable_at_least_as_fresh() = before;
  EXPECT_EQ(ask().stamp().revision().revision(), after.revision());

  v1::RevisionToken later = after;
  later.set_revision(after.revision() + 1);
  *request.mutable_consistency()->mutable_at_least_as_fresh() = later;
  EXPECT_EQ(Refusal(&CertStub::CheckCertification, request), "REVISION_NOT_YET_HERE");
  later = after;
  later.set_store_lineage("ffffffffffffffffffffffffffffffff");
  *request.mutable_consistency()->mutable_at_exact_revision() = later;
  EXPECT_EQ(Refusal(&CertStub::CheckCertification, request), "WRONG_LINEAGE");
}

TEST_F(CertificationApiTest, NamesTheFieldOrTheLimitOfABadQuestion) {
  std::string many;
  for (int i = 0; i < 21; ++i)
    many += "accepted_schemes { scheme_id: 'S" + std::to_string(i) + "' } ";
  std::string days;
  for (int i = 10; i < 21; ++i) days += "on_dates " + D("2024-01-" + std::to_string(i)) + " ";
  struct Case {
    std::string request;
    const char* reason;
    const char* field;
  };
  const Case cases[] = {
      {kSa8000, "INVALID_FIELD", "subject"},
      {kMill, "INVALID_FIELD", "accepted_schemes"},
      {kMill + many, "LIMIT_EXCEEDED", "accepted_schemes"},
      {std::string(kMill) + kSa8000 + days, "LIMIT_EXCEEDED", "on_dates"},
      {std::string(kMill) + kSa8000 + "process: '" + std::string(257, 'x') + "'", "LIMIT_EXCEEDED",
       "process"},
      {kSa8000 + ("certificate_no: '" + std::string(257, 'x') + "'"), "LIMIT_EXCEEDED",
       "certificate_no"},
      {std::string(kMill) + kSa8000 + "max_status_age_days: -1", "INVALID_FIELD",
       "max_status_age_days"},
      {std::string(kMill) + kSa8000 + "accepted_schemes { scheme_id: 'ISO_9001' }",
       "UNKNOWN_SCHEME", "accepted_schemes[1].scheme_id"},
      {"subject { identifier { scheme: 'QQ' value: '1' } } " + std::string(kSa8000),
       "UNKNOWN_IDENTIFIER_SCHEME", "subject.identifier.value"},
      {"subject { identifier { scheme: 'XI-LEI' value: '529900T8BM49AURSDO56' } } " +
           std::string(kSa8000),
       "IDENTIFIER_CHECK_FAILED", "subject.identifier.value"},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(Refused(one.request), one.reason) << one.request;
    EXPECT_EQ(field_, one.field) << one.request;
  }
  EXPECT_EQ(Check("certificate_no: '" + std::string(256, 'x') + "' " + kSa8000).result(),
            v1::CERTIFICATION_RESULT_UNKNOWN_CERTIFICATE);
}

TEST_F(CertificationApiTest, ABatchKeepsOrderAndEachItemItsError) {
  CreateDataset("r");
  PutMill("r");
  Put("r", Certificate("c"));
  v1::BatchCheckCertificationsRequest request;
  const auto add = [&request](const std::string& id, const std::string& question) {
    auto* item = request.add_items();
    item->set_correlation_id(id);
    *item->mutable_request() = Parse<v1::CheckCertificationRequest>(question);
  };
  add("a", std::string(kMill) + kSa8000 + "on_dates " + D("2024-12-31"));
  add("b", kSa8000);
  add("c", std::string(kMill) + kSa8000 + "on_dates " + D("2025-01-01"));
  const auto answer = Ask(&CertStub::BatchCheckCertifications, request);
  ASSERT_EQ(answer.results_size(), 3);
  EXPECT_EQ(answer.results(0).response().result(), v1::CERTIFICATION_RESULT_VALID);
  EXPECT_EQ(answer.results(1).correlation_id(), "b");
  EXPECT_EQ(answer.results(1).error().reason(), "INVALID_FIELD");
  EXPECT_EQ(answer.results(1).error().field(), "subject");
  EXPECT_EQ(answer.results(2).response().result(), v1::CERTIFICATION_RESULT_EXPIRED);
  EXPECT_FALSE(answer.results(0).response().has_stamp());

  const auto info = Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest());
  while (request.items_size() < info.max_batch_check()) *request.add_items() = request.items(0);
  EXPECT_EQ(Ask(&CertStub::BatchCheckCertifications, request).results_size(),
            info.max_batch_check());
  *request.add_items() = request.items(0);
  EXPECT_EQ(Refusal(&CertStub::BatchCheckCertifications, request), "LIMIT_EXCEEDED");
  request.mutable_items()->DeleteSubrange(1, request.items_size() - 1);
  request.mutable_items(0)->set_correlation_id(std::string(129, 'x'));
  EXPECT_EQ(Refusal(&CertStub::BatchCheckCertifications, request), "LIMIT_EXCEEDED");
  request.clear_items();
  EXPECT_EQ(Refusal(&CertStub::BatchCheckCertifications, request), "INVALID_FIELD");
}

TEST_F(CertificationApiTest, PagesAreOfOneQueryAndOneRevision) {
  CreateDataset("r");
  PutMill("r");
  for (const char* key : {"c1", "c2", "c4"}) Put("r", Certificate(key));
  auto request = Parse<v1::ListCertificationsRequest>(
      "holder { source_record: 'datasets/r/records/mill' } page_size: 2");
  auto page = Ask(&CertStub::ListCertifications, request);
  ASSERT_EQ(page.certifications_size(), 2);
  EXPECT_EQ(page.resolved_holder().outcome(), v1::LOOKUP_OUTCOME_FOUND);
  const auto revision = page.stamp().revision().revision();
  Put("r", Certificate("c3"));  // would move to the second page
  request.set_page_token(page.next_page_token());
  page = Ask(&CertStub::ListCertifications, request);
  ASSERT_EQ(page.certifications_size(), 1);
  EXPECT_EQ(page.certifications(0).certification().certificate_no(), "c4");
  EXPECT_EQ(page.stamp().revision().revision(), revision);
  EXPECT_TRUE(page.next_page_token().empty());
  request.set_scheme_id("SA8000");
  EXPECT_EQ(Refusal(&CertStub::ListCertifications, request), "INVALID_PAGE_TOKEN");
  request.set_page_token("nonsense");
  EXPECT_EQ(Refusal(&CertStub::ListCertifications, request), "INVALID_PAGE_TOKEN");
  request.clear_page_token();
  request.set_page_size(1001);
  EXPECT_EQ(Refusal(&CertStub::ListCertifications, request), "LIMIT_EXCEEDED");
  request.set_page_size(-1);
  EXPECT_EQ(Refusal(&CertStub::ListCertifications, request), "INVALID_FIELD");
  request.set_page_size(2);
  request.set_scheme_id("ISO_9001");
  EXPECT_EQ(Refusal(&CertStub::ListCertifications, request), "UNKNOWN_SCHEME");
  EXPECT_EQ(field_, "scheme_id");
  v1::GetCertificationRequest get;
  get.set_name("datasets/r/records/c3");
  EXPECT_EQ(Ask(&CertStub::GetCertification, get).certification().certificate_no(), "c3");
  for (const char* name :
       {"datasets/r/records/mill", "datasets/r/records/none", "datasets/none/records/c3"}) {
    get.set_name(name);
    EXPECT_EQ(Refusal(&CertStub::GetCertification, get), "CERTIFICATION_NOT_FOUND") << name;
  }
}

TEST_F(CertificationApiTest, AuditsAtBothBordersOfTheirAge) {
  CreateDataset("r");
  PutMill("r");
  for (const char* key : {"plant", "annex"}) {
    Put("r", std::string("key: '") + key +
                 "' site { names { text: 'x' } operators { operator { source_record: "
                 "'records/mill' } } }");
  }
  Put("r",
      "key: 'a1' audit { scheme_id: 'SMETA' site { source_record: 'records/plant' } ended_on " +
          D("2023-03-01") +
          " findings { id: 'F1' severity: FINDING_SEVERITY_CRITICAL "
          "closed_on " +
          D("2023-09-01") + " } }");
  const auto ask = [this](const std::string& site, const std::string& more) {
    return Ask(&CertStub::CheckAudit,
               Parse<v1::CheckAuditRequest>("site { source_record: 'datasets/r/records/" + site +
                                            "' } accepted_schemes { scheme_id: 'SMETA' } " + more))
        .result();
  };
  EXPECT_EQ(ask("plant", "as_of " + D("2023-02-28")), v1::AUDIT_RESULT_NONE_ON_RECORD);
  EXPECT_EQ(ask("plant", "as_of " + D("2023-08-31")), v1::AUDIT_RESULT_OPEN_CRITICAL);
  EXPECT_EQ(ask("plant", "as_of " + D("2023-09-01")), v1::AUDIT_RESULT_CURRENT);
  EXPECT_EQ(ask("plant", "as_of " + D("2024-02-29")), v1::AUDIT_RESULT_CURRENT);
  EXPECT_EQ(ask("plant", "as_of " + D("2024-03-01")), v1::AUDIT_RESULT_TOO_OLD);
  EXPECT_EQ(ask("plant", "unannounced: true as_of " + D("2024-02-29")),
            v1::AUDIT_RESULT_NOT_UNANNOUNCED);
  EXPECT_EQ(ask("annex", "as_of " + D("2023-10-01")), v1::AUDIT_RESULT_SITE_NOT_COVERED);
  v1::CheckAuditRequest future = Parse<v1::CheckAuditRequest>(
      "site { source_record: 'datasets/r/records/plant' } accepted_schemes { scheme_id: 'SMETA' } "
      "as_of { year: 9999 month: 1 day: 1 }");
  EXPECT_EQ(Refusal(&CertStub::CheckAudit, future), "AS_OF_IN_FUTURE");
  const auto listed =
      Ask(&CertStub::ListAudits,
          Parse<v1::ListAuditsRequest>("subject { source_record: 'datasets/r/records/mill' }"));
  EXPECT_EQ(listed.audits_size(), 1);
}

}  // namespace
}  // namespace probity::server
