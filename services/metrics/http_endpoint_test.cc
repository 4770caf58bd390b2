#include "services/metrics/http_endpoint.h"

#include <csignal>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "services/metrics/testing.h"

namespace probity::metrics {
namespace {

using ::testing::HasSubstr;

class HttpEndpointTest : public ::testing::Test {
 protected:
  HttpEndpointTest() {
    auto opened = HttpEndpoint::Open("127.0.0.1:0", {{"/metrics",
                                                      [] {
                                                        return Page{200, "a 1\n"};
                                                      }},
                                                     {"/bad", [] {
                                                        return Page{503, "not yet\n"};
                                                      }}});
    EXPECT_TRUE(opened.ok()) << opened.status();
    endpoint_ = *std::move(opened);
  }
  std::unique_ptr<HttpEndpoint> endpoint_;
};

TEST_F(HttpEndpointTest, AnswersItsPages) {
  const Page page = Fetch(endpoint_->port(), "/metrics");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body, "a 1\n");
  const Page bad = Fetch(endpoint_->port(), "/bad");
  EXPECT_EQ(bad.status, 503);
  EXPECT_EQ(bad.body, "not yet\n");
  EXPECT_EQ(Fetch(endpoint_->port(), "/metrics?name=x").status, 200);
}

TEST_F(HttpEndpointTest, HasNothingElse) {
  for (const char* path :
       {"/", "/metrics/", "/metrics/x", "/etc/passwd", "/../../etc/passwd", "/%2e%2e/etc/passwd"}) {
    const Page page = Fetch(endpoint_->port(), path);
    EXPECT_GE(page.status, 400) << path;
    EXPECT_LT(page.status, 500) << path;
    EXPECT_EQ(page.body.find("root:"), std::string::npos) << path;
  }
}

TEST_F(HttpEndpointTest, OnlyReads) {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS"}) {
    EXPECT_EQ(Fetch(endpoint_->port(), "/metrics", method).status, 405) << method;
  }
  const Page head = Fetch(endpoint_->port(), "/metrics", "HEAD");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
}

TEST_F(HttpEndpointTest, SaysWhereItCannotListen) {
  const std::string taken = absl::StrCat("127.0.0.1:", endpoint_->port());
  const auto second = HttpEndpoint::Open(taken, {});
  EXPECT_TRUE(absl::IsUnavailable(second.status()));
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(taken));
}

TEST_F(HttpEndpointTest, LeavesTheChildrenOfTheProcessAlone) {
  struct sigaction children {};
  sigaction(SIGCHLD, nullptr, &children);
  EXPECT_EQ(children.sa_handler, SIG_DFL);
}

}  // namespace
}  // namespace probity::metrics
