#include "services/identity/forwarded_certificate.h"

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "gmock/gmock.h"
#include "services/identity/certificates_testing.h"

namespace probity::identity {
namespace {

using ::testing::HasSubstr;
using Metadata = std::multimap<grpc::string_ref, grpc::string_ref>;

std::string FaultOf(const Metadata& metadata) {
  const auto read = ForwardedCertificateOf(metadata);
  EXPECT_EQ(ReasonOf(read.status()), v1::ERROR_REASON_UNAUTHENTICATED);
  return std::string(read.status().message());
}

TEST(ForwardedCertificateTest, AreTheCertificatesThatWereSent) {
  const TestAuthority root("root"), first = root.Under("first"), second = first.Under("second");
  const std::string leaf = second.Issue({}).certificate;
  const std::string cert = InRfc9440(leaf);
  const std::string chain =
      absl::StrCat(InRfc9440(second.certificate()), " ,\t", InRfc9440(first.certificate()));
  const auto read = ForwardedCertificateOf({{"client-cert", cert}, {"client-cert-chain", chain}});
  ASSERT_TRUE(read.ok() && read->has_value()) << read.status();
  EXPECT_EQ((*read)->certificate, leaf);
  EXPECT_EQ((*read)->between, absl::StrCat(second.certificate(), first.certificate()));
  const auto alone = ForwardedCertificateOf({{"client-cert", cert}, {"x-other", "1"}});
  ASSERT_TRUE(alone.ok() && alone->has_value()) << alone.status();
  EXPECT_EQ((*alone)->between, "");
}

TEST(ForwardedCertificateTest, ThereIsNoneWhereNoneIsCarried) {
  const auto read = ForwardedCertificateOf({{"authorization", "Bearer x"}});
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_FALSE(read->has_value());
}

TEST(ForwardedCertificateTest, OtherFormsAreNotGuessedAt) {
  for (const char* form : {"", ":", "::", "AAAA", ":AAAA", "AAAA:", ":AA\nAA:", ":AA AA:", ":A-_A:",
                           ":AAAA:, :AAAA:", "-----BEGIN CERTIFICATE-----"}) {
    EXPECT_THAT(FaultOf({{"client-cert", form}}), HasSubstr("RFC 9440")) << form;
  }
  EXPECT_THAT(FaultOf({{"client-cert", ":AAAA:"}, {"client-cert-chain", ":AAAA:,"}}),
              HasSubstr("client-cert-chain"));
  EXPECT_THAT(FaultOf({{"client-cert", ":AAAA:"}, {"client-cert", ":AAAB:"}}), HasSubstr("twice"));
  EXPECT_THAT(FaultOf({{"client-cert-chain", ":AAAA:"}}), HasSubstr("without"));
}

}  // namespace
}  // namespace probity::identity
