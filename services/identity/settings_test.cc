#include "services/identity/settings.h"

#include "base/errors.h"
#include "base/text_proto.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::identity {
namespace {

using config::v1::ServerConfig;
using ::testing::HasSubstr;

constexpr char kTls[] = "tls { cert_file: 'c' key_file: 'k' client_ca_file: 'a' } ";
constexpr char kIssuer[] = "issuer: 'https://i' jwks_file: 'j' audiences: 'p' ";

ServerConfig Read(const std::string& text) {
  ServerConfig config;
  EXPECT_EQ(ReadTextProto(text, &config), "") << text;
  return config;
}

std::string Fault(const std::string& text) {
  ServerConfig config = Read(text);
  const absl::Status status = CompleteIdentity(&config);
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_INVALID_FIELD) << text;
  return std::string(status.message());
}

ServerConfig Completed(const std::string& text) {
  ServerConfig config = Read(text);
  const absl::Status status = CompleteIdentity(&config);
  EXPECT_TRUE(status.ok()) << text << status;
  return config;
}

TEST(SettingsTest, ListensInTheClearOnLoopbackOnly) {
  for (const char* address : {"127.0.0.1:0", "127.1.2.3:1", "localhost:1", "[::1]:65535"}) {
    Completed(std::string("listen: '") + address + "'");
  }
  for (const char* address :
       {"0.0.0.0:7443", "[::]:7443", "192.0.2.1:1", "example.org:1", "127.0.0.1.example.org:1"}) {
    const std::string listen = std::string("listen: '") + address + "' ";
    EXPECT_THAT(Fault(listen), HasSubstr("set tls"));
    // Both keys, not one.
    EXPECT_THAT(Fault(listen + "insecure: true"), HasSubstr("allow_insecure: true"));
    EXPECT_THAT(Fault(listen + "allow_insecure: true"), HasSubstr("--insecure"));
    Completed(listen + "insecure: true allow_insecure: true");
    Completed(listen + kTls);
  }
  for (const char* address : {"7443", "127.0.0.1", ":7443", "127.0.0.1:65536", "127.0.0.1:x"}) {
    EXPECT_THAT(Fault(std::string("listen: '") + address + "'"), HasSubstr("HOST:PORT"));
  }
}

TEST(SettingsTest, TokenFilesStayOnLoopback) {
  Completed("listen: '127.0.0.1:1' token_file: 't'");
  const std::string tls = Completed(std::string("listen: '127.0.0.1:1' token_file: 't'") + kTls)
                              .tls()
                              .ShortDebugString();
  EXPECT_THAT(tls, HasSubstr("require_client_certificate: false"));
  EXPECT_THAT(Fault(std::string("listen: '0.0.0.0:1' token_file: 't'") + kTls),
              HasSubstr("loopback only"));
  EXPECT_THAT(Fault("listen: '0.0.0.0:1' token_file: 't' insecure: true allow_insecure: true"),
              HasSubstr("loopback only"));
}

TEST(SettingsTest, GatewaysAreNamedAsCertificatesAre) {
  const std::string begin = "listen: '0.0.0.0:1' tls { cert_file: 'c' key_file: 'k' ";
  const std::string with_ca = begin + "client_ca_file: 'a' gateway_principals: ";
  for (const char* good : {"'spiffe://e.org/g'", "'dns:g.e.org'", "'subject:G'"}) {
    Completed(with_ca + good + " }");
  }
  EXPECT_THAT(Fault(with_ca + "'g.e.org' }"), HasSubstr("not \"g.e.org\""));
  EXPECT_THAT(Fault(with_ca + "'jwt:g' }"), HasSubstr("names of certificates"));
  EXPECT_THAT(Fault(with_ca + "'' }"), HasSubstr("names of certificates"));
  EXPECT_THAT(Fault(begin + "gateway_principals: 'dns:g' } jwt_issuers { " + kIssuer + "}"),
              HasSubstr("client_ca_file is missing"));
}

