#include "screening/identity.h"

#include "base/testing.h"
#include "gtest/gtest.h"

namespace probity::screening {
namespace {

using E = IdentifierEvidence;

v1::Identifier Id(const std::string& scheme, const std::string& value) {
  v1::Identifier id;
  id.set_scheme(scheme);
  id.set_value(value);
  return id;
}

IdentifierFinding Compare(const std::vector<v1::Identifier>& query,
                          const std::vector<v1::Identifier>& candidate) {
  IdentifierList held;
  for (const v1::Identifier& id : candidate) *held.Add() = id;
  return CompareIdentifiers(TestIdentifiers(), query, held);
}

// GB-COH and XI-LEI identify, a VAT number may be shared.
TEST(CompareIdentifiersTest, EveryKindOfEvidence) {
  const v1::Identifier coh = Id("GB-COH", "1"), other_coh = Id("GB-COH", "2");
  const v1::Identifier lei = Id("XI-LEI", "A"), other_lei = Id("XI-LEI", "B");
  const v1::Identifier vat = Id("EU-VAT-DE", "1"), other_vat = Id("EU-VAT-DE", "2");
  const struct {
    std::vector<v1::Identifier> query, candidate;
    E evidence;
  } cases[] = {
      {{}, {coh}, E::kNone},
      {{coh}, {}, E::kNone},
      {{coh}, {lei}, E::kNone},
      {{vat}, {other_vat}, E::kNone},
      {{vat}, {vat}, E::kSupports},
      {{coh}, {coh}, E::kConfirms},
      {{vat, coh}, {vat, coh}, E::kConfirms},
      {{vat, coh}, {other_vat, coh}, E::kConfirms},
      {{coh}, {other_coh}, E::kContradicts},
      {{coh, vat}, {other_coh, vat}, E::kContradicts},
      {{coh, lei}, {coh, other_lei}, E::kDisputed},
      {{lei, coh}, {other_lei, coh}, E::kDisputed},
      // One of several values is enough.
      {{coh}, {other_coh, coh}, E::kConfirms},
      {{coh, other_coh}, {coh}, E::kConfirms},
  };
  for (size_t i = 0; i < std::size(cases); ++i) {
    EXPECT_EQ(Compare(cases[i].query, cases[i].candidate).evidence, cases[i].evidence) << i;
  }
}

TEST(CompareIdentifiersTest, NamesThePairThatDecided) {
  const IdentifierFinding found =
      Compare({Id("XI-LEI", "A"), Id("GB-COH", "1")}, {Id("GB-COH", "2"), Id("XI-LEI", "A")});
  EXPECT_EQ(found.query, "GB-COH:1");
  EXPECT_EQ(found.candidate, "GB-COH:2");
}

TEST(CompareIdentifiersTest, AMistypedValueContradictsNothing) {
  v1::Identifier mistyped = Id("XI-LEI", "A");
  mistyped.set_check(v1::IDENTIFIER_CHECK_FAILED);
  const IdentifierFinding found = Compare({mistyped}, {Id("XI-LEI", "B")});
  EXPECT_EQ(found.evidence, E::kNone);
  EXPECT_EQ(found.query, "XI-LEI:A");
  EXPECT_EQ(Compare({mistyped}, {Id("XI-LEI", "A")}).evidence, E::kConfirms);
}

TEST(ScoreWithTest, OnlyAnIdentifierIsCertain) {
  EXPECT_EQ(ScoreWith(E::kConfirms, 0), 10000);
  for (E evidence : {E::kNone, E::kSupports, E::kContradicts, E::kDisputed}) {
    EXPECT_LE(ScoreWith(evidence, 10000), kNameAloneCeiling);
    EXPECT_GE(ScoreWith(evidence, 0), 0);
  }
  EXPECT_EQ(ScoreWith(E::kNone, 9900), 9900);
  EXPECT_EQ(ScoreWith(E::kNone, 9899), 9899);
  EXPECT_EQ(ScoreWith(E::kNone, 9901), 9900);
}

TEST(ScoreWithTest, SharedNumbersSupportAndOthersContradict) {
  EXPECT_EQ(ScoreWith(E::kSupports, 5000), 6000);
  EXPECT_EQ(ScoreWith(E::kSupports, 9700), 9800);
  EXPECT_EQ(ScoreWith(E::kContradicts, 10000), kConflictCeiling);
  EXPECT_EQ(ScoreWith(E::kContradicts, 9400), kConflictCeiling);
  EXPECT_EQ(ScoreWith(E::kContradicts, 9399), kConflictCeiling - 1);
  EXPECT_EQ(ScoreWith(E::kContradicts, 2499), 0);
  EXPECT_EQ(ScoreWith(E::kDisputed, 5000), 5000);
}

TEST(BasisOfTest, SaysWhatTheScoreRestsOn) {
  EXPECT_EQ(BasisOf(E::kNone), v1::MATCH_BASIS_NAME);
  EXPECT_EQ(BasisOf(E::kSupports), v1::MATCH_BASIS_NAME);
  EXPECT_EQ(BasisOf(E::kConfirms), v1::MATCH_BASIS_IDENTIFIER);
  EXPECT_EQ(BasisOf(E::kContradicts), v1::MATCH_BASIS_IDENTIFIER_CONFLICT);
  EXPECT_EQ(BasisOf(E::kDisputed), v1::MATCH_BASIS_IDENTIFIER_CONFLICT);
}

}  // namespace
}  // namespace probity::screening
