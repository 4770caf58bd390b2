#include "screening/history/record_differences.h"

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"
#include "storage/timeline.h"

namespace probity::screening {
namespace {

using storage::RecordChange;
using storage::testing::Day;
using storage::testing::Flag;
using storage::testing::Party;
using storage::v1::RecordRow;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

RecordRow Undated(const v1::Record& record) {
  RecordRow row;
  row.add_segments()->set_undated(true);
  *row.mutable_segments(0)->mutable_record() = record;
  return row;
}

// The row after editions, each with what it says or nothing.
std::optional<RecordRow> Editions(
    const std::vector<std::pair<std::string, std::optional<v1::Record>>>& editions) {
  std::optional<RecordRow> row;
  std::vector<DayNumber> days;
  for (const auto& [day, content] : editions) {
    row = storage::ApplyEdition(row ? &*row : nullptr, days, FirstDay(Day(day)), content);
    days.insert(std::upper_bound(days.begin(), days.end(), FirstDay(Day(day))), FirstDay(Day(day)));
  }
  return row;
}

std::vector<std::string> Fields(const std::optional<RecordRow>& before,
                                const std::optional<RecordRow>& after) {
  std::vector<std::string> lines;
  const v1::RecordChange change = DescribeChange({{"d", "k"}, before, after}, true);
  for (const v1::FieldDifference& one : change.fields()) {
    lines.push_back(absl::StrCat(one.path(), ": ", one.before(), " -> ", one.after()));
  }
  return lines;
}

TEST(RecordDifferencesTest, SaysWhatHappened) {
  const RecordRow a = Undated(Party("k", "A", {})), b = Undated(Party("k", "B", {}));
  const v1::RecordChange added = DescribeChange({{"d", "k"}, std::nullopt, a}, true);
  EXPECT_EQ(added.record(), "datasets/d/records/k");
  EXPECT_EQ(added.kind(), v1::RECORD_CHANGE_KIND_ADDED);
  EXPECT_EQ(added.body(), "supplier");
  EXPECT_EQ(added.fields(0).path(), "supplier.names[0].text") << "the key is no field";
  EXPECT_EQ(DescribeChange({{"d", "k"}, a, b}, true).kind(), v1::RECORD_CHANGE_KIND_CHANGED);
  const v1::RecordChange gone = DescribeChange({{"d", "k"}, a, std::nullopt}, false);
  EXPECT_EQ(gone.kind(), v1::RECORD_CHANGE_KIND_REMOVED);
  EXPECT_EQ(gone.body(), "supplier");
  EXPECT_THAT(gone.fields(), IsEmpty());
}

TEST(RecordDifferencesTest, CountsOfFewPeopleDoNotLeave) {
  v1::Record before = Flag("k", "records/p"), after = before;
  before.mutable_risk_flag()->mutable_affected()->mutable_total()->set_exact(3);
  after.mutable_risk_flag()->mutable_affected()->mutable_total()->set_exact(2);
  EXPECT_THAT(Fields(Undated(before), Undated(after)), IsEmpty());
  after.mutable_risk_flag()->mutable_affected()->mutable_total()->set_exact(9);
  EXPECT_THAT(Fields(Undated(before), Undated(after)),
              ElementsAre("risk_flag.affected.total.exact:  -> 9",
                          "risk_flag.affected.total.fewer_than_five: true -> "));
}

TEST(RecordDifferencesTest, ListingsBeginAndEnd) {
  const v1::Record a = Party("k", "A", {});
  const auto listed = Editions({{"2024-01-01", a}});
  const auto delisted = Editions({{"2024-01-01", a}, {"2024-02-01", std::nullopt}});
  const auto again = Editions({{"2024-01-01", a}, {"2024-02-01", std::nullopt}, {"2024-03-01", a}});
  EXPECT_THAT(Fields(std::nullopt, listed),
              ElementsAre("listing[0].listed_from:  -> 2024-01-01", "supplier.names[0].text:  -> A",
                          "supplier.names[0].type:  -> NAME_TYPE_LEGAL_NAME"));
  EXPECT_THAT(Fields(listed, delisted), ElementsAre("listing[0].delisted_on:  -> 2024-02-01"));
  EXPECT_THAT(Fields(delisted, again), ElementsAre("listing[1].listed_from:  -> 2024-03-01"));
  EXPECT_THAT(Fields(again, listed), ElementsAre("listing[0].delisted_on: 2024-02-01 -> ",
                                                 "listing[1].listed_from: 2024-03-01 -> "));
}

TEST(RecordDifferencesTest, AnEditionThatSaysSomethingElse) {
  const v1::Record a = Party("k", "A", {}), b = Party("k", "B", {});
  EXPECT_THAT(
      Fields(Editions({{"2024-01-01", a}}), Editions({{"2024-01-01", a}, {"2024-02-01", b}})),
      ElementsAre("supplier.names[0].text: A -> B"))
      << "its listing goes on";
}

// One put in its place in time changes what was said then, not what is said now.
TEST(RecordDifferencesTest, AnEditionInBetween) {
  const v1::Record a = Party("k", "A", {}), b = Party("k", "B", {}), c = Party("k", "C", {});
  EXPECT_THAT(Fields(Editions({{"2024-01-01", a}, {"2024-03-01", b}}),
                     Editions({{"2024-01-01", a}, {"2024-03-01", b}, {"2024-02-01", c}})),
              ElementsAre("timeline[2024-02-01].supplier.names[0].text: A -> C"));
}

class ShownChangeTest : public ::testing::Test {
 protected:
  ShownChangeTest() : store_(TestIdentifiers(), "0123456789abcdef") {}

