// PreviewPolicy and ListPolicyDifferences: what another policy would have said of
// decisions that are on record.
#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "probity/v1/portfolio_service.grpc.pb.h"
#include "services/server/screening_testing.h"

namespace probity::server {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The test policy under another id, with something put in another's place.
std::string Changed(const std::string& from, const std::string& to) {
  std::string text = kTestPolicy;
  text.replace(text.find("id: \"test\""), 10, "id: \"next\"");
  if (!from.empty()) text.replace(text.find(from), from.size(), to);
  return text;
}
// It bars nobody.
std::string Milder() { return Changed("FLAG_TYPE_DEBARMENT", "FLAG_TYPE_MEDIA"); }

class PolicyPreviewApiTest : public ScreeningTest {
 protected:
  void Make(const std::string& text) {
    v1::CreatePolicyRequest create;
    create.set_text(text);
    Ask(&Policies::CreatePolicy, create);
  }
  void Activate(const std::string& name, v1::PolicyLabel label) {
    v1::ActivatePolicyRequest activate;
    activate.set_name(name);
    activate.set_label(label);
    Ask(&Policies::ActivatePolicy, activate);
  }
  static std::string Named(const std::string& number, const std::string& name) {
    return "subject { ref { identifier { scheme: 'GB-COH' value: '" + number + "' } } name: '" +
           name + "' } ";
  }
  static v1::PreviewPolicyRequest Of(const std::string& text) {
    v1::PreviewPolicyRequest request;
    request.set_text(text);
    return request;
  }
  v1::PreviewPolicyResponse Preview(const std::string& text) {
    return Ask(&Policies::PreviewPolicy, Of(text));
  }
  v1::ListPolicyDifferencesResponse Differences() {
    return Ask(&Policies::ListPolicyDifferences, v1::ListPolicyDifferencesRequest());
  }
  int Recorded() { return Ask(&Screening::ListDecisions, {}).decisions_size(); }
};

TEST_F(PolicyPreviewApiTest, ShowsWhichVerdictsWouldFlipAndChangesNothing) {
  const auto barred = Screen(Named("01234567", "Brackish Kilns"));
  Screen(Numbered("04830352"));
  const auto seen = Preview(Milder());
  EXPECT_EQ(seen.evaluated(), 2);
  EXPECT_EQ(seen.differing(), 1);
  EXPECT_EQ(seen.not_evaluable(), 0);
  ASSERT_EQ(seen.flips_size(), 1);
  const v1::PolicyDifference& flip = seen.flips(0);
  EXPECT_EQ(flip.decision(), barred.decision().name());
  EXPECT_EQ(flip.stable_verdict(), v1::VERDICT_BLOCK);
  EXPECT_EQ(flip.candidate_verdict(), v1::VERDICT_REVIEW);
  EXPECT_THAT(flip.vanishing_rules(), Contains("T-BAR"));
  EXPECT_THAT(flip.appearing_rules(), IsEmpty());
  EXPECT_EQ(flip.display_name(), "Brackish Kilns");
  EXPECT_EQ(flip.supplier(), barred.bundle().subjects(0).resolution().suppliers(0));
  EXPECT_EQ(flip.procedure(), "ocid-1");
  EXPECT_EQ(flip.recorded_at().seconds(), barred.decision().recorded_at().seconds());
  EXPECT_EQ(Recorded(), 2);
  v1::GetPolicyRequest get;
  get.set_name("policies/next");
  EXPECT_EQ(Refusal(&Policies::GetPolicy, get), "POLICY_NOT_FOUND");
  EXPECT_THAT(Preview(Changed("", "")).flips(), IsEmpty());
}

// What it says is what screening by that policy says.
TEST_F(PolicyPreviewApiTest, AgreesWithDecisionsByThatPolicy) {
  const std::vector<std::string> policies = {
      Milder(), Changed("required_sources", "identity { alert_score: 0.99 }\nrequired_sources"),
      Changed("required_sources",
              "required_inputs { input: INPUT_KIND_PARTIES }\nrequired_sources")};
  const std::vector<std::string> subjects = {Numbered("01234567"),
                                             Numbered("04830352"),
                                             "subject { name: 'Brackish Kilns Ltd' } ",
                                             "subject { name: 'Quarrelsome Heron' } ",
                                             "subject { name: 'Nobody At All' } ",
                                             Named("04830352", "Something Else")};
  std::vector<v1::Decision> decisions;
  for (const std::string& subject : subjects) decisions.push_back(Screen(subject).decision());
  int flips = 0;
  for (size_t i = 0; i < policies.size(); ++i) {
    std::map<std::string, v1::Verdict> previewed;
    const auto seen = Preview(policies[i]);
    for (const auto& flip : seen.flips()) {
      previewed[flip.decision()] = flip.candidate_verdict();
    }
    std::string text = policies[i];
    const std::string id = "next-" + std::to_string(i);
    text.replace(text.find("next"), 4, id);
    Make(text);
    for (size_t at = 0; at < subjects.size(); ++at) {
      SCOPED_TRACE(id + ": " + subjects[at]);
      auto request = Request(subjects[at]);
      request.set_policy("policies/" + id);
      const v1::Verdict decided =
          Ask(&Screening::ScreenSupplier, request).decision().core().verdict();
      const auto flip = previewed.find(decisions[at].name());
      const bool flipped = flip != previewed.end();
      EXPECT_EQ(flipped ? flip->second : decisions[at].core().verdict(), decided);
      flips += flipped ? 1 : 0;
    }
  }
  EXPECT_GE(flips, 2);
}

TEST_F(PolicyPreviewApiTest, CountsWhatCannotBeEvaluatedAndWhy) {
  Screen(Numbered("01234567"));
  Screen(Numbered("04830352"));
  const auto list = Preview(Changed("datasets/list", "datasets/reg"));
  EXPECT_EQ(list.evaluated(), 0);
  EXPECT_EQ(list.not_evaluable(), 2);
  ASSERT_EQ(list.unmet_needs_size(), 1);
  EXPECT_EQ(list.unmet_needs(0).need(), "datasets/reg");
  EXPECT_EQ(list.unmet_needs(0).decisions(), 2);
  const auto links =
      Preview(Changed("effect: RULE_EFFECT_BLOCK",
                      "effect: RULE_EFFECT_BLOCK spread { max_steps: 4 links { type: "
                      "LINK_TYPE_DIRECTOR_OF subject_end: LINK_END_FROM } }"));
  EXPECT_EQ(links.not_evaluable(), 2);
  EXPECT_THAT(links.unmet_needs(0).need(), HasSubstr("links"));
}

// No rule reads what is erased.
TEST_F(PolicyPreviewApiTest, AnErasedDecisionIsEvaluatedAndNamesNobody) {
  const auto answer = Screen(Named("01234567", "Brackish Kilns"));
  v1::ErasePersonalTextsRequest erase;
  erase.set_name(answer.decision().name());
  erase.add_paths("subject");
  erase.set_reason("asked for");
  Ask(&Screening::ErasePersonalTexts, erase);
  const auto seen = Preview(Milder());
  ASSERT_EQ(seen.flips_size(), 1);
  EXPECT_EQ(seen.flips(0).display_name(), "");
}

TEST_F(PolicyPreviewApiTest, PagesGiveEachDecisionOnce) {
  for (int i = 0; i < 5; ++i) Screen(Numbered(i % 2 == 0 ? "01234567" : "04830352"));
  auto request = Of(Milder());
  request.set_page_size(2);
  std::vector<std::string> seen;
  int evaluated = 0, pages = 0;
  do {
    const auto page = Ask(&Policies::PreviewPolicy, request);
    for (const auto& flip : page.flips()) seen.push_back(flip.decision());
    evaluated += static_cast<int>(page.evaluated());
    request.set_page_token(page.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(evaluated, 5);
  EXPECT_GE(pages, 3);
  std::vector<std::string> all;
  const auto whole = Preview(Milder());
  for (const auto& flip : whole.flips()) all.push_back(flip.decision());
  EXPECT_EQ(all.size(), 3u);
  EXPECT_EQ(seen, all);
  request.set_page_token("nonsense");
  EXPECT_EQ(Refusal(&Policies::PreviewPolicy, request), "INVALID_PAGE_TOKEN");
  request.clear_page_token();
  request.set_page_size(1001);
  EXPECT_EQ(Refusal(&Policies::PreviewPolicy, request), "LIMIT_EXCEEDED");
}

TEST_F(PolicyPreviewApiTest, OnlyDecisionsOfTheTimeAsked) {
  const auto first = Screen(Numbered("01234567")).decision().recorded_at();
  auto request = Of(Milder());
  *request.mutable_recorded_from() = first;
  EXPECT_EQ(Ask(&Policies::PreviewPolicy, request).evaluated(), 1);
  *request.mutable_recorded_to() = first;
  EXPECT_EQ(Ask(&Policies::PreviewPolicy, request).evaluated(), 0);
}

TEST_F(PolicyPreviewApiTest, WhatItPreviewsMustBeAPolicy) {
  EXPECT_EQ(Refusal(&Policies::PreviewPolicy, v1::PreviewPolicyRequest()), "INVALID_FIELD");
  v1::PreviewPolicyRequest request;
  request.set_name("policies/unknown");
  EXPECT_EQ(Refusal(&Policies::PreviewPolicy, request), "POLICY_NOT_FOUND");
  v1::PreviewPolicyResponse response;
  const grpc::Status refused = Call(
      &Policies::PreviewPolicy, Of("id: \"x\" version: \"1\" title: \"X\"\nruels {}"), &response);
  EXPECT_EQ(reason_, "POLICY_INVALID");
  EXPECT_THAT(refused.error_message(), HasSubstr("line 2"));
}

// What is shown beside a decision is what is stable now, not what was then.
TEST_F(PolicyPreviewApiTest, ComparesWithThePolicyThatIsStableNow) {
  Screen(Numbered("01234567"));
  Make(Milder());
  Activate("policies/next", v1::POLICY_LABEL_STABLE);
  EXPECT_THAT(Preview(Milder()).flips(), IsEmpty());
  const auto back = Preview(kTestPolicy);
  ASSERT_EQ(back.flips_size(), 1);
  EXPECT_EQ(back.flips(0).stable_verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(back.flips(0).candidate_verdict(), v1::VERDICT_BLOCK);
}

TEST_F(PolicyPreviewApiTest, NobodySeesDecisionsOfAnotherAuthority) {
  UseTokens();
  Activate("policies/test", v1::POLICY_LABEL_STABLE);
  Screen(Numbered("01234567"));
  EXPECT_EQ(Preview(Milder()).flips_size(), 1);
  token_ = kBob;
  const auto seen = Preview(Milder());
  EXPECT_EQ(seen.evaluated() + seen.not_evaluable(), 0);
  Make(Milder());
  Activate("policies/next", v1::POLICY_LABEL_CANDIDATE);
  EXPECT_EQ(Differences().evaluated(), 0);
}

class PreviewOfMembersTest : public PolicyPreviewApiTest {
 protected:
  // A portfolio of two firms, a name and a number that nobody knows.
  void SetUp() override {
    PolicyPreviewApiTest::SetUp();
    v1::PutPortfolioRequest put;
    put.mutable_portfolio()->set_name("portfolios/watched");
    *put.mutable_portfolio()->mutable_purchase() =
        Parse<v1::PurchaseContext>("authority_country: 'GB' purpose: PURPOSE_MONITORING");
    Ask(&Portfolios::PutPortfolio, put);
    auto members = Parse<v1::BatchPutMembersRequest>(
        "portfolio: 'portfolios/watched' "
        "members { name: 'portfolios/watched/members/bad' " +
        Numbered("01234567") + "} members { name: 'portfolios/watched/members/good' " +
        Numbered("04830352") +
        "} members { name: 'portfolios/watched/members/name' subject { name: 'Quarrelsome Heron' } "
        "}");
    Ask(&Portfolios::BatchPutMembers, members);
  }
  v1::PreviewPolicyRequest OfMembers(const std::string& text) {
    auto request = Of(text);
    request.set_portfolio("portfolios/watched");
    return request;
  }
};

TEST_F(PreviewOfMembersTest, ShowsWhoseVerdictWouldFlip) {
  const auto seen = Ask(&Policies::PreviewPolicy, OfMembers(Milder()));
  EXPECT_EQ(seen.evaluated(), 3);
  EXPECT_EQ(seen.not_evaluable(), 0);
  ASSERT_EQ(seen.flips_size(), 1);
  EXPECT_EQ(seen.flips(0).member(), "portfolios/watched/members/bad");
  EXPECT_EQ(seen.flips(0).decision(), "");
  EXPECT_EQ(seen.flips(0).stable_verdict(), v1::VERDICT_BLOCK);
  EXPECT_EQ(seen.flips(0).candidate_verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(Recorded(), 0);
}

// Facts that the stable policy does not read are gathered for the other one.
TEST_F(PreviewOfMembersTest, GathersWhatTheOtherPolicyReads) {
  const auto list =
      Ask(&Policies::PreviewPolicy, OfMembers(Changed("datasets/list", "datasets/not-loaded")));
  EXPECT_EQ(list.evaluated(), 3);
  ASSERT_EQ(list.flips_size(), 1);
  EXPECT_EQ(list.flips(0).member(), "portfolios/watched/members/good");
  EXPECT_EQ(list.flips(0).candidate_verdict(), v1::VERDICT_REVIEW);
}

TEST_F(PreviewOfMembersTest, PagesGiveEachMemberOnce) {
  auto request = OfMembers(Milder());
  request.set_page_size(1);
  int evaluated = 0, flips = 0;
  do {
    const auto page = Ask(&Policies::PreviewPolicy, request);
    EXPECT_LE(page.evaluated(), 1);
    evaluated += static_cast<int>(page.evaluated());
    flips += page.flips_size();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(evaluated, 3);
  EXPECT_EQ(flips, 1);
  request.set_page_token("nonsense");
  EXPECT_EQ(Refusal(&Policies::PreviewPolicy, request), "INVALID_PAGE_TOKEN");
}

TEST_F(PreviewOfMembersTest, APortfolioMayHaveAPolicyOfItsOwn) {
  Make(Milder());
  v1::PutPortfolioRequest put;
  put.mutable_portfolio()->set_name("portfolios/watched");
  put.mutable_portfolio()->set_policy("policies/next");
  *put.mutable_portfolio()->mutable_purchase() =
      Parse<v1::PurchaseContext>("authority_country: 'GB' purpose: PURPOSE_MONITORING");
  Ask(&Portfolios::PutPortfolio, put);
  EXPECT_THAT(Ask(&Policies::PreviewPolicy, OfMembers(Milder())).flips(), IsEmpty());
  EXPECT_EQ(Ask(&Policies::PreviewPolicy, OfMembers(kTestPolicy)).flips_size(), 1);
}

TEST_F(PreviewOfMembersTest, RefusesWhatItCannotPreview) {
  auto request = OfMembers(Milder());
  request.mutable_recorded_from()->set_seconds(1);
  EXPECT_EQ(Refusal(&Policies::PreviewPolicy, request), "INVALID_FIELD");
  EXPECT_EQ(field_, "portfolio");
  request = OfMembers(Milder());
  request.set_portfolio("portfolios/none");
  EXPECT_EQ(Refusal(&Policies::PreviewPolicy, request), "PORTFOLIO_NOT_FOUND");
  UseTokens();
  request.set_portfolio("authorities/b/portfolios/watched");
  EXPECT_EQ(Refusal(&Policies::PreviewPolicy, request), "PORTFOLIO_NOT_FOUND");
}

TEST_F(PolicyPreviewApiTest, DifferencesOfACandidateOutliveARestart) {
  Screen(Numbered("01234567"));  // before there is a candidate
  EXPECT_EQ(Differences().candidate(), "");
  Make(Milder());
  Activate("policies/next", v1::POLICY_LABEL_CANDIDATE);
  const auto answer = Screen(Numbered("01234567"));
  Screen(Numbered("04830352"));
  EXPECT_EQ(answer.decision().core().verdict(), v1::VERDICT_BLOCK);
  const auto before = Differences();
  EXPECT_EQ(before.candidate(), "policies/next/versions/1");
  EXPECT_EQ(before.evaluated(), 2);
  EXPECT_EQ(before.differing(), 1);
  ASSERT_EQ(before.differences_size(), 1);
  EXPECT_EQ(before.differences(0).decision(), answer.decision().name());
  EXPECT_EQ(before.differences(0).stable_verdict(), v1::VERDICT_BLOCK);
  EXPECT_EQ(before.differences(0).candidate_verdict(), v1::VERDICT_REVIEW);
  Restart();
  EXPECT_EQ(Differences().SerializeAsString(), before.SerializeAsString());
  Screen(Numbered("01234567"));
  EXPECT_EQ(Differences().differing(), 2);
  // Made the candidate again, it begins anew; taken away, there is none.
  Activate("policies/next", v1::POLICY_LABEL_CANDIDATE);
  EXPECT_EQ(Differences().evaluated(), 0);
  Activate("", v1::POLICY_LABEL_CANDIDATE);
  EXPECT_EQ(Differences().candidate(), "");
}

}  // namespace
}  // namespace probity::server
