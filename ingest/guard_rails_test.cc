#include "ingest/guard_rails.h"

#include "base/civil_day.h"
#include "base/text_proto.h"
#include "gmock/gmock.h"

namespace probity::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

v1::GuardRails Rails(const std::string& text) {
  v1::GuardRails rails;
  EXPECT_EQ(ReadTextProto(text, &rails), "") << text;
  return rails;
}

v1::LoadCounts Counts(uint64_t rows, uint64_t unchanged, uint64_t removed, uint64_t refused = 0) {
  v1::LoadCounts counts;
  counts.set_rows_read(rows);
  counts.set_unchanged(unchanged);
  counts.set_removed(removed);
  counts.set_refused(refused);
  return counts;
}

storage::v1::DatasetState State(const std::string& rails = "", uint64_t records = 0) {
  storage::v1::DatasetState state;
  state.mutable_dataset()->set_name("datasets/d");
  *state.mutable_dataset()->mutable_guard_rails() = Rails(rails);
  state.set_record_count(records);
  return state;
}

std::vector<v1::ErrorReason> Reasons(const std::vector<v1::LoadViolation>& violations) {
  std::vector<v1::ErrorReason> reasons;
  for (const v1::LoadViolation& one : violations) reasons.push_back(one.reason());
  return reasons;
}

TEST(GuardRailsTest, SharesAreHeldAtTheirLimitsAndNotBefore) {
  const struct {
    const char* rails;
    uint64_t unchanged, removed;
    bool held;
  } cases[] = {
      // The default: 20 per cent of 100 records and more, 20 records of fewer.
      {"", 80, 20, false},
      {"", 79, 21, true},
      {"", 800, 200, false},
      {"", 799, 201, true},
      {"", 1, 20, false},
      {"", 1, 21, true},
      {"", 0, 20, false},
      // A stated limit counts whatever the size.
      {"max_shrink_percent: 20", 4, 1, false},
      {"max_shrink_percent: 20", 3, 1, true},
      {"max_shrink_percent: 0", 9, 0, false},
      {"max_shrink_percent: 0", 9999, 1, true},
      {"max_shrink_percent: 100", 0, 500, false},
  };
  for (const auto& one : cases) {
    const auto broken =
        BrokenGuardRails(State(one.rails), {}, Counts(1000, one.unchanged, one.removed), {});
    EXPECT_EQ(!broken.empty(), one.held) << one.rails << " " << one.unchanged << " " << one.removed;
    if (one.held) {
      EXPECT_EQ(broken[0].reason(), v1::ERROR_REASON_TOO_MUCH_REMOVED);
    }
  }
  const auto broken = BrokenGuardRails(State(), {}, Counts(75, 75, 25), {});
  EXPECT_EQ(broken[0].value(), 25);
  EXPECT_EQ(broken[0].limit(), 20);
  EXPECT_THAT(broken[0].message(), HasSubstr("25 of 100 records would go, 25 per cent"));
}

// A list's records that ended long ago stand in the dataset too, and are no reason to let
// those go that are listed now.
TEST(GuardRailsTest, WhatCouldGoIsWhatWasComparedOrAllThereIs) {
  const storage::v1::DatasetState state = State("", 10000);
  storage::LoadSpec spec;
  EXPECT_FALSE(BrokenGuardRails(state, spec, Counts(79, 79, 21), {}).empty());
  for (const auto mode : {v1::LOAD_MODE_DELTA, v1::LOAD_MODE_ROLLBACK}) {
    spec.mode = mode;
    EXPECT_TRUE(BrokenGuardRails(state, spec, Counts(0, 0, 2000), {}).empty());
    EXPECT_FALSE(BrokenGuardRails(state, spec, Counts(0, 0, 2001), {}).empty());
  }
  spec.mode = v1::LOAD_MODE_BACKFILL;
  EXPECT_TRUE(BrokenGuardRails(state, spec, Counts(0, 0, 9000), {}).empty());
}

