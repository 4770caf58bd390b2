#include "storage/names/index_directory.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/hash.h"
#include "base/replace_file.h"
#include "base/tables.h"
#include "probity/storage/v1/name_index.pb.h"

namespace probity::storage {
namespace {

constexpr uint32_t kFormat = 2;  // 1: without sites
constexpr absl::string_view kMagic = "PBNAMIX1";
constexpr absl::string_view kStateFile = "NAMES";
constexpr absl::string_view kSegmentEnd = ".names";
constexpr size_t kDigestBytes = 32;

absl::Status Torn(const std::string& path, absl::string_view why) {
  return absl::DataLossError(absl::StrCat(path, ": ", why));
}

absl::StatusOr<v1::NameIndexState> ParseState(const std::string& path, absl::string_view bytes) {
  if (!absl::ConsumePrefix(&bytes, kMagic)) return Torn(path, "is no name index");
  if (bytes.size() < kDigestBytes) return Torn(path, "is cut off");
  const absl::string_view digest = bytes.substr(0, kDigestBytes);
  bytes.remove_prefix(kDigestBytes);
  if (Sha256(bytes) != digest) return Torn(path, "its checksum is wrong");
  v1::NameIndexState state;
  if (!state.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Torn(path, "cannot be parsed");
  }
  return state;
}

absl::Status CheckIdentity(const v1::NameIndexState& state, const IndexIdentity& identity) {
  const auto foreign = [](absl::string_view what, absl::string_view other) {
    return absl::FailedPreconditionError(absl::StrCat("it is of another ", what, " (", other, ")"));
  };
  if (state.format() != kFormat) return foreign("format", absl::StrCat(state.format()));
  if (state.store_lineage() != identity.store_lineage) {
    return foreign("store", state.store_lineage());
  }
  if (state.matcher_version() != identity.matcher_version) {
    return foreign("matcher", state.matcher_version());
  }
  return absl::OkStatus();
}

void WriteSegment(const IndexSegment& segment, v1::NameIndexSegment* out) {
  out->set_file(segment.file);
  out->set_bytes(segment.view.segment->bytes());
  out->set_history_of(segment.history_of);
  if (segment.view.removals == nullptr) return;
  const auto& removed = segment.view.removals->to_version;
  std::vector<std::pair<uint32_t, uint32_t>> sorted(removed.begin(), removed.end());
  std::sort(sorted.begin(), sorted.end());
  for (const auto& [record, version] : sorted) {
    out->add_removed(record);
    out->add_removed_from(version);
  }
}

absl::StatusOr<IndexSegment> ReadSegment(const std::string& path, const v1::NameIndexSegment& in) {
  auto segment = index::Segment::Map(path, true);
  if (!segment.ok()) return segment.status();
  if ((*segment)->bytes() != in.bytes()) return Torn(path, "has another size than the state says");
  if (in.removed_size() != in.removed_from_size()) return Torn(path, "its removals do not pair");
  IndexSegment out;
  out.view.segment = *std::move(segment);
  out.view.history = in.history_of() != 0;
  out.file = in.file();
  out.history_of = in.history_of();
  if (in.removed_size() == 0) return out;
  auto removals = std::make_shared<index::Removals>();
  for (int i = 0; i < in.removed_size(); ++i) {
    if (in.removed(i) >= out.view.segment->record_count()) {
      return Torn(path, "lacks a record that was removed from it");
    }
    removals->to_version[in.removed(i)] = in.removed_from(i);
  }
  out.view.removals = std::move(removals);
  return out;
}

std::set<std::string> FilesOf(const Snapshot& snapshot) {
  std::set<std::string> files;
  for (const IndexSegment& segment : snapshot.segments) files.insert(segment.file);
  return files;
}

// The number of "<number>.names"; 0 of other names.
uint64_t NumberOf(absl::string_view file) {
  uint64_t number = 0;
  if (!absl::ConsumeSuffix(&file, kSegmentEnd) || !absl::SimpleAtoi(file, &number)) return 0;
  return number;
}

}  // namespace

IndexDirectory::IndexDirectory(std::string path) : path_(std::move(path)) {
  std::error_code error;
  uint64_t newest = 0;
  for (std::filesystem::directory_iterator at(path_, error), end; !error && at != end;
       at.increment(error)) {
    newest = std::max(newest, NumberOf(at->path().filename().string()));
  }
  next_ = newest + 1;
}

std::string IndexDirectory::PathOf(absl::string_view file) const {
  return absl::StrCat(path_, "/", file);
}

absl::StatusOr<Snapshot> IndexDirectory::Load(const IndexIdentity& identity) {
  const std::string path = PathOf(kStateFile);
  absl::StatusOr<std::string> bytes = ReadFile(path);
  if (!bytes.ok()) return bytes.status();
  absl::StatusOr<v1::NameIndexState> state = ParseState(path, *bytes);
  if (!state.ok()) return state.status();
  if (absl::Status status = CheckIdentity(*state, identity); !status.ok()) return status;
  Snapshot snapshot{state->revision(), state->revision_digest(), {}};
  for (const v1::NameIndexSegment& stored : state->segments()) {
    if (NumberOf(stored.file()) == 0) return Torn(path, "names a file that is no segment");
    absl::StatusOr<IndexSegment> segment = ReadSegment(PathOf(stored.file()), stored);
    if (absl::IsNotFound(segment.status())) {
      return Torn(PathOf(stored.file()), "is missing");
    }
    if (!segment.ok()) return segment.status();
    snapshot.segments.push_back(*std::move(segment));
  }
  saved_ = FilesOf(snapshot);
  return snapshot;
}

absl::Status IndexDirectory::WriteFile(absl::string_view file, absl::string_view bytes) const {
  // It may have been in nobody's power when the server started, or be gone since.
  std::error_code ignored;
  std::filesystem::create_directory(path_, ignored);
  return ReplaceFile(PathOf(file), bytes);
}

absl::StatusOr<IndexSegment> IndexDirectory::Write(absl::string_view segment) {
  IndexSegment out;
  out.file = absl::StrCat(next_++, kSegmentEnd);
  if (absl::Status status = WriteFile(out.file, segment); !status.ok()) return status;
  auto mapped = index::Segment::Map(PathOf(out.file), false);
  if (!mapped.ok()) return mapped.status();
  out.view.segment = *std::move(mapped);
  return out;
}

absl::Status IndexDirectory::Save(const IndexIdentity& identity, const Snapshot& snapshot) {
  v1::NameIndexState state;
  state.set_format(kFormat);
  state.set_store_lineage(identity.store_lineage);
  state.set_matcher_version(identity.matcher_version);
  state.set_revision(snapshot.revision);
  state.set_revision_digest(snapshot.digest);
  for (const IndexSegment& segment : snapshot.segments) WriteSegment(segment, state.add_segments());
  const std::string bytes = state.SerializeAsString();
  absl::Status status = WriteFile(kStateFile, absl::StrCat(kMagic, Sha256(bytes), bytes));
  if (status.ok()) saved_ = FilesOf(snapshot);
  return status;
}

std::vector<std::string> IndexDirectory::Unnamed(const Snapshot& in_use) const {
  std::set<std::string> named = saved_;
  named.insert(std::string(kStateFile));
  for (const IndexSegment& segment : in_use.segments) named.insert(segment.file);
  std::vector<std::string> unnamed;
  std::error_code error;
  for (std::filesystem::directory_iterator at(path_, error), end; !error && at != end;
       at.increment(error)) {
    std::string file = at->path().filename().string();
    if (named.count(file) == 0) unnamed.push_back(std::move(file));
  }
  return unnamed;
}

std::vector<std::string> IndexDirectory::All() const {
  std::vector<std::string> paths;
  std::error_code error;
  for (std::filesystem::directory_iterator at(path_, error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().extension() == ".names") paths.push_back(at->path());
  }
  return paths;
}

void IndexDirectory::Delete(const std::vector<std::string>& files) const {
  for (const std::string& file : files) unlink(PathOf(file).c_str());
}

absl::Status IndexDirectory::Sync() const { return SyncDirectory(path_); }

}  // namespace probity::storage
