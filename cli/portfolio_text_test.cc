#include "cli/portfolio_text.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace probity::cli {
namespace {

TEST(PortfolioTextTest, NamesMayBeShort) {
  EXPECT_EQ(*ParsePortfolio("textiles"), "portfolios/textiles");
  EXPECT_EQ(*ParsePortfolio("portfolios/textiles"), "portfolios/textiles");
  EXPECT_EQ(*ParsePortfolio("authorities/a/portfolios/t"), "authorities/a/portfolios/t");
  EXPECT_FALSE(ParsePortfolio("").ok());
  EXPECT_EQ(ShortName("authorities/a/portfolios/t"), "t");
  EXPECT_EQ(ShortName("authorities/a/portfolios/t/members/0007"), "t/0007");
  EXPECT_EQ(ShortName("portfolios/t/members/0007"), "t/0007");
}

TEST(PortfolioTextTest, EveryNumberHasAnIdOfItsOwn) {
  std::set<std::string> ids;
  const std::vector<std::pair<std::string, std::string>> numbers = {
      {"0007", "0007"},           {"7", "7"},       {"4711/A", "4711~2FA"},
      {"4711~2FA", "4711~7E2FA"}, {"a b", "a~20b"}, {"A.b-c_d", "A.b-c_d"},
      {"\xc3\xa4", "~C3~A4"},     {"", ""}};
  for (const auto& [number, id] : numbers) {
    EXPECT_EQ(MemberId(number), id);
    ids.insert(MemberId(number));
  }
  EXPECT_EQ(ids.size(), numbers.size());
}

TEST(PortfolioTextTest, AnEventIsOneLine) {
  const auto describe = [](const std::string& text) {
    v1::VerdictChange change;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &change)) << text;
    return DescribeChange(change);
  };
  EXPECT_EQ(
      describe("id: 14 kind: CHANGE_KIND_VERDICT cause: CHANGE_CAUSE_DATA changed_dataset: "
               "'datasets/list' portfolio: 'authorities/a/portfolios/t' member: "
               "'authorities/a/portfolios/t/members/0007' revision: 12 day { year: 2026 month: 11 "
               "day: 26 } before { verdict: VERDICT_CLEAR risk: RISK_STATE_NONE_FOUND } after { "
               "verdict: "
               "VERDICT_BLOCK risk: RISK_STATE_BINDING_GROUND rule_ids: 'T-BAR' }"),
      "2026-11-26  t/0007  CLEAR -> BLOCK  risk none found -> binding ground; rules T-BAR  (new "
      "data in "
      "datasets/list, revision 12, event 14)");
  EXPECT_EQ(
      describe("id: 15 kind: CHANGE_KIND_SOURCE_STALE cause: CHANGE_CAUSE_DATE portfolio: "
               "'portfolios/t' dataset: 'datasets/list' revision: 12 day { year: 2026 month: "
               "12 day: 1 }"),
      "2026-12-01  t  datasets/list is too old or missing: every CLEAR counts as REVIEW until "
      "it is loaded  (a day came, revision 12, event 15)");
  EXPECT_EQ(describe("id: 16 kind: CHANGE_KIND_VERDICT cause: CHANGE_CAUSE_POLICY member: "
                     "'portfolios/t/members/1' after { verdict: VERDICT_REVIEW policy: "
                     "'policies/p/versions/2' error { reason: 'SUPPLIER_NOT_FOUND' message: "
                     "'gone\\nnow' } }"),
            "  t/1  UNSPECIFIED -> REVIEW  SUPPLIER_NOT_FOUND: gone now  (policy "
            "policies/p/versions/2, revision 0, event 16)");
  EXPECT_EQ(describe("id: 17 kind: CHANGE_KIND_DECISIONS_CITED cause: CHANGE_CAUSE_DATA "
                     "changed_dataset: 'datasets/list' revision: 12 day { year: 2026 month: 12 "
                     "day: 1 }"),
            "2026-12-01  recorded decisions cite what changed: probity dataset affected --revision "
            "12  (new data in datasets/list, revision 12, event 17)");
}

}  // namespace
}  // namespace probity::cli
