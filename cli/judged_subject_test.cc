#include "cli/judged_subject.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::cli {
namespace {

TEST(JudgedSubjectTest, IsReadAndShownAlike) {
  for (const char* text :
       {"suppliers/s1", "vendor:SAP/1000/0007", "vendor:SAP//0007", "GB-COH:04830352"}) {
    const auto subject = ParseJudged(text);
    ASSERT_TRUE(subject.ok()) << text << ": " << subject.status();
    EXPECT_EQ(JudgedText(*subject), text);
  }
  v1::JudgedSubject query;
  query.set_query_digest("digest");
  EXPECT_EQ(JudgedText(query), "a question by name");
}

TEST(JudgedSubjectTest, ARecordIsNoSubject) {
  EXPECT_THAT(ParseJudged("datasets/d/records/r").status().message(),
              ::testing::HasSubstr("name its supplier"));
  EXPECT_FALSE(ParseJudged("nonsense").ok());
}

}  // namespace
}  // namespace probity::cli
