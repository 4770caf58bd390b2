// Certificates, revocation lists and private keys, read from PEM and owned.
#ifndef PROBITY_BASE_X509_H_
#define PROBITY_BASE_X509_H_

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace probity {

struct OpenSslFree {
  void operator()(BIO* it) const { BIO_free(it); }
  void operator()(EVP_PKEY* it) const { EVP_PKEY_free(it); }
  void operator()(SSL_CTX* it) const { SSL_CTX_free(it); }
  void operator()(X509* it) const { X509_free(it); }
  void operator()(X509_CRL* it) const { X509_CRL_free(it); }
  void operator()(X509_STORE* it) const { X509_STORE_free(it); }
  void operator()(X509_STORE_CTX* it) const { X509_STORE_CTX_free(it); }
  // The list alone; what is in it belongs to others.
  void operator()(STACK_OF(X509) * it) const { sk_X509_free(it); }
  void operator()(GENERAL_NAMES* it) const { GENERAL_NAMES_free(it); }
};
template <typename T>
using Owned = std::unique_ptr<T, OpenSslFree>;
using Certificates = std::vector<Owned<X509>>;

// All errors are INVALID_ARGUMENT and say what is wrong with the text, without its name.

// The certificates of a PEM text, at least one.
absl::StatusOr<Certificates> ParseCertificates(absl::string_view pem);
// The private key of a PEM text, not encrypted.
absl::StatusOr<Owned<EVP_PKEY>> ParsePrivateKey(absl::string_view pem);
// A revocation list, PEM or DER.
absl::StatusOr<Owned<X509_CRL>> ParseRevocationList(absl::string_view text);

// In PEM, of what was parsed alone.
std::string PemOf(const X509* certificate);
std::string PemOf(const EVP_PKEY* key);

absl::Time BeginOf(const X509* certificate);
absl::Time EndOf(const X509* certificate);
// When the next list is due; the infinite future where that is not said.
absl::Time NextUpdateOf(const X509_CRL* list);
// For messages: "CN=Ann,O=Ministry", in which nothing can end a line.
std::string NameForPeople(const X509_NAME* name);
// Names of one type (GEN_URI, GEN_DNS), in the certificate's order, byte by byte.
std::vector<std::string> AlternativeNames(const X509* certificate, int type);
// The common names of the subject, as UTF-8; empty: one that cannot be read.
std::vector<std::string> CommonNames(const X509* certificate);
// Why the last call of OpenSSL in this thread failed; forgets it.
std::string OpenSslFault();

}  // namespace probity

#endif  // PROBITY_BASE_X509_H_
