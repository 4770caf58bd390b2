// What is kept of a preview, and who reads what of it.
#include "services/dataset/stored_preview.h"

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "gmock/gmock.h"

namespace probity::dataset {
namespace {

using screening::Impact;
using screening::PreviewResult;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Impact Member(const std::string& authority, int i, bool lifted) {
  Impact impact;
  impact.authority = authority;
  impact.shown.set_member(
      absl::StrCat(authority, authority.empty() ? "" : "/", "portfolios/p/members/m", i));
  impact.shown.set_display_name(absl::StrCat("Firm ", i, " of ", authority));
  impact.shown.set_lifted(lifted);
  return impact;
}

class StoredPreviewTest : public ::testing::Test {
 protected:
  StoredPreviewTest() : directory_(::testing::TempDir() + "/preview-XXXXXX") {
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    load_.set_name("datasets/d/loads/l");
    load_.mutable_counts()->set_added(7);
    result_.base_revision = 42;
    result_.members_evaluated = 100;
    result_.lifted = 2;
    result_.impacts = {Member("", 0, false), Member("authorities/x", 1, true),
                       Member("authorities/x", 2, true), Member("authorities/x", 3, false)};
    result_.counts[""].members_changing = 1;
    result_.counts["authorities/w"].decisions_evaluated = 5;
    result_.counts["authorities/x"] = {3, 9, 0};
    biggest_.emplace_back().set_record("datasets/d/records/k");
    Write();
  }

  void Write() {
    const absl::Status written = WritePreview(directory_, load_, result_, biggest_);
    ASSERT_TRUE(written.ok()) << written;
  }

  // The names of all pages, each with a bar behind it.
  std::string ReadAll(const std::string& authority, size_t size) {
    std::string names;
    PreviewPage page{0, size};
    while (true) {
      v1::GetLoadPreviewResponse read;
      auto next = ReadPreview(directory_, authority, page, &read);
      EXPECT_TRUE(next.ok()) << next.status();
      for (const v1::LoadImpact& impact : read.impacts()) {
        absl::StrAppend(&names, impact.member().substr(impact.member().rfind('/') + 1), " ");
      }
      names += "| ";
      EXPECT_EQ(read.biggest_changes_size(), page.begin == 0 ? 1 : 0);
      if (!next.ok() || !next->has_value()) return names;
      page.begin = **next;
    }
  }

  std::string directory_;
  v1::Load load_;
  PreviewResult result_;
  std::vector<v1::RecordChange> biggest_;
};

TEST_F(StoredPreviewTest, EachSeesItsOwnAndCountsTheOthers) {
  struct Row {
    std::string authority;
    uint64_t own, others, decisions;
    std::string names;
  };
  for (const Row& row : std::vector<Row>{{"", 1, 3, 0, "m0 | "},
                                         {"authorities/w", 0, 4, 5, "| "},
                                         {"authorities/x", 3, 1, 9, "m1 m2 m3 | "},
                                         {"authorities/stranger", 0, 4, 0, "| "}}) {
    SCOPED_TRACE(row.authority);
    v1::GetLoadPreviewResponse read;
    auto next = ReadPreview(directory_, row.authority, {0, 100}, &read);
    ASSERT_TRUE(next.ok()) << next.status();
    EXPECT_FALSE(next->has_value());
    EXPECT_EQ(read.preview().load(), "datasets/d/loads/l");
    EXPECT_EQ(read.preview().base_revision(), 42U);
    EXPECT_EQ(read.preview().counts().added(), 7U);
    EXPECT_EQ(read.preview().members_evaluated(), 100U);
    EXPECT_EQ(read.preview().lifted(), 2U);
    EXPECT_EQ(read.preview().members_changing(), row.own);
    EXPECT_EQ(read.preview().members_of_others_changing(), row.others);
    EXPECT_EQ(read.preview().decisions_evaluated(), row.decisions);
    EXPECT_EQ(ReadAll(row.authority, 100), row.names);
    // Nothing of anybody else, wherever it might stand.
    for (const Impact& impact : result_.impacts) {
      const bool own = impact.authority == row.authority;
      EXPECT_EQ(read.DebugString().find(impact.shown.display_name()) != std::string::npos, own);
    }
  }
}

TEST_F(StoredPreviewTest, PagesOfEachSize) {
  EXPECT_EQ(ReadAll("authorities/x", 1), "m1 | m2 | m3 | ");
  EXPECT_EQ(ReadAll("authorities/x", 2), "m1 m2 | m3 | ");
  EXPECT_EQ(ReadAll("authorities/x", 3), "m1 m2 m3 | ");
}

TEST_F(StoredPreviewTest, IsReplacedWhole) {
  result_.impacts.clear();
  result_.counts.clear();
  result_.base_revision = 43;
  Write();
  v1::GetLoadPreviewResponse read;
  ASSERT_TRUE(ReadPreview(directory_, "authorities/x", {0, 100}, &read).ok());
  EXPECT_EQ(read.preview().base_revision(), 43U);
  EXPECT_THAT(read.impacts(), IsEmpty());
}

TEST_F(StoredPreviewTest, NothingIsStored) {
  v1::GetLoadPreviewResponse read;
  EXPECT_TRUE(absl::IsNotFound(ReadPreview(directory_ + "/none", "", {0, 1}, &read).status()));
}

TEST_F(StoredPreviewTest, APageThatIsNotThere) {
  v1::GetLoadPreviewResponse read;
  for (const uint64_t begin : {uint64_t{1} << 40, uint64_t{100000}}) {
    EXPECT_EQ(ReasonOf(ReadPreview(directory_, "authorities/x", {begin, 1}, &read).status()),
              v1::ERROR_REASON_INVALID_PAGE_TOKEN);
  }
}

// A torn file is told, wherever it was torn; it never gives half an impact.
TEST_F(StoredPreviewTest, ATornFileIsTold) {
  std::string whole;
  {
    std::ifstream file(directory_ + "/preview", std::ios::binary);
    whole.assign(std::istreambuf_iterator<char>(file), {});
  }
  ASSERT_GT(whole.size(), 100U);
  for (size_t size = 0; size < whole.size(); ++size) {
    std::ofstream(directory_ + "/preview", std::ios::binary | std::ios::trunc)
        << whole.substr(0, size);
    v1::GetLoadPreviewResponse read;
    const auto next = ReadPreview(directory_, "authorities/x", {0, 100}, &read);
    EXPECT_EQ(ReasonOf(next.status()), v1::ERROR_REASON_STORE_CORRUPT) << size;
  }
}

}  // namespace
}  // namespace probity::dataset
