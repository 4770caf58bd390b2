// How LoadManager takes the files of a load.
#include <string>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "services/dataset/load_files.h"
#include "services/dataset/load_manager.h"
#include "services/rpc/limits.h"

namespace probity::dataset {
namespace {

absl::Status WrongOffset(const std::string& file, uint64_t committed) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_CHUNK_OFFSET,
      absl::StrCat("the next byte of ", file, " is ", committed, "; send on from there"),
      {{"committed_offset", absl::StrCat(committed)}});
}

absl::Status NotTheSender(const v1::Load& load) {
  return MakeError(absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_PERMISSION_DENIED,
                   absl::StrCat(load.name(), " was opened by ", load.created_by(),
                                ", who alone sends its files; open a load of your own"),
                   {{"load", load.name()}});
}

// Returns where the file ends then.
absl::StatusOr<uint64_t> Append(const std::string& path, uint64_t offset,
                                const std::string& bytes) {
  if (absl::Status written = AppendSynced(path, offset, bytes); !written.ok()) return written;
  return offset + bytes.size();
}

}  // namespace

absl::StatusOr<int> LoadManager::FileOf(const v1::UploadChunkRequest& chunk, Entry* entry) {
  const v1::Load& load = entry->load;
  const v1::FileRole role =
      chunk.role() == v1::FILE_ROLE_UNSPECIFIED ? v1::FILE_ROLE_DATA : chunk.role();
  for (int i = 0; i < load.files_size(); ++i) {
    if (load.files(i).file_name() != chunk.file_name()) continue;
    if (load.files(i).role() == role) return i;
    return InvalidField("role", absl::StrCat(chunk.file_name(), " was begun as ",
                                             v1::FileRole_Name(load.files(i).role())));
  }
  const int index = load.files_size();
  if (chunk.offset() > 0) return WrongOffset(chunk.file_name(), 0);
  if (index == rpc::kMaxFilesOfLoad) return LimitExceeded("file_name", index, index + 1);
  const absl::Status altered = Alter(entry, [&](v1::Load* longer) {
    v1::LoadFile* file = longer->add_files();
    file->set_file_name(chunk.file_name());
    file->set_role(role);
  });
  if (!altered.ok()) return altered;
  return index;
}

absl::StatusOr<uint64_t> LoadManager::Write(const v1::UploadChunkRequest& chunk, Entry* entry) {
  absl::StatusOr<int> index = FileOf(chunk, entry);
  if (!index.ok()) return index.status();
  Touch(&entry->load);
  const std::string path = DataPath(DirectoryOf(entry->load.name()), *index);
  const uint64_t size = SizeOf(path);
  if (chunk.offset() > size) return WrongOffset(chunk.file_name(), size);
  if (chunk.offset() == size) return Append(path, size, chunk.data());
  // What is there already stays; from the first byte that differs on, the chunk
  // counts, which has its checksum.
  absl::StatusOr<size_t> equal = EqualBytes(path, chunk.offset(), chunk.data());
  if (!equal.ok()) return equal.status();
  const uint64_t reached = chunk.offset() + *equal;
  if (*equal == chunk.data().size()) return reached;
  return Append(path, reached, chunk.data().substr(*equal));
}

absl::StatusOr<uint64_t> LoadManager::Upload(const rpc::LoadRef& ref, const rpc::Caller& caller,
                                             const v1::UploadChunkRequest& chunk) {
  if (Crc32c(chunk.data()) != chunk.crc32c()) {
    return MakeError(absl::StatusCode::kDataLoss, v1::ERROR_REASON_CHUNK_CHECKSUM,
                     "the chunk's bytes do not have the crc32c that was sent; send it again",
                     {{"file", chunk.file_name()}});
  }
  absl::StatusOr<EntryPtr> entry = Find(ref.Name());
  if (!entry.ok()) return entry.status();
  absl::MutexLock lock(&(*entry)->mutex);
  const v1::Load& load = (*entry)->load;
  // Principals of two authorities may bear one name.
  if (load.created_by() != caller.principal || (*entry)->owner != caller.authority) {
    return NotTheSender(load);
  }
  const bool takes = TakesFiles(load.mode()) || load.mode() == v1::LOAD_MODE_SETTINGS;
  if (!takes || AnswerTo(LoadStep::kUpload, load.state()) != LoadAnswer::kGo) {
    return WrongState(load, LoadStep::kUpload);
  }
  return Write(chunk, entry->get());
}

}  // namespace probity::dataset
