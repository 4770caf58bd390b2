// Who may call a whole server: certificates, signed tokens, and what is in the log of it.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/await_testing.h"
#include "gmock/gmock.h"
#include "nlohmann/json.hpp"
#include "services/identity/certificates_testing.h"
#include "services/identity/tokens_testing.h"
#include "services/metrics/testing.h"
#include "services/server/testing.h"
#include "spdlog/sinks/base_sink.h"
#include "spdlog/spdlog.h"

namespace probity::server {
namespace {

using identity::CertificateWish;
using identity::GoodClaims;
using identity::IssuedPair;
using identity::TestAuthority;
using identity::TlsDirectory;
using identity::TokenKey;
using ::testing::HasSubstr;
using ::testing::Not;

// Keeps what is logged, a line each.
class KeepingSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  std::string text() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return text_;
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    text_.append(message.payload.begin(), message.payload.end()).push_back('\n');
  }
  void flush_() override {}

 private:
  std::string text_;
};

// What the server logs while this is there; made before the server and ended after it.
class LogOfTest {
 public:
  LogOfTest() : before_(spdlog::default_logger()), sink_(std::make_shared<KeepingSink>()) {
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("test", sink_));
  }
  ~LogOfTest() { spdlog::set_default_logger(before_); }
  std::string text() const { return sink_->text(); }

 private:
  std::shared_ptr<spdlog::logger> before_;
  std::shared_ptr<KeepingSink> sink_;
};

class IdentityApiTest : public ServerTest {
 protected:
  void SetUp() override {
    files_.Write("ca.pem", authority_.certificate());
    files_.Write("crl/authority.pem", authority_.List({}));
    files_.WritePair(ServerPair(authority_));
    ServerTest::SetUp();
    ConnectWith(Client());
  }
  void TearDown() override {
    channel_.reset();
    ServerTest::TearDown();
  }
  // Each says as whom: ConnectWith().
  void Connect() override {}

  config::v1::ServerConfig Config() const override {
    config::v1::ServerConfig config = ServerTest::Config();
    auto* tls = config.mutable_tls();
    tls->set_cert_file(files_.File("cert.pem"));
    tls->set_key_file(files_.File("key.pem"));
    tls->set_client_ca_file(files_.File("ca.pem"));
    tls->set_crl_dir(files_.File("crl"));
    tls->mutable_reload_every()->set_seconds(1);
    config.set_metrics_listen("127.0.0.1:0");
    if (with_tokens_) {
      auto* issuer = config.add_jwt_issuers();
      issuer->set_issuer(identity::kTestIssuer);
      issuer->set_jwks_file(files_.File("jwks.json"));
      issuer->add_audiences(identity::kTestAudience);
    }
    EXPECT_TRUE(CompleteConfig(&config).ok());
    return config;
  }
  void UseSignedTokens() {
    files_.Write("jwks.json", nlohmann::json{{"keys", {key_.Jwk()}}}.dump());
    with_tokens_ = true;
    channel_.reset();
    Restart();
    ConnectWith(std::nullopt);
  }

  static IssuedPair ServerPair(const TestAuthority& authority) {
    CertificateWish wish;
    wish.use = "serverAuth";
    wish.names = {"DNS:localhost", "IP:127.0.0.1"};
    return authority.Issue(wish);
  }
  static CertificateWish ClientWish() {
    CertificateWish wish;
    wish.names = {"URI:spiffe://example.org/erp"};
    return wish;
  }
  IssuedPair Client() const { return authority_.Issue(ClientWish()); }

