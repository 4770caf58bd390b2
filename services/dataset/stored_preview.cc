#include "services/dataset/stored_preview.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/replace_file.h"
#include "google/protobuf/io/zero_copy_stream_impl.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/util/delimited_message_util.h"
#include "probity/storage/v1/load_preview.pb.h"

namespace probity::dataset {
namespace {

using google::protobuf::io::FileInputStream;
using google::protobuf::io::StringOutputStream;
using google::protobuf::util::ParseDelimitedFromZeroCopyStream;
using google::protobuf::util::SerializeDelimitedToZeroCopyStream;
using storage::v1::StoredPreview;
using storage::v1::StoredPreviewPart;

std::string PathIn(const std::string& directory) { return directory + "/preview"; }

void Append(const google::protobuf::MessageLite& message, std::string* bytes) {
  StringOutputStream stream(bytes);
  SerializeDelimitedToZeroCopyStream(message, &stream);
}

// What is the same for all; the parts are those of the impacts, appended to `bytes`.
StoredPreview HeadOf(const v1::Load& load, const screening::PreviewResult& result,
                     std::string* bytes) {
  StoredPreview head;
  v1::LoadPreview* preview = head.mutable_preview();
  preview->set_load(load.name());
  preview->set_base_revision(result.base_revision);
  *preview->mutable_counts() = load.counts();
  preview->set_members_evaluated(result.members_evaluated);
  preview->set_lifted(result.lifted);
  auto impact = result.impacts.begin();
  for (const auto& [authority, counts] : result.counts) {
    StoredPreviewPart* part = head.add_parts();
    part->set_authority(authority);
    part->set_members_changing(counts.members_changing);
    part->set_decisions_evaluated(counts.decisions_evaluated);
    part->set_decisions_changing(counts.decisions_changing);
    part->set_begin(bytes->size());
    for (; impact != result.impacts.end() && impact->authority == authority; ++impact) {
      Append(impact->shown, bytes);
    }
    part->set_end(bytes->size());
  }
  return head;
}

// As the authority may see it; gives its part, which is empty where it has none.
StoredPreviewPart Show(const StoredPreview& head, const std::string& authority,
                       v1::LoadPreview* shown) {
  StoredPreviewPart own;
  uint64_t others = 0;
  for (const StoredPreviewPart& part : head.parts()) {
    if (part.authority() == authority) {
      own = part;
    } else {
      others += part.members_changing();
    }
  }
  *shown = head.preview();
  shown->set_members_changing(own.members_changing());
  shown->set_members_of_others_changing(others);
  shown->set_decisions_evaluated(own.decisions_evaluated());
  shown->set_decisions_changing(own.decisions_changing());
  return own;
}

absl::Status Torn(const std::string& path) {
  return StoreCorrupt(path, "the preview cannot be read; preview the load again");
}

// Impacts of the part from `begin` on; gives where it stopped.
absl::StatusOr<uint64_t> ReadImpacts(FileInputStream* file, const std::string& path, uint64_t left,
                                     size_t size, v1::GetLoadPreviewResponse* out) {
  const auto begin = file->ByteCount();
  uint64_t read = 0;
  for (size_t i = 0; i < size && read < left; ++i) {
    bool at_end = false;
    if (!ParseDelimitedFromZeroCopyStream(out->add_impacts(), file, &at_end)) return Torn(path);
    read = static_cast<uint64_t>(file->ByteCount() - begin);
  }
  return read <= left ? absl::StatusOr<uint64_t>(read) : Torn(path);
}

}  // namespace

absl::Status WritePreview(const std::string& directory, const v1::Load& load,
                          const screening::PreviewResult& result,
                          const std::vector<v1::RecordChange>& biggest_changes) {
  std::string impacts;
  StoredPreview head = HeadOf(load, result, &impacts);
  head.mutable_biggest_changes()->Assign(biggest_changes.begin(), biggest_changes.end());
  std::string bytes;
  Append(head, &bytes);
  return ReplaceFile(PathIn(directory), bytes + impacts, kPrivateFile);
}

absl::StatusOr<std::optional<uint64_t>> ReadPreview(const std::string& directory,
                                                    const std::string& authority,
                                                    const PreviewPage& page,
                                                    v1::GetLoadPreviewResponse* out) {
  const std::string path = PathIn(directory);
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 && errno == ENOENT) return absl::NotFoundError(path);
  if (descriptor < 0) return StoreCorrupt(path, std::strerror(errno));
  const auto close_it = absl::MakeCleanup([descriptor] { close(descriptor); });
  FileInputStream file(descriptor);
  StoredPreview head;
  bool at_end = false;
  if (!ParseDelimitedFromZeroCopyStream(&head, &file, &at_end)) return Torn(path);
  const StoredPreviewPart own = Show(head, authority, out->mutable_preview());
  if (page.begin == 0) *out->mutable_biggest_changes() = head.biggest_changes();
  const uint64_t bytes = own.end() - own.begin();
  if (page.begin > bytes || (page.begin == bytes && bytes > 0)) return InvalidPageToken();
  if (!file.Skip(static_cast<int>(own.begin() + page.begin)) && bytes > 0) return Torn(path);
  auto read = ReadImpacts(&file, path, bytes - page.begin, page.size, out);
  if (!read.ok()) return read.status();
  const uint64_t next = page.begin + *read;
  return next < bytes ? std::optional<uint64_t>(next) : std::nullopt;
}

}  // namespace probity::dataset
