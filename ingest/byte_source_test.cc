// Compressed files: read as what is in them, refused where they are cut, damaged, made to
// fill a disk, or packed in a way that is not read.
#include "ingest/byte_source.h"

#include <zlib.h>
#include <zstd.h>

#include <filesystem>

#include "base/errors.h"
#include "gmock/gmock.h"
#include "ingest/testing.h"

namespace probity::ingest {
namespace {

using testing::CollectingSink;
using ::testing::HasSubstr;
using testing::Workshop;

std::string Gzip(const std::string& text) {
  z_stream stream = {};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string Zstd(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
  return packed;
}

// Text that packers do not shrink to nothing.
std::string Lines(size_t bytes) {
  std::string text;
  for (uint32_t i = 1; text.size() < bytes; ++i) {
    text += std::to_string(i * 2654435761u) + "," + std::to_string(i) + "\n";
  }
  return text;
}

class ByteSourceTest : public ::testing::Test {
 protected:
  // Reads a file of these bytes in pieces of `piece`.
  absl::StatusOr<std::string> ReadAll(const std::string& bytes, size_t piece = 1000,
                                      const ExpansionLimits& limits = {}) {
    sink_ = CollectingSink();
    auto source = ByteSource::Open(workshop_.Write("f.csv", bytes), &sink_, limits);
    if (!source.ok()) return source.status();
    std::string text, buffer(piece, '\0');
    for (;;) {
      auto got = (*source)->Read(buffer.data(), piece);
      if (!got.ok()) return got.status();
      text.append(buffer, 0, *got);
      if (*got < piece) return text;
    }
  }
  v1::ErrorReason ReasonFor(const std::string& bytes, const ExpansionLimits& limits = {}) {
    return ReasonOf(ReadAll(bytes, 1000, limits).status());
  }

  Workshop workshop_;
  CollectingSink sink_;
};

TEST_F(ByteSourceTest, ReadsWhatIsInTheFileWhateverItsPacking) {
  // A frame of zstd without data, as some packers write first.
  const std::string skipped("\x50\x2A\x4D\x18\x03\x00\x00\x00xyz", 11);
  for (const std::string& text : {std::string(), std::string("a"), Lines(300000)}) {
    const std::vector<std::string> files = {text, Gzip(text), Zstd(text), skipped + Zstd(text),
                                            Zstd(text) + skipped};
    for (const std::string& bytes : files) {
      for (const size_t piece : {size_t{1}, size_t{1000}, size_t{65536}, size_t{1} << 20}) {
        if (piece == 1 && text.size() > 1) continue;
        const auto read = ReadAll(bytes, piece);
        ASSERT_EQ(read.status(), absl::OkStatus());
        EXPECT_TRUE(*read == text);
        EXPECT_EQ(sink_.bytes_read, bytes.size());
      }
    }
  }
}

TEST_F(ByteSourceTest, PackingsInARowAreOneText) {
  const std::string a = Lines(100000), b = "b\n";
  EXPECT_EQ(ReadAll(Gzip(a) + Gzip("") + Gzip(b)).value(), a + b);
  EXPECT_EQ(ReadAll(Zstd(a) + Zstd("") + Zstd(b)).value(), a + b);
}

TEST_F(ByteSourceTest, WhatIsCutOrDamagedIsNotTakenForWhole) {
  const std::string text = Lines(200000);
  for (const std::string& whole : {Gzip(text), Zstd(text)}) {
    for (const size_t kept : {size_t{5}, whole.size() / 2, whole.size() - 1}) {
      const auto read = ReadAll(whole.substr(0, kept));
      EXPECT_EQ(ReasonOf(read.status()), v1::ERROR_REASON_TRUNCATED_FILE) << kept;
      EXPECT_THAT(std::string(read.status().message()), HasSubstr("f.csv"));
    }
    std::string damaged = whole;
    damaged[whole.size() / 2] = static_cast<char>(damaged[whole.size() / 2] ^ 0x55);
    EXPECT_EQ(ReasonFor(damaged), v1::ERROR_REASON_TRUNCATED_FILE);
    // What stands behind the end is no text of the publisher's.
    EXPECT_EQ(ReasonFor(whole + "and more"), v1::ERROR_REASON_TRUNCATED_FILE);
  }
}

TEST_F(ByteSourceTest, AFileThatFillsADiskIsRefused) {
  const std::string nothing(size_t{8} << 20, '0');
  const std::vector<std::string> bombs = {Gzip(nothing), Zstd(nothing)};
  for (const std::string& bomb : bombs) {
    const uint64_t ratio = nothing.size() / bomb.size();
    EXPECT_EQ(ReasonFor(bomb, {uint64_t{1} << 40, ratio / 2, 1 << 20}),
              v1::ERROR_REASON_FILE_TOO_LARGE);
    // At the borders: a free part as large as the text, and the text to the byte.
    EXPECT_EQ(ReasonFor(bomb, {uint64_t{1} << 40, ratio / 2, nothing.size()}),
              v1::ERROR_REASON_UNSPECIFIED);
    EXPECT_EQ(ReasonFor(bomb, {nothing.size(), 1 << 30, 0}), v1::ERROR_REASON_UNSPECIFIED);
    EXPECT_EQ(ReasonFor(bomb, {nothing.size() - 1, 1 << 30, 0}), v1::ERROR_REASON_FILE_TOO_LARGE);
  }
  // With the limits that loads have, and packed once more in a row.
  std::string many;
  for (int i = 0; i < 20; ++i) many += bombs[0];
  EXPECT_EQ(ReasonFor(many), v1::ERROR_REASON_FILE_TOO_LARGE);
  // A list that repeats itself is no bomb.
  EXPECT_EQ(ReasonFor(Gzip(Lines(size_t{1} << 20))), v1::ERROR_REASON_UNSPECIFIED);
}

TEST_F(ByteSourceTest, SaysWhatToDoWithOtherPackings) {
  for (const std::string& begin : {std::string("PK\x03\x04"),
                                   std::string("\xFD"
                                               "7zXZ\0",
                                               6),
                                   std::string("7z\xBC\xAF\x27\x1C"), std::string("BZh91AY&SY")}) {
    const auto read = ReadAll(begin + "...");
    EXPECT_EQ(ReasonOf(read.status()), v1::ERROR_REASON_FILE_IS_ARCHIVE);
    EXPECT_THAT(std::string(read.status().message()), HasSubstr("unpack it"));
  }
  EXPECT_EQ(ReadAll("PK,name\n").value(), "PK,name\n");
}

TEST_F(ByteSourceTest, FormatsReadPackedFiles) {
  const std::string csv = "record_type,key,name\nsupplier,1,A\nsupplier,2,B\n";
  const std::string xml = "<Goods></Goods>";
  for (const auto& pack : {&Gzip, &Zstd}) {
    CollectingSink sink;
    ASSERT_EQ(workshop_.Read("probity-csv", {workshop_.Write("a", pack(csv))}, &sink),
              absl::OkStatus());
    EXPECT_EQ(sink.records.size(), 2u);
    EXPECT_EQ(sink.lines.back(), 3u);
    ASSERT_EQ(workshop_.Read("dol-goods-xml", {workshop_.Write("b", pack(xml))}, &sink),
              absl::OkStatus());
    EXPECT_EQ(ReasonOf(workshop_.Read("probity-csv", {workshop_.Write("c", pack(""))}, &sink)),
              v1::ERROR_REASON_EMPTY_FILE);
  }
}

// A file of 10 GB that is one line and takes no room on the disk.
TEST_F(ByteSourceTest, ALineOfTenGigabytesIsSkipped) {
  const InputFile file =
      workshop_.Write("f.csv", "record_type,key,name\nsupplier,1,A\nsupplier,2,");
  const uint64_t begin = std::filesystem::file_size(file.path);
  constexpr uint64_t kLine = uint64_t{10} << 30;
  std::filesystem::resize_file(file.path, begin + kLine);
  std::ofstream(file.path, std::ios::binary | std::ios::app) << "\nsupplier,3,C\n";
  CollectingSink sink;
  ASSERT_EQ(workshop_.Read("probity-csv", {file}, &sink), absl::OkStatus());
  EXPECT_EQ(sink.records.size(), 2u);
  EXPECT_EQ(sink.lines.back(), 4u);
  ASSERT_EQ(sink.refused.size(), 1u);
  EXPECT_EQ(sink.refused[0].second.reason, v1::ERROR_REASON_ROW_TOO_LONG);
  EXPECT_GT(sink.bytes_read, kLine);
}

}  // namespace
}  // namespace probity::ingest