TEST(SettingsTest, TlsTellsWhoCalls) {
  const std::string listen = "listen: '0.0.0.0:1' ";
  const auto tls = Completed(listen + kTls).tls();
  EXPECT_TRUE(tls.require_client_certificate());
  EXPECT_EQ(tls.reload_every().seconds(), 10);
  EXPECT_FALSE(Completed(listen + kTls + "jwt_issuers { " + kIssuer + "}")
                   .tls()
                   .require_client_certificate());
  EXPECT_THAT(Fault(listen + "tls { cert_file: 'c' key_file: 'k' }"), HasSubstr("who calls"));
  EXPECT_THAT(Fault(listen + "tls { cert_file: 'c' }"), HasSubstr("key_file"));
  EXPECT_THAT(Fault(listen + "tls { cert_file: 'c' key_file: 'k' crl_dir: 'd' }"),
              HasSubstr("client_ca_file"));
  EXPECT_THAT(
      Fault(listen + "tls { cert_file: 'c' key_file: 'k' require_client_certificate: true }"),
      HasSubstr("client_ca_file"));
  EXPECT_THAT(Fault(listen + "tls { cert_file: 'c' key_file: 'k' client_ca_file: 'a' "
                             "reload_every { seconds: 0 } }"),
              HasSubstr("1 second"));
}

TEST(SettingsTest, IssuersAreWhole) {
  const auto fault = [](const std::string& issuer) {
    return Fault("listen: '127.0.0.1:1' jwt_issuers { " + issuer + " }");
  };
  const auto issuer =
      Completed(std::string("listen: '127.0.0.1:1' jwt_issuers { ") + kIssuer + "}").jwt_issuers(0);
  EXPECT_EQ(issuer.principal_claim(), "sub");
  EXPECT_EQ(issuer.groups_claim(), "groups");
  EXPECT_EQ(issuer.principal_prefix(), "jwt");
  EXPECT_EQ(issuer.clock_skew().seconds(), 60);
  EXPECT_THAT(fault("jwks_file: 'j' audiences: 'p'"), HasSubstr("issuer"));
  EXPECT_THAT(fault("issuer: 'i' audiences: 'p'"), HasSubstr("jwks_file or jwks_url"));
  EXPECT_THAT(fault("issuer: 'i' jwks_file: 'j'"), HasSubstr("other services"));
  EXPECT_THAT(fault(std::string(kIssuer) + "jwks_url: 'https://i/keys'"), HasSubstr("one of both"));
  EXPECT_THAT(fault("issuer: 'i' audiences: 'p' jwks_url: 'http://i/keys'"), HasSubstr("https://"));
  EXPECT_THAT(fault("issuer: 'i' audiences: 'p' jwks_url: 'file:///etc/passwd'"),
              HasSubstr("https://"));
  EXPECT_THAT(fault(std::string(kIssuer) + "principal_prefix: 'spiffe'"), HasSubstr("spiffe"));
  EXPECT_THAT(fault(std::string(kIssuer) + "principal_prefix: 'a b'"), HasSubstr("[a-z0-9-]"));
  EXPECT_THAT(fault(std::string(kIssuer) + "clock_skew { seconds: 301 }"), HasSubstr("5 minutes"));
  EXPECT_THAT(fault(std::string(kIssuer) + "refresh_every { seconds: 9 }"),
              HasSubstr("10 seconds"));
  EXPECT_THAT(fault(std::string(kIssuer) + "} jwt_issuers { " + kIssuer), HasSubstr("twice"));
  EXPECT_THAT(
      fault(std::string(kIssuer) + "} jwt_issuers { issuer: 'b' jwks_file: 'j' audiences: 'p'"),
      HasSubstr("two issuers"));
  const std::string two =
      "issuer: 'a' jwks_file: 'j' audiences: 'p' groups_prefix: 'a' } "
      "jwt_issuers { issuer: 'b' jwks_file: 'j' audiences: 'p' "
      "principal_prefix: 'b' ";
  EXPECT_THAT(fault(two), HasSubstr("groups of one"));
  EXPECT_THAT(fault(two + "groups_prefix: 'a'"), HasSubstr("groups of one"));
  EXPECT_THAT(fault(two + "groups_prefix: 'b:'"), HasSubstr("[a-z0-9-]"));
  Completed("listen: '127.0.0.1:1' jwt_issuers { " + two + "groups_prefix: 'b' }");
  for (const char* url :
       {"http://127.0.0.1:8080/keys", "http://127.0.0.1/keys", "http://localhost:1",
        "http://localhost?a", "http://[::1]:80/k", "http://[::1]/"}) {
    Completed(std::string("listen: '127.0.0.1:1' jwt_issuers { issuer: 'i' audiences: 'p' "
                          "jwks_url: '") +
              url + "' }");
  }
  for (const char* url :
       {"http://127.0.0.1:80@example.org/keys", "http://localhost@example.org/",
        "http://127.0.0.1.example.org/", "http://example.org/127.0.0.1", "http://"}) {
    EXPECT_THAT(fault(std::string("issuer: 'i' audiences: 'p' jwks_url: '") + url + "'"),
                HasSubstr("https://"))
        << url;
  }
}

}  // namespace
}  // namespace probity::identity
