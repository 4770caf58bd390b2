#include "services/rpc/page_token.h"

#include "base/errors.h"
#include "gtest/gtest.h"
#include "probity/v1/supplier_service.pb.h"

namespace probity::rpc {
namespace {

TEST(PageTokenTest, RoundTrips) {
  const std::string token = EncodePageToken("query", {7, 0x123456789abcdef0});
  const auto position = DecodePageToken("query", token);
  ASSERT_TRUE(position.ok()) << position.status();
  EXPECT_EQ(position->revision, 7u);
  EXPECT_EQ(position->offset, 0x123456789abcdef0u);
}

TEST(PageTokenTest, RefusesAnotherQueryAndAnyAlteration) {
  const std::string token = EncodePageToken("query", {7, 100});
  EXPECT_EQ(ReasonOf(DecodePageToken("other", token).status()),
            v1::ERROR_REASON_INVALID_PAGE_TOKEN);
  for (size_t i = 0; i < token.size(); ++i) {
    std::string altered = token;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(DecodePageToken("query", altered).ok()) << i;
    EXPECT_FALSE(DecodePageToken("query", token.substr(0, i)).ok()) << i;
  }
}

TEST(PageTokenTest, FingerprintLeavesPagingOut) {
  v1::SearchSuppliersRequest request;
  request.set_query("acme");
  const CallContext call;
  const std::string first = QueryFingerprint(call, request);
  request.set_page_size(7);
  request.set_page_token("x");
  request.mutable_consistency()->set_minimize_latency(true);
  EXPECT_EQ(QueryFingerprint(call, request), first);
  request.set_query("acme ltd");
  EXPECT_NE(QueryFingerprint(call, request), first);
  CallContext other;
  other.caller.authority = "authorities/a";
  request.set_query("acme");
  EXPECT_NE(QueryFingerprint(other, request), first);
}

TEST(PageTokenTest, PageSizeHasADefaultAndALimit) {
  EXPECT_EQ(*PageSize(0, 100, 1000), 100);
  EXPECT_EQ(*PageSize(1000, 100, 1000), 1000);
  EXPECT_EQ(ReasonOf(PageSize(1001, 100, 1000).status()), v1::ERROR_REASON_LIMIT_EXCEEDED);
  EXPECT_EQ(ReasonOf(PageSize(-1, 100, 1000).status()), v1::ERROR_REASON_INVALID_FIELD);
}

TEST(PageTokenTest, KeepPageCutsTheMiddleOut) {
  v1::SearchSuppliersResponse response;
  for (int i = 0; i < 5; ++i) response.add_hits()->set_score(i);
  Page page;
  page.offset = 1;
  page.size = 2;
  KeepPage(page, response.mutable_hits());
  ASSERT_EQ(response.hits_size(), 2);
  EXPECT_EQ(response.hits(0).score(), 1);
  page.offset = 9;
  KeepPage(page, response.mutable_hits());
  EXPECT_EQ(response.hits_size(), 0);
}

}  // namespace
}  // namespace probity::rpc
