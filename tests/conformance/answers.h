// What a view of the reference model answers to the questions of the public API,
// as text that does not depend on clock, call or file.
#ifndef PROBITY_TESTS_CONFORMANCE_ANSWERS_H_
#define PROBITY_TESTS_CONFORMANCE_ANSWERS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/civil_day.h"
#include "google/protobuf/message.h"
#include "policy/legal_periods.h"
#include "policy/schemes.h"
#include "probity/v1/certification_service.pb.h"
#include "probity/v1/risk_service.pb.h"
#include "probity/v1/supplier_service.pb.h"
#include "storage/store.h"

namespace probity::conformance {

// The questions; consistency and pages are left to who asks.
struct Questions {
  std::vector<v1::LookupSuppliersRequest> lookups;
  std::vector<v1::GetSupplierRequest> suppliers;
  std::vector<v1::ListRiskFlagsRequest> flags;
  std::vector<v1::ListLinksRequest> links;
  std::vector<v1::ListCertificationsRequest> certifications;
  std::vector<v1::CheckCertificationRequest> checks;
  std::vector<v1::CheckCommodityRiskRequest> commodities;
};
// All keys of all datasets, all identifiers that histories use, and days before,
// during and after their editions.
Questions AllQuestions();

// The tables that answers depend on. Borrowed.
struct Rules {
  const IdentifierCatalogue& identifiers;
  const policy::SchemeCatalogue& schemes;
  const policy::LegalPeriods& law;
};

// The model's answers, one line of text a question, in order.
std::vector<std::string> AnswersOf(const storage::View& view, const Rules& rules,
                                   const Questions& questions, DayNumber today);

// An answer, or the reason of its error, as AnswersOf writes it: without stamps,
// editions and page tokens.
std::string Shown(const google::protobuf::Message& answer);
std::string ShownError(const std::string& reason);

}  // namespace probity::conformance

#endif  // PROBITY_TESTS_CONFORMANCE_ANSWERS_H_
