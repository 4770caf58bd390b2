#include "cli/completion.h"

#include <sstream>

#include "cli/app.h"
#include "cli/command.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using ::testing::Not;

class CompletionTest : public ::testing::Test {
 protected:
  CompletionTest() : session_(Console{out_, out_}), app_({}, "probity") {
    AddCommands(app_, session_);
  }
  std::vector<std::string> Words(const std::vector<std::string>& words) {
    std::vector<std::string> found;
    for (const Candidate& candidate : Complete(app_, words).words) found.push_back(candidate.word);
    return found;
  }

  std::ostringstream out_;
  Session session_;
  Command app_;
};

TEST_F(CompletionTest, CompletesCommandsAndThoseBelow) {
  EXPECT_THAT(Words({"check"}), ElementsAre("check-cert", "check-audit", "check-store"));
  EXPECT_THAT(Words({"--json", "check-c"}), ElementsAre("check-cert"));
  EXPECT_THAT(Words({"--server", "localhost:1", "sea"}), ElementsAre("search"));
  EXPECT_THAT(Words({"dataset", "re"}), ElementsAre("revisions", "rejected"));
  EXPECT_THAT(Words({"help", "imp"}), ElementsAre("import"));
}

TEST_F(CompletionTest, CompletesOptionsOfTheCommandAndOfAll) {
  EXPECT_THAT(Words({"import", "--d"}), ElementsAre("--dataset", "--dry_run"));
  EXPECT_THAT(Words({"import", "--"}), IsSupersetOf({"--mapping", "--json", "--help"}));
  EXPECT_THAT(Words({"--ver"}), ElementsAre("--version"));
  EXPECT_THAT(Words({"import", "--", "--d"}), ElementsAre());
}

TEST_F(CompletionTest, CompletesValuesOfEnums) {
  EXPECT_THAT(Words({"import", "--mode", ""}), ElementsAre("full-edition", "delta", "backfill"));
  EXPECT_THAT(Words({"import", "--mode=d"}), ElementsAre("--mode=delta"));
  EXPECT_THAT(Words({"import", "--mode", "=", "d"}), ElementsAre("--mode=delta"));  // as bash does
  EXPECT_THAT(Words({"completion", "z"}), ElementsAre("zsh"));
}

TEST_F(CompletionTest, KnowsWhereFilesGo) {
  EXPECT_TRUE(Complete(app_, {"import", ""}).files);
  EXPECT_TRUE(Complete(app_, {"import", "a.csv", "b.csv", ""}).files);
  EXPECT_TRUE(Complete(app_, {"import", "--mapping", ""}).files);
  EXPECT_TRUE(Complete(app_, {"put", "audits", ""}).files);
  EXPECT_FALSE(Complete(app_, {"put", ""}).files);
  EXPECT_FALSE(Complete(app_, {"import", "--dataset", ""}).files);
  EXPECT_FALSE(Complete(app_, {"lookup", "GB-COH", ":", ""}).files);
}

TEST_F(CompletionTest, SaysWhatTheServerKnows) {
  EXPECT_EQ(Complete(app_, {"import", "--dataset", ""}).form, kDataset);
  EXPECT_EQ(Complete(app_, {"import", "--format", ""}).form, kFormat);
  EXPECT_EQ(Complete(app_, {"dataset", "loads", ""}).form, kDataset);
  EXPECT_EQ(Complete(app_, {"check-cert", "--scheme", "SA"}).form, kAccepted);
  EXPECT_EQ(Complete(app_, {"watch", "tex"}).form, kPortfolio);
  const Candidates joined = Complete(app_, {"import", "--dataset", "=", "aud"});
  EXPECT_EQ(joined.begun, "--dataset=aud");
  EXPECT_EQ(joined.prefix, "--dataset=");
}

TEST_F(CompletionTest, OffersNoCommandWhereAnArgumentStands) {
  EXPECT_THAT(Words({"lookup", ""}), Not(Contains("search")));
  EXPECT_THAT(Words({"help", "dataset", "re"}), ElementsAre("revisions", "rejected"));
}

}  // namespace
}  // namespace probity::cli
