#include "storage/rocksdb/evidence_erasure.h"

#include <string>

#include "evidence/personal_text.h"
#include "storage/evidence/rules.h"

namespace probity::storage {

absl::StatusOr<int> PutErasures(const EvidenceDatabase& database, uint64_t leaf,
                                const ErasureOrder& order, int64_t time_us,
                                rocksdb::WriteBatch* batch) {
  int erased = 0;
  for (const std::string& digest : order.digests) {
    const std::string key = EncodeTextKey(leaf, digest);
    const auto row = database.Get(kEntries, key);
    if (!row.ok()) return row.status();
    if (!row->has_value()) return NoSuchText();
    probity::v1::PersonalText text;
    if (!text.ParseFromString(**row)) return database.Corrupt("a personal text");
    if (text.has_erase_time()) continue;
    evidence::Erase({time_us, order.by, order.reason}, &text);
    database.Put(batch, kEntries, key, text.SerializeAsString());
    ++erased;
  }
  return erased;
}

}  // namespace probity::storage
