#include "services/dataset/source_settings.h"

#include <string>

#include "base/errors.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace probity::dataset {
namespace {

struct Case {
  const char* name;
  std::string source;
  v1::ErrorReason reason;  // UNSPECIFIED: well
};

class SourceSettingsTest : public ::testing::TestWithParam<Case> {};

TEST_P(SourceSettingsTest, IsCheckedWithoutAskingAnybody) {
  v1::DatasetSource source;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(GetParam().source, &source));
  const absl::Status status = CheckSource(source);
  EXPECT_EQ(ReasonOf(status), GetParam().reason) << status;
  EXPECT_EQ(status.ok(), GetParam().reason == v1::ERROR_REASON_UNSPECIFIED);
}

std::string Location(size_t bytes) {
  return "location: 'https://example.org/" + std::string(bytes - 20, 'x') + "'";
}

INSTANTIATE_TEST_SUITE_P(
    All, SourceSettingsTest,
    ::testing::Values(
        Case{"None", "", v1::ERROR_REASON_UNSPECIFIED},
        Case{"Whole",
             "location: 'https://example.org/a?b' format: 'un-xml' mapping: 'x' "
             "schedule: '*/15 0-6 * * MON,FRI' sha256_location: 'https://example.org/s' "
             "max_bytes: 5",
             v1::ERROR_REASON_UNSPECIFIED},
        Case{"Path", "location: '/srv/lists/a.csv'", v1::ERROR_REASON_UNSPECIFIED},
        Case{"AtInThePath", "location: 'https://example.org/@a'", v1::ERROR_REASON_UNSPECIFIED},
        Case{"Password", "location: 'https://u:p@example.org/'", v1::ERROR_REASON_INVALID_FIELD},
        Case{"PasswordOfTheChecksum", "sha256_location: 'https://u@example.org'",
             v1::ERROR_REASON_INVALID_FIELD},
        Case{"LineEnd", "location: 'https://example.org/\\n'", v1::ERROR_REASON_INVALID_FIELD},
        Case{"Longest", Location(1000), v1::ERROR_REASON_UNSPECIFIED},
        Case{"TooLong", Location(1001), v1::ERROR_REASON_LIMIT_EXCEEDED},
        Case{"UnknownFormat", "format: 'xls'", v1::ERROR_REASON_UNKNOWN_FORMAT},
        Case{"FourFields", "schedule: '0 4 * *'", v1::ERROR_REASON_INVALID_FIELD},
        Case{"SixFields", "schedule: '0 0 4 * * *'", v1::ERROR_REASON_INVALID_FIELD},
        Case{"NoCron", "schedule: '0 4 * * $(reboot)'", v1::ERROR_REASON_INVALID_FIELD}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace probity::dataset
