// Short ways to write questions and facts in tests of policy/ and screening/.
#ifndef PROBITY_POLICY_TESTING_H_
#define PROBITY_POLICY_TESTING_H_

#include <string>

#include "base/civil_day.h"
#include "base/testing.h"
#include "google/protobuf/text_format.h"
#include "policy/legal_periods.h"
#include "policy/schemes.h"

namespace probity::policy {

inline SchemeCatalogue TestSchemes() {
  return SchemeCatalogue::FromCsv(ReadFile(TablePath("schemes.csv")).value()).value();
}

inline LegalPeriods TestLaw() {
  return LegalPeriods::FromCsv(ReadFile(TablePath("legal_periods.csv")).value()).value();
}

// Reads a message in text format; the test fails where it cannot be read.
template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

inline DayNumber DayOf(const std::string& iso) { return FirstDay(ParseDate(iso).value()); }

// "2024-05" -> "{ year: 2024 month: 5 }", for text format.
inline std::string D(const std::string& iso) {
  return "{ " + ParseDate(iso).value().ShortDebugString() + " }";
}

}  // namespace probity::policy

#endif  // PROBITY_POLICY_TESTING_H_
