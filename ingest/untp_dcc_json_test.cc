// untp-dcc-json: invented credentials in the layouts of 0.5, 0.6 and 0.7.
#include "absl/strings/escaping.h"
#include "base/civil_day.h"
#include "base/errors.h"
#include "gmock/gmock.h"
#include "ingest/testing.h"

namespace probity::ingest {
namespace {

using testing::CollectingSink;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

CollectingSink ReadText(const std::string& text) {
  return testing::ReadValid("untp-dcc-json", "f.json", text);
}

constexpr char kParty[] =
    R"("issuedToParty":{"id":"https://example.org/party/1","name":"Invented Mills Ltd",
       "registeredId":"04830352","idScheme":{"id":"https://org-id.guide/list/GB-COH","name":"CH"}})";

// A credential with these members of its subject.
std::string Credential(const std::string& subject, const std::string& rest = "") {
  return R"({"type":["DigitalConformityCredential","VerifiableCredential"],
    "@context":["https://www.w3.org/ns/credentials/v2"],"id":"https://cab.example/c/1",
    "issuer":{"type":["CredentialIssuer"],"id":"did:web:cab.example","name":"Invented Assurance"},
    "validFrom":"2025-01-15T00:00:00Z","validUntil":"2028-01-14T23:59:59Z")" +
         rest + ",\"credentialSubject\":{\"type\":[\"ConformityAttestation\"],\"id\":" +
         "\"https://cab.example/attestation/SA-77\"," + subject + "}}\n";
}

std::string Assessment(const std::string& rest) {
  return "{\"type\":[\"ConformityAssessment\"]," + rest + "}";
}

constexpr char kScheme[] = R"("referenceScheme":{"id":"https://sa-intl.org","name":"Any words"})";

TEST(UntpDccJson, Version07) {
  const CollectingSink sink = ReadText(Credential(
      std::string(kScheme) + "," + kParty +
      R"(,"assessorLevel":"3rdParty","profileScore":{"code":"fully-meets"},
         "authorisation":[{"issuingAuthority":{"name":"Invented Accreditation"}}],
         "conformityAssessment":[)" +
      Assessment(R"("assessmentDate":"2025-01-10","conformance":true,"assessedFacility":[
        {"facility":{"id":"https://opensupplyhub.org/facilities/BD2021250D1DTN7","name":"Mill 1",
         "registeredId":"BD2021250D1DTN7",
         "idScheme":{"id":"https://opensupplyhub.org","name":"OS Hub"}}}])") +
      "," + Assessment(R"("assessmentDate":"2025-01-12","conformance":true,"assessedFacility":[
        {"facility":{"id":"https://example.org/f/2","name":"Mill 2","registeredId":"2",
         "idScheme":{"id":"https://register.example","name":"Invented"},
         "address":{"streetAddress":"2 Mill Road","addressLocality":"Gazipur",
           "addressCountry":{"countryCode":"BD"}},
         "locationInformation":{"geoLocation":{"latitude":23.9,"longitude":90.4}}}}],
        "assessedProduct":[{"product":{"id":"p1","name":"Cotton yarn"}},
                           {"product":{"id":"p1","name":"Cotton yarn"}}])") +
      "]"));
  ASSERT_EQ(sink.records.size(), 2u);
  const v1::SiteRecord& site = sink.records[0].site();
  EXPECT_EQ(sink.records[0].key(), "facility|https://example.org/f/2");
  EXPECT_EQ(site.names(0).text(), "Mill 2");
  EXPECT_EQ(site.address().country(), "BD");
  EXPECT_EQ(site.address().city(), "Gazipur");
  EXPECT_EQ(site.position().latitude(), 23.9);
  EXPECT_EQ(site.operators(0).operator_().identifier().value(), "04830352");
  EXPECT_EQ(sink.records[1].key(), "https://cab.example/c/1");
  const v1::Certification& certification = sink.records[1].certification();
  EXPECT_EQ(certification.scheme_id(), "SA8000");
  EXPECT_EQ(certification.certificate_no(), "https://cab.example/attestation/SA-77");
  EXPECT_EQ(certification.holder().identifier().scheme(), "GB-COH");
  EXPECT_EQ(certification.holder().display_name(), "Invented Mills Ltd");
  EXPECT_EQ(certification.certification_body().name(), "Invented Assurance");
  EXPECT_EQ(certification.certification_body().accreditation_body(), "Invented Accreditation");
  EXPECT_EQ(FormatDate(certification.valid_from()), "2025-01-15");
  EXPECT_EQ(FormatDate(certification.expires_on()), "2028-01-14");
  EXPECT_EQ(FormatDate(certification.last_audit_on()), "2025-01-12");
  EXPECT_EQ(certification.grade(), "fully-meets");
  ASSERT_EQ(certification.scope().sites_size(), 2);
  EXPECT_EQ(certification.scope().sites(0).identifier().scheme(), "OS-ID");
  EXPECT_EQ(certification.scope().sites(1).source_record(),
            "records/facility|https://example.org/f/2");
  ASSERT_EQ(certification.scope().commodities_size(), 1);
  EXPECT_EQ(certification.scope().commodities(0).code(), "Cotton yarn");
}

