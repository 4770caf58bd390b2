#include "index/segment.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace probity::index {
namespace {

// What is beside the key in a record's bytes.
struct RecordBytes {
  absl::string_view key;
  ByteReader rest;
};

RecordBytes BytesOf(const SegmentTables& tables, uint32_t record) {
  RecordBytes out;
  out.rest = ByteReader(
      Part(tables.record_bytes, tables.records[record].bytes, tables.record_bytes.size()));
  const uint32_t size = out.rest.Varint();
  out.key = out.rest.Bytes(size);
  return out;
}

absl::Status Named(const std::string& path, const absl::Status& fault) {
  return absl::Status(fault.code(), absl::StrCat(path, ": ", fault.message()));
}

// The whole file; nullptr and a size of zero for an empty one.
absl::StatusOr<std::pair<void*, size_t>> MapFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    const int fault = errno;
    const std::string message = absl::StrCat(path, ": cannot open: ", std::strerror(fault));
    return fault == ENOENT ? absl::NotFoundError(message) : absl::UnavailableError(message);
  }
  struct stat status = {};
  void* at = MAP_FAILED;
  const bool known = fstat(file, &status) == 0 && status.st_size > 0;
  const size_t size = known ? static_cast<size_t>(status.st_size) : 0;
  if (known) at = mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (!known) return absl::DataLossError(absl::StrCat(path, ": the file is empty"));
  if (at == MAP_FAILED) {
    return absl::UnavailableError(absl::StrCat(path, ": cannot map: ", std::strerror(errno)));
  }
  return std::make_pair(at, size);
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Segment>> Segment::FromBytes(std::string bytes, bool verify) {
  std::shared_ptr<Segment> segment(new Segment());
  segment->owned_ = std::move(bytes);
  segment->bytes_ = segment->owned_;
  const absl::Status status = OpenTables(segment->bytes_, verify, &segment->tables_);
  if (!status.ok()) return status;
  return std::shared_ptr<const Segment>(std::move(segment));
}

absl::StatusOr<std::shared_ptr<const Segment>> Segment::Map(const std::string& path, bool verify) {
  const auto mapped = MapFile(path);
  if (!mapped.ok()) return mapped.status();
  std::shared_ptr<Segment> segment(new Segment());
  segment->mapping_ = mapped->first;
  segment->bytes_ = {static_cast<const char*>(mapped->first), mapped->second};
  const absl::Status status = OpenTables(segment->bytes_, verify, &segment->tables_);
  if (!status.ok()) return Named(path, status);
  return std::shared_ptr<const Segment>(std::move(segment));
}

Segment::~Segment() {
  if (mapping_ != nullptr) munmap(mapping_, bytes_.size());
}

Segment::RecordInfo Segment::record(uint32_t i) const {
  const RecordRow row = tables_.records[i];
  return {row.dataset, BytesOf(tables_, i).key, row.from_version, row.to_version};
}

std::optional<uint32_t> Segment::Find(uint32_t dataset, absl::string_view key) const {
  // The first record behind those of (dataset, key).
  uint32_t low = 0, high = record_count();
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    const uint32_t other = tables_.records[middle].dataset;
    const bool behind = other != dataset ? other > dataset : BytesOf(tables_, middle).key > key;
    if (behind) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  if (low == 0) return std::nullopt;
  const RecordInfo info = record(low - 1);
  if (info.dataset != dataset || info.key != key) return std::nullopt;
  return low - 1;
}

void SegmentTables::ReadFacts(uint32_t record, matching::Facts* out) const {
  ByteReader rest = BytesOf(*this, record).rest;
  const uint8_t kind = rest.Byte();
  out->kind = kind <= static_cast<uint8_t>(matching::Kind::kAddress)
                  ? static_cast<matching::Kind>(kind)
                  : matching::Kind::kAny;
  out->date.year = static_cast<int>(rest.Varint() & 0xFFFF);
  out->date.month = rest.Byte();
  out->date.day = rest.Byte();
  out->countries.resize(rest.Byte());
  for (std::string& country : out->countries) {
    const absl::string_view code = rest.Bytes(2);
    country.assign(code.data(), code.size());
  }
}

IndexedRecord Segment::Read(uint32_t i) const {
  IndexedRecord out;
  const RecordInfo info = record(i);
  out.dataset = info.dataset;
  out.key = std::string(info.key);
  out.from_version = info.from_version;
  out.to_version = info.to_version;
  matching::Facts facts;
  tables_.ReadFacts(i, &facts);
  out.kind = facts.kind;
  out.countries = std::move(facts.countries);
  out.date = facts.date;
  for (uint32_t n = tables_.records[i].first_name; n < tables_.name_end(i); ++n) {
    const StoredName stored = tables_.ReadStoredName(n);
    out.names.push_back({{}, stored.ordinal, stored.weak});
    tables_.DecodeName(stored, &out.names.back().name);
  }
  return out;
}

}  // namespace probity::index
