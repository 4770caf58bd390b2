// What a decision read, and who a change touches: the two sides of one hash.
#include "screening/watch/reads.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/hash.h"
#include "gmock/gmock.h"
#include "matching/testing.h"
#include "policy/testing.h"
#include "screening/watch/rows.h"
#include "screening/watch/testing.h"
#include "screening/watch/touched.h"
#include "storage/index_terms.h"

namespace probity::screening::testing {
namespace {

using policy::Parse;
using storage::IndexKind;
using storage::RecordRef;

std::string Firm(const std::string& key, const std::string& number, const std::string& more = "") {
  return "key: '" + key + "' supplier { names { text: '" + key +
         " Ltd' } identifiers { scheme: 'GB-COH' value: '" + number + "' } " + more + " }";
}

class TouchedTest : public ::testing::Test {
 protected:
  // Whether what `read` reads is touched by what changes after it.
  template <typename Read, typename Change>
  bool Touches(const Read& read, const Change& change) {
    Reads reads;
    const auto before = world_.View();
    read(ReadsView(*before, &reads));
    change();
    const auto changes = storage::ReadChanges(world_.store(), world_.Head(), 100).value();
    const auto touched =
        Touched::Of(changes, *before, *world_.View(), world_.store().identifiers()).value();
    return touched.everybody() || touched.Any(HashesOf(reads.Take(7000)));
  }

  static void ReadTerm(const storage::View& view, IndexKind kind, const std::string& term) {
    EXPECT_TRUE(view.FindRecords(kind, term, [](const RecordRef&) { return true; }).ok());
  }

