#include "storage/clusters.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/testing/builders.h"

namespace probity::storage {
namespace {

using ::testing::ElementsAre;

ClusterInput Input(const std::string& key, uint64_t first_revision, const testing::IdList& ids) {
  return {{"d", key},
          first_revision,
          false,
          testing::Party(key, "Firm " + key, ids).supplier(),
          SourceRank()};
}

// Clusters as sets of keys, founders first.
std::vector<std::string> Keys(const std::vector<ClusterInput>& inputs) {
  std::vector<std::string> all;
  for (const Cluster& cluster : BuildClusters(inputs, TestIdentifiers())) {
    std::string keys;
    for (size_t member : cluster.members) keys += inputs[member].ref.key;
    all.push_back(keys);
  }
  return all;
}

TEST(BuildClustersTest, JoinsOverIdentifyingSchemesAlone) {
  EXPECT_THAT(Keys({Input("a", 1, {{"GB-COH", "1"}}), Input("b", 2, {{"GB-COH", "1"}}),
                    Input("c", 3, {{"US-EIN", "9"}}), Input("d", 4, {{"US-EIN", "9"}})}),
              ElementsAre("ab", "c", "d"));
}

TEST(BuildClustersTest, TheOldestRecordIsTheFounder) {
  std::vector<ClusterInput> inputs = {Input("a", 9, {{"GB-COH", "1"}}),
                                      Input("b", 2, {{"GB-COH", "1"}})};
  std::vector<Cluster> clusters = BuildClusters(inputs, TestIdentifiers());
  ASSERT_EQ(clusters.size(), 1u);
  EXPECT_EQ(clusters[0].id, SupplierIdOf("d", "b"));
  EXPECT_THAT(clusters[0].members, ElementsAre(1, 0));
}

// The same with a side of the separation "s".
ClusterInput OnSide(ClusterInput input, int side) {
  input.sides["s"] = side;
  return input;
}

TEST(BuildClustersTest, SeparatedRecordsDoNotJoin) {
  const ClusterInput a = OnSide(Input("a", 1, {{"GB-COH", "1"}}), 1);
  const ClusterInput b = OnSide(Input("b", 2, {{"GB-COH", "1"}}), 2);
  const ClusterInput also_a = OnSide(Input("c", 3, {{"GB-COH", "1"}}), 1);
  const ClusterInput new_one = Input("d", 4, {{"GB-COH", "1"}});
  EXPECT_THAT(Keys({a, b}), ElementsAre("a", "b"));
  EXPECT_THAT(Keys({a, b, also_a}), ElementsAre("ac", "b"));
  EXPECT_THAT(Keys({b, a, new_one, also_a}), ElementsAre("acd", "b")) << "it joins the older side";
}

// a-c over LEI L, b-c over COH 1: c goes with the first value's holder, never with both.
TEST(BuildClustersTest, NoRecordBridgesASeparation) {
  EXPECT_THAT(Keys({OnSide(Input("a", 1, {{"XI-LEI", "L"}}), 1),
                    OnSide(Input("b", 2, {{"GB-COH", "1"}}), 2),
                    Input("c", 3, {{"GB-COH", "1"}, {"XI-LEI", "L"}})}),
              ElementsAre("a", "bc"));
}

TEST(BuildClustersTest, AClusterSaysWhatKeepsOthersOutOfIt) {
  const std::vector<ClusterInput> inputs = {
      OnSide(Input("a", 1, {{"GB-COH", "1"}}), 1), OnSide(Input("b", 2, {{"GB-COH", "1"}}), 2),
      OnSide(Input("c", 3, {{"GB-COH", "3"}}), 2), Input("d", 4, {{"GB-COH", "4"}})};
  const auto clusters = BuildClusters(inputs, TestIdentifiers());
  ASSERT_EQ(clusters.size(), 4u);
  EXPECT_THAT(clusters[0].separations, ElementsAre("s"));
  EXPECT_THAT(clusters[1].separations, ElementsAre("s"));
  EXPECT_TRUE(clusters[2].separations.empty()) << "nobody else has its number";
  EXPECT_TRUE(clusters[3].separations.empty());
  EXPECT_THAT(BuildSupplier(clusters[0], inputs).separations(), ElementsAre("s"));
}

TEST(AddSideTest, FindsTheSideOfARecord) {
  const probity::v1::Separation separation =
      testing::Separation("s", {"datasets/d/records/a"}, {"datasets/d/records/b"}).separation();
  Sides sides;
  AddSide("s", separation, "datasets/d/records/c", &sides);
  EXPECT_TRUE(sides.empty());
  AddSide("s", separation, "datasets/d/records/a", &sides);
  AddSide("t", separation, "datasets/d/records/b", &sides);
  EXPECT_THAT(sides, ElementsAre(::testing::Pair("s", 1), ::testing::Pair("t", 2)));
}

TEST(BuildClustersTest, AConflictKeepsWholeClustersApart) {
  // a-b over COH 1; c shares LEI L with b, but holds another COH.
  EXPECT_THAT(
      Keys({Input("a", 1, {{"GB-COH", "1"}}), Input("b", 2, {{"GB-COH", "1"}, {"XI-LEI", "L"}}),
            Input("c", 3, {{"GB-COH", "2"}, {"XI-LEI", "L"}})}),
      ElementsAre("ab", "c"));
}

// Three records of one firm that say different things; ages a, b, c.
std::vector<ClusterInput> Disagreeing() {
  std::vector<ClusterInput> inputs;
  for (const char* key : {"a", "b", "c"}) {
    ClusterInput input = Input(key, 1 + inputs.size(), {{"GB-COH", "1"}});
    input.record.set_jurisdiction(std::string("X") + key);
    inputs.push_back(input);
  }
  inputs[1].record.set_kind(probity::v1::PARTY_KIND_COMPANY);
  return inputs;
}

probity::v1::Supplier Built(const std::vector<ClusterInput>& inputs) {
  return BuildSupplier(BuildClusters(inputs, TestIdentifiers()).at(0), inputs);
}

TEST(BuildSupplierTest, BelievesByPrecedenceThenReliabilityThenAge) {
  struct Case {
    const char* what;
    SourceRank a, b, c;
    const char* jurisdiction;
    probity::v1::PrecedenceRule rule;
  };
  using probity::v1::RELIABILITY_COURT;
  using probity::v1::RELIABILITY_OFFICIAL_REGISTER;
  using probity::v1::RELIABILITY_UNVERIFIED;
  const std::vector<Case> cases = {
      {"the oldest", {}, {}, {}, "Xa", probity::v1::PRECEDENCE_RULE_OLDER_RECORD},
      {"the more reliable",
       {0, RELIABILITY_COURT},
       {0, RELIABILITY_OFFICIAL_REGISTER},
       {},
       "Xb",
       probity::v1::PRECEDENCE_RULE_RELIABILITY},
      {"who says nothing of it is the least reliable",
       {},
       {},
       {0, RELIABILITY_UNVERIFIED},
       "Xc",
       probity::v1::PRECEDENCE_RULE_RELIABILITY},
      {"precedence before all",
       {0, RELIABILITY_OFFICIAL_REGISTER},
       {},
       {1, RELIABILITY_UNVERIFIED},
       "Xc",
       probity::v1::PRECEDENCE_RULE_PRECEDENCE},
      {"below zero is behind",
       {-1, RELIABILITY_OFFICIAL_REGISTER},
       {},
       {},
       "Xb",
       probity::v1::PRECEDENCE_RULE_OLDER_RECORD},
  };
  for (const Case& one : cases) {
    std::vector<ClusterInput> inputs = Disagreeing();
    inputs[0].rank = one.a;
    inputs[1].rank = one.b;
    inputs[2].rank = one.c;
    const auto supplier = Built(inputs);
    EXPECT_EQ(supplier.jurisdiction(), one.jurisdiction) << one.what;
    EXPECT_EQ(supplier.display_name(), "Firm " + std::string(one.jurisdiction + 1)) << one.what;
    EXPECT_EQ(supplier.name(), "suppliers/" + SupplierIdOf("d", "a"))
        << one.what << ": its id stays";
    EXPECT_EQ(supplier.source_records(0), "datasets/d/records/a") << one.what << ": by age";
    const auto origins = ExplainSupplier(BuildClusters(inputs, TestIdentifiers()).at(0), inputs);
    ASSERT_EQ(origins.size(), 2u) << one.what;
    EXPECT_EQ(origins[0].field(), "kind");
    EXPECT_EQ(origins[0].value(), "PARTY_KIND_COMPANY");
    EXPECT_EQ(origins[0].rule(), probity::v1::PRECEDENCE_RULE_ONLY_VALUE);
    EXPECT_EQ(origins[0].others_size(), 0);
    EXPECT_EQ(origins[1].value(), one.jurisdiction) << one.what;
    EXPECT_EQ(origins[1].rule(), one.rule) << one.what;
    EXPECT_EQ(origins[1].others_size(), 2) << one.what;
  }
}

// Whatever the input order, and whichever whole components are given, the
// clusters are the same; and no cluster holds two values of one scheme, or two sides.
TEST(BuildClustersTest, IsAFunctionOfTheRecords) {
  std::mt19937 random(7);
  const IdentifierCatalogue identifiers = TestIdentifiers();
  for (int round = 0; round < 200; ++round) {
    std::vector<ClusterInput> inputs;
    for (int i = 0; i < 12; ++i) {
      testing::IdList ids;
      for (const char* scheme : {"GB-COH", "XI-LEI", "DE-CR"}) {
        if (random() % 2) ids.push_back({scheme, std::to_string(random() % 4)});
      }
      inputs.push_back(Input(std::string(1, 'a' + i), random() % 3, ids));
      for (const char* separation : {"s", "t"}) {
        if (random() % 4 == 0) inputs.back().sides[separation] = 1 + random() % 2;
      }
    }
    const std::vector<std::string> expected = Keys(inputs);
    std::shuffle(inputs.begin(), inputs.end(), random);
    ASSERT_EQ(Keys(inputs), expected);
    for (const Cluster& cluster : BuildClusters(inputs, identifiers)) {
      ASSERT_EQ(cluster.edges.size() + 1, cluster.members.size());
      std::map<std::string, std::set<std::string>> values;
      for (size_t member : cluster.members) {
        for (const auto& id : inputs[member].record.identifiers()) {
          values[id.scheme()].insert(id.value());
        }
        for (const auto& [name, side] : inputs[member].sides) {
          values[name].insert(std::to_string(side));
        }
      }
      for (const auto& [scheme, held] : values) ASSERT_EQ(held.size(), 1u) << scheme;
    }
  }
}

TEST(BuildSupplierTest, TakesEachFactOnceOldestFirst) {
  std::vector<ClusterInput> inputs = {Input("a", 1, {{"GB-COH", "1"}}),
                                      Input("b", 2, {{"GB-COH", "1"}, {"XI-LEI", "L"}})};
  inputs[1].record.set_registration_status(probity::v1::REGISTRATION_STATUS_LAPSED);
  inputs[1].record.set_registration_scheme("XI-LEI");
  inputs[1].record.set_jurisdiction("GB");
  std::vector<Cluster> clusters = BuildClusters(inputs, TestIdentifiers());
  ASSERT_EQ(clusters.size(), 1u);
  probity::v1::Supplier supplier = BuildSupplier(clusters[0], inputs);
  EXPECT_EQ(supplier.display_name(), "Firm a");
  EXPECT_EQ(supplier.identifiers_size(), 2);
  EXPECT_EQ(supplier.jurisdiction(), "GB");
  ASSERT_EQ(supplier.registrations_size(), 1);
  EXPECT_EQ(supplier.registrations(0).identifier().value(), "L");
  EXPECT_THAT(supplier.source_records(),
              ElementsAre("datasets/d/records/a", "datasets/d/records/b"));
}

}  // namespace
}  // namespace probity::storage
