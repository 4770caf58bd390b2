#include "storage/redaction_journal.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/errors.h"
#include "base/tables.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"

namespace probity::storage {
namespace {

using ::testing::HasSubstr;

v1::RedactionLine Line(const std::string& id, bool approved = false) {
  v1::RedactionLine line;
  line.set_authority("authorities/a");
  line.mutable_redaction()->set_name("redactions/" + id);
  line.mutable_redaction()->set_record("datasets/d/records/" + id);
  if (approved) line.mutable_redaction()->mutable_approved_at()->set_seconds(1);
  return line;
}

class RedactionJournalTest : public ::testing::Test {
 protected:
  RedactionJournalTest() {
    directory_ = ::testing::TempDir() + "/journal-XXXXXX";
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    path_ = directory_ + "/REDACTIONS";
  }
  ~RedactionJournalTest() override { std::filesystem::remove_all(directory_); }

  std::unique_ptr<RedactionJournal> Open() { return RedactionJournal::Open(path_).value(); }
  void Write(const std::string& bytes) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
  }

  std::string directory_, path_;
};

TEST_F(RedactionJournalTest, KeepsLinesInOrderAndTheLastStateOfEach) {
  {
    auto journal = Open();
    EXPECT_TRUE(journal->Lines().empty());
    ASSERT_TRUE(journal->Append({Line("1")}).ok());
    ASSERT_TRUE(journal->Append({Line("2", true)}).ok());
    ASSERT_TRUE(journal->Append({Line("1", true)}).ok());
  }
  for (int round = 0; round < 2; ++round) {
    auto journal = Open();
    ASSERT_EQ(journal->Lines().size(), 2u);
    EXPECT_EQ(journal->Lines()[0].DebugString(), Line("1", true).DebugString());
    EXPECT_EQ(journal->Find("redactions/2")->DebugString(), Line("2", true).DebugString());
    EXPECT_FALSE(journal->Find("redactions/3").has_value());
  }
}

TEST_F(RedactionJournalTest, OnlyWhatIsApprovedIsARule) {
  auto journal = Open();
  ASSERT_TRUE(journal->Append({Line("1")}).ok());
  ASSERT_TRUE(journal->Append({Line("2", true)}).ok());
  const RedactionRulesPtr rules = journal->Rules();
  EXPECT_EQ(rules->Find("d", "1"), nullptr);
  ASSERT_NE(rules->Find("d", "2"), nullptr);
  EXPECT_EQ(rules->Find("d", "2")->front().redaction, "redactions/2");
}

// Whatever a power cut leaves of the last line, the lines before it stand, and the
// journal goes on.
TEST_F(RedactionJournalTest, AnUnfinishedLineIsCutOff) {
  ASSERT_TRUE(Open()->Append({Line("1")}).ok());
  const std::string whole = ReadFile(path_).value();
  ASSERT_TRUE(Open()->Append({Line("2")}).ok());
  const std::string longer = ReadFile(path_).value();
  for (size_t cut = 0; cut < longer.size(); ++cut) {
    Write(longer.substr(0, cut));
    auto journal = RedactionJournal::Open(path_);
    ASSERT_TRUE(journal.ok()) << cut << ": " << journal.status();
    ASSERT_EQ((*journal)->Lines().size(), cut < whole.size() ? 0u : 1u) << cut;
    ASSERT_TRUE((*journal)->Append({Line("3")}).ok());
    ASSERT_TRUE(Open()->Find("redactions/3").has_value()) << cut;
  }
}

TEST_F(RedactionJournalTest, HarmedBytesBeforeTheLastLineAreRefused) {
  ASSERT_TRUE(Open()->Append({Line("1")}).ok());
  const size_t first = ReadFile(path_).value().size();
  ASSERT_TRUE(Open()->Append({Line("2")}).ok());
  const std::string whole = ReadFile(path_).value();
  for (const size_t at : {size_t{0}, size_t{9}, size_t{10}, size_t{13}, size_t{14}, size_t{18},
                          size_t{26}, first - 1, first}) {
    std::string harmed = whole;
    harmed[at] ^= 1;
    Write(harmed);
    const absl::Status refused = RedactionJournal::Open(path_).status();
    EXPECT_EQ(ReasonOf(refused), probity::v1::ERROR_REASON_STORE_CORRUPT) << at;
    EXPECT_THAT(std::string(refused.message()), HasSubstr(path_));
    EXPECT_EQ(ReadFile(path_).value(), harmed) << "nothing was written";
  }
}

TEST_F(RedactionJournalTest, MergingAddsWhatIsFurther) {
  auto older = Open();
  ASSERT_TRUE(older->Append({Line("both", true)}).ok());
  ASSERT_TRUE(older->Append({Line("only")}).ok());
  auto newer = RedactionJournal::Open(directory_ + "/other").value();
  ASSERT_TRUE(newer->Append({Line("both")}).ok());
  ASSERT_TRUE(newer->Append({Line("new", true)}).ok());
  ASSERT_TRUE(MergeRedactions(*older, newer.get()).ok());
  EXPECT_EQ(newer->Lines().size(), 3u);
  EXPECT_NE(newer->Rules()->Find("d", "both"), nullptr);
  EXPECT_NE(newer->Rules()->Find("d", "new"), nullptr);
  ASSERT_TRUE(MergeRedactions(*older, newer.get()).ok());
  EXPECT_EQ(newer->Lines().size(), 3u);
}

}  // namespace
}  // namespace probity::storage