  void ConnectWith(const std::optional<IssuedPair>& pair, const std::string& server_name = "") {
    ConnectWith(pair, authority_, server_name);
  }
  // `trusted`: whom the client takes the server's certificate from.
  void ConnectWith(const std::optional<IssuedPair>& pair, const TestAuthority& trusted,
                   const std::string& server_name = "") {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = trusted.certificate();
    if (pair.has_value()) {
      options.pem_cert_chain = pair->certificate;
      options.pem_private_key = pair->key;
    }
    grpc::ChannelArguments arguments;
    if (!server_name.empty()) arguments.SetSslTargetNameOverride(server_name);
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
    channel_ = grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(server_->port()),
                                         grpc::SslCredentials(options), arguments);
    // As ServerTest::Connect(), for a channel that may be refused.
    channel_->WaitForConnected(std::chrono::system_clock::now() + std::chrono::milliseconds(300));
  }
  grpc::Status Info() {
    v1::GetServerInfoResponse info;
    return Call(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest(), &info);
  }
  // A call over a new connection.
  grpc::Status InfoAs(const std::optional<IssuedPair>& pair) {
    ConnectWith(pair);
    return Info();
  }

  static inline const TokenKey key_{"EdDSA", "k"};
  LogOfTest log_;
  const TestAuthority authority_{"authority"};
  const TlsDirectory files_;
  bool with_tokens_ = false;
};

