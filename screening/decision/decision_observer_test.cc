#include "screening/decision/decision_observer.h"

#include "base/text_proto.h"
#include "gmock/gmock.h"

namespace probity::screening {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

DecisionTraits Traits(const std::string& core, const std::string& bundle) {
  v1::DecisionCore of_core;
  v1::EvidenceBundle of_bundle;
  EXPECT_EQ(ReadTextProto(core, &of_core), "");
  EXPECT_EQ(ReadTextProto(bundle, &of_bundle), "");
  return TraitsOf(of_core, of_bundle);
}

TEST(DecisionTraitsTest, NamesEachRuleOnceWithItsGravestEffect) {
  const DecisionTraits traits = Traits(
      "verdict: VERDICT_BLOCK findings { rule_id: 'B' purchase_effect: RULE_EFFECT_REVIEW } "
      "findings { rule_id: 'B' purchase_effect: RULE_EFFECT_BLOCK } "
      "findings { rule_id: 'A' purchase_effect: RULE_EFFECT_NONE }",
      "");
  EXPECT_EQ(traits.verdict, v1::VERDICT_BLOCK);
  EXPECT_THAT(traits.rules,
              ElementsAre(Pair("A", v1::RULE_EFFECT_NONE), Pair("B", v1::RULE_EFFECT_BLOCK)));
  EXPECT_FALSE(traits.best_score.has_value());
}

TEST(DecisionTraitsTest, HasTheBestScoreOfAllSubjects) {
  const DecisionTraits traits =
      Traits("verdict: VERDICT_CLEAR",
             "subjects { candidates { score: 0.4 } candidates { score: 0.6 } } "
             "subjects { candidates { score: 0.5 } } subjects {}");
  EXPECT_EQ(*traits.best_score, 0.6);
}

}  // namespace
}  // namespace probity::screening
