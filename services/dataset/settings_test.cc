#include "services/dataset/settings.h"

#include <limits>

#include "base/errors.h"
#include "base/text_proto.h"
#include "gmock/gmock.h"

namespace probity::dataset {
namespace {

v1::Dataset Made(const std::string& text) {
  v1::Dataset dataset;
  EXPECT_EQ(ReadTextProto(text, &dataset), "") << text;
  return dataset;
}

TEST(SettingsTest, LimitsMakeSense) {
  const std::pair<const char*, bool> cases[] = {
      {"", true},
      {"max_refused_percent: 0", true},
      {"max_refused_percent: 100", true},
      {"max_refused_percent: -0.1", false},
      {"max_refused_percent: 100.1", false},
      {"max_refused_percent: nan", false},
      {"guard_rails { max_shrink_percent: 0 }", true},
      {"guard_rails { max_shrink_percent: 100 }", true},
      {"guard_rails { max_shrink_percent: -1 }", false},
      {"guard_rails { max_shrink_percent: 101 }", false},
      {"guard_rails { required_columns: 'a' }", true},
      {"guard_rails { required_columns: '' }", false},
  };
  for (const auto& [text, good] : cases) {
    EXPECT_EQ(CheckSettings(Made(text)).ok(), good) << text;
  }
  v1::Dataset many;
  for (int i = 0; i < 100; ++i) many.mutable_guard_rails()->add_required_columns("a");
  EXPECT_EQ(CheckSettings(many), absl::OkStatus());
  many.mutable_guard_rails()->add_required_columns("a");
  EXPECT_EQ(ReasonOf(CheckSettings(many)), v1::ERROR_REASON_LIMIT_EXCEEDED);
}

constexpr char kBefore[] =
    "name: 'datasets/d' title: 'Old' publisher: 'P' absence: ABSENCE_MODE_DELISTED "
    "reliability: RELIABILITY_REGULATOR owner: 'authorities/a' invented: true record_count: 7";

TEST(SettingsTest, SomeThingsNeverChange) {
  const v1::Dataset before = Made(kBefore);
  EXPECT_EQ(CheckNeverChanged(before, before), absl::OkStatus());
  EXPECT_EQ(CheckNeverChanged(before, Made("name: 'datasets/d'")), absl::OkStatus());
  for (const char* text : {"publisher: 'Q'", "absence: ABSENCE_MODE_RETRACTED",
                           "owner: 'authorities/b'", "reliability: RELIABILITY_NGO"}) {
    EXPECT_EQ(ReasonOf(CheckNeverChanged(before, Made(text))), v1::ERROR_REASON_INVALID_FIELD)
        << text;
  }
  v1::Dataset real = before;
  real.set_invented(false);
  EXPECT_EQ(CheckNeverChanged(real, before).code(), absl::StatusCode::kInvalidArgument);
}

TEST(SettingsTest, AllElseBecomesAsItWasAskedFor) {
  const v1::Dataset after = WithSettings(
      Made(kBefore), Made("title: 'New' redistributable: true record_count: 99 "
                          "guard_rails { max_duplicate_keys: 3 } second_person_for_records: true "
                          "max_refused_percent: 4"));
  EXPECT_THAT(after.ShortDebugString(),
              Made("name: 'datasets/d' title: 'New' publisher: 'P' absence: ABSENCE_MODE_DELISTED "
                   "reliability: RELIABILITY_REGULATOR owner: 'authorities/a' invented: true "
                   "redistributable: true guard_rails { max_duplicate_keys: 3 } "
                   "second_person_for_records: true max_refused_percent: 4")
                  .ShortDebugString());
}

}  // namespace
}  // namespace probity::dataset
