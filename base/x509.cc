#include "base/x509.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <ctime>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace probity {
namespace {

Owned<BIO> Open(absl::string_view text) {
  return Owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Whether reading ended because the text did, not because of a fault in it.
bool AtEnd() {
  const auto error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

// Keys with a password are refused without asking anybody for it.
int NoPassword(char*, int, int, void*) { return -1; }

absl::Time ToTime(const ASN1_TIME* time, absl::Time otherwise) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return otherwise;
  return absl::FromTM(parts, absl::UTCTimeZone());
}

std::string TextIn(BIO* text) {
  char* begin = nullptr;
  const auto size = BIO_get_mem_data(text, &begin);
  return {begin, static_cast<size_t>(size)};
}

std::string BytesOf(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<size_t>(ASN1_STRING_length(text))};
}

}  // namespace

absl::StatusOr<Certificates> ParseCertificates(absl::string_view pem) {
  ERR_clear_error();
  const Owned<BIO> text = Open(pem);
  Certificates certificates;
  while (X509* one = PEM_read_bio_X509(text.get(), nullptr, &NoPassword, nullptr)) {
    certificates.emplace_back(one);
  }
  if (!AtEnd()) {
    return absl::InvalidArgumentError(
        absl::StrCat("certificate ", certificates.size() + 1, " cannot be read: ", OpenSslFault()));
  }
  ERR_clear_error();
  if (!certificates.empty()) return certificates;
  return absl::InvalidArgumentError(
      "holds no certificate in PEM (\"-----BEGIN CERTIFICATE-----\")");
}

absl::StatusOr<Owned<EVP_PKEY>> ParsePrivateKey(absl::string_view pem) {
  if (absl::StrContains(pem, "ENCRYPTED")) {
    return absl::InvalidArgumentError(
        "is encrypted with a password; write it out with \"openssl pkey -in FILE -out FILE\" and "
        "let nobody else read it");
  }
  ERR_clear_error();
  const Owned<BIO> text = Open(pem);
  Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(text.get(), nullptr, &NoPassword, nullptr));
  if (key != nullptr) return key;
  return absl::InvalidArgumentError(
      absl::StrCat("holds no private key in PEM that can be read: ", OpenSslFault()));
}

absl::StatusOr<Owned<X509_CRL>> ParseRevocationList(absl::string_view text) {
  ERR_clear_error();
  const Owned<BIO> bio = Open(text);
  Owned<X509_CRL> list(absl::StrContains(text, "-----BEGIN")
                           ? PEM_read_bio_X509_CRL(bio.get(), nullptr, &NoPassword, nullptr)
                           : d2i_X509_CRL_bio(bio.get(), nullptr));
  if (list != nullptr) return list;
  return absl::InvalidArgumentError(
      absl::StrCat("is no revocation list in PEM or DER: ", OpenSslFault()));
}

std::string PemOf(const X509* certificate) {
  const Owned<BIO> text(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(text.get(), certificate);
  return TextIn(text.get());
}

std::string PemOf(const EVP_PKEY* key) {
  const Owned<BIO> text(BIO_new(BIO_s_secmem()));
  PEM_write_bio_PrivateKey(text.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return TextIn(text.get());
}

absl::Time BeginOf(const X509* certificate) {
  return ToTime(X509_get0_notBefore(certificate), absl::InfiniteFuture());
}

absl::Time EndOf(const X509* certificate) {
  return ToTime(X509_get0_notAfter(certificate), absl::InfinitePast());
}

absl::Time NextUpdateOf(const X509_CRL* list) {
  return ToTime(X509_CRL_get0_nextUpdate(list), absl::InfiniteFuture());
}

std::string NameForPeople(const X509_NAME* name) {
  const Owned<BIO> text(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(text.get(), name, 0, XN_FLAG_RFC2253);
  return TextIn(text.get());
}

std::vector<std::string> AlternativeNames(const X509* certificate, int type) {
  std::vector<std::string> found;
  const Owned<GENERAL_NAMES> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == type) found.push_back(BytesOf(name->d.ia5));
  }
  return found;
}

std::vector<std::string> CommonNames(const X509* certificate) {
  std::vector<std::string> found;
  const X509_NAME* subject = X509_get_subject_name(certificate);
  for (int at = -1; (at = X509_NAME_get_index_by_NID(const_cast<X509_NAME*>(subject),
                                                     NID_commonName, at)) >= 0;) {
    const ASN1_STRING* value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
    unsigned char* utf8 = nullptr;
    const int size = ASN1_STRING_to_UTF8(&utf8, value);
    found.emplace_back();
    if (size < 0) continue;
    found.back().assign(reinterpret_cast<const char*>(utf8), static_cast<size_t>(size));
    OPENSSL_free(utf8);
  }
  ERR_clear_error();
  return found;
}

std::string OpenSslFault() {
  const auto error = ERR_peek_last_error();
  ERR_clear_error();
  const char* const why = error == 0 ? nullptr : ERR_reason_error_string(error);
  return why == nullptr ? "OpenSSL does not say why" : why;
}

}  // namespace probity
