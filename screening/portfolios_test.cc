// Names of portfolios and members, and what is stored under them.
#include "screening/portfolios.h"

#include <string>
#include <vector>

#include "base/errors.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "policy/testing.h"
#include "storage/change_set.h"
#include "storage/memory/in_memory_store.h"
#include "storage/own_datasets.h"
#include "storage/testing/builders.h"

namespace probity::screening {
namespace {

using policy::Parse;
using ::testing::ElementsAre;

constexpr char kAuthority[] = "authorities/a";

TEST(PortfolioNamesTest, AreReadForTheirOwnAuthorityAlone) {
  struct Case {
    std::string authority;
    std::string name;
    std::string whole;  // or the reason why not
  };
  const std::string longest = "a" + std::string(62, '9');
  for (const Case& one :
       std::vector<Case>{{kAuthority, "portfolios/p-1", "authorities/a/portfolios/p-1"},
                         {kAuthority, "authorities/a/portfolios/p", "authorities/a/portfolios/p"},
                         {"", "portfolios/p", "portfolios/p"},
                         {"", "portfolios/" + longest, "portfolios/" + longest},
                         {"", "portfolios/" + longest + "9", "INVALID_FIELD"},
                         {"", "authorities/a/portfolios/p", "PORTFOLIO_NOT_FOUND"},
                         {kAuthority, "authorities/b/portfolios/p", "PORTFOLIO_NOT_FOUND"},
                         {kAuthority, "portfolios/P", "INVALID_FIELD"},
                         {kAuthority, "portfolios/1p", "INVALID_FIELD"},
                         {kAuthority, "portfolios/", "INVALID_FIELD"},
                         {kAuthority, "portfolios/p/members/m", "INVALID_FIELD"},
                         {kAuthority, "textiles", "INVALID_FIELD"},
                         {kAuthority, "", "INVALID_FIELD"}}) {
    const auto ref = ReadPortfolioName(one.authority, "name", one.name);
    EXPECT_EQ(ref.ok() ? ref->Name(one.authority) : ReasonName(ReasonOf(ref.status())), one.whole)
        << one.name;
  }
}

TEST(PortfolioNamesTest, MembersAreNamedBelowTheirPortfolio) {
  const std::string longest(128, 'Z');
  for (const auto& [name, whole] : std::vector<std::pair<std::string, std::string>>{
           {"portfolios/p/members/0-_.~aZ", "authorities/a/portfolios/p/members/0-_.~aZ"},
           {"authorities/a/portfolios/p/members/1", "authorities/a/portfolios/p/members/1"},
           {"portfolios/p/members/" + longest, "authorities/a/portfolios/p/members/" + longest},
           {"portfolios/p/members/" + longest + "Z", "INVALID_FIELD"},
           {"authorities/b/portfolios/p/members/1", "PORTFOLIO_NOT_FOUND"},
           {"portfolios/p/members/a b", "INVALID_FIELD"},
           {"portfolios/p/members/a/b", "INVALID_FIELD"},
           {"portfolios/p/members/", "INVALID_FIELD"},
           {"portfolios/p", "INVALID_FIELD"}}) {
    const auto ref = ReadMemberName(kAuthority, "name", name);
    EXPECT_EQ(ref.ok() ? ref->Name(kAuthority) : ReasonName(ReasonOf(ref.status())), whole) << name;
  }
}

// Every id has a key of its own, so that no two records meet.
TEST(PortfolioNamesTest, KeysDiffer) {
  EXPECT_EQ((PortfolioRef{"p", ""}.Key()), "p");
  EXPECT_EQ((PortfolioRef{"p", "1"}.Key()), "p|1");
  EXPECT_NE((PortfolioRef{"p-1", "1"}.Key()), (PortfolioRef{"p", "1-1"}.Key()));
}

TEST(PortfoliosTest, AreFoundWithTheirMembers) {
  storage::InMemoryStore store(TestIdentifiers(), "0123456789abcdef");
  const auto own = storage::OwnDataset(v1::DATASET_KIND_PORTFOLIOS, kAuthority);
  auto made = storage::NewDatasetChangeSet(*store.Head(kAuthority), own);
  ASSERT_TRUE(store.Publish(*made, {}).ok());
  storage::testing::TestLoad load{std::string(storage::BareDatasetId(own.name()))};
  load.authority = kAuthority;
  const auto name = [](const std::string& rest) { return "name: 'authorities/a/" + rest + "'"; };
  for (const auto& [key, body] : std::vector<std::pair<std::string, std::string>>{
           {"p", "portfolio { " + name("portfolios/p") + " }"},
           {"q", "portfolio { " + name("portfolios/q") + " }"},
           {"p|2", "portfolio_member { " + name("portfolios/p/members/2") + " }"},
           {"p|10", "portfolio_member { " + name("portfolios/p/members/10") + " }"},
           {"q|1", "portfolio_member { " + name("portfolios/q/members/1") + " }"}}) {
    load.records.push_back(Parse<v1::Record>("key: '" + key + "' " + body));
  }
  ASSERT_TRUE(storage::testing::Load(&store, load).ok());
  const auto view = store.Head(kAuthority);
  std::vector<std::string> keys;
  const auto note = [&keys](const std::string& key) {
    keys.push_back(key);
    return true;
  };
  ASSERT_TRUE(ForEachPortfolioKey(*view, note).ok());
  ASSERT_TRUE(ForEachMemberKey(*view, {"p", ""}, note).ok());
  EXPECT_THAT(keys, ElementsAre("p", "q", "p|10", "p|2"));
  EXPECT_EQ((*FindPortfolio(*view, {"p", "2"}))->name(), "authorities/a/portfolios/p");
  EXPECT_EQ((*FindMember(*view, {"p", "2"}))->name(), "authorities/a/portfolios/p/members/2");
  EXPECT_FALSE((*FindMember(*view, {"p", "3"})).has_value());
  EXPECT_FALSE((*FindPortfolio(*store.Head("authorities/b"), {"p", ""})).has_value());
}

TEST(PortfoliosTest, AMemberIsAskedAboutForThePurchaseOfItsPortfolioOrItsOwn) {
  const auto portfolio = Parse<v1::Portfolio>("policy: 'policies/p' purchase { procedure: 'all' }");
  auto member = Parse<v1::PortfolioMember>("subject { name: 'N' }");
  EXPECT_EQ(RequestOf(portfolio, member).purchase().procedure(), "all");
  EXPECT_EQ(RequestOf(portfolio, member).policy(), "policies/p");
  EXPECT_EQ(RequestOf(portfolio, member).subject().name(), "N");
  member.mutable_purchase()->set_procedure("one");
  EXPECT_EQ(RequestOf(portfolio, member).purchase().procedure(), "one");
}

}  // namespace
}  // namespace probity::screening
