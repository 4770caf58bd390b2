#include "services/metrics/event_metrics.h"

#include "gmock/gmock.h"
#include "prometheus/text_serializer.h"

namespace probity::metrics {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class EventMetricsTest : public ::testing::Test {
 protected:
  std::string Text() { return prometheus::TextSerializer().Serialize(registry_.Collect()); }
  prometheus::Registry registry_;
};

TEST_F(EventMetricsTest, CountsVerdictsRulesAndScores) {
  DecisionMetrics metrics(registry_, {"EU-1"});
  EXPECT_THAT(Text(), HasSubstr("probity_decisions_total{verdict=\"BLOCK\"} 0"));
  screening::DecisionTraits traits;
  traits.verdict = v1::VERDICT_BLOCK;
  traits.rules = {{"EU-1", v1::RULE_EFFECT_BLOCK}, {"Anna Example", v1::RULE_EFFECT_REVIEW}};
  traits.best_score = 0.72;
  metrics.Recorded(traits);
  traits.best_score.reset();
  metrics.Recorded(traits);
  const std::string text = Text();
  EXPECT_THAT(text, HasSubstr("probity_decisions_total{verdict=\"BLOCK\"} 2"));
  EXPECT_THAT(text, HasSubstr("probity_decisions_total{verdict=\"CLEAR\"} 0"));
  EXPECT_THAT(text, HasSubstr("probity_match_score_count 1"));
  EXPECT_THAT(text, HasSubstr("probity_match_score_bucket{le=\"0.7\"} 0"));
  EXPECT_THAT(text, HasSubstr("probity_match_score_bucket{le=\"0.75\"} 1"));
  // Labels come in any order.
  EXPECT_THAT(text, HasSubstr("rule=\"EU-1\""));
  EXPECT_THAT(text, HasSubstr("rule=\"other\""));
  // What a user named a rule stays in his policy.
  EXPECT_THAT(text, Not(HasSubstr("Anna")));
}

TEST_F(EventMetricsTest, CountsRowsOfLoadsThatEnded) {
  LoadMetrics metrics(registry_);
  EXPECT_THAT(Text(), HasSubstr("probity_load_rows_total{outcome=\"refused\"} 0"));
  v1::Load load;
  load.set_state(v1::LOAD_STATE_COMMITTED);
  load.mutable_counts()->set_rows_read(10);
  load.mutable_counts()->set_refused(3);
  metrics.Ended(load);
  load.set_state(v1::LOAD_STATE_EXPIRED);
  load.clear_counts();
  metrics.Ended(load);
  const std::string text = Text();
  EXPECT_THAT(text, HasSubstr("probity_load_rows_total{outcome=\"refused\"} 3"));
  EXPECT_THAT(text, HasSubstr("probity_load_rows_total{outcome=\"accepted\"} 7"));
  EXPECT_THAT(text, HasSubstr("probity_loads_ended_total{state=\"COMMITTED\"} 1"));
  EXPECT_THAT(text, HasSubstr("probity_loads_ended_total{state=\"EXPIRED\"} 1"));
  EXPECT_THAT(text, HasSubstr("probity_loads_ended_total{state=\"FAILED\"} 0"));
}

}  // namespace
}  // namespace probity::metrics
