#include "services/metrics/state_metrics.h"

#include <string>

#include "evidence/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "prometheus/text_serializer.h"
#include "storage/memory/in_memory_evidence_log.h"

namespace probity::metrics {
namespace {

using ::testing::HasSubstr;

// What is shown of a log of which acts 1 and 2 began ten seconds apart.
TEST(OpenActsTest, AreCountedAndTheOldestTellsItsAge) {
  int64_t now_us = evidence::kTestTime;
  storage::InMemoryEvidenceLog log(evidence::TestKey(0), "the log's own id",
                                   [&now_us] { return now_us; });
  const auto append = [&log](const std::string& name, const std::string& ends) {
    log.AppendAct({name, "core", {}, ends},
                  [](const auto& recorded) { EXPECT_TRUE(recorded.ok()) << recorded.status(); });
  };
  const auto shown = [&] {
    Scrape scrape;
    AddOpenActs(log, absl::FromUnixMicros(now_us), &scrape);
    return prometheus::TextSerializer().Serialize(scrape.Take());
  };
  EXPECT_THAT(shown(), HasSubstr("\nprobity_acts_open 0\n"));
  EXPECT_THAT(shown(), HasSubstr("\nprobity_act_open_seconds 0\n"));
  append("acts/1", "");
  now_us += 10000000;
  append("authorities/a/acts/2", "");
  now_us += 5000000;
  EXPECT_THAT(shown(), HasSubstr("\nprobity_acts_open 2\n"));
  EXPECT_THAT(shown(), HasSubstr("\nprobity_act_open_seconds 15\n"));
  append("acts/1-end", "acts/1");
  EXPECT_THAT(shown(), HasSubstr("\nprobity_acts_open 1\n"));
  EXPECT_THAT(shown(), HasSubstr("\nprobity_act_open_seconds 5\n"));
  now_us -= 60000000;
  EXPECT_THAT(shown(), HasSubstr("\nprobity_act_open_seconds 0\n")) << "a clock that was set back";
}

}  // namespace
}  // namespace probity::metrics
