#include "storage/rocksdb/evidence_erasure.h"

#include <algorithm>
#include <string>

#include "evidence/personal_text.h"
#include "storage/evidence/rules.h"
#include "storage/rocksdb/evidence_reads.h"

namespace probity::storage {

absl::StatusOr<int> PutErasures(const EvidenceDatabase& database, uint64_t leaf,
                                const ErasureOrder& order, int64_t time_us,
                                rocksdb::WriteBatch* batch) {
  auto kept = ReadTexts(database, leaf);
  if (!kept.ok()) return kept.status();
  auto& texts = *kept->mutable_texts();
  int erased = 0;
  for (const std::string& digest : order.digests) {
    const auto text = std::find_if(texts.begin(), texts.end(),
                                   [&](const auto& one) { return one.digest() == digest; });
    if (text == texts.end()) return NoSuchText();
    if (text->has_erase_time()) continue;
    evidence::Erase({time_us, order.by, order.reason}, &*text);
    ++erased;
  }
  if (erased > 0) {
    database.Put(batch, kEntries, EncodeTextsKey(leaf), kept->SerializeAsString());
  }
  return erased;
}

}  // namespace probity::storage