// The signature is not verified: a paper that was seen never answers VALID.
TEST(UntpDccJson, NothingIsVerified) {
  for (const auto& [level, method] : {std::pair("3rdParty", v1::VERIFICATION_METHOD_DOCUMENT_ONLY),
                                      std::pair("", v1::VERIFICATION_METHOD_DOCUMENT_ONLY),
                                      std::pair("1stParty", v1::VERIFICATION_METHOD_SELF_REPORTED),
                                      std::pair("Self", v1::VERIFICATION_METHOD_SELF_REPORTED)}) {
    const CollectingSink sink = ReadText(
        Credential(absl::StrCat(kScheme, ",", kParty, ",\"assessorLevel\":\"", level, "\""),
                   R"(,"proof":{"type":"DataIntegrityProof","proofValue":"z123"})"));
    ASSERT_EQ(sink.records.size(), 1u);
    EXPECT_EQ(sink.records[0].certification().verification_method(), method) << level;
    EXPECT_FALSE(sink.records[0].certification().has_verified_on());
  }
}

TEST(UntpDccJson, Versions05And06CallThingsOtherwise) {
  const CollectingSink sink = ReadText(
      R"({"type":"DigitalConformityCredential","id":"c","issuer":"did:web:cab.example",
        "issuanceDate":"2024-03-15T12:00:00Z","expirationDate":"2034-03-15T12:00:00Z",
        "credentialSubject":{"id":"a","registeredId":"SA-1",
        "scope":{"id":"https://example.org","name":"SA8000:2014"},
        "issuedToParty":{"id":"https://example.org/p","name":"Invented Mills"},
        "conformityCertificate":{"hashMethod":"SHA-256","hashDigest":
          "7D294DD556FC7C5C7EE1123FBD18A59686B74E9697FEE2299906E00F80EC1DC8"},
        "assessment":{"assessmentDate":"2024-03-01","compliance":true,
          "assessedFacility":{"name":"Mill"}}}})");
  ASSERT_EQ(sink.records.size(), 3u);
  EXPECT_EQ(sink.records[0].key(), "party|https://example.org/p");
  EXPECT_EQ(sink.records[0].supplier().names(0).text(), "Invented Mills");
  EXPECT_EQ(sink.records[1].key(), "facility|Mill");
  const v1::Certification& certification = sink.records[2].certification();
  EXPECT_EQ(certification.scheme_id(), "SA8000");
  EXPECT_EQ(certification.certificate_no(), "SA-1");
  EXPECT_EQ(certification.certification_body().name(), "did:web:cab.example");
  EXPECT_EQ(certification.holder().source_record(), "records/party|https://example.org/p");
  EXPECT_EQ(FormatDate(certification.valid_from()), "2024-03-15");
  EXPECT_EQ(FormatDate(certification.expires_on()), "2034-03-15");
  EXPECT_EQ(certification.document_sha256(),
            "7d294dd556fc7c5c7ee1123fbd18a59686b74e9697fee2299906e00f80ec1dc8");
}

