// One revision in memory: its manifest, and what of it each authority may see.
// Immutable; shared by all views of it.
#ifndef PROBITY_STORAGE_ROCKSDB_REVISION_H_
#define PROBITY_STORAGE_ROCKSDB_REVISION_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "probity/storage/v1/storage.pb.h"
#include "probity/v1/common.pb.h"
#include "storage/clusters.h"

namespace probity::storage {

// The datasets of a revision that one caller may see.
class Visible {
 public:
  struct Entry {
    std::string id;  // bare
    uint32_t number = 0;
    uint32_t version = 0;
    std::string owner;  // empty: shared
    SourceRank rank;
  };

  explicit Visible(v1::Manifest manifest);
  Visible(const Visible&) = delete;

  const v1::Manifest& manifest() const { return manifest_; }
  // nullptr when it is not there.
  const Entry* Find(absl::string_view id) const;
  const Entry* Find(uint32_t number) const;
  // In order of bare id.
  const std::vector<Entry>& entries() const { return entries_; }
  bool has_owned() const { return has_owned_; }

 private:
  v1::Manifest manifest_;
  std::vector<Entry> entries_;
  absl::flat_hash_map<uint32_t, size_t> by_number_;
  bool has_owned_ = false;
};

class Revision {
 public:
  // `bytes` are the stored ones; the digest is theirs.
  Revision(v1::Manifest manifest, absl::string_view bytes);

  const v1::Manifest& manifest() const { return all_.manifest(); }
  const probity::v1::RevisionToken& token() const { return token_; }
  // All datasets, whoever owns them; for publishing.
  const Visible& all() const { return all_; }
  // What `authority` may see; callers without one see what is shared.
  const Visible& For(absl::string_view authority) const;

 private:
  Visible all_;
  probity::v1::RevisionToken token_;
  // By owner, and for "". Empty when nothing is owned: all see all.
  std::map<std::string, std::unique_ptr<Visible>, std::less<>> masked_;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_REVISION_H_