TEST_F(IdentityApiTest, NamesTheCallerByItsCertificate) {
  ASSERT_TRUE(Info().ok());
  server_.reset();
  EXPECT_THAT(log_.text(), HasSubstr(R"("principal":"spiffe://example.org/erp")"));
}

TEST_F(IdentityApiTest, LetsNobodyInWhoHasNoGoodCertificate) {
  const auto refused = [this](const std::optional<IssuedPair>& pair) {
    const grpc::Status status = InfoAs(pair);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
    // The server goes on for those who have.
    EXPECT_TRUE(InfoAs(Client()).ok());
  };
  refused(std::nullopt);
  refused(TestAuthority("authority").Issue(ClientWish()));
  CertificateWish ended = ClientWish(), server = ClientWish(), nameless = ClientWish();
  ended.end = absl::Now() - absl::Minutes(1);
  refused(authority_.Issue(ended));
  server.use = "serverAuth";
  refused(authority_.Issue(server));
  nameless.names = {"URI:spiffe://example.org/a", "URI:spiffe://example.org/b"};
  refused(authority_.Issue(nameless));
}

TEST_F(IdentityApiTest, ClientsNoticeAnotherServer) {
  ConnectWith(Client(), TestAuthority("authority"));
  EXPECT_EQ(Info().error_code(), grpc::StatusCode::UNAVAILABLE);
  ConnectWith(Client(), "elsewhere.example.org");
  EXPECT_EQ(Info().error_code(), grpc::StatusCode::UNAVAILABLE);
  ConnectWith(Client(), "localhost");
  EXPECT_TRUE(Info().ok());
}

TEST_F(IdentityApiTest, ARevokedCertificateIsOutOnOpenConnectionsAndNewOnes) {
  const IssuedPair pair = Client();
  ASSERT_TRUE(InfoAs(pair).ok());
  files_.Write("crl/authority.pem", authority_.List({pair.certificate}));
  grpc::Status status;
  ASSERT_TRUE(BecomesTrue([&] { return !(status = Info()).ok(); }));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(reason_, "UNAUTHENTICATED");
  EXPECT_THAT(status.error_message(), HasSubstr("revoked"));
  EXPECT_EQ(InfoAs(pair).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(InfoAs(Client()).ok());
}

TEST_F(IdentityApiTest, TakesANewPairWhileCallsRunAndKeepsItWhenABadOneComes) {
  const auto open = channel_;
  std::atomic<bool> ending{false};
  std::atomic<int> calls{0}, failed{0};
  std::thread caller([&] {
    v1::ServerService::Stub stub(open);
    while (!ending) {
      grpc::ClientContext context;
      v1::GetServerInfoResponse info;
      if (!stub.GetServerInfo(&context, v1::GetServerInfoRequest(), &info).ok()) ++failed;
      ++calls;
    }
  });
  const TestAuthority next("next");
  files_.WritePair(ServerPair(next));
  ASSERT_TRUE(BecomesTrue([&] {
    ConnectWith(Client(), next);
    return Info().ok();
  }));
  files_.Write("key.pem", ServerPair(next).key);
  const auto expect_next = [&] {
    ConnectWith(Client(), next);
    EXPECT_TRUE(Info().ok());
  };
  ASSERT_TRUE(BecomesTrue([&] {
    expect_next();
    return absl::StrContains(log_.text(), "those before stay in use");
  }));
  // Longer than gRPC waits between two looks.
  for (int i = 0; i < 20; ++i) {
    expect_next();
    absl::SleepFor(absl::Milliseconds(100));
  }
  ending = true;
  caller.join();
  EXPECT_GT(calls, 0);
  EXPECT_EQ(failed, 0);
}

TEST_F(IdentityApiTest, MetricsTellOfFilesAndKeys) {
  const auto text = [this] { return metrics::Fetch(server_->metrics_port(), "/metrics").body; };
  EXPECT_THAT(text(), HasSubstr("\nprobity_tls_files_sound 1\n"));
  EXPECT_THAT(text(), HasSubstr("\nprobity_tls_failed_reloads_total 0\n"));
  EXPECT_THAT(text(), HasSubstr("\nprobity_tls_certificate_end_timestamp_seconds "));
  EXPECT_THAT(text(), Not(HasSubstr("probity_issuer_keys_fresh")));
  files_.Write("key.pem", "nothing");
  ASSERT_TRUE(BecomesTrue([&] { return !absl::StrContains(text(), "probity_tls_files_sound 1"); }));
  EXPECT_THAT(text(), HasSubstr("\nprobity_tls_files_sound 0\n"));
  EXPECT_THAT(text(), HasSubstr("\nprobity_tls_failed_reloads_total 1\n"));
  files_.WritePair(ServerPair(authority_));
  UseSignedTokens();
  EXPECT_THAT(text(), HasSubstr("\nprobity_issuer_keys_fresh 1\n"));
}

TEST_F(IdentityApiTest, DoesNotStartWithUnsoundFiles) {
  server_.reset();
  files_.Write("key.pem", ServerPair(authority_).key);
  const absl::Status status = Server::Start(Config()).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("key.pem is not the key"));
}

// The version that a client and the server agree on; 0: none.
int Handshake(int port, const IssuedPair& pair, int version, const char* ciphers) {
  const Owned<SSL_CTX> context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_min_proto_version(context.get(), version);
  SSL_CTX_set_max_proto_version(context.get(), version);
  EXPECT_EQ(SSL_CTX_set_cipher_list(context.get(), ciphers), 1) << ciphers;
  SSL_CTX_use_certificate(context.get(), ParseCertificates(pair.certificate)->front().get());
  SSL_CTX_use_PrivateKey(context.get(), ParsePrivateKey(pair.key)->get());
  const unsigned char alpn[] = {2, 'h', '2'};
  SSL_CTX_set_alpn_protos(context.get(), alpn, sizeof(alpn));
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  SSL* ssl = SSL_new(context.get());
  SSL_set_fd(ssl, fd);
  const int agreed = SSL_connect(ssl) == 1 ? SSL_version(ssl) : 0;
  SSL_free(ssl);
  close(fd);
  return agreed;
}

TEST_F(IdentityApiTest, SpeaksNoOldTls) {
  const IssuedPair pair = Client();
  const auto handshake = [&](int version, const char* ciphers) {
    return Handshake(server_->port(), pair, version, ciphers);
  };
  EXPECT_EQ(handshake(TLS1_3_VERSION, "ALL"), TLS1_3_VERSION);
  EXPECT_EQ(handshake(TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256"), TLS1_2_VERSION);
  // Without forward secrecy, or with CBC.
  EXPECT_EQ(handshake(TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256:AES128-GCM-SHA256"), 0);
  EXPECT_EQ(handshake(TLS1_1_VERSION, "ALL"), 0);
  EXPECT_EQ(handshake(TLS1_VERSION, "ALL"), 0);
}

TEST_F(IdentityApiTest, ATokenIsNoUseToAServerThatTakesNone) {
  token_ = key_.Token(GoodClaims());
  const grpc::Status status = Info();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_THAT(status.error_message(), HasSubstr("client certificates and no tokens"));
}

TEST_F(IdentityApiTest, TakesSignedTokensBesideCertificates) {
  UseSignedTokens();
  const auto refusal = [this] {
    const grpc::Status status = Info();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED) << status.error_message();
    return status.error_message();
  };
  EXPECT_THAT(refusal(), HasSubstr("carries no token"));
  token_ = key_.Token(GoodClaims());
  EXPECT_TRUE(Info().ok());
  token_.clear();
  EXPECT_TRUE(InfoAs(Client()).ok());
  // A bad token is not made up for by a good certificate.
  token_ = TokenKey("EdDSA", "k").Token(GoodClaims());
  EXPECT_THAT(refusal(), HasSubstr("signature is wrong"));
  channel_.reset();
  server_.reset();
  EXPECT_THAT(log_.text(), HasSubstr(R"("principal":"jwt:ann")"));
  EXPECT_THAT(log_.text(), Not(HasSubstr(token_)));
}

TEST_F(IdentityApiTest, ATokenDoesNotMakeUpForARevokedCertificate) {
  UseSignedTokens();
  const IssuedPair pair = Client();
  ConnectWith(pair);
  token_ = key_.Token(GoodClaims());
  ASSERT_TRUE(Info().ok());
  files_.Write("crl/authority.pem", authority_.List({pair.certificate}));
  grpc::Status status;
  ASSERT_TRUE(BecomesTrue([&] { return !(status = Info()).ok(); }));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_THAT(status.error_message(), HasSubstr("revoked"));
  ConnectWith(std::nullopt);
  EXPECT_TRUE(Info().ok());
}

TEST_F(IdentityApiTest, HugeAndDoubleHeadersAreRefusedAndTheServerGoesOn) {
  UseSignedTokens();
  token_ = std::string(1 << 20, 'a');
  EXPECT_FALSE(Info().ok());
  ConnectWith(std::nullopt);
  token_ = std::string(6000, 'a') + ".b.c";
  EXPECT_EQ(Info().error_code(), grpc::StatusCode::UNAUTHENTICATED);
  grpc::ClientContext context;
  for (int i = 0; i < 2; ++i) {
    context.AddMetadata("authorization", "Bearer " + key_.Token(GoodClaims()));
  }
  v1::GetServerInfoResponse info;
  v1::ServerService::Stub stub(channel_);
  EXPECT_EQ(stub.GetServerInfo(&context, v1::GetServerInfoRequest(), &info).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  token_ = key_.Token(GoodClaims());
  EXPECT_TRUE(Info().ok());
}

TEST_F(IdentityApiTest, NothingInATokenMakesALineOfTheLog) {
  UseSignedTokens();
  nlohmann::json claims = GoodClaims();
  claims["sub"] = "ann\",\"code\":\"OK\"}\n{\"principal\":\"root";
  token_ = key_.Token(claims);
  EXPECT_TRUE(Info().ok());
  claims["iss"] = "elsewhere\n{\"principal\":\"root\"}";
  token_ = key_.Token(claims);
  EXPECT_FALSE(Info().ok());
  channel_.reset();
  server_.reset();
  for (const absl::string_view line : absl::StrSplit(log_.text(), '\n', absl::SkipEmpty())) {
    const auto parsed = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    ASSERT_TRUE(parsed.is_object()) << line;
    EXPECT_NE(parsed.value("principal", ""), "root") << line;
  }
}

// A server that takes the word of one gateway.
class GatewayApiTest : public IdentityApiTest {
 protected:
  config::v1::ServerConfig Config() const override {
    config::v1::ServerConfig config = IdentityApiTest::Config();
    config.mutable_tls()->add_gateway_principals("dns:gateway.example.org");
    return config;
  }
  IssuedPair Gateway() const {
    CertificateWish wish;
    wish.names = {"DNS:gateway.example.org"};
    return authority_.Issue(wish);
  }
  // A call that carries certificates (PEM), over the connection that there is.
  grpc::Status InfoFor(const std::string& certificate, const std::string& between = "") {
    grpc::ClientContext context;
    context.AddMetadata("client-cert", identity::InRfc9440(certificate));
    if (!between.empty()) {
      context.AddMetadata("client-cert-chain", identity::InRfc9440(between));
    }
    if (!token_.empty()) context.AddMetadata("authorization", "Bearer " + token_);
    v1::ServerService::Stub stub(channel_);
    v1::GetServerInfoResponse info;
    return stub.GetServerInfo(&context, v1::GetServerInfoRequest(), &info);
  }
  void ExpectRefused(const grpc::Status& status, const char* why) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED) << status.error_message();
    EXPECT_THAT(status.error_message(), HasSubstr(why));
  }
};

TEST_F(GatewayApiTest, ItsCallsAreThoseOfWhoCalledIt) {
  ConnectWith(Gateway());
  const TestAuthority between = authority_.Under("between");
  files_.Write("crl/between.pem", between.List({}));
  CertificateWish wish = ClientWish();
  wish.names = {"URI:spiffe://example.org/other"};
  const IssuedPair other = between.Issue(wish);
  EXPECT_TRUE(InfoFor(Client().certificate).ok());
  ASSERT_TRUE(BecomesTrue([&] { return InfoFor(other.certificate, between.certificate()).ok(); }));
  EXPECT_TRUE(Info().ok());  // its own
  channel_.reset();
  server_.reset();
  const std::string log = log_.text();
  EXPECT_THAT(log, HasSubstr(R"("principal":"spiffe://example.org/erp","authority":"",)"
                             R"("via":"dns:gateway.example.org","code":"OK")"));
  EXPECT_THAT(log, HasSubstr(R"("principal":"spiffe://example.org/other","authority":"","via")"));
  EXPECT_THAT(log, HasSubstr(R"("principal":"dns:gateway.example.org","authority":"","code")"));
}

TEST_F(GatewayApiTest, WhatItBringsMustBeGood) {
  ConnectWith(Gateway());
  CertificateWish ended = ClientWish();
  ended.end = absl::Now() - absl::Minutes(1);
  ExpectRefused(InfoFor(authority_.Issue(ended).certificate), "expired");
  ExpectRefused(InfoFor(TestAuthority("authority").Issue(ClientWish()).certificate), "refused");
  ExpectRefused(InfoFor(ServerPair(authority_).certificate), "purpose");
  const IssuedPair pair = Client();
  ASSERT_TRUE(InfoFor(pair.certificate).ok());
  files_.Write("crl/authority.pem", authority_.List({pair.certificate}));
  ASSERT_TRUE(BecomesTrue([&] { return !InfoFor(pair.certificate).ok(); }));
  ExpectRefused(InfoFor(pair.certificate), "revoked");
  EXPECT_TRUE(Info().ok());
  token_ = "0123456789abcdef";
  ExpectRefused(InfoFor(Client().certificate), "send one of both");
}

TEST_F(GatewayApiTest, NobodyElseBringsCallers) {
  const std::string wanted = Gateway().certificate;
  ConnectWith(Client());
  ExpectRefused(InfoFor(wanted), "gateways alone");
  ExpectRefused(InfoFor(Client().certificate), "gateways alone");
  UseSignedTokens();  // and connects without a certificate
  ExpectRefused(InfoFor(Client().certificate), "gateways alone");
}

TEST_F(GatewayApiTest, ARevokedGatewayBringsNobody) {
  const IssuedPair gateway = Gateway();
  ConnectWith(gateway);
  const std::string caller = Client().certificate;
  ASSERT_TRUE(InfoFor(caller).ok());
  files_.Write("crl/authority.pem", authority_.List({gateway.certificate}));
  ASSERT_TRUE(BecomesTrue([&] { return !InfoFor(caller).ok(); }));
  ExpectRefused(InfoFor(caller), "revoked");
}

class InsecureApiTest : public ServerTest {
 protected:
  config::v1::ServerConfig Config() const override {
    config::v1::ServerConfig config = ServerTest::Config();
    config.set_listen("0.0.0.0:0");
    config.set_insecure(true);
    config.set_allow_insecure(true);
    EXPECT_TRUE(CompleteConfig(&config).ok());
    return config;
  }
  LogOfTest log_;
};

TEST_F(InsecureApiTest, WarnsAndDoesNotTakeStrangersForThisMachine) {
  Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest());
  channel_.reset();
  server_.reset();
  EXPECT_THAT(log_.text(), HasSubstr("INSECURE: 0.0.0.0:0"));
  EXPECT_THAT(log_.text(), HasSubstr(R"("principal":"unidentified")"));
  EXPECT_THAT(log_.text(), Not(HasSubstr(R"("principal":"local")")));
}

TEST(InsecureConfigTest, AFileAloneCannotSayIt) {
  const auto status = ParseConfig("p.textproto", "insecure: true").status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("--insecure"));
}

}  // namespace
}  // namespace probity::server
