#include "ingest/byte_source.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/errors.h"

namespace probity::ingest {
namespace {

constexpr size_t kPieceBytes = 64 << 10;
constexpr absl::string_view kGzip = "\x1F\x8B";
constexpr absl::string_view kZstd = "\x28\xB5\x2F\xFD";
// Behind a first byte 50 to 5F: a frame of zstd that holds no data.
constexpr absl::string_view kZstdSkipped = "\x2A\x4D\x18";

// Packings that are not read, by their first bytes.
constexpr struct {
  absl::string_view begin, name;
} kOther[] = {{"PK\x03\x04", "ZIP"},
              {"\xFD"
               "7zXZ",
               "XZ"},
              {"7z\xBC\xAF\x27\x1C", "7-Zip"},
              {"BZh91AY&SY", "bzip2"}};

absl::Status Fault(v1::ErrorReason reason, const std::string& name, absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason, absl::StrCat(name, ": ", problem),
                   {{"file", name}});
}

bool IsZstd(absl::string_view begin) {
  if (absl::StartsWith(begin, kZstd)) return true;
  return begin.size() > 3 && (begin[0] & 0xF0) == 0x50 &&
         absl::StartsWith(begin.substr(1), kZstdSkipped);
}

// The packing that is not read as which a file begins; empty for others.
absl::string_view OtherPacking(absl::string_view begin) {
  for (const auto& other : kOther) {
    if (absl::StartsWith(begin, other.begin)) return other.name;
  }
  return "";
}

absl::Status CheckReadable(const std::string& name, absl::string_view begin) {
  const absl::string_view packing = OtherPacking(begin);
  if (packing.empty()) return absl::OkStatus();
  return Fault(v1::ERROR_REASON_FILE_IS_ARCHIVE, name,
               absl::StrCat("the file is packed with ", packing,
                            "; unpack it and send what is in it, as it is or packed with gzip "
                            "or zstd"));
}

// The file as it stands on disk, in pieces.
class PackedFile {
 public:
  PackedFile(std::FILE* file, std::string name, RowSink* sink)
      : file_(file, &std::fclose), name_(std::move(name)), sink_(sink) {}

  const std::string& name() const { return name_; }
  uint64_t bytes_read() const { return bytes_read_; }

  // The next piece; empty at the end. Valid until the next call.
  absl::StatusOr<absl::string_view> Next() {
    piece_.resize(kPieceBytes);
    const size_t got = std::fread(piece_.data(), 1, piece_.size(), file_.get());
    if (std::ferror(file_.get()) != 0) {
      return absl::DataLossError(absl::StrCat(name_, ": ", std::strerror(errno)));
    }
    bytes_read_ += got;
    if (absl::Status alive = sink_->Advance(got); !alive.ok()) return alive;
    return absl::string_view(piece_.data(), got);
  }

 private:
  std::unique_ptr<std::FILE, decltype(&std::fclose)> file_;
  const std::string name_;
  RowSink* sink_;
  std::string piece_;
  uint64_t bytes_read_ = 0;
};

class PlainSource final : public ByteSource {
 public:
  PlainSource(PackedFile file, absl::string_view first) : file_(std::move(file)), left_(first) {}

  absl::StatusOr<size_t> Read(char* to, size_t size) override {
    size_t done = 0;
    while (done < size) {
      if (left_.empty()) {
        auto piece = file_.Next();
        if (!piece.ok()) return piece.status();
        left_ = *piece;
        if (left_.empty()) break;
      }
      const size_t some = std::min(size - done, left_.size());
      std::memcpy(to + done, left_.data(), some);
      left_.remove_prefix(some);
      done += some;
    }
    return done;
  }

 private:
  PackedFile file_;
  absl::string_view left_;
};

// Unpacks one piece after the other. A file may hold several packings in a row, which
// together are its text.
class Unpacker {
 public:
  struct Step {
    size_t written = 0;
    bool at_end = false;  // of a packing
    const char* damage = nullptr;
  };
  virtual ~Unpacker() = default;
  // Takes from `in` what it needs. May be called with an empty `in`.
  virtual Step Unpack(absl::string_view* in, char* to, size_t size) = 0;
};

class GzipUnpacker final : public Unpacker {
 public:
  GzipUnpacker() { is_open_ = inflateInit2(&stream_, kGzipWindow) == Z_OK; }
  ~GzipUnpacker() override { inflateEnd(&stream_); }
  GzipUnpacker(const GzipUnpacker&) = delete;
  GzipUnpacker& operator=(const GzipUnpacker&) = delete;

  Step Unpack(absl::string_view* in, char* to, size_t size) override {
    if (!is_open_) return {0, false, "out of memory"};
    if (ended_ && inflateReset(&stream_) != Z_OK) return {0, false, "out of memory"};
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in->data()));
    stream_.avail_in = static_cast<uInt>(in->size());
    stream_.next_out = reinterpret_cast<Bytef*>(to);
    stream_.avail_out = static_cast<uInt>(size);
    const int result = inflate(&stream_, Z_NO_FLUSH);
    in->remove_prefix(in->size() - stream_.avail_in);
    ended_ = result == Z_STREAM_END;
    const bool damaged = !ended_ && result != Z_OK && result != Z_BUF_ERROR;
    return {size - stream_.avail_out, ended_, damaged ? Why() : nullptr};
  }

 private:
  // The largest window, and a header of gzip.
  static constexpr int kGzipWindow = 15 + 16;

  const char* Why() const { return stream_.msg != nullptr ? stream_.msg : "not as gzip has it"; }

  z_stream stream_ = {};
  bool is_open_ = false;
  bool ended_ = false;
};

