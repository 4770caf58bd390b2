#include "services/identity/client_certificates.h"

#include "gmock/gmock.h"
#include "services/identity/certificates_testing.h"

namespace probity::identity {
namespace {

using ::testing::HasSubstr;

class ClientCertificatesTest : public ::testing::Test {
 protected:
  void SetUp() override { Trust({authority_.List({})}); }

  void Trust(const std::vector<std::string>& lists, bool allow_missing = false) {
    TlsMaterial material;
    material.authorities = *ParseCertificates(authority_.certificate());
    for (const std::string& list : lists) {
      material.revocation_lists.push_back(*ParseRevocationList(list));
    }
    clients_.SetTrust(std::make_shared<const ClientTrust>(material, true, allow_missing));
  }
  static CertificateWish Wish() {
    CertificateWish wish;
    wish.names = {"URI:spiffe://example.org/erp"};
    return wish;
  }
  std::string Refusal(const std::string& certificate, const std::string& between = "") {
    const auto caller = clients_.Check(certificate, between, now_);
    EXPECT_TRUE(absl::IsUnauthenticated(caller.status())) << caller.status();
    return std::string(caller.status().message());
  }
  bool IsTaken(const std::string& certificate, const std::string& between = "") {
    return clients_.Check(certificate, between, now_).ok();
  }

  const TestAuthority authority_{"authority"};
  ClientCertificates clients_;
  absl::Time now_ = absl::Now();
};

TEST_F(ClientCertificatesTest, TakesGoodOnesAndNamesTheCaller) {
  const auto pair = authority_.Issue(Wish());
  const auto caller = clients_.Check(pair.certificate, "", now_);
  ASSERT_TRUE(caller.ok()) << caller.status();
  EXPECT_EQ(caller->principal, "spiffe://example.org/erp");
}

TEST_F(ClientCertificatesTest, RefusesThoseOfOthers) {
  // The same name does not make the same authority.
  const TestAuthority rogue("authority");
  EXPECT_THAT(Refusal(rogue.Issue(Wish()).certificate), HasSubstr("refused"));
  CertificateWish server = Wish();
  server.use = "serverAuth";
  EXPECT_THAT(Refusal(authority_.Issue(server).certificate), HasSubstr("purpose"));
  EXPECT_THAT(Refusal("no certificate"), HasSubstr("cannot be read"));
}

TEST_F(ClientCertificatesTest, RefusesWhatHasEndedOrNotBegun) {
  CertificateWish ended = Wish(), later = Wish();
  ended.end = now_ - absl::Minutes(1);
  later.begin = now_ + absl::Hours(1);
  EXPECT_THAT(Refusal(authority_.Issue(ended).certificate), HasSubstr("expired"));
  EXPECT_THAT(Refusal(authority_.Issue(later).certificate), HasSubstr("not yet valid"));
}

TEST_F(ClientCertificatesTest, NoticesTheEndOfOneThatItKnows) {
  CertificateWish wish = Wish();
  wish.end = now_ + absl::Seconds(20);
  const auto pair = authority_.Issue(wish);
  EXPECT_TRUE(IsTaken(pair.certificate));
  now_ += absl::Seconds(30);
  EXPECT_THAT(Refusal(pair.certificate), HasSubstr("expired"));
}

TEST_F(ClientCertificatesTest, ARevocationCountsAtOnceForOneThatItKnows) {
  const auto pair = authority_.Issue(Wish()), other = authority_.Issue(Wish());
  EXPECT_TRUE(IsTaken(pair.certificate));
  Trust({authority_.List({pair.certificate})});
  EXPECT_THAT(Refusal(pair.certificate), HasSubstr("revoked"));
  EXPECT_TRUE(IsTaken(other.certificate));
}

TEST_F(ClientCertificatesTest, WithoutAListOrWithAnOldOneNobodyComes) {
  const auto pair = authority_.Issue(Wish());
  Trust({});
  EXPECT_THAT(Refusal(pair.certificate), HasSubstr("CRL"));
  Trust({}, /*allow_missing=*/true);
  EXPECT_TRUE(IsTaken(pair.certificate));
  Trust({authority_.List({}, now_ - absl::Hours(1))}, /*allow_missing=*/true);
  EXPECT_THAT(Refusal(pair.certificate), HasSubstr("CRL has expired"));
  // Of an open connection: a list that was not replaced in time.
  Trust({authority_.List({}, now_ + absl::Seconds(30))});
  EXPECT_TRUE(IsTaken(pair.certificate));
  now_ += ClientCertificates::kKeptFor;
  EXPECT_THAT(Refusal(pair.certificate), HasSubstr("CRL has expired"));
}

TEST_F(ClientCertificatesTest, AResumedSessionHasTheChainOfItsFirst) {
  const TestAuthority between = authority_.Under("between");
  Trust({authority_.List({}), between.List({})});
  const auto pair = between.Issue(Wish());
  EXPECT_FALSE(IsTaken(pair.certificate));
  EXPECT_TRUE(IsTaken(pair.certificate, between.certificate()));
  EXPECT_TRUE(IsTaken(pair.certificate));
  Trust({authority_.List({}), between.List({pair.certificate})});
  EXPECT_THAT(Refusal(pair.certificate), HasSubstr("revoked"));
  Trust({authority_.List({between.certificate()}), between.List({})});
  EXPECT_THAT(Refusal(pair.certificate), HasSubstr("revoked"));
}

}  // namespace
}  // namespace probity::identity
