#include "services/rpc/identity_source.h"

#include "base/errors.h"
#include "gtest/gtest.h"

namespace probity::rpc {
namespace {

TEST(IdentitySourceTest, EscapesWhatNoPrincipalHas) {
  EXPECT_EQ(EscapePrincipal("spiffe://example.org/erp_1"), "spiffe://example.org/erp_1");
  EXPECT_EQ(EscapePrincipal("auth0|12,ou=x*!$~+"), "auth0|12,ou=x*!$~+");
  EXPECT_EQ(EscapePrincipal("a b\n\"\\{}%"), "a%20b%0A%22%5C%7B%7D%25");
  EXPECT_EQ(EscapePrincipal(std::string("\0\x7f\xff", 3)), "%00%7F%FF");
  EXPECT_EQ(EscapePrincipal(""), "");
}

TEST(IdentitySourceTest, ARefusalHasItsReason) {
  const absl::Status status = NotIdentified("who are you");
  EXPECT_TRUE(absl::IsUnauthenticated(status));
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_UNAUTHENTICATED);
  EXPECT_EQ(status.message(), "who are you");
}

}  // namespace
}  // namespace probity::rpc
