// Two parties that a wrong identifier made one supplier, parted by a separation.
#include <memory>
#include <string>
#include <vector>

#include "base/hash.h"
#include "gmock/gmock.h"
#include "storage/redaction.h"
#include "storage/testing/builders.h"
#include "storage/testing/conformance.h"

namespace probity::storage::testing {
namespace {

using probity::v1::ABSENCE_MODE_RETRACTED;
using probity::v1::Record;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kOwner[] = "authorities/x";
constexpr char kSplit[] = "datasets/seps/records/s";

std::string Reg(const std::string& key) { return RecordRef{"reg", key}.Name(); }

Record Firm(const std::string& key) { return Party(key, "Firm " + key, {{"GB-COH", "1"}}); }

// In "reg" a and b carry the same number, c another one.
class Firms {
 public:
  // Borrows a store that may be opened again.
  explicit Firms(const std::unique_ptr<Store>* store) : store_(*store) {
    for (const char* id : {"reg", "seps"}) {
      EXPECT_TRUE(CreateDataset(store_.get(), id, ABSENCE_MODE_RETRACTED).ok());
    }
    Publish({"reg", rows});
  }

  void Publish(const TestLoad& load) {
    auto published = Load(store_.get(), load);
    EXPECT_TRUE(published.ok()) << published.status();
  }
  void Put(const std::string& dataset, Record record, const std::string& authority = "") {
    Publish({dataset, {std::move(record)}, {}, probity::v1::LOAD_MODE_DELTA, {}, authority});
  }
  void Remove(const std::string& dataset, const std::string& key) {
    Publish({dataset, {}, {key}, probity::v1::LOAD_MODE_DELTA});
  }
  void Split() { Put("seps", Separation("s", {Reg("a")}, {Reg("b")})); }

  static probity::v1::Supplier Of(const View& view, const RecordRef& ref) {
    probity::v1::Supplier supplier;
    const auto stored = view.SupplierOf(ref);
    EXPECT_TRUE(stored.ok() && stored->has_value()) << ref.Name();
    if (stored.ok() && stored->has_value()) supplier.ParseFromString((*stored)->bytes);
    return supplier;
  }
  probity::v1::Supplier Of(const std::string& key) { return Of(*store_->Head(""), {"reg", key}); }
  uint64_t Suppliers() { return store_->Head("")->manifest().supplier_count(); }

  std::vector<Record> rows = {Firm("a"), Firm("b"), Party("c", "Firm c", {{"GB-COH", "2"}})};

