// Portfolios and their members through the public API.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "probity/v1/vendor_service.grpc.pb.h"
#include "services/server/portfolio_testing.h"

namespace probity::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PortfolioApiTest : public PortfolioTest {
 protected:
  std::string RefusalToPut(const std::string& portfolio) {
    return Refusal(&Portfolios::PutPortfolio,
                   Parse<v1::PutPortfolioRequest>("portfolio { " + portfolio + " }"));
  }
  v1::GetPortfolioResponse Get(const std::string& name = kTextiles) {
    v1::GetPortfolioRequest request;
    request.set_name(name);
    return Ask(&Portfolios::GetPortfolio, request);
  }
  std::string RefusalToGet(const std::string& name) {
    v1::GetPortfolioRequest request;
    request.set_name(name);
    return Refusal(&Portfolios::GetPortfolio, request);
  }
  std::vector<std::string> Names(const std::string& request = "") {
    std::vector<std::string> names;
    const auto list = Ask(&Portfolios::ListPortfolios, Parse<v1::ListPortfoliosRequest>(request));
    for (const v1::Portfolio& one : list.portfolios()) names.push_back(one.name());
    return names;
  }
  static std::string ByName(const std::string& name) { return "subject { name: '" + name + "' } "; }
};

TEST_F(PortfolioApiTest, ArePutAndReadUnderTheirWholeNames) {
  const auto put = PutPortfolio("name: 'portfolios/textiles' title: 'Textiles' " + Bought());
  EXPECT_EQ(put.portfolio().name(), kTextiles);
  EXPECT_EQ(put.portfolio().set_by(), "ann");
  for (const char* name : {kTextiles, "portfolios/textiles"}) {
    const auto got = Get(name);
    EXPECT_EQ(got.portfolio().DebugString(), put.portfolio().DebugString());
    EXPECT_NE(got.status().cursor(), "");
  }
  // Equal is not written, other things replace it whole.
  const auto again =
      PutPortfolio("name: '" + std::string(kTextiles) + "' title: 'Textiles' " + Bought());
  EXPECT_EQ(again.stamp().revision().revision(), put.stamp().revision().revision());
  const auto other = PutPortfolio();
  EXPECT_GT(other.stamp().revision().revision(), put.stamp().revision().revision());
  EXPECT_EQ(Get().portfolio().title(), "");
  v1::GetPortfolioRequest before;
  before.set_name(kTextiles);
  *before.mutable_consistency()->mutable_at_exact_revision() = put.stamp().revision();
  EXPECT_EQ(Ask(&Portfolios::GetPortfolio, before).portfolio().title(), "Textiles");
}

TEST_F(PortfolioApiTest, AreRefusedWithTheFieldThatIsWrong) {
  struct Case {
    std::string portfolio;
    std::string reason, field;
  };
  const std::string named = "name: 'portfolios/p' ";
  for (const Case& one : std::vector<Case>{
           {Bought(), "INVALID_FIELD", "portfolio.name"},
           {"name: 'portfolios/Upper' " + Bought(), "INVALID_FIELD", "portfolio.name"},
           {"name: 'authorities/b/portfolios/p' " + Bought(), "PORTFOLIO_NOT_FOUND", ""},
           {named + "title: '" + std::string(201, 't') + "' " + Bought(), "LIMIT_EXCEEDED",
            "portfolio.title"},
           {named, "INVALID_FIELD", "portfolio.purchase"},
           {named + "purchase { authority_country: 'GB' }", "INVALID_FIELD", "purchase.purpose"},
           {named + "purchase { purpose: PURPOSE_AWARD }", "INVALID_FIELD",
            "purchase.authority_country"},
           {named + Bought("parties { role: PARTY_ROLE_MEMBER subject { ref { identifier { scheme: "
                           "'XX-NONE' value: '1' } } } }"),
            "UNKNOWN_IDENTIFIER_SCHEME", "purchase.parties[0].subject.ref.identifier.value"},
           {named + "policy: 'policies/none' " + Bought(), "POLICY_NOT_FOUND", ""},
           {named + "policy: 'none' " + Bought(), "INVALID_FIELD", "policy"}}) {
    EXPECT_EQ(RefusalToPut(one.portfolio), one.reason) << one.portfolio;
    EXPECT_EQ(field_, one.field) << one.portfolio;
  }
  EXPECT_THAT(Names(), IsEmpty());
  EXPECT_EQ(RefusalToPut(named + "title: '" + std::string(200, 't') + "' purchase { }"),
            "INVALID_FIELD")
      << "a title of 200 bytes is not what is wrong";
  EXPECT_EQ(field_, "purchase.authority_country");
}

