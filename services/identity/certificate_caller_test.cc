#include "services/identity/certificate_caller.h"

#include "gmock/gmock.h"
#include "services/identity/certificates_testing.h"

namespace probity::identity {
namespace {

using ::testing::HasSubstr;

class CertificateCallerTest : public ::testing::Test {
 protected:
  absl::StatusOr<rpc::Caller> Caller(const std::string& common_name,
                                     const std::vector<std::string>& names) {
    CertificateWish wish;
    wish.common_name = common_name;
    wish.names = names;
    const auto certificates = ParseCertificates(authority_.Issue(wish).certificate);
    return CallerOfCertificate(certificates->front().get());
  }
  std::string Refusal(const std::string& common_name, const std::vector<std::string>& names) {
    const auto caller = Caller(common_name, names);
    EXPECT_TRUE(absl::IsUnauthenticated(caller.status()));
    return std::string(caller.status().message());
  }

  const TestAuthority authority_{"authority"};
};

TEST_F(CertificateCallerTest, ASpiffeIdComesFirst) {
  const auto caller =
      Caller("erp", {"DNS:erp.example.org", "URI:spiffe://example.org/ministry/erp"});
  ASSERT_TRUE(caller.ok()) << caller.status();
  EXPECT_EQ(caller->principal, "spiffe://example.org/ministry/erp");
  EXPECT_EQ(caller->kind, rpc::IdentityKind::kSpiffe);
  EXPECT_EQ(caller->authority, "");
}

TEST_F(CertificateCallerTest, ThenTheFirstDnsNameThenTheCommonName) {
  const auto host = Caller("erp", {"URI:https://example.org", "DNS:ERP.example.org", "DNS:b"});
  ASSERT_TRUE(host.ok()) << host.status();
  EXPECT_EQ(host->principal, "dns:erp.example.org");
  EXPECT_EQ(host->kind, rpc::IdentityKind::kDns);
  const auto subject = Caller("ERP Ministère A", {"IP:127.0.0.1"});
  ASSERT_TRUE(subject.ok()) << subject.status();
  EXPECT_EQ(subject->principal, "subject:ERP%20Minist%C3%A8re%20A");
  EXPECT_EQ(subject->kind, rpc::IdentityKind::kSubject);
}

TEST_F(CertificateCallerTest, AFaultyNameIsNotMadeUpForByTheNext) {
  EXPECT_THAT(Refusal("erp", {"URI:spiffe://example.org", "DNS:a"}), HasSubstr("TRUST-DOMAIN"));
  EXPECT_THAT(Refusal("erp", {"URI:spiffe://Example.org/a"}), HasSubstr("TRUST-DOMAIN"));
  EXPECT_THAT(Refusal("erp", {"URI:spiffe://example.org/a/../b"}), HasSubstr("TRUST-DOMAIN"));
  EXPECT_THAT(Refusal("erp", {"URI:spiffe://example.org/a", "URI:spiffe://example.org/b"}),
              HasSubstr("more than one URI"));
  EXPECT_THAT(Refusal("erp", {"DNS:*.example.org"}), HasSubstr("not the name of one machine"));
  EXPECT_THAT(Refusal("", {}), HasSubstr("names nobody"));
  EXPECT_THAT(Refusal("erp", {"URI:spiffe://example.org/" + std::string(300, 'a')}),
              HasSubstr("256"));
}

TEST_F(CertificateCallerTest, ACommonNameThatCannotBeReadCountsToo) {
  const Owned<X509> certificate(X509_new());
  const auto add = [&certificate](const std::string& name) {
    X509_NAME_add_entry_by_NID(
        X509_get_subject_name(certificate.get()), NID_commonName, V_ASN1_UTF8STRING,
        reinterpret_cast<const unsigned char*>(name.data()), static_cast<int>(name.size()), -1, 0);
  };
  add("erp");
  EXPECT_EQ(CallerOfCertificate(certificate.get())->principal, "subject:erp");
  add("\xff");
  EXPECT_TRUE(absl::IsUnauthenticated(CallerOfCertificate(certificate.get()).status()));
}

TEST_F(CertificateCallerTest, ANameCannotEndALineOfTheLogOrPassForAnother) {
  const auto caller = Caller("x\",\"principal\":\"root\"}\n{", {});
  ASSERT_TRUE(caller.ok()) << caller.status();
  EXPECT_EQ(caller->principal.find_first_of("\"\\\n {}"), std::string::npos);
  // "%20" in a name is not a space in it.
  EXPECT_EQ(Caller("a%20b", {})->principal, "subject:a%2520b");
}

}  // namespace
}  // namespace probity::identity
