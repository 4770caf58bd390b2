#include "index/segment.h"

#include <cstdio>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/merge.h"
#include "index/testing.h"
#include "matching/name_codec.h"

namespace probity::index {
namespace {

using matching::Kind;
using matching::TestMatcher;
using testing::HasSubstr;

std::string BytesOf(const IndexedName& name) {
  std::string bytes;
  matching::AppendName(name.name, &bytes);
  return absl::StrCat(bytes, "/", int{name.ordinal}, "/", name.weak);
}

void ExpectSame(const IndexedRecord& a, const IndexedRecord& b) {
  EXPECT_EQ(a.dataset, b.dataset);
  EXPECT_EQ(a.key, b.key);
  EXPECT_EQ(a.from_version, b.from_version);
  EXPECT_EQ(a.to_version, b.to_version);
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.countries, b.countries);
  EXPECT_EQ(a.date.year, b.date.year);
  EXPECT_EQ(a.date.month, b.date.month);
  EXPECT_EQ(a.date.day, b.date.day);
  ASSERT_EQ(a.names.size(), b.names.size());
  for (size_t i = 0; i < a.names.size(); ++i) EXPECT_EQ(BytesOf(a.names[i]), BytesOf(b.names[i]));
}

// A few records of every sort.
std::vector<IndexedRecord> Samples() {
  IndexedRecord plain = MakeRecord(2, "b", {"Kestrel Trading GmbH", "KTG"}, Kind::kCompany);
  plain.countries = {"DE", "AT"};
  plain.date = {1987, 0, 0};
  plain.names[1].weak = true;
  IndexedRecord person =
      MakeRecord(1, "p/7", {"Иван Петров", "John van de Berg Jr"}, Kind::kPerson);
  person.date = {1961, 12, 31};
  person.to_version = 9;
  IndexedRecord han = MakeRecord(1, "", {"合肥宝龙达信息技术有限公司"}, Kind::kCompany);
  IndexedRecord none = MakeRecord(7, "none", {"---"}, Kind::kAny);
  IndexedRecord old = MakeRecord(2, "b", {"Kestrel Trade"}, Kind::kCompany);
  old.from_version = 0;
  old.to_version = 3;
  plain.from_version = 3;
  return {plain, person, han, none, old};
}

std::string BytesOfSegment(const std::vector<IndexedRecord>& records) {
  SegmentBuilder builder(&TestMatcher());
  for (const IndexedRecord& record : records) builder.Add(record);
  return builder.Finish();
}

TEST(SegmentTest, GivesBackWhatWasAdded) {
  const std::vector<IndexedRecord> records = Samples();
  const auto segment = Build(records);
  ASSERT_EQ(segment->record_count(), 5u);
  EXPECT_EQ(segment->name_count(), 7u);
  const size_t order[] = {2, 1, 4, 0, 3};  // by dataset, key, version
  for (uint32_t i = 0; i < 5; ++i) {
    SCOPED_TRACE(i);
    ExpectSame(segment->Read(i), records[order[i]]);
    EXPECT_EQ(segment->record(i).key, records[order[i]].key);
  }
}

TEST(SegmentTest, FindsTheNewestRunOfARecord) {
  const auto segment = Build(Samples());
  EXPECT_EQ(segment->Find(2, "b"), 3u);
  EXPECT_EQ(segment->Find(1, ""), 0u);
  EXPECT_EQ(segment->Find(7, "none"), 4u);
  EXPECT_EQ(segment->Find(2, "a"), std::nullopt);
  EXPECT_EQ(segment->Find(2, "bb"), std::nullopt);
  EXPECT_EQ(segment->Find(0, "b"), std::nullopt);
  EXPECT_EQ(segment->Find(8, ""), std::nullopt);
}

TEST(SegmentTest, OfNothingIsEmpty) {
  const auto segment = Build({});
  EXPECT_EQ(segment->record_count(), 0u);
  EXPECT_EQ(segment->name_count(), 0u);
  EXPECT_EQ(segment->Find(1, "a"), std::nullopt);
}

TEST(SegmentTest, SameRecordsGiveTheSameBytesInAnyOrder) {
  std::vector<IndexedRecord> records = Samples();
  const std::string bytes = BytesOfSegment(records);
  EXPECT_EQ(BytesOfSegment(records), bytes);
  std::reverse(records.begin(), records.end());
  EXPECT_EQ(BytesOfSegment(records), bytes);
}

TEST(SegmentTest, ABuilderIsEmptyAfterFinish) {
  SegmentBuilder builder(&TestMatcher());
  builder.Add(Samples()[0]);
  builder.Finish();
  EXPECT_EQ(builder.Finish(), BytesOfSegment({}));
}

TEST(MergeTest, EqualsBuildingAnew) {
  Dice dice(3);
  std::vector<IndexedRecord> all, parts[3];
  for (int i = 0; i < 300; ++i) {
    const Writing writing = static_cast<Writing>(dice.Below(5));
    all.push_back(MakeRecord(1 + static_cast<uint32_t>(dice.Below(2)), absl::StrCat("k", i),
                             {MakeCompany(writing, &dice), MakePerson(&dice)}, Kind::kAny));
    parts[dice.Below(3)].push_back(all.back());
  }
  std::vector<std::shared_ptr<const Segment>> inputs;
  for (const auto& part : parts) inputs.push_back(Build(part));
  const auto keep_all = [&](size_t input, uint32_t record) {
    return std::optional<uint32_t>(inputs[input]->record(record).to_version);
  };
  EXPECT_EQ(Merge(TestMatcher(), inputs, keep_all), BytesOfSegment(all));
}

TEST(MergeTest, LeavesOutAndEndsWhatItIsTold) {
  const std::vector<std::shared_ptr<const Segment>> inputs = {Build(Samples())};
  const std::string bytes = Merge(TestMatcher(), inputs, [](size_t, uint32_t record) {
    return record < 3 ? std::nullopt : std::optional<uint32_t>(77 + record);
  });
  const auto merged = Segment::FromBytes(bytes).value();
  ASSERT_EQ(merged->record_count(), 2u);
  EXPECT_EQ(merged->record(0).key, "b");
  EXPECT_EQ(merged->record(0).to_version, 80u);
  EXPECT_EQ(merged->record(1).key, "none");
}

TEST(SegmentDamageTest, EveryFlippedByteIsNoticed) {
  const std::string bytes = BytesOfSegment(Samples());
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string torn = bytes;
    torn[i] = static_cast<char>(torn[i] ^ 0x20);
    const auto segment = Segment::FromBytes(torn);
    ASSERT_EQ(segment.status().code(), absl::StatusCode::kDataLoss) << "byte " << i;
  }
}

