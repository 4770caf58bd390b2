// What a load would change, through the public API: who sees what of it.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "services/server/portfolio_testing.h"

namespace probity::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The list without the flag that bars the kilns.
constexpr char kWithoutBar[] =
    "{\"key\": \"vessel\", \"supplier\": {\"names\": [{\"text\": \"Quarrelsome Heron "
    "Fisheries\"}]}}\n";

class PreviewTest : public PortfolioTest {
 protected:
  void SetUp() override {
    PortfolioTest::SetUp();
    for (const char* token : {kBob, kAnn}) {
      token_ = token;
      v1::ActivatePolicyRequest activate;
      activate.set_name("policies/test");
      activate.set_label(v1::POLICY_LABEL_STABLE);
      Ask(&Policies::ActivatePolicy, activate);
      PutPortfolio();
      PutMembers(Member("bad", Numbered("01234567")));
    }
    PutMembers(Member("good", Numbered("04830352")));
    decision_ = Screen(Numbered("01234567")).decision().name();
  }

  // A load of the list, previewed.
  std::string Previewed(const std::string& text) {
    const std::string load = OpenLoad("list", "probity-jsonl");
    uint64_t committed = 0;
    EXPECT_TRUE(Send(load, 0, text, &committed).ok());
    v1::PreviewLoadRequest preview;
    preview.set_name(load);
    v1::Load now = Ask(&DataStub::PreviewLoad, preview);
    v1::GetLoadRequest get;
    get.set_name(load);
    Until("the preview", [&] {
      now = Ask(&DataStub::GetLoad, get);
      return now.state() != v1::LOAD_STATE_PREVIEWING;
    });
    EXPECT_EQ(now.state(), v1::LOAD_STATE_PREVIEWED) << now.DebugString();
    return load;
  }

  v1::GetLoadPreviewResponse PreviewOf(const std::string& load, int page_size = 0,
                                       const std::string& token = "") {
    v1::GetLoadPreviewRequest request;
    request.set_load(load);
    request.set_page_size(page_size);
    request.set_page_token(token);
    return Ask(&DataStub::GetLoadPreview, request);
  }

  static std::vector<std::string> SubjectsOf(const v1::GetLoadPreviewResponse& read) {
    std::vector<std::string> subjects;
    for (const v1::LoadImpact& impact : read.impacts()) {
      subjects.push_back(impact.member() + impact.decision());
    }
    return subjects;
  }

  std::string decision_;
};

TEST_F(PreviewTest, EachSeesWhatItWouldDoToItsOwn) {
  const std::string load = Previewed(kWithoutBar);
  const std::string bad = "/portfolios/textiles/members/bad";
  v1::GetLoadPreviewResponse read = PreviewOf(load);
  EXPECT_EQ(read.preview().load(), load);
  EXPECT_EQ(read.preview().counts().removed(), 2U);
  EXPECT_EQ(read.preview().members_evaluated(), 3U);
  EXPECT_EQ(read.preview().members_changing(), 1U);
  EXPECT_EQ(read.preview().members_of_others_changing(), 1U);
  EXPECT_EQ(read.preview().decisions_evaluated(), 1U);
  EXPECT_EQ(read.preview().decisions_changing(), 1U);
  EXPECT_EQ(read.preview().lifted(), 2U);
  ASSERT_THAT(SubjectsOf(read), ElementsAre(decision_, "authorities/a" + bad));
  for (const v1::LoadImpact& impact : read.impacts()) {
    EXPECT_TRUE(impact.lifted());
    EXPECT_EQ(impact.before().verdict(), v1::VERDICT_BLOCK);
    EXPECT_EQ(impact.display_name(), "Brackish Kilns Ltd");
    EXPECT_THAT(impact.records(), ElementsAre("datasets/list/records/bar"));
  }
  ASSERT_GT(read.biggest_changes_size(), 0);
  EXPECT_EQ(read.biggest_changes(0).record(), "datasets/list/records/bar");
  EXPECT_EQ(read.biggest_changes(0).kind(), v1::RECORD_CHANGE_KIND_REMOVED);

  token_ = kBob;
  read = PreviewOf(load);
  EXPECT_THAT(SubjectsOf(read), ElementsAre("authorities/b" + bad));
  EXPECT_EQ(read.preview().members_changing(), 1U);
  EXPECT_EQ(read.preview().members_of_others_changing(), 1U);
  EXPECT_EQ(read.preview().decisions_evaluated(), 0U);
  EXPECT_EQ(read.DebugString().find("authorities/a"), std::string::npos);
}

TEST_F(PreviewTest, NothingIsDoneToAnybody) {
  AwaitWeighed();
  std::string cursor;
  Changes(&cursor);
  const std::string load = Previewed(kWithoutBar);
  EXPECT_THAT(Changes(&cursor), IsEmpty());
  EXPECT_EQ(Screen(Numbered("01234567")).decision().core().verdict(), v1::VERDICT_BLOCK);
  v1::AbortLoadRequest abort;
  abort.set_name(load);
  Ask(&DataStub::AbortLoad, abort);
  v1::GetLoadPreviewRequest request;
  request.set_load(load);
  EXPECT_EQ(Refusal(&DataStub::GetLoadPreview, request), "LOAD_STATE");
}

TEST_F(PreviewTest, PageByPage) {
  const std::string load = Previewed(kWithoutBar);
  const v1::GetLoadPreviewResponse first = PreviewOf(load, 1);
  EXPECT_THAT(SubjectsOf(first), ElementsAre(decision_));
  const v1::GetLoadPreviewResponse second = PreviewOf(load, 1, first.next_page_token());
  EXPECT_THAT(SubjectsOf(second), ElementsAre("authorities/a/portfolios/textiles/members/bad"));
  EXPECT_THAT(second.biggest_changes(), IsEmpty());
  EXPECT_EQ(second.next_page_token(), "");
  v1::GetLoadPreviewRequest request;
  request.set_load(load);
  request.set_page_token(first.next_page_token());
  token_ = kBob;
  EXPECT_EQ(Refusal(&DataStub::GetLoadPreview, request), "INVALID_PAGE_TOKEN");
  request.clear_page_token();
  request.set_page_size(1001);
  EXPECT_EQ(Refusal(&DataStub::GetLoadPreview, request), "LIMIT_EXCEEDED");
}

TEST_F(PreviewTest, ALoadThatWasNotPreviewed) {
  v1::GetLoadPreviewRequest request;
  request.set_load(OpenLoad("list", "probity-jsonl"));
  EXPECT_EQ(Refusal(&DataStub::GetLoadPreview, request), "LOAD_STATE");
  request.set_load("datasets/list/loads/none");
  EXPECT_EQ(Refusal(&DataStub::GetLoadPreview, request), "LOAD_NOT_FOUND");
  request.set_load("datasets/none/loads/none");
  EXPECT_EQ(Refusal(&DataStub::GetLoadPreview, request), "LOAD_NOT_FOUND");
  request.set_load("list");
  EXPECT_EQ(Refusal(&DataStub::GetLoadPreview, request), "INVALID_FIELD");
}

}  // namespace
}  // namespace probity::server
