// A server with firms, a list, a policy, and portfolios of authority a: for tests.
#ifndef PROBITY_SERVICES_SERVER_PORTFOLIO_TESTING_H_
#define PROBITY_SERVICES_SERVER_PORTFOLIO_TESTING_H_

#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "probity/v1/portfolio_service.grpc.pb.h"
#include "services/server/screening_testing.h"

namespace probity::server {

inline constexpr char kTextiles[] = "authorities/a/portfolios/textiles";

class PortfolioTest : public ScreeningTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    UseTokens();
    Fill();
  }

  // Text format of the portfolio.
  v1::PutPortfolioResponse PutPortfolio(const std::string& portfolio =
                                            "name: "
                                            "'portfolios/textiles' " +
                                            Bought()) {
    return Ask(&Portfolios::PutPortfolio,
               Parse<v1::PutPortfolioRequest>("portfolio { " + portfolio + " }"));
  }
  static std::string Member(const std::string& id, const std::string& rest,
                            const std::string& portfolio = "textiles") {
    return "members { name: 'portfolios/" + portfolio + "/members/" + id + "' " + rest + " } ";
  }
  // Text format of the members.
  v1::BatchPutMembersResponse PutMembers(const std::string& members,
                                         const std::string& portfolio = "textiles") {
    return Ask(
        &Portfolios::BatchPutMembers,
        Parse<v1::BatchPutMembersRequest>("portfolio: 'portfolios/" + portfolio + "' " + members));
  }
  v1::ListMembersResponse ListMembers(const std::string& more = "") {
    return Ask(&Portfolios::ListMembers,
               Parse<v1::ListMembersRequest>("portfolio: 'portfolios/textiles' " + more));
  }
  static std::vector<std::string> IdsOf(const v1::ListMembersResponse& list) {
    std::vector<std::string> ids;
    for (const v1::MemberStatus& one : list.members()) {
      ids.push_back(one.member().name().substr(one.member().name().rfind('/') + 1));
    }
    return ids;
  }

  // Asks until `done` says so; the test fails after a minute.
  template <typename Done>
  static void Until(const char* what, const Done& done) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!done()) {
      ASSERT_LT(std::chrono::steady_clock::now(), end) << "waited in vain: " << what;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  // Waits until all portfolios were weighed over what is there now.
  void AwaitWeighed() {
    const uint64_t newest = Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest())
                                .revision()
                                .revision();
    Until("the watch to weigh the newest revision", [&] {
      v1::ListVerdictChangesRequest request;
      request.set_page_size(1000);
      v1::ListVerdictChangesResponse answer;
      return Call(&Portfolios::ListVerdictChanges, request, &answer).ok() &&
             answer.checkpoint().revision() >= newest;
    });
  }
  // Events behind the cursor, which moves, once everything was weighed.
  std::vector<v1::VerdictChange> Changes(std::string* cursor, const std::string& portfolio = "") {
    AwaitWeighed();
    std::vector<v1::VerdictChange> changes;
    v1::ListVerdictChangesRequest request;
    request.set_portfolio(portfolio);
    request.set_page_size(2);
    for (bool more = true; more;) {
      request.set_cursor(*cursor);
      const auto page = Ask(&Portfolios::ListVerdictChanges, request);
      changes.insert(changes.end(), page.changes().begin(), page.changes().end());
      *cursor = page.cursor();
      more = page.more();
    }
    return changes;
  }
  // The same, waiting for so many at least: for what makes no revision.
  std::vector<v1::VerdictChange> AwaitChanges(std::string* cursor, size_t count) {
    std::vector<v1::VerdictChange> all;
    Until("events", [&] {
      for (v1::VerdictChange& one : Changes(cursor)) all.push_back(std::move(one));
      return all.size() >= count;
    });
    return all;
  }
};

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_PORTFOLIO_TESTING_H_
