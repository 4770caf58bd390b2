#include "storage/timeline.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/testing.h"
#include "gtest/gtest.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"

namespace probity::storage {
namespace {

using probity::v1::Record;
using testing::Day;

DayNumber On(const char* iso) { return FirstDay(Day(iso)); }

Record Saying(const std::string& text) {
  Record record;
  record.set_key("k");
  record.mutable_risk_flag()->set_summary(text);
  return record;
}

std::string SaidOn(const std::optional<v1::RecordRow>& row, const char* day) {
  const Record* record = row ? RecordAt(*row, On(day)) : nullptr;
  return record == nullptr ? "nothing" : record->risk_flag().summary();
}

TEST(ApplyEditionTest, LastsUntilTheNextEdition) {
  auto row = ApplyEdition(nullptr, {}, On("2016-01-01"), Saying("a"));
  EXPECT_EQ(SaidOn(row, "2015-12-31"), "nothing");
  EXPECT_EQ(SaidOn(row, "2016-01-01"), "a");
  EXPECT_EQ(SaidOn(row, "2099-01-01"), "a");
  row = ApplyEdition(&*row, {On("2016-01-01")}, On("2018-01-01"), std::nullopt);
  EXPECT_EQ(SaidOn(row, "2017-12-31"), "a");
  EXPECT_EQ(SaidOn(row, "2018-01-01"), "nothing");
}

TEST(ApplyEditionTest, ReloadOfTheSameEditionReplacesIt) {
  auto row = ApplyEdition(nullptr, {}, On("2016-01-01"), Saying("a"));
  row = ApplyEdition(&*row, {On("2016-01-01")}, On("2016-01-01"), Saying("b"));
  EXPECT_EQ(row->segments_size(), 1);
  EXPECT_EQ(SaidOn(row, "2016-06-01"), "b");
  EXPECT_FALSE(ApplyEdition(&*row, {On("2016-01-01")}, On("2016-01-01"), std::nullopt));
}

TEST(ApplyEditionTest, EqualEditionsLeaveTheRowAsItWas) {
  auto row = ApplyEdition(nullptr, {}, On("2016-01-01"), Saying("a"));
  auto again = ApplyEdition(&*row, {On("2016-01-01")}, On("2018-01-01"), Saying("a"));
  EXPECT_EQ(CanonicalBytes(*row), CanonicalBytes(*again));
}

// Five editions in all 120 orders give one row.
TEST(ApplyEditionTest, TheOrderOfLoadsDoesNotMatter) {
  const std::vector<std::pair<const char*, std::string>> editions = {{"2016-01-01", "a"},
                                                                     {"2017-01-01", ""},
                                                                     {"2018-01-01", "a"},
                                                                     {"2019-01-01", "b"},
                                                                     {"2021-01-01", "b"}};
  std::vector<int> order(editions.size());
  std::iota(order.begin(), order.end(), 0);
  std::set<std::string> results;
  do {
    std::optional<v1::RecordRow> row;
    std::vector<DayNumber> loaded;
    for (int i : order) {
      const auto& [day, text] = editions[i];
      row = ApplyEdition(row ? &*row : nullptr, loaded, On(day),
                         text.empty() ? std::nullopt : std::optional<Record>(Saying(text)));
      loaded.insert(std::upper_bound(loaded.begin(), loaded.end(), On(day)), On(day));
    }
    results.insert(CanonicalBytes(*row));
    EXPECT_EQ(SaidOn(row, "2017-06-01"), "nothing");
    EXPECT_EQ(SaidOn(row, "2018-06-01"), "a");
    EXPECT_EQ(SaidOn(row, "2022-06-01"), "b");
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(results.size(), 1u);
}

TEST(ListingIntervalsTest, AChangeOfContentDoesNotInterruptAListing) {
  auto row = ApplyEdition(nullptr, {}, On("2016-01-01"), Saying("a"));
  row = ApplyEdition(&*row, {On("2016-01-01")}, On("2018-01-01"), Saying("b"));
  auto intervals = ListingIntervals(*row);
  ASSERT_EQ(intervals.size(), 1u);
  EXPECT_EQ(FormatDate(intervals[0].from()), "2016-01-01");
  EXPECT_FALSE(intervals[0].has_to());
}

TEST(RecordAtTest, UndatedRowsAlwaysHold) {
  v1::RecordRow row;
  row.add_segments()->set_undated(true);
  EXPECT_NE(RecordAt(row, On("1000-01-01")), nullptr);
  EXPECT_TRUE(ListingIntervals(row).empty());
}

// The US Department of Labor's goods list, four editions, in all 24 orders.
TEST(EditionsTest, TheGoodsListAnswersAlikeInAnyOrder) {
  PROBITY_NEEDS_SHARED(path, "dol-tvpra/goods_flat.csv");
  const std::vector<std::string> days = {"2016-09-30", "2017-09-30", "2019-09-30", "2021-06-23"};
  std::map<std::string, std::map<std::string, Record>> by_year;
  std::vector<TableRow> rows = ParseTable(ReadFile(path).value()).value();
  for (TableRow& row : rows) {
    Record record;
    record.set_key(row["good"] + "|" + row["country"]);
    record.mutable_commodity_risk()->set_publisher_name(row["good"]);
    record.mutable_commodity_risk()->set_origin_name(row["country"]);
    if (row["forced_labor"] == "Yes") {
      record.mutable_commodity_risk()->add_harms(probity::v1::LABOUR_HARM_FORCED_LABOUR);
    }
    by_year[row["year"]][record.key()] = record;
  }
  std::vector<int> order = {0, 1, 2, 3};
  std::map<std::string, std::set<std::string>> answers;  // day -> distinct answers
  do {
    InMemoryStore store(TestIdentifiers(), "0123456789abcdef");
    ASSERT_TRUE(testing::CreateDataset(&store, "goods", probity::v1::ABSENCE_MODE_DELISTED).ok());
    for (int i : order) {
      testing::TestLoad load{"goods"};
      load.mode = probity::v1::LOAD_MODE_BACKFILL;
      load.edition = days[i];
      for (auto& [key, record] : by_year[days[i].substr(0, 4)]) load.records.push_back(record);
      ASSERT_TRUE(testing::Load(&store, load).ok());
    }
    for (const char* day : {"2015-01-01", "2017-06-30", "2018-06-30", "2020-06-30", "2022-06-30"}) {
      std::string answer;
      auto visit = [&](absl::string_view, const v1::RecordRow& row) {
        const Record* record = RecordAt(row, On(day));
        if (record != nullptr) answer += record->DebugString();
        return true;
      };
      ASSERT_TRUE(store.Head("")->ForEachRecord("goods", visit).ok());
      answers[day].insert(answer);
    }
  } while (std::next_permutation(order.begin(), order.end()));
  for (const auto& [day, distinct] : answers) EXPECT_EQ(distinct.size(), 1u) << day;
  EXPECT_EQ(*answers["2015-01-01"].begin(), "");
  EXPECT_NE(*answers["2017-06-30"].begin(), *answers["2018-06-30"].begin());
  EXPECT_NE(*answers["2018-06-30"].begin(), *answers["2022-06-30"].begin());
}

}  // namespace
}  // namespace probity::storage