TEST_F(PortfolioApiTest, ARepeatedRequestIsAnsweredAsBefore) {
  const std::string id = "request_id: '11111111-2222-3333-4444-555555555555' ";
  const auto request = Parse<v1::PutPortfolioRequest>(
      id + "portfolio { name: 'portfolios/p' title: 'First' " + Bought() + " }");
  const auto first = Ask(&Portfolios::PutPortfolio, request);
  PutPortfolio("name: 'portfolios/p' title: 'Second' " + Bought());
  const auto again = Ask(&Portfolios::PutPortfolio, request);
  EXPECT_EQ(again.portfolio().title(), "First");
  EXPECT_EQ(again.stamp().revision().revision(), first.stamp().revision().revision());
  EXPECT_EQ(Get("portfolios/p").portfolio().title(), "Second");
  EXPECT_EQ(Refusal(&Portfolios::PutPortfolio,
                    Parse<v1::PutPortfolioRequest>(id + "portfolio { name: 'portfolios/q' " +
                                                   Bought() + " }")),
            "REQUEST_ID_REUSED");
}

TEST_F(PortfolioApiTest, AreListedByPage) {
  EXPECT_THAT(Names(), IsEmpty());
  for (const char* id : {"c", "a", "b-2"}) {
    PutPortfolio("name: 'portfolios/" + std::string(id) + "' " + Bought());
  }
  PutMembers(Member("1", ByName("Somebody"), "a"), "a");
  EXPECT_THAT(Names(), ElementsAre("authorities/a/portfolios/a", "authorities/a/portfolios/b-2",
                                   "authorities/a/portfolios/c"));
  auto request = Parse<v1::ListPortfoliosRequest>("page_size: 2");
  const auto first = Ask(&Portfolios::ListPortfolios, request);
  EXPECT_EQ(first.portfolios_size(), 2);
  PutPortfolio("name: 'portfolios/aa' " + Bought());
  request.set_page_token(first.next_page_token());
  const auto second = Ask(&Portfolios::ListPortfolios, request);
  ASSERT_EQ(second.portfolios_size(), 1) << "a page is of the revision of the first";
  EXPECT_EQ(second.portfolios(0).name(), "authorities/a/portfolios/c");
  EXPECT_EQ(second.next_page_token(), "");
  EXPECT_EQ(Refusal(&Portfolios::ListPortfolios, Parse<v1::ListPortfoliosRequest>("page_size: -1")),
            "INVALID_FIELD");
}

// A member is refused exactly as the screening of it would be.
TEST_F(PortfolioApiTest, MembersAreCheckedAsAScreeningChecksThem) {
  PutPortfolio();
  const std::vector<std::string> wrong = {
      "subject { }",
      "subject { ref { } name: 'N' }",
      "subject { ref { identifier { scheme: 'XX-NONE' value: '1' } } }",
      "subject { ref { identifier { scheme: 'XI-LEI' value: '529900T8BM49AURSDO56' } } }",
      "subject { ref { supplier: 'suppliers/none' } }",
      "subject { ref { supplier: 'nonsense' } }",
      "subject { ref { vendor { number: '7' } } }",
      "subject { name: '!!!' }",
      "subject { name: 'N' country: 'Britain' }",
      "subject { name: '" + std::string(1001, 'n') + "' }",
      "subject { name: 'N' founded { year: 2026 month: 2 day: 30 } }",
      "subject { name: 'N' } purchase { authority_country: 'GB' }",
      "subject { name: 'N' } purchase { authority_country: 'Britain' purpose: PURPOSE_AWARD }",
      "subject { name: 'N' } " + Bought("items { item_id: '1' manufacturer { name: '?' } }"),
      "subject { name: 'N' } " +
          Bought("items { item_id: '1' site { identifier { scheme: 'XX-NONE' "
                 "value: '1' } } }"),
      "subject { name: 'N' } " + Bought("requirements { requirement_id: '1' accepted_schemes { "
                                        "scheme_id: 'NONE' } }")};
  std::string members;
  for (size_t i = 0; i < wrong.size(); ++i) members += Member(std::to_string(i), wrong[i]);
  const auto answer = PutMembers(members);
  ASSERT_EQ(answer.results_size(), static_cast<int>(wrong.size()));
  for (int i = 0; i < answer.results_size(); ++i) {
    auto request = Parse<v1::ScreenSupplierRequest>(wrong[static_cast<size_t>(i)]);
    if (!request.has_purchase()) request.MergeFrom(Parse<v1::ScreenSupplierRequest>(Bought()));
    v1::ScreenSupplierResponse ignored;
    const grpc::Status refused = Call(&Screening::ScreenSupplier, request, &ignored);
    const v1::ItemError& error = answer.results(i).error();
    EXPECT_FALSE(refused.ok()) << wrong[static_cast<size_t>(i)];
    EXPECT_EQ(error.reason(), reason_) << wrong[static_cast<size_t>(i)];
    EXPECT_EQ(error.message(), refused.error_message()) << wrong[static_cast<size_t>(i)];
    EXPECT_EQ(error.field(), field_) << wrong[static_cast<size_t>(i)];
    EXPECT_EQ(answer.results(i).change(), v1::MEMBER_CHANGE_UNSPECIFIED);
  }
  EXPECT_THAT(IdsOf(ListMembers()), IsEmpty());
}

