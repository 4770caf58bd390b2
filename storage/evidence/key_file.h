// The file of the key that a log signs with.
#ifndef PROBITY_STORAGE_EVIDENCE_KEY_FILE_H_
#define PROBITY_STORAGE_EVIDENCE_KEY_FILE_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "evidence/keys.h"

namespace probity::storage {

// Told what an operator should know: key files that others can read, a key that
// was made.
using Warn = std::function<void(absl::string_view)>;

// Reads the private key in `path`. NOT_FOUND names the path; INVALID_ARGUMENT /
// INVALID_FIELD.
absl::StatusOr<evidence::SigningKey> ReadKeyFile(const std::string& path, const Warn& warn);

// Writes `key` to a new file that only its owner can read, durable when this
// returns. ALREADY_EXISTS when there is one; FAILED_PRECONDITION /
// STORE_NOT_WRITABLE, RESOURCE_EXHAUSTED / DISK_FULL.
absl::Status WriteKeyFile(const std::string& path, const evidence::SigningKey& key);

// ReadKeyFile(), or where there is none a new key in it, with a warning: for
// development, since who has the directory has the key.
absl::StatusOr<evidence::SigningKey> ReadOrMakeKeyFile(const std::string& path, const Warn& warn);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_EVIDENCE_KEY_FILE_H_
