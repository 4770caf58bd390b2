// Certificates and questions about them: for tests of CheckCertification().
#ifndef PROBITY_POLICY_CERTIFICATION_TESTING_H_
#define PROBITY_POLICY_CERTIFICATION_TESTING_H_

#include <string>
#include <vector>

#include "policy/certification_check.h"
#include "policy/testing.h"

namespace probity::policy {

inline constexpr char kToday[] = "2024-06-15";
inline constexpr char kFsc[] = "accepted_schemes { scheme_id: 'FSC_COC' }";
inline constexpr char kFscCert[] =
    "scheme_id: 'FSC_COC' next_surveillance_due { year: 2024 month: 9 day: 1 } ";
inline constexpr char kSite[] = "site { source_record: 'datasets/d/records/s' }";

// A certificate that holds for every question of these tests.
inline v1::Certification Good() {
  return Parse<v1::Certification>(
      "scheme_id: 'WRAP' certificate_no: '1' grade: 'Gold'"
      " certification_body { name: 'CB' accredited { from " +
      D("2020-01-01") +
      " } }"
      " issued_on " +
      D("2023-12-20") + " valid_from " + D("2024-01-01") + " expires_on " + D("2024-12-31") +
      " verification_method: VERIFICATION_METHOD_SCHEME_REGISTER verified_on " + D("2024-06-01"));
}

inline CertificationFact Fact(const std::string& changes = "", bool holder = true,
                              bool site = true) {
  CertificationFact fact;
  fact.certification = Good();
  EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(changes, &fact.certification))
      << changes;
  fact.provenance.set_source_record("datasets/d/records/c");
  fact.holder_is_subject = holder;
  fact.site_named = site;
  return fact;
}

inline CertificationQuestion Ask(const std::string& changes) {
  CertificationQuestion question;
  question.request = Parse<v1::CheckCertificationRequest>(changes);
  if (question.request.accepted_schemes().empty()) {
    question.request.add_accepted_schemes()->set_scheme_id("WRAP");
  }
  question.request.mutable_subject()->set_supplier("suppliers/s");
  question.today = DayOf(kToday);
  return question;
}

inline std::vector<std::string> Causes(const CertificationAnswer& answer) {
  std::vector<std::string> names;
  for (const auto& cause : answer.causes()) {
    names.push_back(
        v1::CertificationResult_Name(cause.result()).substr(sizeof("CERTIFICATION_RESULT_") - 1));
  }
  return names;
}

inline std::vector<std::string> NotChecked(const CertificationAnswer& answer) {
  return {answer.not_checked().begin(), answer.not_checked().end()};
}

inline std::string On(const std::string& iso) { return "on_dates " + D(iso); }
inline std::string Event(const std::string& status, const std::string& iso) {
  return " status_events { status: CERTIFICATION_STATUS_" + status + " from " + D(iso) + " }";
}
inline std::string MaySuspension() {
  return Event("SUSPENDED", "2024-05-01") + Event("ISSUED", "2024-06-01");
}

}  // namespace probity::policy

#endif  // PROBITY_POLICY_CERTIFICATION_TESTING_H_
