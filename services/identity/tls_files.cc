#include "services/identity/tls_files.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/tables.h"

namespace probity::identity {
namespace {

using config::v1::TlsSettings;

constexpr size_t kMaxLists = 1000;

std::string Day(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M UTC", time, absl::UTCTimeZone());
}

// "tls.cert_file: FILE what".
absl::Status Fault(absl::string_view setting, absl::string_view file, absl::string_view what) {
  return InvalidField(absl::StrCat("tls.", setting), absl::StrCat(file, " ", what));
}

absl::StatusOr<std::string> Read(absl::string_view setting, const std::string& file) {
  auto text = ReadFile(file);
  if (text.ok()) return text;
  return Fault(setting, file, absl::StrCat("cannot be read: ", text.status().message()));
}

// Files of the directory, by name; those whose name begins with a dot are left out, as
// Kubernetes and editors keep theirs there.
absl::Status ReadLists(const std::string& directory, std::vector<TlsTexts::List>* lists) {
  std::error_code error;
  std::vector<std::string> paths;
  for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error)) {
    const bool is_hidden = absl::StartsWith(at->path().filename().string(), ".");
    if (!is_hidden && at->is_regular_file(error)) paths.push_back(at->path().string());
  }
  if (error) return Fault("crl_dir", directory, absl::StrCat("cannot be read: ", error.message()));
  if (paths.size() > kMaxLists) {
    return Fault("crl_dir", directory, absl::StrCat("holds more than ", kMaxLists, " files"));
  }
  std::sort(paths.begin(), paths.end());
  for (std::string& path : paths) {
    auto text = Read("crl_dir", path);
    if (!text.ok()) return text.status();
    lists->push_back({std::move(path), *std::move(text)});
  }
  return absl::OkStatus();
}

// Each certificate but the last is issued by the next.
absl::Status CheckChain(const std::string& file, const Certificates& chain) {
  for (size_t i = 0; i + 1 < chain.size(); ++i) {
    if (X509_check_issued(chain[i + 1].get(), chain[i].get()) == X509_V_OK) continue;
    return Fault("cert_file", file,
                 absl::StrCat("is out of order: certificate ", i + 2, " (",
                              NameForPeople(X509_get_subject_name(chain[i + 1].get())),
                              ") did not issue certificate ", i + 1,
                              "; put the server's first, then each issuer"));
  }
  return absl::OkStatus();
}

absl::Status CheckDates(const std::string& file, const X509* certificate, absl::Time now) {
  if (now < BeginOf(certificate)) {
    return Fault("cert_file", file,
                 absl::StrCat("begins only on ", Day(BeginOf(certificate)),
                              "; look at the machine's clock"));
  }
  if (now <= EndOf(certificate)) return absl::OkStatus();
  return Fault("cert_file", file,
               absl::StrCat("ended on ", Day(EndOf(certificate)), "; put a new one in its place"));
}

// Does with the pair what gRPC does with it at each change.
absl::Status TryPair(const TlsSettings& settings, const Certificates& chain, EVP_PKEY* key) {
  if (X509_check_private_key(chain[0].get(), key) != 1) {
    OpenSslFault();
    return Fault("key_file", settings.key_file(),
                 absl::StrCat("is not the key of the certificate in ", settings.cert_file(),
                              "; change both together"));
  }
  const Owned<SSL_CTX> context(SSL_CTX_new(TLS_server_method()));
  if (SSL_CTX_use_certificate(context.get(), chain[0].get()) == 1 &&
      SSL_CTX_use_PrivateKey(context.get(), key) == 1) {
    return absl::OkStatus();
  }
  return Fault("cert_file", settings.cert_file(), absl::StrCat("cannot be used: ", OpenSslFault()));
}

absl::Status CheckIdentity(const TlsSettings& settings, const TlsTexts& texts, absl::Time now,
                           TlsMaterial* material) {
  auto chain = ParseCertificates(texts.certificates);
  if (!chain.ok()) return Fault("cert_file", settings.cert_file(), chain.status().message());
  auto key = ParsePrivateKey(texts.key);
  if (!key.ok()) return Fault("key_file", settings.key_file(), key.status().message());
  absl::Status checked = TryPair(settings, *chain, key->get());
  if (checked.ok()) checked = CheckDates(settings.cert_file(), chain->front().get(), now);
  if (checked.ok()) checked = CheckChain(settings.cert_file(), *chain);
  material->certificate_end = EndOf(chain->front().get());
  material->identity_pem = PemOf(key->get());
  for (const auto& one : *chain) absl::StrAppend(&material->identity_pem, PemOf(one.get()));
  return checked;
}

absl::Status CheckAuthorities(const TlsSettings& settings, const TlsTexts& texts, absl::Time now,
                              TlsMaterial* material) {
  const std::string& file = settings.client_ca_file();
  auto authorities = ParseCertificates(texts.client_authorities);
  if (!authorities.ok()) return Fault("client_ca_file", file, authorities.status().message());
  for (const auto& authority : *authorities) {
    const std::string name = NameForPeople(X509_get_subject_name(authority.get()));
    if (X509_check_ca(authority.get()) == 0) {
      return Fault("client_ca_file", file,
                   absl::StrCat("holds ", name, ", which is no certificate of an authority"));
    }
    if (now > EndOf(authority.get())) {
      material->warnings.push_back(absl::StrCat("the authority ", name, " in ", file, " ended on ",
                                                Day(EndOf(authority.get())),
                                                ": its clients are refused"));
    }
  }
  for (const auto& one : *authorities) {
    absl::StrAppend(&material->authorities_pem, PemOf(one.get()));
  }
  material->authorities = *std::move(authorities);
  return absl::OkStatus();
}

