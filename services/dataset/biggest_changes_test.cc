// Which of a load's changes are shown first.
#include "services/dataset/biggest_changes.h"

#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"

namespace probity::dataset {
namespace {

using storage::testing::Flag;
using storage::testing::Party;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class BiggestChangesTest : public ::testing::Test {
 protected:
  BiggestChangesTest() : store_(TestIdentifiers(), std::string(16, 'x')) {
    EXPECT_TRUE(storage::testing::CreateDataset(&store_, "d", v1::ABSENCE_MODE_RETRACTED).ok());
  }

  void Load(const std::vector<v1::Record>& records) {
    EXPECT_TRUE(storage::testing::Load(&store_, {"d", records}).ok());
  }

  std::vector<std::string> Biggest(const std::vector<v1::Record>& records,
                                   const screening::PreviewResult& result = {}) {
    const auto changes = storage::testing::MakeChangeSet(store_, {"d", records}).value();
    auto biggest = BiggestChanges(*store_.Head(""), changes, result, nullptr);
    EXPECT_TRUE(biggest.ok()) << biggest.status();
    unlink(changes.path.c_str());
    std::vector<std::string> keys;
    for (const v1::RecordChange& change : *biggest) {
      keys.push_back(change.record().substr(change.record().rfind('/') + 1));
    }
    return keys;
  }

  storage::InMemoryStore store_;
};

v1::Record Certificate(const std::string& key) {
  v1::Record record;
  record.set_key(key);
  record.mutable_certification()->set_scheme_id("SA8000");
  return record;
}

TEST_F(BiggestChangesTest, FactsThenIdentityThenProofsThenTheRest) {
  v1::Record other_flag = Flag("e-flag", "records/a");
  Load({Party("a", "Alpha", {{"GB-COH", "00000001"}}), Party("b", "Beta", {}),
        Party("c", "Gamma", {}), Flag("d-flag", "records/a"), other_flag});
  other_flag.mutable_risk_flag()->set_type(v1::FLAG_TYPE_LISTA_SUJA);
  const std::vector<v1::Record> next = {
      Party("a", "Alpha", {{"GB-COH", "00000002"}}),  // other identifiers
      Party("b", "Beta Mills", {}),                   // another name
      other_flag,                                     // says something else; d-flag and c go
      Certificate("f"),
      Flag("g-flag", "records/b"),
      Party("h", "Delta", {}),
      storage::testing::Separation("i-split", {"datasets/d/records/a"}, {"datasets/d/records/b"})};
  EXPECT_THAT(Biggest(next),
              ElementsAre("d-flag", "g-flag", "e-flag", "a", "c", "i-split", "f", "b", "h"));
}

TEST_F(BiggestChangesTest, WhatVerdictsRestOnComesFirst) {
  screening::PreviewResult result;
  result.impacts.emplace_back().shown.add_records("datasets/d/records/y");
  result.impacts.emplace_back().shown.add_records("datasets/d/records/z");
  result.impacts.back().shown.set_lifted(true);
  EXPECT_THAT(
      Biggest({Flag("a", "records/z"), Party("y", "Beta", {}), Party("z", "Alpha", {})}, result),
      ElementsAre("z", "y", "a"));
}

TEST_F(BiggestChangesTest, NoMoreThanSoMany) {
  std::vector<v1::Record> records;
  for (size_t i = 0; i < kMostBiggest; ++i) {
    records.push_back(Party(absl::StrCat("k", absl::Dec(i, absl::kZeroPad4)), "Firm", {}));
  }
  EXPECT_THAT(Biggest(records), SizeIs(kMostBiggest));
  records.push_back(Flag("last", "records/k0001"));
  const std::vector<std::string> biggest = Biggest(records);
  ASSERT_THAT(biggest, SizeIs(kMostBiggest));
  EXPECT_EQ(biggest.front(), "last");
}

TEST_F(BiggestChangesTest, RestrictedRecordsAreLeftOut) {
  v1::Record hidden = Flag("hidden", "records/a");
  hidden.set_visibility(v1::VISIBILITY_RESTRICTED);
  EXPECT_THAT(Biggest({hidden, Party("a", "Alpha", {})}), ElementsAre("a"));
}

TEST_F(BiggestChangesTest, FieldsAreShownWhereTheyMayBePassedOn) {
  v1::Dataset dataset;
  dataset.set_name("datasets/open");
  dataset.set_absence(v1::ABSENCE_MODE_RETRACTED);
  dataset.set_redistributable(true);
  ASSERT_TRUE(store_.Publish(*storage::NewDatasetChangeSet(*store_.Head(""), dataset), {}).ok());
  for (const auto& [id, shown] :
       std::vector<std::pair<std::string, bool>>{{"d", false}, {"open", true}}) {
    const auto changes =
        storage::testing::MakeChangeSet(store_, {id, {Party("a", "Alpha", {})}}).value();
    const auto biggest = BiggestChanges(*store_.Head(""), changes, {}, nullptr);
    ASSERT_TRUE(biggest.ok()) << biggest.status();
    ASSERT_THAT(*biggest, SizeIs(1));
    EXPECT_EQ((*biggest)[0].kind(), v1::RECORD_CHANGE_KIND_ADDED);
    EXPECT_EQ((*biggest)[0].fields_size() > 0, shown) << id;
    unlink(changes.path.c_str());
  }
}

}  // namespace
}  // namespace probity::dataset
