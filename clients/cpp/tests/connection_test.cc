// What a client is given, and servers that are not to be trusted.
#include <stdlib.h>

#include "absl/strings/str_cat.h"
#include "fake_server.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "world.h"

namespace probity::client {
namespace {

using ::testing::HasSubstr;

Options Of(const std::string& server) {
  Options options;
  options.server = server;
  return options;
}

// What Connect() refuses with.
std::string Refused(const Options& options) {
  const auto client = Client::Connect(options);
  if (client.ok()) return "nothing";
  EXPECT_TRUE(client.error().is_configuration);
  return client.error().UserMessage();
}

TEST(OptionsTest, AddressesThatAreNone) {
  for (const char* wrong : {"", "probity", "probity:", ":7443", "probity:0", "probity:65536",
                            "https://probity:7443", "::1:7443", "a b:7443", "[::1]", "x:7443 "}) {
    EXPECT_THAT(Refused(Of(wrong)), HasSubstr("is not HOST:PORT")) << wrong;
  }
  for (const char* right : {"probity:7443", "[::1]:7443", "dns:///probity:7443", "127.0.0.1:1"}) {
    EXPECT_EQ(Refused(Of(right)), "nothing") << right;
  }
}

TEST(OptionsTest, ATokenIsNeverSentInTheClear) {
  Options options = Of("probity.example.org:7443");
  options.token = kToken;
  EXPECT_THAT(Refused(options), HasSubstr("in the clear"));
  EXPECT_THAT(Refused(options), ::testing::Not(HasSubstr(kToken)));
  options.server = "127.0.0.1:7443";
  EXPECT_EQ(Refused(options), "nothing");
  options.server = "127.example.org:7443";
  EXPECT_THAT(Refused(options), HasSubstr("in the clear"));
}

TEST(OptionsTest, TokensThatAreNone) {
  Options options = Of("localhost:7443");
  for (const char* wrong : {"two words", "line\n", "токен"}) {
    options.token = wrong;
    EXPECT_THAT(Refused(options), HasSubstr("the token is empty, or has")) << wrong;
  }
  options.token_file = "/nowhere";
  EXPECT_THAT(Refused(options), HasSubstr("give one of token"));
  options.token.clear();
  EXPECT_THAT(Refused(options), HasSubstr("token_file: /nowhere"));
  options.token_file.clear();
  options.token_source = []() -> std::string { throw std::runtime_error("the vault is locked"); };
  EXPECT_THAT(Refused(options), HasSubstr("the vault is locked"));
}

TEST(OptionsTest, FilesThatDoNotGoTogether) {
  const Folder world;
  MakeCertificates(world.Path("."),
                   {"issue ca erp URI:a clientAuth", "issue ca other URI:b clientAuth",
                    "openssl pkey -in \"$certificates/erp.key\" -aes128 -passout "
                    "pass:secret -out \"$certificates/locked.key\""});
  Options options = Of("probity:7443");
  const std::string ca = world.Path("ca.pem"), cert = world.Path("erp.pem");
  const std::string key = world.Path("erp.key");
  const std::vector<std::pair<TlsFiles, std::string>> cases = {
      {{"", cert, key}, "ca is missing"},
      {{ca, cert, ""}, "key is missing"},
      {{ca, "", key}, "cert is missing"},
      {{world.Path("none"), "", ""}, "ca: "},
      {{key, "", ""}, "holds no certificate"},
      {{ca, key, key}, "cert: "},
      {{ca, cert, cert}, "holds no private key"},
      {{ca, cert, world.Path("other.key")}, "is not the key of"},
      {{ca, cert, world.Path("locked.key")}, "is encrypted"},
      {{ca, cert, key}, "nothing"},
      {{ca, "", ""}, "nothing"}};
  for (const auto& [files, said] : cases) {
    options.tls = files;
    EXPECT_THAT(Refused(options), HasSubstr(said));
  }
  options.credentials = grpc::SslCredentials({});
  EXPECT_THAT(Refused(options), HasSubstr("not both"));
}

TEST(OptionsTest, FromTheEnvironmentAsTheCommandLine) {
  unsetenv("PROBITY_SERVER");
  EXPECT_THAT(Options::FromEnvironment().error().message, HasSubstr("PROBITY_SERVER is not set"));
  setenv("PROBITY_SERVER", "probity:7443", 1);
  EXPECT_FALSE(Options::FromEnvironment()->tls.has_value());
  setenv("PROBITY_CA", "ca.pem", 1);
  setenv("PROBITY_TOKEN_FILE", "erp.token", 1);
  const auto options = Options::FromEnvironment();
  for (const char* name : {"PROBITY_SERVER", "PROBITY_CA", "PROBITY_TOKEN_FILE"}) unsetenv(name);
  EXPECT_EQ(options->server, "probity:7443");
  EXPECT_EQ(options->tls->ca, "ca.pem");
  EXPECT_EQ(options->token_file, "erp.token");
}

// What a call comes to, to a server with the certificate `name`.
std::string SaidOf(const Folder& world, const std::string& name, const std::string& ca) {
  grpc::SslServerCredentialsOptions secrets;
  secrets.pem_key_cert_pairs.push_back(
      {ReadAll(world.Path(name + ".key")), ReadAll(world.Path(name + ".pem"))});
  v1::ScreeningService::Service service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(secrets), &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  Options options = Of(absl::StrCat("127.0.0.1:", port));
  options.tls = TlsFiles{world.Path(ca), "", ""};
  const auto answer = ConnectTo(options).Call(&Screening::ListLogKeys, v1::ListLogKeysRequest());
  server->Shutdown(std::chrono::system_clock::now());
  return answer.error().ToString();
}

TEST(ServersCertificateTest, MustBeGood) {
  const Folder world;
  MakeCertificates(world.Path("."), {"issue ca server IP:127.0.0.1 serverAuth",
                                     "issue ca elsewhere DNS:elsewhere.example.org serverAuth",
                                     "ended late IP:127.0.0.1 serverAuth"});
  MakeCertificates(world.Path("rogue"), {});
  EXPECT_THAT(SaidOf(world, "server", "ca.pem"), HasSubstr("UNIMPLEMENTED"));  // it was reached
  EXPECT_THAT(SaidOf(world, "late", "ca.pem"), HasSubstr("has ended"));
  EXPECT_THAT(SaidOf(world, "server", "rogue/ca.pem"), HasSubstr("the authority in `ca`"));
  EXPECT_THAT(SaidOf(world, "elsewhere", "ca.pem"), HasSubstr("UNAVAILABLE"));
}

TEST(ConnectionTest, NobodyListens) {
  const auto answer =
      ConnectTo(Of("127.0.0.1:1")).Call(&Screening::ListLogKeys, v1::ListLogKeysRequest());
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(answer.error().UserMessage(), HasSubstr("cannot be reached at 127.0.0.1:1"));
  EXPECT_THAT(answer.error().UserMessage(), HasSubstr("No server listens there"));
}

}  // namespace
}  // namespace probity::client
