#include "screening/ending_certificates.h"

#include "base/tables.h"
#include "base/testing.h"
#include "gtest/gtest.h"
#include "policy/testing.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"

namespace probity::screening {
namespace {

using policy::D;
using policy::DayOf;

v1::Record Certificate(const std::string& key, const std::string& expires_on,
                       const std::string& more = "") {
  return policy::Parse<v1::Record>(
      "key: '" + key + "' " + more + " certification { scheme_id: 'GOTS' certificate_no: '" + key +
      "' holder { identifier { scheme: 'GB-COH' value: '04830352' } } expires_on " + expires_on +
      " }");
}

class EndingCertificatesTest : public ::testing::Test {
 protected:
  EndingCertificatesTest() : store_(TestIdentifiers(), "fedcba9876543210") {
    using storage::testing::CreateDataset;
    EXPECT_TRUE(CreateDataset(&store_, "reg", v1::ABSENCE_MODE_RETRACTED).ok());
    const storage::testing::TestLoad load{
        "reg",
        {Certificate("past", D("2024-06-14")), Certificate("today", D("2024-06-15")),
         Certificate("last", D("2024-07-15")), Certificate("later", D("2024-07-16")),
         Certificate("month", "{ year: 2024 month: 6 }"), Certificate("endless", "{}"),
         Certificate("hidden", D("2024-06-20"), "visibility: VISIBILITY_RESTRICTED"),
         storage::testing::Party("firm", "Firm", {})}};
    EXPECT_TRUE(storage::testing::Load(&store_, load).ok());
  }

  absl::StatusOr<uint64_t> Count(const std::string& dataset, bool cancelled = false) {
    const DayNumber today = DayOf("2024-06-15");
    return CountEndingCertificates(*store_.Head(""), dataset, today, today + 30,
                                   [cancelled] { return cancelled; });
  }

  storage::InMemoryStore store_;
};

TEST_F(EndingCertificatesTest, CountsWhatEndsWithinTheDays) {
  EXPECT_EQ(*Count("reg"), 3u);  // today, last, and the month by its last day
  EXPECT_EQ(*Count("nowhere"), 0u);
}

TEST_F(EndingCertificatesTest, CanBeGivenUp) {
  EXPECT_TRUE(absl::IsCancelled(Count("reg", true).status()));
}

}  // namespace
}  // namespace probity::screening