TEST(SegmentDamageTest, EveryCutIsNoticed) {
  const std::string bytes = BytesOfSegment(Samples());
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto segment = Segment::FromBytes(bytes.substr(0, size));
    ASSERT_EQ(segment.status().code(), absl::StatusCode::kDataLoss) << size << " bytes";
  }
  EXPECT_FALSE(Segment::FromBytes(bytes + '\0').ok());
}

// What is not noticed must not lead outside the bytes: the sanitizers watch.
TEST(SegmentDamageTest, UnverifiedBytesAreReadWithinTheirBounds) {
  const std::string bytes = BytesOfSegment(Samples());
  Visibility seen;
  for (uint32_t dataset = 0; dataset < 10; ++dataset) seen.Set(dataset, 5);
  const Query queries[] = {MakeQuery("Kestrel Trading", Kind::kAny),
                           MakeQuery("J. Petrov", Kind::kPerson), MakeQuery("KTG", Kind::kAny)};
  size_t opened = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (const char value : {'\xFF', '\0', '\x7F'}) {
      std::string torn = bytes;
      torn[i] = value;
      MendHeader(&torn);
      const auto segment = Segment::FromBytes(torn, false);
      if (!segment.ok()) continue;
      ++opened;
      const SegmentView view{*segment, nullptr, false};
      Search(TestMatcher(), {&view, 1}, seen, queries[i % 3]);
      for (uint32_t r = 0; r < (*segment)->record_count(); ++r) (*segment)->Read(r);
      (*segment)->Find(2, "b");
    }
  }
  EXPECT_GT(opened, bytes.size());
}

class SegmentFileTest : public testing::Test {
 protected:
  void Write(const std::string& bytes) { std::ofstream(path_, std::ios::binary) << bytes; }
  void TearDown() override { std::remove(path_.c_str()); }

  const std::string path_ = testing::TempDir() + "/segment_file_test";
};

TEST_F(SegmentFileTest, MapsWhatWasWritten) {
  Write(BytesOfSegment(Samples()));
  for (bool verify : {false, true}) {
    const auto segment = Segment::Map(path_, verify);
    ASSERT_TRUE(segment.ok()) << segment.status();
    ExpectSame((*segment)->Read(3), Samples()[0]);
  }
}

TEST_F(SegmentFileTest, NamesFileAndFault) {
  EXPECT_EQ(Segment::Map(path_, true).status().code(), absl::StatusCode::kNotFound);
  Write("");
  EXPECT_THAT(std::string(Segment::Map(path_, true).status().message()), HasSubstr("is empty"));
  std::string bytes = BytesOfSegment(Samples());
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  Write(bytes);
  const absl::Status status = Segment::Map(path_, true).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr(path_ + ": section "));
  EXPECT_THAT(std::string(status.message()), HasSubstr("its checksum is wrong"));
}

}  // namespace
}  // namespace probity::index