class ZstdUnpacker final : public Unpacker {
 public:
  Step Unpack(absl::string_view* in, char* to, size_t size) override {
    if (stream_ == nullptr) return {0, false, "out of memory"};
    ZSTD_inBuffer source = {in->data(), in->size(), 0};
    ZSTD_outBuffer target = {to, size, 0};
    const size_t result = ZSTD_decompressStream(stream_.get(), &target, &source);
    in->remove_prefix(source.pos);
    const char* damage = ZSTD_isError(result) != 0 ? ZSTD_getErrorName(result) : nullptr;
    return {target.pos, result == 0, damage};
  }

 private:
  std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream_{ZSTD_createDStream(),
                                                                     &ZSTD_freeDStream};
};

class PackedSource final : public ByteSource {
 public:
  PackedSource(PackedFile file, absl::string_view first, std::unique_ptr<Unpacker> unpacker,
               const ExpansionLimits& limits)
      : file_(std::move(file)), left_(first), unpacker_(std::move(unpacker)), limits_(limits) {}

  absl::StatusOr<size_t> Read(char* to, size_t size) override {
    size_t done = 0;
    while (done < size) {
      if (left_.empty() && !may_have_more_) {
        auto piece = file_.Next();
        if (!piece.ok()) return piece.status();
        left_ = *piece;
        if (left_.empty() && at_end_) break;
        if (left_.empty()) return Truncated();
      }
      const Unpacker::Step step = unpacker_->Unpack(&left_, to + done, size - done);
      if (step.damage != nullptr) return Damaged(step.damage);
      done += step.written;
      at_end_ = step.at_end;
      // A full buffer may not have held all that was unpacked.
      may_have_more_ = done == size && !at_end_;
      if (absl::Status within = Count(step.written); !within.ok()) return within;
    }
    return done;
  }

 private:
  absl::Status Count(uint64_t written) {
    unpacked_ += written;
    if (unpacked_ > limits_.total) {
      return TooLarge(absl::StrCat("more than ", limits_.total, " bytes; send it in parts"));
    }
    if (unpacked_ > limits_.free && unpacked_ / limits_.ratio > file_.bytes_read()) {
      return TooLarge(absl::StrCat("more than ", limits_.ratio,
                                   " times its size, as files do that are made to fill a disk; "
                                   "send it unpacked if it is what it should be"));
    }
    return absl::OkStatus();
  }

  absl::Status TooLarge(absl::string_view how) const {
    return Fault(v1::ERROR_REASON_FILE_TOO_LARGE, file_.name(),
                 absl::StrCat("the file unpacks to ", how));
  }
  absl::Status Truncated() const {
    return Fault(v1::ERROR_REASON_TRUNCATED_FILE, file_.name(),
                 "the packed data end too early; was the file written completely? Get it again");
  }
  absl::Status Damaged(absl::string_view why) const {
    return Fault(v1::ERROR_REASON_TRUNCATED_FILE, file_.name(),
                 absl::StrCat("the packed data are damaged (", why, "); get the file again"));
  }

  PackedFile file_;
  absl::string_view left_;  // of the piece
  std::unique_ptr<Unpacker> unpacker_;
  const ExpansionLimits limits_;
  uint64_t unpacked_ = 0;
  bool at_end_ = false;
  bool may_have_more_ = false;
};

}  // namespace

bool BeginsAsPacked(absl::string_view text) {
  return absl::StartsWith(text, kGzip) || IsZstd(text) || !OtherPacking(text).empty();
}

absl::StatusOr<std::unique_ptr<ByteSource>> ByteSource::Open(const InputFile& file, RowSink* sink,
                                                             const ExpansionLimits& limits) {
  std::FILE* handle = std::fopen(file.path.c_str(), "rb");
  if (handle == nullptr) {
    return absl::NotFoundError(absl::StrCat(file.name, ": ", std::strerror(errno)));
  }
  PackedFile packed(handle, file.name, sink);
  auto first = packed.Next();
  if (!first.ok()) return first.status();
  if (absl::Status readable = CheckReadable(file.name, *first); !readable.ok()) return readable;
  std::unique_ptr<Unpacker> unpacker;
  if (absl::StartsWith(*first, kGzip)) unpacker = std::make_unique<GzipUnpacker>();
  if (IsZstd(*first)) unpacker = std::make_unique<ZstdUnpacker>();
  if (unpacker == nullptr) return std::make_unique<PlainSource>(std::move(packed), *first);
  return std::make_unique<PackedSource>(std::move(packed), *first, std::move(unpacker), limits);
}

}  // namespace probity::ingest
