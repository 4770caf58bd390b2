#include "storage/redaction_journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/replace_file.h"
#include "storage/store.h"

namespace probity::storage {
namespace {

constexpr absl::string_view kMagic = "PBREDACT1\n";
constexpr size_t kLengthBytes = 4;
constexpr size_t kDigestBytes = 8;
constexpr size_t kHeadBytes = 2 * kLengthBytes + kDigestBytes;

std::string EncodeLength(uint32_t length) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(length >> shift));
  return bytes;
}

uint32_t DecodeLength(absl::string_view bytes) {
  uint32_t length = 0;
  for (size_t i = 0; i < kLengthBytes; ++i) {
    length = length << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return length;
}

std::string Frame(const v1::RedactionLine& line) {
  const std::string bytes = CanonicalBytes(line);
  const auto length = static_cast<uint32_t>(bytes.size());
  return EncodeLength(length) + EncodeLength(~length) + Sha256(bytes).substr(0, kDigestBytes) +
         bytes;
}

// Takes one line off the front of `in`; false: what is there is none, or not whole.
bool TakeLine(absl::string_view* in, v1::RedactionLine* line) {
  if (in->size() < kHeadBytes) return false;
  const uint32_t length = DecodeLength(*in);
  if (DecodeLength(in->substr(kLengthBytes)) != ~length) return false;
  const absl::string_view bytes = in->substr(kHeadBytes, length);
  const absl::string_view digest = in->substr(2 * kLengthBytes, kDigestBytes);
  if (bytes.size() < length || Sha256(bytes).substr(0, kDigestBytes) != digest) return false;
  if (!line->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return false;
  in->remove_prefix(kHeadBytes + length);
  return true;
}

// Whether what stands where no line does is other than one that a power cut left
// unfinished: the beginning of a line, or zeros.
bool IsHarmed(absl::string_view rest) {
  const bool zeros = rest.find_first_not_of('\0') == rest.npos;
  if (zeros || rest.size() < kHeadBytes) return false;
  const uint32_t length = DecodeLength(rest);
  return DecodeLength(rest.substr(kLengthBytes)) != ~length || rest.size() > kHeadBytes + length;
}

absl::Status WriteFault(const std::string& path, int error) {
  if (error == ENOSPC || error == EDQUOT) return DiskFull(path);
  return StoreNotWritable(path, std::strerror(error));
}

// Writes `bytes` at `offset`, where the file ends afterwards; after an error there.
absl::Status WriteAt(const std::string& path, uint64_t offset, absl::string_view bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return WriteFault(path, errno);
  const auto close_file = absl::MakeCleanup([file] { close(file); });
  if (ftruncate(file, static_cast<off_t>(offset)) != 0) return WriteFault(path, errno);
  errno = 0;
  const ssize_t written = pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
  if (written == static_cast<ssize_t>(bytes.size()) && fdatasync(file) == 0) {
    return absl::OkStatus();
  }
  const int why = errno == 0 ? ENOSPC : errno;  // a short write
  if (ftruncate(file, static_cast<off_t>(offset)) != 0) return WriteFault(path, errno);
  return WriteFault(path, why);
}

}  // namespace

absl::StatusOr<std::unique_ptr<RedactionJournal>> RedactionJournal::Open(std::string path) {
  std::unique_ptr<RedactionJournal> journal(new RedactionJournal(std::move(path)));
  if (absl::Status read = journal->Read(); !read.ok()) return read;
  return journal;
}

absl::Status RedactionJournal::Read() {
  absl::MutexLock lock(&mutex_);
  std::ifstream file(path_, std::ios::binary);
  if (!file.good()) {
    if (!std::filesystem::exists(path_)) return absl::OkStatus();
    return StoreNotWritable(path_, "cannot be read");
  }
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  // Of a new file the beginning may be all that is there.
  if (kMagic.substr(0, bytes.size()) == bytes && bytes.size() < kMagic.size()) {
    return absl::OkStatus();
  }
  absl::string_view in = bytes;
  if (in.substr(0, kMagic.size()) != kMagic) return StoreCorrupt(path_, "is no journal");
  in.remove_prefix(kMagic.size());
  v1::RedactionLine line;
  while (TakeLine(&in, &line)) Take(std::move(line));
  if (IsHarmed(in)) return StoreCorrupt(path_, "a line in it does not have its checksum");
  end_ = bytes.size() - in.size();
  return absl::OkStatus();
}

void RedactionJournal::Take(v1::RedactionLine line) {
  for (v1::RedactionLine& known : lines_) {
    if (known.redaction().name() != line.redaction().name()) continue;
    known = std::move(line);
    return;
  }
  lines_.push_back(std::move(line));
}

absl::Status RedactionJournal::Append(const std::vector<v1::RedactionLine>& lines) {
  absl::MutexLock lock(&mutex_);
  const bool is_new = end_ == 0;
  std::string bytes(is_new ? kMagic : absl::string_view());
  for (const v1::RedactionLine& line : lines) bytes += Frame(line);
  absl::Status written = WriteAt(path_, end_, bytes);
  if (written.ok() && is_new) {
    written = SyncDirectory(std::filesystem::path(path_).parent_path());
  }
  if (!written.ok()) return written;
  end_ += bytes.size();
  for (const v1::RedactionLine& line : lines) Take(line);
  return absl::OkStatus();
}

std::vector<v1::RedactionLine> RedactionJournal::Lines() const {
  absl::MutexLock lock(&mutex_);
  return lines_;
}

std::optional<v1::RedactionLine> RedactionJournal::Find(absl::string_view name) const {
  absl::MutexLock lock(&mutex_);
  for (const v1::RedactionLine& line : lines_) {
    if (line.redaction().name() == name) return line;
  }
  return std::nullopt;
}

RedactionRulesPtr RedactionJournal::Rules() const {
  absl::MutexLock lock(&mutex_);
  auto rules = std::make_shared<RedactionRules>();
  for (const v1::RedactionLine& line : lines_) {
    const probity::v1::Redaction& redaction = line.redaction();
    const auto ref = RecordRef::FromName(redaction.record());
    if (!redaction.has_approved_at() || !ref.has_value()) continue;
    rules->Add(*ref, {redaction.name(), {redaction.fields().begin(), redaction.fields().end()}});
  }
  return rules;
}

absl::Status MergeRedactions(const RedactionJournal& from, RedactionJournal* to) {
  for (const v1::RedactionLine& line : from.Lines()) {
    const auto known = to->Find(line.redaction().name());
    const bool is_further = !known.has_value() || (line.redaction().has_approved_at() &&
                                                   !known->redaction().has_approved_at());
    if (!is_further) continue;
    if (absl::Status added = to->Append({line}); !added.ok()) return added;
  }
  return absl::OkStatus();
}

}  // namespace probity::storage
