// The server's TLS files, read and checked together: what is not sound here would break
// every handshake once it was used.
#ifndef PROBITY_SERVICES_IDENTITY_TLS_FILES_H_
#define PROBITY_SERVICES_IDENTITY_TLS_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/x509.h"
#include "probity/config/v1/server_config.pb.h"

namespace probity::identity {

// The texts of the files.
struct TlsTexts {
  std::string key, certificates, client_authorities;
  struct List {
    std::string path, text;
  };
  std::vector<List> revocation_lists;  // by path

  // Of everything; of client_authorities and revocation_lists alone.
  std::string Digest() const;
  std::string TrustDigest() const;
};

// What they say.
struct TlsMaterial {
  // The private key and the chain, in one text: what was checked, and nothing else that the
  // files may hold, such as an old certificate beside the key.
  std::string identity_pem;
  std::string authorities_pem;  // the same; empty: clients are asked for no certificate
  Certificates authorities;
  std::vector<Owned<X509_CRL>> revocation_lists;
  absl::Time certificate_end;  // of the server's own
  // A sentence each on what is sound and still wants looking after.
  std::vector<std::string> warnings;
};

// INVALID_ARGUMENT / INVALID_FIELD names the setting, the file and what to do.
absl::StatusOr<TlsTexts> ReadTlsFiles(const config::v1::TlsSettings& settings);
// The same for what is in them: texts that cannot be read, a key of another certificate, a
// certificate that has ended or has not begun, a chain out of order, keys too weak for
// OpenSSL, authorities that are none, lists of a wrong signature, and authorities without
// a list unless allow_missing_crl.
absl::StatusOr<TlsMaterial> CheckTlsFiles(const config::v1::TlsSettings& settings,
                                          const TlsTexts& texts, absl::Time now);

// The two for authorities and revocation lists alone, without the server's own pair.
absl::StatusOr<TlsTexts> ReadTrustFiles(const config::v1::TlsSettings& settings);
absl::StatusOr<TlsMaterial> CheckTrustFiles(const config::v1::TlsSettings& settings,
                                            const TlsTexts& texts, absl::Time now);

}  // namespace probity::identity

#endif  // PROBITY_SERVICES_IDENTITY_TLS_FILES_H_