  void Create(bool redistributable) {
    v1::Dataset dataset;
    dataset.set_name("datasets/d");
    dataset.set_absence(v1::ABSENCE_MODE_RETRACTED);
    dataset.set_redistributable(redistributable);
    const auto changes = storage::NewDatasetChangeSet(*store_.Head(""), dataset);
    ASSERT_TRUE(store_.Publish(*changes, {}).ok());
  }
  void Load(const v1::Record& record) {
    ASSERT_TRUE(storage::testing::Load(&store_, {"d", {record}}).ok());
  }
  std::optional<v1::RecordChange> Shown(const std::optional<RecordRow>& before,
                                        const std::optional<RecordRow>& after) {
    return ShownChanges({{{"d", "k"}, before, after}}, *store_.Head(""), after_is_newest_)
        .value()
        .front();
  }

  storage::InMemoryStore store_;
  bool after_is_newest_ = false;
};

TEST_F(ShownChangeTest, OfADatasetThatMayNotLeaveThatItChangedIsAll) {
  Create(false);
  const auto shown = Shown(std::nullopt, Undated(Party("k", "A", {})));
  ASSERT_TRUE(shown.has_value());
  EXPECT_THAT(shown->fields(), IsEmpty());
}

TEST_F(ShownChangeTest, RestrictedRecordsAreNotShownWhateverTheyWere) {
  Create(true);
  const v1::Record open = Flag("k", "records/p");
  v1::Record closed = open;
  closed.set_visibility(v1::VISIBILITY_RESTRICTED);
  Load(open);
  ASSERT_TRUE(Shown(std::nullopt, Undated(open)).has_value());
  EXPECT_GT(Shown(std::nullopt, Undated(open))->fields_size(), 0);
  EXPECT_FALSE(Shown(std::nullopt, Undated(closed)).has_value());
  EXPECT_FALSE(Shown(Undated(closed), Undated(open)).has_value());
  EXPECT_FALSE(Shown(Undated(closed), std::nullopt).has_value());
  Load(closed);
  EXPECT_FALSE(Shown(std::nullopt, Undated(open)).has_value()) << "it is restricted by now";
  after_is_newest_ = true;
  EXPECT_TRUE(Shown(std::nullopt, Undated(open)).has_value()) << "who says so read it already";
}

// Of many changes each is looked up, parties among them, which are never restricted.
TEST_F(ShownChangeTest, OfManyThoseThatAreRestrictedByNowAreLeftOut) {
  Create(true);
  std::vector<v1::Record> now;
  std::vector<storage::RecordChange> changes;
  for (const std::string key : {"a", "b", "c", "d"}) {
    const bool party = key == "b";
    v1::Record record = party ? Party(key, "A", {}) : Flag(key, "records/p");
    changes.push_back({{"d", key}, std::nullopt, Undated(record)});
    if (key == "c") record.set_visibility(v1::VISIBILITY_RESTRICTED);
    if (key != "d") now.push_back(record);
  }
  ASSERT_TRUE(storage::testing::Load(&store_, {"d", now}).ok());
  const auto shown = ShownChanges(changes, *store_.Head(""), false).value();
  ASSERT_EQ(shown.size(), 4u);
  EXPECT_EQ(shown[0]->record(), "datasets/d/records/a");
  EXPECT_EQ(shown[1]->record(), "datasets/d/records/b");
  EXPECT_FALSE(shown[2].has_value());
  EXPECT_EQ(shown[3]->record(), "datasets/d/records/d") << "it is gone, and was public";
}

}  // namespace
}  // namespace probity::screening