TEST(GuardRailsTest, RefusedRows) {
  const struct {
    double limit;  // below 0: the default
    uint64_t rows, refused;
    bool held;
  } cases[] = {{-1, 100, 1, false}, {-1, 100, 2, true},     {-1, 99, 1, true},
               {0, 100, 0, false},  {0, 1000000, 1, true},  {0.1, 1000, 1, false},
               {0.1, 999, 1, true}, {100, 100, 100, false}, {-1, 0, 0, false}};
  for (const auto& one : cases) {
    storage::v1::DatasetState state = State();
    if (one.limit >= 0) state.mutable_dataset()->set_max_refused_percent(one.limit);
    const auto broken = BrokenGuardRails(state, {}, Counts(one.rows, 0, 0, one.refused), {});
    EXPECT_EQ(!broken.empty(), one.held) << one.limit << " " << one.rows << " " << one.refused;
  }
}

TEST(GuardRailsTest, NumbersOfRows) {
  const struct {
    const char* rails;
    uint64_t duplicates, unknown;
    std::vector<v1::ErrorReason> reasons;
  } cases[] = {
      {"", 0, 0, {}},
      {"", 1, 0, {v1::ERROR_REASON_DUPLICATE_KEYS}},
      {"", 0, 1, {v1::ERROR_REASON_UNKNOWN_SCHEMES}},
      {"max_duplicate_keys: 3 max_unknown_schemes: 5", 3, 5, {}},
      {"max_duplicate_keys: 3 max_unknown_schemes: 5",
       4,
       6,
       {v1::ERROR_REASON_DUPLICATE_KEYS, v1::ERROR_REASON_UNKNOWN_SCHEMES}},
  };
  for (const auto& one : cases) {
    const auto broken =
        BrokenGuardRails(State(one.rails), {}, Counts(9, 9, 0), {one.duplicates, one.unknown, {}});
    EXPECT_EQ(Reasons(broken), one.reasons) << one.rails;
  }
}

TEST(GuardRailsTest, OlderEditionsOutsideBackfill) {
  storage::v1::DatasetState state = State();
  *state.mutable_edition()->mutable_edition() = ParseDate("2026-10-01").value();
  storage::LoadSpec spec;
  for (const auto& [day, held] :
       {std::pair("2026-09-30", true), {"2026-10-01", false}, {"2026-10-02", false}}) {
    spec.edition = ParseDate(day).value();
    EXPECT_EQ(!BrokenGuardRails(state, spec, Counts(1, 1, 0), {}).empty(), held) << day;
  }
  spec.edition = ParseDate("2020-01-01").value();
  EXPECT_THAT(Reasons(BrokenGuardRails(state, spec, Counts(1, 1, 0), {})),
              ElementsAre(v1::ERROR_REASON_OLDER_EDITION));
  spec.mode = v1::LOAD_MODE_BACKFILL;
  EXPECT_THAT(BrokenGuardRails(state, spec, Counts(1, 1, 0), {}), IsEmpty());
}

TEST(GuardRailsTest, EachMissingColumnIsNamed) {
  const auto broken = BrokenGuardRails(State(), {}, Counts(1, 1, 0), {0, 0, {"Name", "Land"}});
  ASSERT_EQ(broken.size(), 2u);
  EXPECT_EQ(broken[1].reason(), v1::ERROR_REASON_MISSING_COLUMN);
  EXPECT_THAT(broken[1].message(), HasSubstr("\"Land\""));
}

TEST(RequiredColumnsTest, ColumnsMayStandInAnyFile) {
  RequiredColumns required(Rails("required_columns: 'a' required_columns: 'b'"));
  required.Look(std::vector<std::string>{"x", "a"});
  EXPECT_THAT(required.missing(), ElementsAre("b"));
  // "key" is a field of every record, and no column of this file.
  RequiredColumns other(Rails("required_columns: 'key'"));
  v1::Record record;
  record.set_key("1");
  other.Look(std::vector<std::string>{"id"});
  other.Look(record);
  EXPECT_THAT(other.missing(), ElementsAre("key"));
  required.Look(std::vector<std::string>{"b"});
  EXPECT_THAT(required.missing(), IsEmpty());
}

