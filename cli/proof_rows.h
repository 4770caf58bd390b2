// What the verification of a receipt shows of the log that the proof leads to.
#ifndef PROBITY_CLI_PROOF_ROWS_H_
#define PROBITY_CLI_PROOF_ROWS_H_

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "cli/table.h"
#include "cli/text.h"

namespace probity::cli {

// Adds when the leaf was recorded, its place, and the ids of log and key. `Verification`:
// v1::ReceiptVerification or v1::ActVerification, which is proven.
template <typename Verification>
void AddProofRows(Table* table, const Verification& result) {
  table->AddUnlessEmpty("recorded", FormatTimestamp(result.time()));
  table->AddUnlessEmpty("place", absl::StrCat(result.leaf_index(), " of ", result.tree_size()));
  table->AddUnlessEmpty("log", absl::BytesToHexString(result.log_id()));
  table->AddUnlessEmpty("key", absl::BytesToHexString(result.key_id()));
}

}  // namespace probity::cli

#endif  // PROBITY_CLI_PROOF_ROWS_H_