TEST(UntpDccJson, ACredentialInAnEnvelope) {
  std::string payload;
  absl::WebSafeBase64Escape(Credential(std::string(kScheme) + "," + kParty), &payload);
  const CollectingSink sink = ReadText(
      R"({"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiableCredential",
      "id":"data:application/vc+jwt,eyJhbGciOiJFZERTQSJ9.)" +
      payload + ".c2lnbmF0dXJl\"}");
  ASSERT_EQ(sink.records.size(), 1u);
  EXPECT_EQ(sink.records[0].certification().verification_method(),
            v1::VERIFICATION_METHOD_DOCUMENT_ONLY);
}

TEST(UntpDccJson, APartyOfSeveralCredentialsIsOneRecord) {
  const auto of = [](const std::string& id) {
    return "{\"type\":\"DigitalConformityCredential\",\"id\":\"" + id +
           "\",\"credentialSubject\":{" + kScheme +
           R"(,"issuedToParty":{"id":"p","name":"Invented Mills"}}})";
  };
  const CollectingSink sink = ReadText("[" + of("1") + "," + of("2") + "]");
  std::vector<std::string> keys;
  for (const v1::Record& record : sink.records) keys.push_back(record.key());
  EXPECT_THAT(keys, ElementsAre("party|p", "1", "2"));
}

// What was assessed and does not conform is not covered.
TEST(UntpDccJson, OnlyWhatConformsIsInScope) {
  const CollectingSink sink = ReadText(
      Credential(std::string(kScheme) + "," + kParty + ",\"conformityAssessment\":[" +
                 Assessment(R"("conformance":false,"assessedFacility":[{"name":"Bad"}])") + "," +
                 Assessment(R"("conformance":true,"assessedFacility":[{"name":"Good"}])") + "]"));
  ASSERT_EQ(sink.records.size(), 2u);
  ASSERT_EQ(sink.records[1].certification().scope().sites_size(), 1);
  EXPECT_EQ(sink.records[1].certification().scope().sites(0).display_name(), "Good");
}

struct Refused {
  const char* name;
  std::string text;
  v1::ErrorReason reason;
  const char* says;
};

class RefusedTest : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedTest, SaysWhy) {
  const CollectingSink sink = ReadText(GetParam().text);
  EXPECT_THAT(sink.records, IsEmpty());
  ASSERT_EQ(sink.refused.size(), 1u);
  EXPECT_EQ(sink.refused[0].second.reason, GetParam().reason);
  EXPECT_THAT(sink.refused[0].second.message, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedTest,
    ::testing::Values(
        Refused{"AnotherCredential", "{\"type\":[\"DigitalProductPassport\"]}",
                v1::ERROR_REASON_ROW_VALUE, "is no DigitalConformityCredential"},
        Refused{"NoObjectInside",
                "{\"type\":\"DigitalConformityCredential\",\"credentialSubject\":7}",
                v1::ERROR_REASON_ROW_UNKNOWN_SCHEME, "data/schemes.csv"},
        Refused{"UnknownScheme",
                Credential(
                    std::string(R"("scope":{"id":"https://gba.example","name":"GBA Rulebook"},)") +
                    kParty),
                v1::ERROR_REASON_ROW_UNKNOWN_SCHEME, "GBA Rulebook"},
        Refused{"NoParty", Credential(kScheme), v1::ERROR_REASON_ROW_VALUE, "no name"},
        Refused{"NothingConforms",
                Credential(std::string(kScheme) + "," + kParty + ",\"assessment\":[" +
                           Assessment("\"conformance\":false") + "]"),
                v1::ERROR_REASON_ROW_VALUE, "no certificate"},
        Refused{"NoSuchDay",
                R"({"type":"DigitalConformityCredential","id":"1","validFrom":"2023-02-30",)"
                R"("credentialSubject":{)" +
                    std::string(kScheme) + "," + kParty + "}}",
                v1::ERROR_REASON_ROW_DATE, "2023-02-30"},
        Refused{"BrokenEnvelope", R"({"type":"EnvelopedVerifiableCredential","id":"data:,a.b.c"})",
                v1::ERROR_REASON_ROW_VALUE, "is no DigitalConformityCredential"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace probity::ingest
