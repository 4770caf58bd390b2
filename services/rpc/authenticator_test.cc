#include "services/rpc/authenticator.h"

#include "base/errors.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::rpc {
namespace {

using ::testing::HasSubstr;

constexpr char kTokens[] =
    "# callers\n"
    "\n"
    "0123456789abcdef erp-finance authorities/ministry\n"
    "fedcba9876543210\timporter\n";

TEST(AuthenticatorTest, NamesTheCallerOfAToken) {
  const auto authenticator = Authenticator::FromText(kTokens);
  ASSERT_TRUE(authenticator.ok()) << authenticator.status();
  const auto erp = authenticator->Authenticate("Bearer 0123456789abcdef");
  ASSERT_TRUE(erp.ok()) << erp.status();
  EXPECT_EQ(erp->principal, "erp-finance");
  EXPECT_EQ(erp->authority, "authorities/ministry");
  const auto importer = authenticator->Authenticate("Bearer fedcba9876543210");
  ASSERT_TRUE(importer.ok());
  EXPECT_EQ(importer->authority, "");
}

TEST(AuthenticatorTest, RefusesUnknownAndMissingTokens) {
  const auto authenticator = Authenticator::FromText(kTokens);
  ASSERT_TRUE(authenticator.ok());
  for (const auto& given : {std::optional<absl::string_view>(),
                            {"Bearer nobody-has-this-one"},
                            {"Basic 0123456789abcdef"},
                            {"Bearer 0123456789abcdef "}}) {
    const auto caller = authenticator->Authenticate(given);
    EXPECT_TRUE(absl::IsUnauthenticated(caller.status()));
    EXPECT_EQ(ReasonOf(caller.status()), v1::ERROR_REASON_UNAUTHENTICATED);
  }
}

TEST(AuthenticatorTest, OpenMakesEveryCallerLocal) {
  const auto caller = Authenticator::Open().Authenticate(std::nullopt);
  ASSERT_TRUE(caller.ok());
  EXPECT_EQ(caller->principal, "local");
  EXPECT_EQ(caller->authority, "");
}

TEST(AuthenticatorTest, ReplacedCallersHoldFromTheNextCall) {
  auto authenticator = Authenticator::FromText("0123456789abcdef ann\n");
  const auto others = Authenticator::FromText("fedcba9876543210 bea\n");
  ASSERT_TRUE(authenticator.ok());
  ASSERT_TRUE(others.ok());
  authenticator->Replace(*others);
  EXPECT_TRUE(
      absl::IsUnauthenticated(authenticator->Authenticate("Bearer 0123456789abcdef").status()));
  const auto bea = authenticator->Authenticate("Bearer fedcba9876543210");
  ASSERT_TRUE(bea.ok());
  EXPECT_EQ(bea->principal, "bea");
}

TEST(AuthenticatorTest, AFileThatIsNotThereIsNamed) {
  const auto authenticator = Authenticator::FromFile("/nowhere/tokens");
  EXPECT_THAT(std::string(authenticator.status().message()), HasSubstr("/nowhere/tokens"));
  EXPECT_TRUE(Authenticator::FromFile("").ok());
}

TEST(AuthenticatorTest, RefusesABadFileAndNamesTheLine) {
  for (const char* text :
       {"\n0123456789abcdef", "\nshort someone", "\n0123456789abcdef a\"b",
        "\n0123456789abcdef a ministry", "\n0123456789abcdef a authorities/",
        "\n0123456789abcdef a authorities/b/vendors", "0123456789abcdef a\n0123456789abcdef b"}) {
    const auto authenticator = Authenticator::FromText(text);
    EXPECT_EQ(ReasonOf(authenticator.status()), v1::ERROR_REASON_INVALID_FIELD) << text;
    EXPECT_THAT(std::string(authenticator.status().message()), HasSubstr("line 2")) << text;
  }
  EXPECT_FALSE(Authenticator::FromText("# nobody\n").ok());
}

}  // namespace
}  // namespace probity::rpc