  WatchWorld world_;
};

TEST_F(TouchedTest, ARecordAndATermBeforeAndAfter) {
  world_.Put("reg", Firm("a", "00000001"));
  const std::string one = storage::IdentifierTerm("GB-COH", "00000001");
  const std::string two = storage::IdentifierTerm("GB-COH", "00000002");
  const auto change = [&] { world_.Put("reg", Firm("a", "00000002")); };
  const auto back = [&] { world_.Put("reg", Firm("a", "00000001")); };
  const auto term = [](const std::string& of) {
    return [of](const storage::View& view) { ReadTerm(view, IndexKind::kIdentifier, of); };
  };
  EXPECT_TRUE(Touches(term(one), change)) << "before";
  EXPECT_TRUE(Touches(term(one), back)) << "after";
  EXPECT_TRUE(Touches(term(two), change));
  EXPECT_FALSE(Touches(term(storage::IdentifierTerm("GB-COH", "00000003")), back));
  EXPECT_FALSE(Touches(
      [&](const storage::View& view) { ReadTerm(view, IndexKind::kFlagSubject, one); }, change));
  EXPECT_TRUE(Touches(
      [](const auto& view) {
        EXPECT_TRUE(view.GetRecord({"reg", "a"}).ok());
      },
      back));
  EXPECT_FALSE(Touches(
      [](const auto& view) {
        EXPECT_TRUE(view.GetRecord({"reg", "b"}).ok());
      },
      change));
}

// A cluster can change through a record that has nothing in common with its own: here
// b goes over to c when a, which kept it, is gone.
TEST_F(TouchedTest, AClusterThroughOthersOfItsComponent) {
  const std::string other = "identifiers { scheme: 'FR-RCS' value: 'F1' }";
  const std::string first = "identifiers { scheme: 'DE-CR' value: 'B1' }";
  world_.Put("reg", Firm("a", "00000001", first));
  world_.Put("reg", "key: 'b' supplier { names { text: 'b' } " + first + " " + other + " }");
  world_.Put("reg", Firm("c", "00000002", other));
  EXPECT_EQ(world_.View()->SupplierOf({"reg", "b"}).value()->name,
            world_.View()->SupplierOf({"reg", "a"}).value()->name);
  const auto by_record = [](const auto& view) {
    EXPECT_TRUE(view.SupplierOf({"reg", "c"}).value().has_value());
  };
  EXPECT_TRUE(Touches(by_record, [&] { world_.Change("reg", {}, {"a"}); }));
  EXPECT_EQ(world_.View()->SupplierOf({"reg", "b"}).value()->name,
            world_.View()->SupplierOf({"reg", "c"}).value()->name);
  const auto by_id = [](const auto& view) {
    EXPECT_TRUE(view.GetSupplier(SupplierIdOf("reg", "b")).value().has_value());
  };
  EXPECT_TRUE(Touches(by_id, [&] { world_.Change("reg", {}, {"c"}); }));
}

// What parts two records touches whoever reads either of them, and all that was joined to
// them.
TEST_F(TouchedTest, AClusterThroughASeparation) {
  world_.Put("reg", Firm("a", "00000001"));
  world_.Put("reg", Firm("b", "00000001"));
  world_.Put("reg", Firm("c", "00000001"));
  world_.Put("reg", Firm("other", "00000002"));
  const auto party = [](const std::string& key) {
    return [key](const storage::View& view) {
      EXPECT_TRUE(view.SupplierOf({"reg", key}).value().has_value());
    };
  };
  const auto split = [&] {
    world_.Put("reg2",
               "key: 's' separation { records: 'datasets/reg/records/a' apart_from: "
               "'datasets/reg/records/b' reason: 'r' }");
  };
  const auto join = [&] { world_.Change("reg2", {}, {"s"}); };
  for (const char* key : {"a", "b", "c"}) {
    EXPECT_TRUE(Touches(party(key), split)) << key;
    EXPECT_TRUE(Touches(party(key), join)) << key;
  }
  EXPECT_FALSE(Touches(party("other"), split));
  EXPECT_FALSE(Touches(party("other"), join));
}

TEST_F(TouchedTest, AnEditionTouchesThoseWhoReadAFlagOfIt) {
  world_.Put("list", "key: 'f' risk_flag { type: FLAG_TYPE_DEBARMENT }");
  world_.Put("list", Firm("a", "00000001"));
  world_.PassDays(1);
  const auto flag = [](const auto& view) { EXPECT_TRUE(view.GetRecord({"list", "f"}).ok()); };
  const auto party = [](const auto& view) { EXPECT_TRUE(view.GetRecord({"list", "a"}).ok()); };
  EXPECT_TRUE(Touches(flag, [&] { world_.Change("list", {}); }));
  world_.PassDays(1);
  EXPECT_FALSE(Touches(party, [&] { world_.Change("list", {}); }));
}

TEST_F(TouchedTest, WhatIsSearchedTouchesEverybody) {
  world_.Put("reg", Firm("a", "00000001"));
  const auto nothing = [](const auto&) {};
  EXPECT_FALSE(Touches(nothing, [&] { world_.Put("reg", Firm("a", "00000002")); }));
  EXPECT_TRUE(Touches(nothing, [&] {
    world_.Put("reg", "key: 'f' risk_flag { subject { party { source_record: 'records/a' } } }");
  })) << "the register is a list of names now";
}

TEST(ReadsTest, NamesAreKeptOnceAndAsTheyWereSearched) {
  Reads reads;
  index::Query query;
  query.name = matching::TestMatcher().Normalize("Umber Lantern Weavers Ltd", matching::Kind::kAny);
  query.facts.countries = {"GB"};
  query.facts.date = {1990, 2, 0};
  query.facts.kind = matching::Kind::kCompany;
  query.min_score = 5000;
  query.datasets = {3};
  reads.AddQuery(query);
  query.datasets.clear();
  reads.AddQuery(query);
  auto kept = reads.Take(7000);
  ASSERT_EQ(kept.names_size(), 1);
  EXPECT_FALSE(kept.names(0).listed_only()) << "it is searched among all, too";
  EXPECT_EQ(kept.names(0).min_score(), 7000);
  const auto again = QueryOf(kept.names(0));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->facts.countries, query.facts.countries);
  EXPECT_EQ(again->facts.date.month, 2);
  EXPECT_EQ(again->facts.kind, matching::Kind::kCompany);
  EXPECT_EQ(again->name.tokens.size(), query.name.tokens.size());
  query.facts.address = matching::TestMatcher().Normalize("1 Mill Lane", matching::Kind::kAddress);
  reads.AddQuery(query);
  kept = reads.Take(7000);
  ASSERT_EQ(kept.names_size(), 2);
  EXPECT_EQ(std::min(kept.names(0).min_score(), kept.names(1).min_score()), 5000)
      << "an address can lift it";
}

TEST(ReadsTest, TooManyReadsAreTouchedByEverything) {
  Reads reads;
  for (ReadHash hash = 0; hash < Reads::kMost; ++hash) reads.Add(hash);
  EXPECT_EQ(HashesOf(reads.Take(0)).size(), Reads::kMost);
  reads.Add(1 << 30);
  EXPECT_TRUE(reads.Take(0).all());
}

TEST(ChangedNamesTest, FindsNamesBeforeAndAfter) {
  storage::RevisionChanges changes;
  const auto row = [](const std::string& name) {
    storage::v1::RecordRow row;
    *row.add_segments()->mutable_record() =
        Parse<v1::Record>("supplier { names { text: '" + name + "' } }");
    return row;
  };
  changes.records.push_back({{"d", "k"}, row("Umber Lantern Weavers"), row("Cobalt Orchard")});
  changes.records.push_back({{"d", "l"}, row("Tidewater Stationery"), row("Tidewater Stationery")});
  const auto names = ChangedNames::Of(matching::TestMatcher(), changes);
  ASSERT_TRUE(names.ok());
  const auto found = [&](const std::string& name) {
    index::Query query;
    query.name = matching::TestMatcher().Normalize(name, matching::Kind::kAny);
    query.min_score = 7000;
    query.limit = 1;
    return names->AreFoundBy(query);
  };
  EXPECT_TRUE(found("Umber Lantern Weavers Ltd"));
  EXPECT_TRUE(found("Cobalt Orchards"));
  EXPECT_FALSE(found("Tidewater Stationery")) << "its name did not change";
  EXPECT_FALSE(found("Quarrelsome Heron"));
}

}  // namespace
}  // namespace probity::screening::testing
