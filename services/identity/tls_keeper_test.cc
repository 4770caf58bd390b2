#include "services/identity/tls_keeper.h"

#include "gmock/gmock.h"
#include "services/identity/certificates_testing.h"

namespace probity::identity {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class TlsKeeperTest : public ::testing::Test {
 protected:
  void SetUp() override {
    settings_.set_cert_file(files_.File("cert.pem"));
    settings_.set_key_file(files_.File("key.pem"));
    settings_.set_client_ca_file(files_.File("ca.pem"));
    settings_.set_crl_dir(files_.File("crl"));
    // Looks only when it is asked to.
    settings_.mutable_reload_every()->set_seconds(3600);
    files_.Write("ca.pem", authority_.certificate());
    files_.Write("crl/authority.pem", authority_.List({}));
    files_.WritePair(Pair());
  }
  IssuedPair Pair(absl::Time end = absl::Now() + absl::Hours(48)) const {
    CertificateWish wish;
    wish.use = "serverAuth";
    wish.names = {"DNS:localhost"};
    wish.end = end;
    return authority_.Issue(wish);
  }
  absl::Status Start() {
    TlsKeeper::Options options;
    options.clock = &absl::Now;
    options.log = [](absl::string_view) {};
    options.warn = [this](absl::string_view warning) { warnings_.emplace_back(warning); };
    auto keeper = TlsKeeper::Start(settings_, options);
    if (!keeper.ok()) return keeper.status();
    keeper_ = *std::move(keeper);
    return absl::OkStatus();
  }
  // What is said of files with which the server does not start.
  std::string Fault() {
    const absl::Status status = Start();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    return std::string(status.message());
  }

  const TestAuthority authority_{"authority"};
  const TlsDirectory files_;
  config::v1::TlsSettings settings_;
  std::vector<std::string> warnings_;
  std::unique_ptr<TlsKeeper> keeper_;
};

TEST_F(TlsKeeperTest, TakesANewPairAndTellsWhenItEnds) {
  const absl::Time end = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now())) + absl::Hours(9);
  ASSERT_TRUE(Start().ok());
  EXPECT_EQ(keeper_->status().reloads, 1u);
  ASSERT_TRUE(keeper_->Reload().ok());
  EXPECT_EQ(keeper_->status().reloads, 1u);
  files_.WritePair(Pair(end));
  ASSERT_TRUE(keeper_->Reload().ok());
  EXPECT_EQ(keeper_->status().reloads, 2u);
  EXPECT_EQ(keeper_->status().certificate_end, end);
  EXPECT_NE(keeper_->Credentials(), nullptr);
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(TlsKeeperTest, KeepsTheLastGoodPairAndAlarmsOnce) {
  ASSERT_TRUE(Start().ok());
  const absl::Time end = keeper_->status().certificate_end;
  files_.Write("key.pem", Pair().key);
  EXPECT_FALSE(keeper_->Reload().ok());
  EXPECT_FALSE(keeper_->Reload().ok());
  EXPECT_FALSE(keeper_->status().last_reload_ok);
  EXPECT_EQ(keeper_->status().failed_reloads, 1u);
  EXPECT_EQ(keeper_->status().certificate_end, end);
  ASSERT_THAT(warnings_, SizeIs(1));
  EXPECT_THAT(warnings_[0], HasSubstr("those before stay in use"));
  EXPECT_THAT(warnings_[0], HasSubstr("is not the key of the certificate"));
  files_.WritePair(Pair());
  EXPECT_TRUE(keeper_->Reload().ok());
  EXPECT_TRUE(keeper_->status().last_reload_ok);
}

TEST_F(TlsKeeperTest, ANewRevocationListCountsAtOnce) {
  ASSERT_TRUE(Start().ok());
  const auto pair = authority_.Issue({});
  EXPECT_TRUE(keeper_->clients().Check(pair.certificate, "", absl::Now()).ok());
  files_.Write("crl/authority.pem", authority_.List({pair.certificate}));
  ASSERT_TRUE(keeper_->Reload().ok());
  EXPECT_FALSE(keeper_->clients().Check(pair.certificate, "", absl::Now()).ok());
  // A broken list changes nothing.
  files_.Write("crl/authority.pem", "-----BEGIN X509 CRL-----\nno\n-----END X509 CRL-----\n");
  EXPECT_FALSE(keeper_->Reload().ok());
  EXPECT_FALSE(keeper_->clients().Check(pair.certificate, "", absl::Now()).ok());
}

