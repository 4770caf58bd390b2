// Long lines are passed in bounded memory, whatever reads them.
#include "ingest/text_file.h"

#include <algorithm>
#include <fstream>

#include "base/errors.h"
#include "base/utf8.h"
#include "gmock/gmock.h"
#include "ingest/testing.h"

namespace probity::ingest {
namespace {

using testing::CollectingSink;
using ::testing::ElementsAre;
using testing::Workshop;

// Notes the longest window that a file holds while it is read.
class WindowSink final : public RowSink {
 public:
  absl::Status Accept(const Row&, v1::Record*) override { return absl::OkStatus(); }
  absl::Status Refuse(const Row& row, const RowFault& fault) override {
    refused.push_back(fault.reason);
    return absl::OkStatus();
  }
  absl::Status Warn(const Row&, const RowFault&) override { return absl::OkStatus(); }
  absl::Status Advance(uint64_t) override {
    if (file != nullptr) longest = std::max(longest, file->window().size());
    return absl::OkStatus();
  }

  const TextFile* file = nullptr;
  size_t longest = 0;
  std::vector<v1::ErrorReason> refused;
};

// 100 MB of one character, written in pieces, between two texts.
InputFile LongLine(const Workshop& workshop, const std::string& before, const std::string& after) {
  InputFile file = workshop.Write("long", before);
  std::ofstream out(file.path, std::ios::binary | std::ios::app);
  const std::string piece(1 << 20, 'x');
  for (int i = 0; i < 100; ++i) out << piece;
  out << after;
  return file;
}

TEST(TextFile, HoldsNoMoreThanARowAndAPiece) {
  Workshop workshop;
  const InputFile input = LongLine(workshop, "first\n", "\nlast");
  for (const char* encoding : {"utf-8", "windows-1252"}) {
    WindowSink sink;
    auto file = TextFile::Open(input, encoding, &sink);
    ASSERT_EQ(file.status(), absl::OkStatus());
    sink.file = file->get();
    std::vector<std::string> lines;
    Line line;
    for (;;) {
      const auto more = NextLine(**file, input, &sink, &line);
      ASSERT_EQ(more.status(), absl::OkStatus());
      if (!*more) break;
      lines.emplace_back(line.text);
      (*file)->Consume(line.bytes);
    }
    EXPECT_THAT(lines, ElementsAre("first", "last"));
    EXPECT_THAT(sink.refused, ElementsAre(v1::ERROR_REASON_ROW_TOO_LONG));
    EXPECT_LT(sink.longest, 2 * kMaxRowBytes);
  }
}

TEST(TextFile, ARowOfCsvMayNotBeAsLong) {
  Workshop workshop;
  CollectingSink sink;
  const std::string head = "record_type,key,name\n";
  const InputFile input = LongLine(workshop, head + "supplier,1,", "\nsupplier,2,B\n");
  ASSERT_EQ(workshop.Read("probity-csv", {input}, &sink), absl::OkStatus());
  ASSERT_EQ(sink.refused.size(), 1u);
  EXPECT_EQ(sink.refused[0].second.reason, v1::ERROR_REASON_ROW_TOO_LONG);
  EXPECT_EQ(sink.refused[0].first, 2u);
  EXPECT_LE(sink.raw[0].size(), kMaxRawBytes);
  ASSERT_EQ(sink.records.size(), 1u);
  EXPECT_EQ(sink.lines[0], 3u);
}

// What is shown of a row that is too long, and of a fault's message, ends with a character.
TEST(TextFile, ShowsNoPartOfACharacter) {
  static_assert(kMaxRawBytes % 3 != 0, "the limit must stand within a character");
  Workshop workshop;
  CollectingSink sink;
  std::string text;
  while (text.size() <= kMaxRowBytes) text += "ก";
  ASSERT_EQ(workshop.Read("probity-jsonl", {workshop.Write("long", text)}, &sink),
            absl::OkStatus());
  ASSERT_EQ(sink.raw.size(), 1u);
  EXPECT_TRUE(IsUtf8(sink.raw[0]));
  EXPECT_EQ(sink.raw[0].size(), kMaxRawBytes / 3 * 3);
  EXPECT_EQ(ShownText(text), sink.raw[0]);
  EXPECT_EQ(ShownText("a\xe0"), "a\uFFFD");
}

TEST(TextFile, AHeaderOfCsvMayNotBeAsLong) {
  Workshop workshop;
  CollectingSink sink;
  const InputFile input = LongLine(workshop, "record_type,key,", "\nrecord_type,key,name\n");
  EXPECT_EQ(ReasonOf(workshop.Read("probity-csv", {input}, &sink)),
            v1::ERROR_REASON_MISSING_COLUMN);
  EXPECT_TRUE(sink.records.empty());
}

}  // namespace
}  // namespace probity::ingest
