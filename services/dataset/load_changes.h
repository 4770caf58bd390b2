// What a load found, kept in its directory beside its files while it waits: its change
// set, and the members whose hold it would lift. All of it can be made again from the
// files, so that whatever does not read back is as good as none.
#ifndef PROBITY_SERVICES_DATASET_LOAD_CHANGES_H_
#define PROBITY_SERVICES_DATASET_LOAD_CHANGES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "probity/v1/load.pb.h"
#include "storage/store.h"

namespace probity::dataset {

// Keeps a change set whose rows stand in `directory`; durable when this returns.
// RESOURCE_EXHAUSTED / DISK_FULL, PERMISSION_DENIED / STORE_NOT_WRITABLE (so below).
absl::Status KeepChanges(const std::string& directory, const storage::ChangeSet& changes);
// The one that was kept, its rows checked against their digest; nullopt: none.
std::optional<storage::ChangeSet> KeptChanges(const std::string& directory);
// Removes it, and rows that nothing names any more.
void ForgetChanges(const std::string& directory);

// Members of all authorities.
absl::Status KeepLifted(const std::string& directory,
                        const std::vector<v1::LiftedVerdict>& members);
std::vector<v1::LiftedVerdict> KeptLifted(const std::string& directory);

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_LOAD_CHANGES_H_
