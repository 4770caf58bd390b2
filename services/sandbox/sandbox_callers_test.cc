#include "services/sandbox/sandbox_callers.h"

#include "base/errors.h"
#include "gtest/gtest.h"

namespace probity::sandbox {
namespace {

TEST(SandboxCallersTest, NeedNoTokenAndMayHaveOne) {
  const auto callers = SandboxCallers::FromText(
      "sandbox-token-second sandbox-second\n"
      "sandbox-token-ministry sandbox-officer authorities/sandbox\n");
  ASSERT_TRUE(callers.ok()) << callers.status();
  EXPECT_EQ(callers->Of(std::nullopt)->principal, "local");
  EXPECT_EQ(callers->Of("Bearer sandbox-token-second")->principal, "sandbox-second");
  EXPECT_EQ(callers->Of("Bearer sandbox-token-second")->authority, "");
  EXPECT_EQ(callers->Of("Bearer sandbox-token-ministry")->authority, "authorities/sandbox");
}

TEST(SandboxCallersTest, AWrongTokenIsRefused) {
  const auto callers = SandboxCallers::FromText("sandbox-token-second sandbox-second\n");
  ASSERT_TRUE(callers.ok()) << callers.status();
  EXPECT_EQ(ReasonOf(callers->Of("Bearer sandbox-token-of-nobody").status()),
            v1::ERROR_REASON_UNAUTHENTICATED);
  EXPECT_EQ(ReasonOf(callers->Of("sandbox-token-second").status()),
            v1::ERROR_REASON_UNAUTHENTICATED);
}

TEST(SandboxCallersTest, TokensMustBeReadable) {
  EXPECT_FALSE(SandboxCallers::FromText("short somebody\n").ok());
  EXPECT_FALSE(SandboxCallers::FromText("").ok());
}

}  // namespace
}  // namespace probity::sandbox