TEST_F(TlsKeeperTest, ARevocationCountsWhileTheServersOwnPairIsNotSound) {
  ASSERT_TRUE(Start().ok());
  const auto pair = authority_.Issue({});
  const auto is_known = [&] {
    return keeper_->clients().Check(pair.certificate, "", absl::Now()).ok();
  };
  const std::string before = authority_.List({});
  files_.Write("crl/authority.pem", before);
  ASSERT_TRUE(keeper_->Reload().ok());
  EXPECT_TRUE(is_known());
  const IssuedPair own = Pair();
  files_.WritePair(own);
  ASSERT_TRUE(keeper_->Reload().ok());
  std::filesystem::remove(files_.File("key.pem"));
  files_.Write("crl/authority.pem", authority_.List({pair.certificate}));
  EXPECT_THAT(std::string(keeper_->Reload().message()), HasSubstr("tls.key_file"));
  EXPECT_FALSE(keeper_->status().last_reload_ok);
  EXPECT_FALSE(is_known());
  // Whatever comes back counts again, though it was in use once.
  files_.Write("key.pem", own.key);
  files_.Write("crl/authority.pem", before);
  ASSERT_TRUE(keeper_->Reload().ok());
  EXPECT_TRUE(is_known());
}

TEST_F(TlsKeeperTest, WhatStandsBesideTheKeyIsNotUsed) {
  const IssuedPair pair = Pair(), old = Pair(absl::Now() - absl::Hours(1));
  files_.Write("cert.pem", pair.certificate);
  files_.Write("key.pem", old.certificate + pair.key);
  const auto texts = ReadTlsFiles(settings_);
  ASSERT_TRUE(texts.ok()) << texts.status();
  const auto material = CheckTlsFiles(settings_, *texts, absl::Now());
  ASSERT_TRUE(material.ok()) << material.status();
  const auto used = ParseCertificates(material->identity_pem);
  ASSERT_TRUE(used.ok()) << used.status();
  ASSERT_THAT(*used, SizeIs(1));
  EXPECT_EQ(ToPem(used->front().get()), pair.certificate);
  EXPECT_TRUE(ParsePrivateKey(material->identity_pem).ok());
}

TEST_F(TlsKeeperTest, ALateListIsTakenAndTold) {
  files_.Write("crl/authority.pem", authority_.List({}, absl::Now() - absl::Hours(1)));
  ASSERT_TRUE(Start().ok());
  ASSERT_THAT(warnings_, SizeIs(1));
  EXPECT_THAT(warnings_[0], HasSubstr("due to be replaced"));
  ASSERT_TRUE(keeper_->Reload().ok());
  EXPECT_THAT(warnings_, SizeIs(1));
}

TEST_F(TlsKeeperTest, LooksByItself) {
  settings_.mutable_reload_every()->set_seconds(1);
  ASSERT_TRUE(Start().ok());
  files_.WritePair(Pair());
  while (keeper_->status().reloads < 2) absl::SleepFor(absl::Milliseconds(20));
}

TEST_F(TlsKeeperTest, RefusesUnsoundFilesAndNamesThem) {
  files_.WritePair(Pair(absl::Now() - absl::Minutes(1)));
  EXPECT_THAT(Fault(), HasSubstr("cert.pem ended on"));
  files_.Write("cert.pem", "nothing");
  EXPECT_THAT(Fault(), HasSubstr("cert.pem holds no certificate"));
  std::filesystem::remove(files_.File("cert.pem"));
  EXPECT_THAT(Fault(), HasSubstr("tls.cert_file"));
  files_.WritePair(Pair());
  files_.Write("key.pem", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
  EXPECT_THAT(Fault(), HasSubstr("encrypted with a password"));
  files_.WritePair(Pair());
  files_.Write("ca.pem", Pair().certificate);
  EXPECT_THAT(Fault(), HasSubstr("no certificate of an authority"));
  files_.Write("ca.pem", authority_.certificate());
  files_.Write("crl/authority.pem", TestAuthority("authority").List({}));
  EXPECT_THAT(Fault(), HasSubstr("is not signed by"));
  std::filesystem::remove(files_.File("crl/authority.pem"));
  EXPECT_THAT(Fault(), HasSubstr("has no list of the authority"));
  settings_.set_allow_missing_crl(true);
  EXPECT_TRUE(Start().ok());
}

TEST_F(TlsKeeperTest, AChainStandsInOrder) {
  const TestAuthority between = authority_.Under("between");
  CertificateWish wish;
  wish.use = "serverAuth";
  const auto pair = between.Issue(wish);
  files_.WritePair({pair.certificate + between.certificate(), pair.key});
  EXPECT_TRUE(Start().ok());
  files_.WritePair({pair.certificate + authority_.certificate(), pair.key});
  EXPECT_THAT(Fault(), HasSubstr("out of order"));
}

}  // namespace
}  // namespace probity::identity