TEST_F(PortfolioApiTest, MembersChangeOneByOneAndTogether) {
  EXPECT_EQ(Refusal(&Portfolios::BatchPutMembers,
                    Parse<v1::BatchPutMembersRequest>("portfolio: 'portfolios/textiles' " +
                                                      Member("1", ByName("N")))),
            "PORTFOLIO_NOT_FOUND");
  PutPortfolio();
  const std::string first = Member("1", ByName("One")) + Member("2", ByName("Two"));
  const auto put = PutMembers(first + Member("1", ByName("Again")) + Member("a b", ByName("N")) +
                              "members { name: 'portfolios/other/members/1' " + ByName("N") + " }");
  ASSERT_EQ(put.results_size(), 5);
  EXPECT_EQ(put.results(0).change(), v1::MEMBER_CHANGE_CREATED);
  EXPECT_EQ(put.results(0).name(), std::string(kTextiles) + "/members/1");
  EXPECT_THAT(put.results(2).error().message(), HasSubstr("members[0]"));
  EXPECT_EQ(put.results(3).error().field(), "name");
  EXPECT_EQ(put.results(3).name(), "portfolios/textiles/members/a b");
  EXPECT_THAT(put.results(4).error().message(), HasSubstr("is no member of"));
  const auto again = PutMembers(first);
  EXPECT_EQ(again.results(1).change(), v1::MEMBER_CHANGE_UNCHANGED);
  EXPECT_EQ(again.stamp().revision().revision(), put.stamp().revision().revision());
  EXPECT_EQ(PutMembers(Member("2", ByName("Deux"))).results(0).change(), v1::MEMBER_CHANGE_UPDATED);
  EXPECT_THAT(IdsOf(ListMembers()), ElementsAre("1", "2"));

  const auto removed =
      Ask(&Portfolios::RemoveMembers,
          Parse<v1::RemoveMembersRequest>("portfolio: 'portfolios/textiles' members: "
                                          "'portfolios/textiles/members/1' members: "
                                          "'portfolios/textiles/members/9' members: 'nonsense'"));
  EXPECT_EQ(removed.results(0).change(), v1::MEMBER_CHANGE_REMOVED);
  EXPECT_EQ(removed.results(1).error().reason(), "PORTFOLIO_MEMBER_NOT_FOUND");
  EXPECT_EQ(removed.results(2).error().reason(), "INVALID_FIELD");
  EXPECT_THAT(IdsOf(ListMembers()), ElementsAre("2"));
}

TEST_F(PortfolioApiTest, ACallHasNoMoreMembersThanAreSaid) {
  PutPortfolio();
  const int most =
      Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest()).max_batch_members();
  EXPECT_EQ(most, 1000);
  auto request = Parse<v1::BatchPutMembersRequest>("portfolio: 'portfolios/textiles'");
  EXPECT_EQ(Refusal(&Portfolios::BatchPutMembers, request), "INVALID_FIELD");
  for (int i = 0; i <= most; ++i) {
    v1::PortfolioMember* member = request.add_members();
    member->set_name("portfolios/textiles/members/" + std::to_string(i));
    member->mutable_subject()->set_name("Nobody At All");
  }
  EXPECT_EQ(Refusal(&Portfolios::BatchPutMembers, request), "LIMIT_EXCEEDED");
  request.mutable_members()->RemoveLast();
  EXPECT_EQ(Ask(&Portfolios::BatchPutMembers, request).results_size(), most);
}

