#include "services/metrics/certificate_count.h"

#include <atomic>

#include "absl/time/clock.h"
#include "base/await_testing.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "policy/testing.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"

namespace probity::metrics {
namespace {

const absl::Time kToday = absl::FromCivil(absl::CivilDay(2027, 3, 1), absl::UTCTimeZone());

v1::Record Certificate(const std::string& key, const std::string& expires_on) {
  return policy::Parse<v1::Record>(
      "key: '" + key + "' certification { scheme_id: 'GOTS' certificate_no: '" + key +
      "' holder { identifier { scheme: 'GB-COH' value: '04830352' } } expires_on " +
      policy::D(expires_on) + " }");
}

class CertificateCountTest : public ::testing::Test {
 protected:
  CertificateCountTest() {
    for (const auto& [id, owner] : {std::pair("reg", ""), std::pair("own", "authorities/a")}) {
      EXPECT_TRUE(
          storage::testing::CreateDataset(&store_, id, v1::ABSENCE_MODE_RETRACTED, owner).ok());
    }
  }
  void Load(const std::string& dataset, std::vector<v1::Record> records,
            const std::string& authority = "") {
    storage::testing::TestLoad load{dataset, std::move(records)};
    load.authority = authority;
    ASSERT_TRUE(storage::testing::Load(&store_, load).ok());
  }
  // Waits for so many; the test fails when they never come.
  static void Await(const CertificateCount& count, uint64_t ending) {
    EXPECT_TRUE(BecomesTrue([&] {
      const auto newest = count.newest();
      return newest && newest->ending == ending;
    })) << "not "
        << ending;
  }
  CertificateCount::Options Options() {
    return {store_, [this] { return kToday + absl::Hours(24) * days_.load(); },
            [](absl::string_view text) { ADD_FAILURE() << text; }, absl::Milliseconds(1)};
  }

  storage::InMemoryStore store_{TestIdentifiers(), "fedcba9876543210"};
  std::atomic<int> days_{0};
};

TEST_F(CertificateCountTest, FollowsTheStoreAndTheDay) {
  Load("reg", {Certificate("1", "2027-03-15"), Certificate("2", "2027-04-15")});
  const CertificateCount count(Options());
  Await(count, 1);
  EXPECT_EQ(count.newest()->at, kToday);
  Load("reg", {Certificate("1", "2027-03-15"), Certificate("2", "2027-04-15"),
               Certificate("3", "2027-03-30")});
  Await(count, 2);
  days_ = 16;  // 1 has ended, 2 ends within 30 days
  Await(count, 2);
  days_ = 40;
  Await(count, 1);
}

TEST_F(CertificateCountTest, LeavesOutWhatAnAuthorityOwns) {
  Load("own", {Certificate("1", "2027-03-15")}, "authorities/a");
  Load("reg", {Certificate("2", "2027-03-15")});
  const CertificateCount count(Options());
  Await(count, 1);
}

}  // namespace
}  // namespace probity::metrics
