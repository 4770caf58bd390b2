#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/random.h"
#include "storage/rocksdb/backup_engine.h"
#include "storage/rocksdb/database.h"
#include "storage/rocksdb/key_codec.h"
#include "storage/rocksdb/restore.h"
#include "storage/rocksdb/restore_directory.h"
#include "storage/rocksdb/revision.h"
#include "storage/rocksdb/row_codec.h"

namespace probity::storage {
namespace {

absl::StatusOr<std::unique_ptr<Revision>> ReadHead(const Database& database) {
  const auto head = database.GetMeta(EncodeMetaKey(MetaKey::kHead));
  if (!head.ok()) return head.status();
  uint64_t number = 0;
  absl::string_view in = head->has_value() ? absl::string_view(**head) : absl::string_view();
  if (!ParseU64(&in, &number)) return database.Corrupt(kMeta, "head");
  const auto bytes = database.GetMeta(EncodeManifestKey(number));
  if (!bytes.ok()) return bytes.status();
  v1::Manifest manifest;
  if (!bytes->has_value() || !manifest.ParseFromString(**bytes)) {
    return database.Corrupt(kMeta, "manifest");
  }
  return std::make_unique<Revision>(std::move(manifest), **bytes);
}

// The first revision of the new lineage: all is as in the one before it.
v1::Manifest NextOf(const Revision& head, const std::string& lineage, const Restoration& what) {
  v1::Manifest next = head.manifest();
  next.set_revision(next.revision() + 1);
  next.set_parent_digest(absl::HexStringToBytes(head.token().revision_digest()));
  next.set_store_lineage(lineage);
  next.set_published_at_us(std::max(what.now_us, next.published_at_us() + 1));
  // No change of suppliers has this version.
  next.set_cluster_version(next.cluster_version() + 1);
  next.clear_changed_dataset();
  next.clear_counts();
  next.clear_load();
  next.set_published_by(what.by);
  next.set_note(absl::StrCat("put back from a backup; the lineage ", head.token().store_lineage(),
                             " went on elsewhere from revision ", head.manifest().revision()));
  return next;
}

absl::Status BeginLineage(const RocksdbOptions& options, const Restoration& what) {
  const auto database = Database::Open(options);
  if (!database.ok()) return database.status();
  const auto head = ReadHead(**database);
  if (!head.ok()) return head.status();
  const v1::Manifest next = NextOf(**head, options.lineage, what);
  std::string bytes;
  AppendMessage(next, &bytes);
  rocksdb::WriteBatch batch;
  (*database)->Put(&batch, kMeta, EncodeMetaKey(MetaKey::kLineage), next.store_lineage());
  (*database)->Put(&batch, kMeta, EncodeManifestKey(next.revision()), bytes);
  (*database)->Put(&batch, kMeta, EncodeMetaKey(MetaKey::kHead), NumberValue(next.revision()));
  return (*database)->Write(&batch);
}

// Opens it once as the server will.
absl::StatusOr<probity::v1::RevisionToken> HeadOf(const RocksdbOptions& options,
                                                  const IdentifierCatalogue& identifiers) {
  const auto store = OpenRocksdbStore(options, identifiers);
  if (!store.ok()) return store.status();
  return (*store)->Head("")->token();
}

}  // namespace

absl::Status MarkForRestore(const std::string& path) {
  return RestoreDirectory(nullptr, path).Begin();
}

absl::StatusOr<probity::v1::RevisionToken> RestoreStore(const Restoration& what,
                                                        const RocksdbOptions& options,
                                                        const IdentifierCatalogue& identifiers) {
  RestoreDirectory directory(options.env, options.path);
  if (absl::Status begun = directory.Begin(); !begun.ok()) return begun;
  rocksdb::Env* const env = options.env != nullptr ? options.env : rocksdb::Env::Default();
  absl::Status status = WriteCopy(what.place, what.id, directory.files(), env);
  if (!status.ok()) return status;
  RocksdbOptions inside = options;
  inside.path = directory.files();
  if (inside.lineage.empty()) inside.lineage = RandomBytes(kLineageBytes);
  if (status = BeginLineage(inside, what); !status.ok()) return status;
  auto head = HeadOf(inside, identifiers);
  if (!head.ok()) return head;
  if (status = directory.Finish(); !status.ok()) return status;
  return head;
}

}  // namespace probity::storage
