#include "cli/progress.h"

#include <sstream>

#include "gtest/gtest.h"

namespace probity::cli {
namespace {

TEST(ProgressLineTest, SaysSpeedAndTimeLeft) {
  StepState state{"sending", 30'000'000, 100'000'000, 0, 10'000'000, 10};
  EXPECT_EQ(ProgressLine(state, /*bar=*/true),
            "sending     [######..............]   30 %  30.0 MB  2.0 MB/s  35 s left");
  EXPECT_EQ(ProgressLine(state, /*bar=*/false), "sending      30 %  30.0 MB  2.0 MB/s  35 s left");
}

TEST(ProgressLineTest, CountsRowsWhereThereAreSome) {
  StepState state{"reading", 50, 100, 1'200'000, 0, 300};
  EXPECT_EQ(ProgressLine(state, false),
            "reading      50 %  1,200,000 rows  4,000 rows/s  5 min left");
}

TEST(ProgressLineTest, PromisesNothingItCannotKnow) {
  EXPECT_EQ(ProgressLine({"sending", 5'000'000, 0, 0, 0, 1}, true), "sending     5.0 MB  5.0 MB/s");
  EXPECT_EQ(ProgressLine({"publishing", 0, 0, 0, 0, 3}, true), "publishing  3 s");
  EXPECT_EQ(ProgressLine({"sending", 0, 100, 0, 0, 0}, false), "sending       0 %");
  EXPECT_EQ(ProgressLine({"reading", 100, 100, 10, 0, 2}, false),
            "reading     100 %  10 rows  5 rows/s");
  // The time left counts from where a resumed file began: nothing moved yet.
  EXPECT_EQ(ProgressLine({"sending", 50, 100, 0, 50, 9}, false),
            "sending      50 %  0.0 MB  0.0 MB/s");
}

TEST(ProgressTest, WritesALinePerStepWhereThereIsNoTerminal) {
  std::ostringstream out, err;
  {
    const Console console{out, err};
    Progress progress(console);
    for (int i = 0; i < 100; ++i) progress.Show("sending", i, 100);
    progress.Show("reading", 0, 100, 1);
  }
  EXPECT_EQ(err.str(), "sending       0 %\nreading       0 %  1 rows\n");
}

TEST(ProgressTest, TakesItsBarOffTheScreen) {
  std::ostringstream out, err;
  Console console{out, err};
  console.progress = true;
  { Progress(console).Show("sending", 1, 2); }
  EXPECT_EQ(err.str().substr(err.str().size() - 4), "\r\x1b[K");
}

}  // namespace
}  // namespace probity::cli