 private:
  const std::unique_ptr<Store>& store_;
};

TEST_P(StoreConformanceTest, SeparatedRecordsAreSuppliersOfTheirOwn) {
  Firms firms(&store_);
  ASSERT_THAT(firms.Of("a").source_records(), ElementsAre(Reg("a"), Reg("b")));
  const auto merged = store_->Head("");
  EXPECT_EQ(firms.Suppliers(), 2);
  firms.Split();
  EXPECT_EQ(firms.Suppliers(), 3);
  for (const char* key : {"a", "b"}) {
    EXPECT_EQ(firms.Of(key).name(), "suppliers/" + SupplierIdOf("reg", key));
    EXPECT_THAT(firms.Of(key).source_records(), ElementsAre(Reg(key)));
    EXPECT_THAT(firms.Of(key).separations(), ElementsAre(kSplit));
    const auto by_id = store_->Head("")->GetSupplier(SupplierIdOf("reg", key)).value();
    EXPECT_EQ(by_id->name, firms.Of(key).name()) << "no redirect any more";
  }
  EXPECT_THAT(firms.Of("c").separations(), IsEmpty());
  EXPECT_EQ(firms.Of(*merged, {"reg", "b"}).name(), "suppliers/" + SupplierIdOf("reg", "a"));
  EXPECT_THAT(firms.Of(*merged, {"reg", "b"}).separations(), IsEmpty()) << "the past is as it was";
}

TEST_P(StoreConformanceTest, SeparatedRecordsStaySoWhateverIsLoaded) {
  Firms firms(&store_);
  firms.Split();
  firms.Publish({"reg", firms.rows});
  EXPECT_THAT(firms.Of("a").source_records(), ElementsAre(Reg("a")));
  firms.rows[0] = Party("a", "Firm a, renamed", {{"GB-COH", "1"}});
  firms.rows[1] = Party("b", "Firm b, renamed", {{"GB-COH", "1"}});
  firms.Publish({"reg", firms.rows});
  EXPECT_EQ(firms.Of("a").display_name(), "Firm a, renamed");
  EXPECT_THAT(firms.Of("a").source_records(), ElementsAre(Reg("a")));
  EXPECT_THAT(firms.Of("b").source_records(), ElementsAre(Reg("b")));
  EXPECT_THAT(firms.Of("b").separations(), ElementsAre(kSplit));
  Reopen();
  EXPECT_THAT(firms.Of("b").source_records(), ElementsAre(Reg("b")));
}

TEST_P(StoreConformanceTest, ANewRecordJoinsTheOlderSideOfASeparation) {
  Firms firms(&store_);
  firms.Split();
  firms.Put("reg", Firm("d"));
  EXPECT_THAT(firms.Of("a").source_records(), ElementsAre(Reg("a"), Reg("d")));
  EXPECT_THAT(firms.Of("b").source_records(), ElementsAre(Reg("b")));
  EXPECT_EQ(firms.Suppliers(), 3);
}

TEST_P(StoreConformanceTest, RecordsJoinAgainWithoutTheirSeparation) {
  Firms firms(&store_);
  firms.Split();
  firms.Remove("seps", "s");
  EXPECT_THAT(firms.Of("b").source_records(), ElementsAre(Reg("a"), Reg("b")));
  EXPECT_THAT(firms.Of("b").separations(), IsEmpty());
  EXPECT_EQ(firms.Of("b").name(), "suppliers/" + SupplierIdOf("reg", "a"));
  EXPECT_EQ(firms.Suppliers(), 2);
}

TEST_P(StoreConformanceTest, RecordsThatASeparationNamesNoLongerJoinAgain) {
  Firms firms(&store_);
  firms.Split();
  firms.Put("reg", Firm("d"));
  firms.Put("seps", Separation("s", {Reg("a"), Reg("b")}, {Reg("d")}));
  EXPECT_THAT(firms.Of("b").source_records(), ElementsAre(Reg("a"), Reg("b")));
  EXPECT_THAT(firms.Of("d").source_records(), ElementsAre(Reg("d")));
  EXPECT_EQ(firms.Suppliers(), 3);
}

TEST_P(StoreConformanceTest, ASeparationWaitsForItsRecords) {
  Firms firms(&store_);
  firms.Put("seps", Separation("s", {Reg("a"), Reg("b")}, {Reg("later")}));
  EXPECT_EQ(firms.Suppliers(), 2);
  EXPECT_THAT(firms.Of("a").separations(), IsEmpty()) << "nobody is kept out";
  firms.Put("reg", Firm("later"));
  EXPECT_THAT(firms.Of("a").source_records(), ElementsAre(Reg("a"), Reg("b")));
  EXPECT_THAT(firms.Of("a").separations(), ElementsAre(kSplit));
  EXPECT_THAT(firms.Of("later").source_records(), ElementsAre(Reg("later")));
}

// One load brings parties, some of which share nothing with anybody, and what parts them.
TEST_P(StoreConformanceTest, ASeparationMayComeWithItsRecords) {
  Firms firms(&store_);
  ASSERT_TRUE(CreateDataset(store_.get(), "all", ABSENCE_MODE_RETRACTED).ok());
  const auto name = [](const char* key) { return RecordRef{"all", key}.Name(); };
  firms.Publish(
      {"all",
       {Party("p", "P", {{"GB-COH", "7"}}), Separation("q", {name("p")}, {name("r"), name("z")}),
        Party("r", "R", {{"GB-COH", "7"}}), Party("z", "Z", {{"GB-COH", "8"}})}});
  EXPECT_EQ(firms.Suppliers(), 2 + 3);
  const auto head = store_->Head("");
  EXPECT_THAT(firms.Of(*head, {"all", "r"}).separations(), ElementsAre("datasets/all/records/q"));
  EXPECT_THAT(firms.Of(*head, {"all", "z"}).separations(), IsEmpty());
  firms.Publish({"all", {}});
  EXPECT_EQ(firms.Suppliers(), 2);
}

// Who is one supplier is the same for all authorities.
TEST_P(StoreConformanceTest, SeparationsOfSharedDatasetsAloneCount) {
  Firms firms(&store_);
  ASSERT_TRUE(CreateDataset(store_.get(), "own", ABSENCE_MODE_RETRACTED, kOwner).ok());
  firms.Put("own", Separation("s", {Reg("a")}, {Reg("b")}), kOwner);
  EXPECT_THAT(firms.Of(*store_->Head(kOwner), {"reg", "b"}).source_records_size(), 2);
  firms.Put("own", Firm("mine"), kOwner);
  firms.Put("seps", Separation("s", {Reg("a"), Reg("b")}, {"datasets/own/records/mine"}));
  const auto owners = store_->Head(kOwner);
  EXPECT_THAT(firms.Of(*owners, {"own", "mine"}).source_records(),
              ElementsAre("datasets/own/records/mine"));
  EXPECT_THAT(firms.Of(*owners, {"own", "mine"}).separations(), ElementsAre(kSplit));
  EXPECT_THAT(firms.Of("a").separations(), IsEmpty()) << "others do not see whom it keeps out";
}

TEST_P(StoreConformanceTest, SeparatedRecordsStaySoWhenOneIsRedacted) {
  Firms firms(&store_);
  firms.Split();
  const uint64_t split = store_->Head("")->token().revision();
  auto rules = std::make_shared<RedactionRules>();
  rules->Add({"reg", "b"}, {"redactions/r", {"supplier.names"}});
  store_->SetRedactions(rules);
  ASSERT_EQ(store_->RewriteRedacted({"reg", "b"}).value(), 1u);
  ASSERT_EQ(store_->Head("")->token().revision(), split);
  EXPECT_EQ(firms.Of("b").display_name(), "");
  EXPECT_THAT(firms.Of("b").source_records(), ElementsAre(Reg("b")));
  EXPECT_THAT(firms.Of("b").separations(), ElementsAre(kSplit));
}

}  // namespace
}  // namespace probity::storage::testing
