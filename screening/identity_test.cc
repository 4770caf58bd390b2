#include "screening/identity.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/hash.h"
#include "base/testing.h"
#include "gtest/gtest.h"
#include "matching/testing.h"

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

// What the rules answer, in every case that differs: who changes them raises
// kIdentityRules, so that answers name another matcher_version.
TEST(MatcherVersionTest, ChangesWithTheRules) {
  std::string answers;
  for (E evidence : {E::kNone, E::kSupports, E::kConfirms, E::kContradicts, E::kDisputed}) {
    absl::StrAppend(&answers, BasisOf(evidence), ":");
    for (int score = 0; score <= 10000; ++score) {
      absl::StrAppend(&answers, ScoreWith(evidence, score), ",");
    }
  }
  // Each side holds none, one or both values of a scheme that identifies, of
  // another and of one that does not; of the query's each may be mistyped.
  const v1::Identifier all[] = {Id("GB-COH", "1"), Id("GB-COH", "2"),    Id("XI-LEI", "A"),
                                Id("XI-LEI", "B"), Id("EU-VAT-DE", "1"), Id("EU-VAT-DE", "2")};
  const auto some = [&all](unsigned chosen, bool mistyped) {
    std::vector<v1::Identifier> ids;
    for (unsigned i = 0; i < std::size(all); ++i) {
      if ((chosen >> i & 1) == 0) continue;
      ids.push_back(all[i]);
      if (mistyped) ids.back().set_check(v1::IDENTIFIER_CHECK_FAILED);
    }
    return ids;
  };
  const IdentifierCatalogue catalogue = TestIdentifiers();
  for (unsigned query = 0; query < 64; ++query) {
    for (unsigned candidate = 0; candidate < 64; ++candidate) {
      const auto ids = some(candidate, false);
      const IdentifierList held(ids.begin(), ids.end());
      for (const bool mistyped : {false, true}) {
        const IdentifierFinding found = CompareIdentifiers(catalogue, some(query, mistyped), held);
        absl::StrAppend(&answers, static_cast<int>(found.evidence), found.query, found.candidate,
                        ";");
      }
    }
  }
  EXPECT_EQ(kIdentityRules, 1);
  EXPECT_EQ(ToHex(Sha256(answers)),
            "c078db2b37633fd5402e9191114560f1be222f06fb3505764d673d3c4d9a82c2")
      << "identifiers are judged otherwise: raise kIdentityRules, and write both here anew";
}

TEST(MatcherVersionTest, NamesMatcherAndCatalogue) {
  const std::string table = "code,title,identifying\nGB-COH,Companies House,true\n";
  const auto version = [](const std::string& csv) {
    return MatcherVersion(matching::TestMatcher(), IdentifierCatalogue::FromCsv(csv).value());
  };
  EXPECT_EQ(version(table), version(table));
  EXPECT_NE(version(table), version(table + "XI-LEI,Legal entity identifier,true\n"));
  EXPECT_TRUE(absl::StartsWith(version(table), matching::TestMatcher().version() + " identity/1 "));
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