TEST_F(PortfolioApiTest, MembersAreListedWithWhatTheyAreWorth) {
  PutPortfolio();
  PutMembers(Member("1", Numbered("04830352")) + Member("2", Numbered("01234567")) +
             Member("3", ByName("Brackish Kilns")) + Member("4", Numbered("04830352")));
  AwaitWeighed();
  const auto all = ListMembers();
  ASSERT_THAT(IdsOf(all), ElementsAre("1", "2", "3", "4"));
  EXPECT_EQ(all.members(0).verdict().verdict(), v1::VERDICT_CLEAR) << all.DebugString();
  EXPECT_EQ(all.members(1).verdict().verdict(), v1::VERDICT_BLOCK);
  EXPECT_THAT(all.members(1).verdict().rule_ids(), ::testing::Contains("T-BAR"));
  EXPECT_EQ(all.members(2).verdict().verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(all.members(1).verdict().policy(), "policies/test/versions/1");
  EXPECT_THAT(IdsOf(ListMembers("verdict: VERDICT_CLEAR")), ElementsAre("1", "4"));
  EXPECT_THAT(IdsOf(ListMembers("verdict: VERDICT_BLOCK")), ElementsAre("2"));
  for (const std::string& filter : {std::string(), std::string("verdict: VERDICT_CLEAR ")}) {
    std::vector<std::string> paged;
    std::string token;
    do {
      const auto page = ListMembers(filter + "page_size: 1 page_token: '" + token + "'");
      EXPECT_LE(page.members_size(), 1);
      for (const std::string& id : IdsOf(page)) paged.push_back(id);
      token = page.next_page_token();
    } while (!token.empty());
    EXPECT_EQ(paged, IdsOf(ListMembers(filter)));
  }
  const auto status = Get().status();
  EXPECT_EQ(status.members(), 4);
  EXPECT_EQ(status.clear(), 2);
  EXPECT_EQ(status.review(), 1);
  EXPECT_EQ(status.block(), 1);
  EXPECT_EQ(Refusal(&Portfolios::ListMembers,
                    Parse<v1::ListMembersRequest>(
                        "portfolio: 'portfolios/textiles' page_token: 'nonsense'")),
            "INVALID_PAGE_TOKEN");
}

// It may be brought in later.
TEST_F(PortfolioApiTest, AVendorNumberThatIsNotKnownIsAMember) {
  PutPortfolio();
  const std::string vendor = "subject { ref { vendor { system: 'SAP' number: '7' } } }";
  EXPECT_EQ(PutMembers(Member("7", vendor)).results(0).change(), v1::MEMBER_CHANGE_CREATED);
  AwaitWeighed();
  const v1::WatchedVerdict before = ListMembers().members(0).verdict();
  EXPECT_EQ(before.verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(before.identity(), v1::IDENTITY_STATE_UNIDENTIFIED);
  Ask(&v1::VendorService::Stub::BatchUpsertVendors,
      Parse<v1::BatchUpsertVendorsRequest>("vendors { number { system: 'SAP' number: '7' } "
                                           "identifier { scheme: 'GB-COH' value: '04830352' } }"));
  AwaitWeighed();
  EXPECT_EQ(ListMembers().members(0).verdict().identity(), v1::IDENTITY_STATE_CONFIRMED);
}

TEST_F(PortfolioApiTest, ADeletedPortfolioTakesItsMembersAlong) {
  PutPortfolio();
  PutPortfolio("name: 'portfolios/textiles-2' " + Bought());
  const auto put = PutMembers(Member("1", ByName("One")) + Member("2", ByName("Two")));
  PutMembers(Member("1", ByName("One"), "textiles-2"), "textiles-2");
  v1::DeletePortfolioRequest request;
  request.set_name("portfolios/textiles");
  const auto gone = Ask(&Portfolios::DeletePortfolio, request);
  EXPECT_EQ(RefusalToGet(kTextiles), "PORTFOLIO_NOT_FOUND");
  EXPECT_EQ(Refusal(&Portfolios::DeletePortfolio, request), "PORTFOLIO_NOT_FOUND");
  EXPECT_THAT(Names(), ElementsAre("authorities/a/portfolios/textiles-2"));
  const auto diff = [&](uint64_t revision) {
    return Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest())
               .revision()
               .revision() == revision;
  };
  EXPECT_TRUE(diff(gone.stamp().revision().revision())) << "one revision for all of it";
  PutPortfolio();
  EXPECT_THAT(IdsOf(ListMembers()), IsEmpty());
  v1::GetPortfolioRequest before;
  before.set_name(kTextiles);
  *before.mutable_consistency()->mutable_at_exact_revision() = put.stamp().revision();
  EXPECT_EQ(Ask(&Portfolios::GetPortfolio, before).portfolio().name(), kTextiles);
}

TEST_F(PortfolioApiTest, NothingOfThemIsThereForAnotherAuthority) {
  PutPortfolio();
  PutMembers(Member("1", Numbered("04830352")));
  AwaitWeighed();
  const std::string cursor = Get().status().cursor();
  token_ = kBob;
  EXPECT_THAT(Names(), IsEmpty());
  EXPECT_EQ(RefusalToGet(kTextiles), "PORTFOLIO_NOT_FOUND");
  EXPECT_EQ(RefusalToGet("portfolios/textiles"), "PORTFOLIO_NOT_FOUND");
  for (const std::string& name : {std::string(kTextiles), std::string("portfolios/textiles")}) {
    const std::string portfolio = "portfolio: '" + name + "' ";
    EXPECT_EQ(Refusal(&Portfolios::ListMembers, Parse<v1::ListMembersRequest>(portfolio)),
              "PORTFOLIO_NOT_FOUND");
    EXPECT_EQ(Refusal(&Portfolios::BatchPutMembers,
                      Parse<v1::BatchPutMembersRequest>(portfolio + Member("2", ByName("N")))),
              "PORTFOLIO_NOT_FOUND");
    EXPECT_EQ(
        Refusal(&Portfolios::RemoveMembers,
                Parse<v1::RemoveMembersRequest>(portfolio + "members: '" + name + "/members/1'")),
        "PORTFOLIO_NOT_FOUND");
    EXPECT_EQ(
        Refusal(&Portfolios::ListVerdictChanges, Parse<v1::ListVerdictChangesRequest>(portfolio)),
        "PORTFOLIO_NOT_FOUND");
    v1::DeletePortfolioRequest gone;
    gone.set_name(name);
    EXPECT_EQ(Refusal(&Portfolios::DeletePortfolio, gone), "PORTFOLIO_NOT_FOUND");
  }
  v1::ListVerdictChangesRequest changes;
  EXPECT_EQ(Ask(&Portfolios::ListVerdictChanges, changes).changes_size(), 0);
  changes.set_cursor(cursor);
  EXPECT_EQ(Refusal(&Portfolios::ListVerdictChanges, changes), "INVALID_CURSOR");
  const auto datasets = Ask(&DataStub::ListDatasets, v1::ListDatasetsRequest());
  for (const v1::Dataset& one : datasets.datasets()) {
    EXPECT_EQ(one.kind(), v1::DATASET_KIND_UNSPECIFIED) << one.name();
  }
  PutPortfolio();
  EXPECT_THAT(Names(), ElementsAre("authorities/b/portfolios/textiles"));
  EXPECT_THAT(IdsOf(ListMembers()), IsEmpty());
}

TEST_F(PortfolioApiTest, OnlyTheServiceWritesThem) {
  PutPortfolio();
  std::string own;
  const auto datasets = Ask(&DataStub::ListDatasets, v1::ListDatasetsRequest());
  for (const v1::Dataset& one : datasets.datasets()) {
    if (one.kind() == v1::DATASET_KIND_PORTFOLIOS) own = one.name();
  }
  ASSERT_THAT(own, HasSubstr("datasets/probity-portfolios-"));
  v1::PutRecordRequest put;
  put.set_dataset(own);
  put.mutable_record()->set_key("textiles|1");
  put.mutable_record()->mutable_supplier()->add_names()->set_text("N");
  EXPECT_EQ(Refusal(&DataStub::PutRecord, put), "DATASET_RESERVED");
  v1::RemoveRecordRequest remove;
  remove.set_name(own + "/records/textiles");
  EXPECT_EQ(Refusal(&DataStub::RemoveRecord, remove), "DATASET_RESERVED");
  // Nor do they come in through a dataset of somebody.
  put.set_dataset("datasets/reg");
  put.mutable_record()->mutable_portfolio_member()->mutable_subject()->set_name("N");
  EXPECT_EQ(Refusal(&DataStub::PutRecord, put), "ROW_VALUE");
  put.mutable_record()->mutable_portfolio()->set_title("T");
  EXPECT_EQ(Refusal(&DataStub::PutRecord, put), "ROW_VALUE");
  const auto load =
      Import("reg", "probity-jsonl", "{\"key\": \"x\", \"portfolio\": {\"title\": \"T\"}}\n");
  EXPECT_EQ(load.counts().added(), 0u);
}

}  // namespace
}  // namespace probity::server
