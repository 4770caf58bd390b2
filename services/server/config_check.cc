#include "services/server/config_check.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/errors.h"
#include "base/hash.h"
#include "evidence/keys.h"
#include "matching/matcher.h"
#include "screening/policies/policy_book.h"
#include "screening/print/catalogue.h"
#include "services/access/access_book.h"
#include "services/identity/key_set.h"
#include "services/identity/tls_files.h"
#include "services/rpc/authenticator.h"
#include "services/rpc/call_log.h"
#include "services/server/loaded_tables.h"
#include "services/server/open_evidence.h"
#include "storage/evidence/key_file.h"
#include "storage/memory/in_memory_store.h"

namespace probity::server {
namespace {

using config::v1::ServerConfig;
// What was found, in words.
using Found = absl::StatusOr<std::string>;

// Whether the account may write below `path`, or make it where it is not there yet.
Found CheckWritable(const std::string& path) {
  std::filesystem::path there = std::filesystem::absolute(path);
  std::error_code error;
  while (!std::filesystem::exists(there, error) && there.has_relative_path()) {
    there = there.parent_path();
  }
  const bool made = there == std::filesystem::absolute(path);
  if (!std::filesystem::is_directory(there, error)) {
    return absl::FailedPreconditionError(absl::StrCat(there.string(), " is no directory"));
  }
  if (faccessat(AT_FDCWD, there.c_str(), W_OK | X_OK, AT_EACCESS) == 0) {
    return absl::StrCat(path, made ? "" : ", will be made");
  }
  return absl::PermissionDeniedError(
      absl::StrCat("the account with uid ", geteuid(), " cannot write in ", there.string(), ": ",
                   std::strerror(errno), "; run probityd as the owner, or chown it"));
}

Found CheckListen(const ServerConfig& config) { return config.listen(); }

Found CheckDataDirectory(const ServerConfig& config) { return CheckWritable(config.data_dir()); }

Found CheckEvidenceDirectory(const ServerConfig& config) {
  return CheckWritable(config.evidence_dir());
}

Found CheckBackupDirectory(const ServerConfig& config) {
  if (config.backup_dir().empty()) return std::string("none, backups are refused");
  return CheckWritable(config.backup_dir());
}

Found CheckTokens(const ServerConfig& config) {
  const auto tokens = rpc::Authenticator::FromFile(config.token_file());
  if (!tokens.ok()) return tokens.status();
  if (config.token_file().empty()) {
    const bool others = config.has_tls() || config.jwt_issuers_size() > 0;
    return std::string(others ? "none" : "none, every caller may come");
  }
  return absl::StrCat(config.token_file(), ", ", tokens->callers(), " tokens");
}

Found CheckTls(const ServerConfig& config) {
  if (!config.has_tls()) return std::string("none");
  const auto texts = identity::ReadTlsFiles(config.tls());
  if (!texts.ok()) return texts.status();
  const auto material = identity::CheckTlsFiles(config.tls(), *texts, absl::Now());
  if (!material.ok()) return material.status();
  std::string found = absl::StrCat(config.tls().cert_file(), ", until ",
                                   absl::FormatTime(material->certificate_end));
  for (const std::string& warning : material->warnings) absl::StrAppend(&found, "; ", warning);
  return found;
}

// Keys at an address are fetched by the server that runs.
Found CheckIssuers(const ServerConfig& config) {
  if (config.jwt_issuers_size() == 0) return std::string("none");
  std::vector<std::string> names;
  for (const config::v1::JwtIssuer& issuer : config.jwt_issuers()) {
    names.push_back(issuer.issuer());
    if (issuer.jwks_file().empty()) continue;
    const auto text = ReadFile(issuer.jwks_file());
    if (!text.ok()) return text.status();
    const auto keys = identity::KeySet::Parse(*text);
    if (!keys.ok()) {
      return InvalidField("jwt_issuers",
                          absl::StrCat(issuer.jwks_file(), ": ", keys.status().message()));
    }
  }
  return absl::StrJoin(names, ", ");
}

Found CheckAccess(const ServerConfig& config) {
  if (config.access_file().empty()) {
    return std::string("none, every caller that is known may do everything");
  }
  const auto book = access::AccessBook::Open(config.access_file());
  if (!book.ok()) return book.status();
  return config.access_file();
}

Found CheckTables(const ServerConfig& config) {
  LoadedTables tables;
  if (absl::Status read = ReadTables(config.tables_dir(), &tables); !read.ok()) return read;
  const auto texts = screening::TextCatalogue::Load(config.tables_dir());
  if (!texts.ok()) return texts.status();
  return config.tables_dir();
}

Found CheckMatcher(const ServerConfig& config) {
  const auto matcher = matching::Matcher::Load(config.tables_dir(), config.rarity_table());
  if (!matcher.ok()) return matcher.status();
  return matcher->version();
}

// As the server takes them into its store; those that its users made stand in there.
Found CheckPolicies(const ServerConfig& config) {
  LoadedTables tables;
  if (absl::Status read = ReadTables(config.tables_dir(), &tables); !read.ok()) return read;
  auto shipped = ReadShippedPolicies(config.tables_dir() + "/policies");
  if (!shipped.ok()) return shipped.status();
  const size_t texts = shipped->size();
  storage::InMemoryStore store(tables.identifiers, std::string(16, '\0'));
  const auto book = screening::PolicyBook::Open(
      {&store, &tables.countries, &tables.groups, *std::move(shipped), config.default_policy()});
  if (!book.ok()) return book.status();
  const bool known = (*book)->Find(config.default_policy()).ok();
  return absl::StrCat(config.default_policy(), known ? "" : ", looked for in the store", "; ",
                      texts, " shipped texts");
}

Found CheckEvidenceKey(const ServerConfig& config) {
  const std::string path = EvidenceKeyPath(config);
  std::error_code error;
  if (config.evidence_key_file().empty() && !std::filesystem::exists(path, error)) {
    return absl::StrCat("one is made in ", path, ": for development only");
  }
  const auto key = storage::ReadKeyFile(path, &rpc::LogWarning);
  if (!key.ok()) return key.status();
  return absl::StrCat(path, ", key ", ToHex(key->key_id()));
}

Found CheckTimestamps(const ServerConfig& config) {
  if (!config.has_timestamp_authority()) return std::string("none");
  const auto pem = ReadAuthorityCertificates(config.timestamp_authority());
  if (!pem.ok()) return pem.status();
  return config.timestamp_authority().url();
}

// One for each setting, or group of them, that a start reads something for.
struct Check {
  const char* setting;
  Found (*look)(const ServerConfig& config);
};
constexpr Check kChecks[] = {
    {"listen", &CheckListen},
    {"data_dir", &CheckDataDirectory},
    {"evidence_dir", &CheckEvidenceDirectory},
    {"evidence_key_file", &CheckEvidenceKey},
    {"backup_dir", &CheckBackupDirectory},
    {"token_file", &CheckTokens},
    {"tls", &CheckTls},
    {"jwt_issuers", &CheckIssuers},
    {"access_file", &CheckAccess},
    {"tables_dir", &CheckTables},
    {"rarity_table", &CheckMatcher},
    {"default_policy", &CheckPolicies},
    {"timestamp_authority", &CheckTimestamps},
};

}  // namespace

ConfigReport CheckConfig(const ServerConfig& config) {
  ConfigReport report;
  for (const Check& check : kChecks) {
    Found found = check.look(config);
    if (found.ok()) {
      report.facts.emplace_back(check.setting, *std::move(found));
    } else {
      report.faults.emplace_back(check.setting, found.status());
    }
  }
  return report;
}

std::string FormatReport(const ConfigReport& report) {
  std::string text;
  for (const auto& [setting, fact] : report.facts) {
    absl::StrAppend(&text, setting, ": ", fact, "\n");
  }
  for (const auto& [setting, fault] : report.faults) {
    const bool named = absl::StartsWith(fault.message(), setting);
    absl::StrAppend(&text, "WRONG  ", named ? "" : setting, named ? "" : ": ", fault.message(),
                    "\n");
  }
  absl::StrAppend(&text, report.faults.empty()
                             ? "GOOD  the store and the port were not opened\n"
                             : "WRONG  a server would not start with these settings\n");
  return text;
}

}  // namespace probity::server
