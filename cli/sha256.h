// SHA-256 of files and of what comes in pieces.
#ifndef PROBITY_CLI_SHA256_H_
#define PROBITY_CLI_SHA256_H_

#include <openssl/evp.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace probity::cli {

class Sha256Stream {
 public:
  Sha256Stream();
  void Add(absl::string_view bytes);
  // Lower-case hex. Nothing may be added afterwards.
  std::string Hex();

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

// Lower-case hex; INVALID_ARGUMENT names the file that cannot be read.
absl::StatusOr<std::string> Sha256OfFile(const std::string& path);

}  // namespace probity::cli

#endif  // PROBITY_CLI_SHA256_H_