// Whether one of the authorities, if it has the issuer's name, signed the list.
absl::Status CheckList(const std::string& path, X509_CRL* list, absl::Time now,
                       TlsMaterial* material) {
  const X509_NAME* issuer = X509_CRL_get_issuer(list);
  bool is_known = false, is_signed = false;
  for (const auto& authority : material->authorities) {
    if (X509_NAME_cmp(X509_get_subject_name(authority.get()), issuer) != 0) continue;
    is_known = true;
    is_signed = is_signed || X509_CRL_verify(list, X509_get0_pubkey(authority.get())) == 1;
  }
  OpenSslFault();
  if (is_known && !is_signed) {
    return Fault(
        "crl_dir", path,
        absl::StrCat("is not signed by the authority that it names, ", NameForPeople(issuer)));
  }
  if (now > NextUpdateOf(list)) {
    material->warnings.push_back(absl::StrCat(
        path, " was due to be replaced on ", Day(NextUpdateOf(list)), ": all certificates of ",
        NameForPeople(issuer), " are refused until the next list is there"));
  }
  return absl::OkStatus();
}

absl::Status CheckEachHasAList(const TlsSettings& settings, const TlsMaterial& material) {
  if (settings.allow_missing_crl()) return absl::OkStatus();
  for (const auto& authority : material.authorities) {
    const X509_NAME* name = X509_get_subject_name(authority.get());
    const bool has_list =
        std::any_of(material.revocation_lists.begin(), material.revocation_lists.end(),
                    [name](const auto& list) {
                      return X509_NAME_cmp(X509_CRL_get_issuer(list.get()), name) == 0;
                    });
    if (has_list) continue;
    return Fault("crl_dir", settings.crl_dir(),
                 absl::StrCat("has no list of the authority ", NameForPeople(name),
                              "; put one there, or set tls.allow_missing_crl"));
  }
  return absl::OkStatus();
}

absl::Status CheckLists(const TlsSettings& settings, const TlsTexts& texts, absl::Time now,
                        TlsMaterial* material) {
  for (const auto& [path, text] : texts.revocation_lists) {
    auto list = ParseRevocationList(text);
    if (!list.ok()) return Fault("crl_dir", path, list.status().message());
    absl::Status checked = CheckList(path, list->get(), now, material);
    if (!checked.ok()) return checked;
    material->revocation_lists.push_back(*std::move(list));
  }
  return CheckEachHasAList(settings, *material);
}

// Adds to a digest so that no two rows of texts have the same.
void Add(absl::string_view text, Sha256Stream* hash) {
  hash->Add(absl::StrCat(text.size(), ":"));
  hash->Add(text);
}

absl::Status ReadTrust(const TlsSettings& settings, TlsTexts* texts) {
  if (!settings.client_ca_file().empty()) {
    auto authorities = Read("client_ca_file", settings.client_ca_file());
    if (!authorities.ok()) return authorities.status();
    texts->client_authorities = *std::move(authorities);
  }
  if (settings.crl_dir().empty()) return absl::OkStatus();
  return ReadLists(settings.crl_dir(), &texts->revocation_lists);
}

absl::Status CheckTrust(const TlsSettings& settings, const TlsTexts& texts, absl::Time now,
                        TlsMaterial* material) {
  absl::Status checked = absl::OkStatus();
  if (!settings.client_ca_file().empty()) {
    checked = CheckAuthorities(settings, texts, now, material);
  }
  if (checked.ok() && !settings.crl_dir().empty()) {
    checked = CheckLists(settings, texts, now, material);
  }
  return checked;
}

}  // namespace

std::string TlsTexts::Digest() const {
  Sha256Stream hash;
  for (const std::string& text : {key, certificates, TrustDigest()}) Add(text, &hash);
  return hash.Finish();
}

std::string TlsTexts::TrustDigest() const {
  Sha256Stream hash;
  Add(client_authorities, &hash);
  for (const List& list : revocation_lists) {
    Add(list.path, &hash);
    Add(list.text, &hash);
  }
  return hash.Finish();
}

absl::StatusOr<TlsTexts> ReadTlsFiles(const TlsSettings& settings) {
  TlsTexts texts;
  auto certificates = Read("cert_file", settings.cert_file());
  if (!certificates.ok()) return certificates.status();
  texts.certificates = *std::move(certificates);
  auto key = Read("key_file", settings.key_file());
  if (!key.ok()) return key.status();
  texts.key = *std::move(key);
  absl::Status trust = ReadTrust(settings, &texts);
  if (!trust.ok()) return trust;
  return texts;
}

absl::StatusOr<TlsMaterial> CheckTlsFiles(const TlsSettings& settings, const TlsTexts& texts,
                                          absl::Time now) {
  TlsMaterial material;
  absl::Status checked = CheckIdentity(settings, texts, now, &material);
  if (checked.ok()) checked = CheckTrust(settings, texts, now, &material);
  if (!checked.ok()) return checked;
  return material;
}

absl::StatusOr<TlsTexts> ReadTrustFiles(const TlsSettings& settings) {
  TlsTexts texts;
  absl::Status read = ReadTrust(settings, &texts);
  if (!read.ok()) return read;
  return texts;
}

absl::StatusOr<TlsMaterial> CheckTrustFiles(const TlsSettings& settings, const TlsTexts& texts,
                                            absl::Time now) {
  TlsMaterial material;
  absl::Status checked = CheckTrust(settings, texts, now, &material);
  if (!checked.ok()) return checked;
  return material;
}

}  // namespace probity::identity