TEST(RequiredColumnsTest, WithoutColumnsOneRecordMustHaveTheField) {
  RequiredColumns required(
      Rails("required_columns: 'supplier.identifiers.value' required_columns: 'supplier.founded' "
            "required_columns: 'supplier.none' required_columns: 'key.deeper'"));
  v1::Record record;
  record.set_key("1");
  record.mutable_supplier()->add_identifiers()->set_scheme("GB-COH");
  required.Look(record);
  EXPECT_EQ(required.missing().size(), 4u);
  record.mutable_supplier()->add_identifiers()->set_value("1");
  required.Look(record);
  record.mutable_supplier()->mutable_founded()->set_year(1990);
  required.Look(record);
  EXPECT_THAT(required.missing(), UnorderedElementsAre("supplier.none", "key.deeper"));
}

TEST(LoosenedTest, OnlyWhatKeepsLess) {
  const struct {
    const char *before, *after;
    size_t loosened;
  } cases[] = {
      {"", "", 0},
      {"", "max_shrink_percent: 20", 0},
      {"", "max_shrink_percent: 20.5", 1},
      {"max_shrink_percent: 5", "max_shrink_percent: 5", 0},
      {"max_shrink_percent: 5", "max_shrink_percent: 4", 0},
      {"max_shrink_percent: 5", "max_shrink_percent: 6", 1},
      {"max_shrink_percent: 5", "", 1},
      {"max_shrink_percent: 90", "", 1},
      {"", "max_duplicate_keys: 1", 1},
      {"max_duplicate_keys: 1", "", 0},
      {"", "max_unknown_schemes: 1", 1},
      {"max_unknown_schemes: 2", "max_unknown_schemes: 1", 0},
      {"", "required_columns: 'a'", 0},
      {"required_columns: 'a' required_columns: 'b'", "required_columns: 'b'", 1},
      {"required_columns: 'a' required_columns: 'b'", "", 2},
  };
  for (const auto& one : cases) {
    v1::Dataset before, after;
    *before.mutable_guard_rails() = Rails(one.before);
    *after.mutable_guard_rails() = Rails(one.after);
    EXPECT_EQ(LoosenedGuardRails(before, after).size(), one.loosened)
        << one.before << " -> " << one.after;
  }
}

TEST(LoosenedTest, RefusedRowsAndSecondPerson) {
  v1::Dataset before, after;
  after.set_max_refused_percent(1);
  EXPECT_THAT(LoosenedGuardRails(before, after), IsEmpty());
  after.set_max_refused_percent(1.01);
  EXPECT_EQ(LoosenedGuardRails(before, after).size(), 1u);
  EXPECT_THAT(LoosenedGuardRails(after, before), IsEmpty());
  before.set_second_person_for_records(true);
  EXPECT_EQ(LoosenedGuardRails(before, after).size(), 2u);
  EXPECT_THAT(LoosenedGuardRails(after, before), IsEmpty());
}

v1::LoadViolation Violation(v1::ErrorReason reason, double value, double limit,
                            const std::string& message = "") {
  v1::LoadViolation violation;
  violation.set_reason(reason);
  violation.set_value(value);
  violation.set_limit(limit);
  violation.set_message(message);
  return violation;
}

TEST(CoversTest, WhatWasShownAndIsNoWorse) {
  const auto shrink = [](double value, double limit) {
    return Violation(v1::ERROR_REASON_TOO_MUCH_REMOVED, value, limit);
  };
  EXPECT_TRUE(Covers({}, {}));
  EXPECT_TRUE(Covers({shrink(30, 20)}, {}));
  EXPECT_TRUE(Covers({shrink(30, 20)}, {shrink(30, 20)}));
  EXPECT_TRUE(Covers({shrink(30, 20)}, {shrink(25, 20)}));
  EXPECT_FALSE(Covers({shrink(30, 20)}, {shrink(30.1, 20)}));
  EXPECT_FALSE(Covers({shrink(30, 20)}, {shrink(30, 10)}));  // stricter since
  EXPECT_FALSE(Covers({}, {shrink(30, 20)}));
  EXPECT_FALSE(
      Covers({shrink(30, 20)}, {Violation(v1::ERROR_REASON_TOO_MANY_REFUSED_ROWS, 5, 20)}));
  const auto column = [](const std::string& name) {
    return Violation(v1::ERROR_REASON_MISSING_COLUMN, 1, 0, name);
  };
  EXPECT_TRUE(Covers({column("a"), column("b")}, {column("b")}));
  EXPECT_FALSE(Covers({column("a")}, {column("b")}));
}

}  // namespace
}  // namespace probity::ingest
