#include "cli/trust_files.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/files.h"
#include "evidence/keys.h"
#include "evidence/timestamp.h"
#include "google/protobuf/util/json_util.h"

namespace probity::cli {

void AddTrustOptions(CLI::App* command, const std::shared_ptr<TrustFiles>& files) {
  Repeatable(command
                 ->add_option("--key", files->keys,
                              "Public key of the log as its operator published it, PEM or hex")
                 ->type_name(kFile))
      ->required();
  command
      ->add_option("--key_history", files->history,
                   "What else is known of its keys, such as revocations since")
      ->type_name(kFile);
}

absl::StatusOr<evidence::Trust> ReadTrust(const TrustFiles& files) {
  evidence::Trust trust;
  for (const std::string& path : files.keys) {
    auto text = ReadWhole(path);
    if (!text.ok()) return text.status();
    auto key = evidence::ParsePublicKey(*text, path);
    if (!key.ok()) return key.status();
    trust.public_keys.push_back(*std::move(key));
  }
  if (!files.timestamp_ca.empty()) {
    auto pem = ReadWhole(files.timestamp_ca);
    if (!pem.ok()) return pem.status();
    absl::Status well = evidence::CheckCertificates(*pem, files.timestamp_ca);
    if (!well.ok()) return well;
    trust.timestamp_ca_pem = *std::move(pem);
  }
  if (files.history.empty()) return trust;
  auto text = ReadWhole(files.history);
  if (!text.ok()) return text.status();
  if (!google::protobuf::util::JsonStringToMessage(*text, &trust.history).ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        files.history, ": no KeyHistory as proto3 JSON; \"probity log keys\" gives it"));
  }
  return trust;
}

}  // namespace probity::cli
