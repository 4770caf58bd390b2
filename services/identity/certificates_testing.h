// An authority that is made in memory, with certificates and revocation lists of it: for
// tests.
#ifndef PROBITY_SERVICES_IDENTITY_CERTIFICATES_TESTING_H_
#define PROBITY_SERVICES_IDENTITY_CERTIFICATES_TESTING_H_

#include <openssl/pem.h>
#include <openssl/rand.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/x509.h"
#include "gtest/gtest.h"

namespace probity::identity {

inline std::string TextIn(BIO* bio) {
  char* begin = nullptr;
  const auto size = BIO_get_mem_data(bio, &begin);
  return {begin, static_cast<size_t>(size)};
}
inline std::string ToPem(X509* certificate) {
  const Owned<BIO> bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  return TextIn(bio.get());
}
inline std::string ToPem(EVP_PKEY* key) {
  const Owned<BIO> bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return TextIn(bio.get());
}
inline Owned<EVP_PKEY> NewP256Key() { return Owned<EVP_PKEY>(EVP_EC_gen("P-256")); }

// What a certificate is to say.
struct CertificateWish {
  std::string common_name = "someone";
  // "DNS:localhost", "URI:spiffe://example.org/erp", "IP:127.0.0.1".
  std::vector<std::string> names{};
  absl::Time begin = absl::Now() - absl::Hours(1);
  absl::Time end = absl::Now() + absl::Hours(24 * 30);
  std::string use = "clientAuth";  // or "serverAuth"
};

// A certificate and its key, PEM.
struct IssuedPair {
  std::string certificate, key;
};

class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name) : key_(NewP256Key()) {
    certificate_ =
        Make(name, {}, key_.get(), nullptr, "critical,CA:TRUE", "critical,keyCertSign,cRLSign", "",
             absl::Now() - absl::Hours(24 * 365), absl::Now() + absl::Hours(24 * 365));
  }

  // An authority that this one has issued.
  TestAuthority Under(const std::string& name) const {
    TestAuthority under;
    under.certificate_ =
        Make(name, {}, under.key_.get(), this, "critical,CA:TRUE", "critical,keyCertSign,cRLSign",
             "", absl::Now() - absl::Hours(1), absl::Now() + absl::Hours(24 * 300));
    return under;
  }

  IssuedPair Issue(const CertificateWish& wish) const {
    const Owned<EVP_PKEY> key = NewP256Key();
    const Owned<X509> made =
        Make(wish.common_name, wish.names, key.get(), this, "critical,CA:FALSE",
             "critical,digitalSignature", wish.use, wish.begin, wish.end);
    return {ToPem(made.get()), ToPem(key.get())};
  }

  std::string certificate() const { return ToPem(certificate_.get()); }

  // A list with these certificates (PEM) on it, that is due to be replaced at `next`.
  std::string List(const std::vector<std::string>& revoked,
                   absl::Time next = absl::Now() + absl::Hours(24)) const {
    const Owned<X509_CRL> list(X509_CRL_new());
    X509_CRL_set_version(list.get(), 1);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(certificate_.get()));
    ASN1_TIME* time = ASN1_TIME_set(nullptr, absl::ToTimeT(absl::Now() - absl::Hours(24 * 30)));
    X509_CRL_set1_lastUpdate(list.get(), time);
    for (const std::string& pem : revoked) {
      const auto certificates = ParseCertificates(pem);
      X509_REVOKED* entry = X509_REVOKED_new();
      X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(certificates->front().get()));
      X509_REVOKED_set_revocationDate(entry, time);
      X509_CRL_add0_revoked(list.get(), entry);
    }
    ASN1_TIME_set(time, absl::ToTimeT(next));
    X509_CRL_set1_nextUpdate(list.get(), time);
    ASN1_TIME_free(time);
    X509_CRL_sort(list.get());
    X509_CRL_sign(list.get(), key_.get(), EVP_sha256());
    const Owned<BIO> bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509_CRL(bio.get(), list.get());
    return TextIn(bio.get());
  }

 private:
  TestAuthority() : key_(NewP256Key()) {}

  static void Extend(X509* certificate, const X509* issuer, int id, const std::string& value) {
    if (value.empty()) return;
    X509V3_CTX context;
    X509V3_set_ctx(&context, const_cast<X509*>(issuer), certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
    ASSERT_NE(extension, nullptr) << value;
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }

  static Owned<X509> Make(const std::string& common_name, const std::vector<std::string>& names,
                          EVP_PKEY* key, const TestAuthority* issuer,
                          const std::string& constraints, const std::string& key_use,
                          const std::string& use, absl::Time begin, absl::Time end) {
    Owned<X509> made(X509_new());
    X509_set_version(made.get(), 2);
    uint64_t serial = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof(serial));
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(made.get()), serial >> 1);
    X509_NAME* subject = X509_get_subject_name(made.get());
    if (!common_name.empty()) {
      X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(common_name.data()),
                                 static_cast<int>(common_name.size()), -1, 0);
    }
    X509* const from = issuer == nullptr ? made.get() : issuer->certificate_.get();
    X509_set_issuer_name(made.get(), X509_get_subject_name(from));
    ASN1_TIME_set(X509_getm_notBefore(made.get()), absl::ToTimeT(begin));
    ASN1_TIME_set(X509_getm_notAfter(made.get()), absl::ToTimeT(end));
    X509_set_pubkey(made.get(), key);
    Extend(made.get(), from, NID_basic_constraints, constraints);
    Extend(made.get(), from, NID_key_usage, key_use);
    Extend(made.get(), from, NID_ext_key_usage, use);
    Extend(made.get(), from, NID_subject_alt_name, absl::StrJoin(names, ","));
    X509_sign(made.get(), issuer == nullptr ? key : issuer->key_.get(), EVP_sha256());
    return made;
  }

  Owned<EVP_PKEY> key_;
  Owned<X509> certificate_;
};

// A certificate (PEM) as a gateway hands it on: ":BASE64:" of its DER.
inline std::string InRfc9440(const std::string& pem) {
  const auto certificates = ParseCertificates(pem);
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificates->front().get(), &der);
  const std::string bytes(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return absl::StrCat(":", absl::Base64Escape(bytes), ":");
}

// Files of one server's TLS in a directory of their own, which goes with this.
class TlsDirectory {
 public:
  TlsDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tls-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
    std::filesystem::create_directory(path_ + "/crl");
  }
  ~TlsDirectory() { std::filesystem::remove_all(path_); }
  TlsDirectory(const TlsDirectory&) = delete;

  std::string File(const std::string& name) const { return absl::StrCat(path_, "/", name); }
  // Exchanges a file in one step.
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(File(name) + ".new") << text;
    std::filesystem::rename(File(name) + ".new", File(name));
  }
  void WritePair(const IssuedPair& pair) const {
    Write("cert.pem", pair.certificate);
    Write("key.pem", pair.key);
  }

 private:
  std::string path_;
};

}  // namespace probity::identity

#endif  // PROBITY_SERVICES_IDENTITY_CERTIFICATES_TESTING_H_
