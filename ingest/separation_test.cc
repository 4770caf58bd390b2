// What a separation must say, and where it may stand.
#include "ingest/separation.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/text_proto.h"
#include "gmock/gmock.h"
#include "ingest/testing.h"

namespace probity::ingest {
namespace {

using ::testing::HasSubstr;

constexpr char kA[] = "'datasets/d/records/a'";
constexpr char kB[] = "'datasets/d/records/b'";

std::string Sides(const std::string& records, const std::string& apart_from) {
  std::string text;
  if (!records.empty()) absl::StrAppend(&text, "records: [", records, "] ");
  if (!apart_from.empty()) absl::StrAppend(&text, "apart_from: [", apart_from, "] ");
  return text;
}

v1::Record Parsed(const std::string& separation, const std::string& more = "") {
  v1::Record record;
  EXPECT_EQ(ReadTextProto("key: 's' separation { " + separation + " } " + more, &record), "");
  return record;
}

std::string Many(int count) {
  std::string names;
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&names, i == 0 ? "" : ",", "'datasets/d/records/k", i, "'");
  }
  return names;
}

std::string Reason(size_t bytes) { return absl::StrCat("reason: '", std::string(bytes, 'x'), "'"); }

TEST(SeparationTest, TakesTwoSidesAndAReason) {
  testing::Workshop workshop;
  for (const std::string& text :
       {Sides(kA, kB) + "reason: 'two firms'", Sides(Many(200), kA) + Reason(4000)}) {
    v1::Record record = Parsed(text);
    EXPECT_TRUE(NormalizeAndValidate(workshop.tables(), &record).faults.empty());
  }
}

TEST(SeparationTest, NamesFieldAndReason) {
  const std::string good = Sides(kA, kB);
  const struct {
    std::string separation, column, message;
    v1::ErrorReason reason = v1::ERROR_REASON_ROW_VALUE;
    std::string more = {};
  } all[] = {
      {Sides("", kB) + Reason(1), "separation.records", "names no record"},
      {Sides(kA, "") + Reason(1), "separation.apart_from", "at least one record each"},
      {Sides(Many(201), kB) + Reason(1), "separation.records", "201 records, more than 200",
       v1::ERROR_REASON_ROW_TOO_LONG},
      {Sides("'records/a'", kB) + Reason(1), "separation.records[0]",
       "\"records/a\" is no name of a record: datasets/{dataset}/records/{key}"},
      {Sides(kA, "'suppliers/s'") + Reason(1), "separation.apart_from[0]", "no name of a record"},
      {Sides(absl::StrCat(kA, ",", kB), kB) + Reason(1), "separation.apart_from[0]",
       "datasets/d/records/b is named twice"},
      {Sides(absl::StrCat(kA, ",", kA), kB) + Reason(1), "separation.records[1]", "named twice"},
      {good, "separation.reason", "the reason is missing"},
      {good + Reason(4001), "separation.reason", "4001 bytes, more than 4000",
       v1::ERROR_REASON_ROW_TOO_LONG},
      {good + Reason(1), "visibility", "cannot be RESTRICTED", v1::ERROR_REASON_ROW_VALUE,
       "visibility: VISIBILITY_RESTRICTED"},
  };
  testing::Workshop workshop;
  for (const auto& one : all) {
    v1::Record record = Parsed(one.separation, one.more);
    const Validation validation = NormalizeAndValidate(workshop.tables(), &record);
    ASSERT_EQ(validation.faults.size(), 1u) << one.message;
    EXPECT_EQ(validation.faults[0].column, one.column);
    EXPECT_EQ(validation.faults[0].reason, one.reason);
    EXPECT_THAT(validation.faults[0].message, HasSubstr(one.message));
  }
}

// Shared "d", the list "l", and "own" of authorities/x, as x sees them.
class SeparationInDatasetTest : public ::testing::Test {
 protected:
  void SetUp() override {
    using storage::testing::CreateDataset;
    ASSERT_TRUE(CreateDataset(&store_, "d", v1::ABSENCE_MODE_RETRACTED).ok());
    ASSERT_TRUE(CreateDataset(&store_, "l", v1::ABSENCE_MODE_DELISTED).ok());
    ASSERT_TRUE(CreateDataset(&store_, "own", v1::ABSENCE_MODE_RETRACTED, "authorities/x").ok());
  }

  std::optional<RowFault> FaultIn(const std::string& dataset, const v1::Record& record) {
    const auto view = store_.Head("authorities/x");
    return FaultInDataset(*view, view->FindDataset(dataset)->dataset(), record);
  }

  storage::InMemoryStore store_{TestIdentifiers(), std::string(16, 'x')};
};

TEST_F(SeparationInDatasetTest, StandsInSharedDatasetsWhereItCanEnd) {
  const v1::Record separation = Parsed(Sides(kA, kB) + Reason(1));
  EXPECT_FALSE(FaultIn("d", separation).has_value());
  const auto own = FaultIn("own", separation);
  ASSERT_TRUE(own.has_value());
  EXPECT_EQ(own->column, "separation");
  EXPECT_THAT(own->message, HasSubstr("datasets/own is authorities/x's own"));
  EXPECT_FALSE(FaultIn("own", storage::testing::Party("k", "Firm", {})).has_value());
  const auto list = FaultIn("l", separation);
  ASSERT_TRUE(list.has_value());
  EXPECT_THAT(list->message, HasSubstr("would never end"));
}

TEST_F(SeparationInDatasetTest, NamesNobodysOwnRecord) {
  const auto fault = FaultIn("d", Parsed(Sides(kA, "'datasets/own/records/p'") + Reason(1)));
  ASSERT_TRUE(fault.has_value());
  EXPECT_EQ(fault->column, "separation.apart_from[0]");
  EXPECT_THAT(fault->message, HasSubstr("datasets/own/records/p is authorities/x's own"));
}

// The other rows of the load come in.
TEST_F(SeparationInDatasetTest, IsRefusedRowByRowInALoad) {
  testing::Workshop workshop;
  const LoadFiles files = {FindFormat("probity-jsonl").value(),
                           {workshop.Write("f", R"({"key":"p","supplier":{"names":[{"text":"P"}]}}
{"key":"s","separation":{"records":["datasets/d/records/a"],"apartFrom":["datasets/d/records/b"],"reason":"r"}}
)")},
                           workshop.directory(),
                           workshop.directory() + "/rejected"};
  storage::LoadSpec spec;
  spec.dataset = "own";
  LoadProgress progress;
  const auto changes =
      BuildChangeSet(workshop.tables(), *store_.Head("authorities/x"), spec, files, &progress);
  ASSERT_TRUE(changes.ok()) << changes.status();
  EXPECT_EQ(changes->header.counts().added(), 1u);
  EXPECT_EQ(changes->header.counts().refused(), 1u);
}

}  // namespace
}  // namespace probity::ingest
