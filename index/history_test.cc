// A search of a past version equals a search of a fresh index of that version,
// whatever was merged in between.
#include <map>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "index/merge.h"
#include "index/testing.h"

namespace probity::index {
namespace {

using matching::Kind;
using matching::TestMatcher;

// One dataset as versions add, change and remove its records; beside it the
// segments and removals that a follower would keep.
class History {
 public:
  explicit History(uint64_t seed) : dice_(seed) {
    for (int i = 0; i < 30; ++i) pool_.push_back(MakeCompany(Writing::kLatin, &dice_));
    for (int i = 0; i < 10; ++i) pool_.push_back(MakePerson(&dice_));
  }

  void Step() {
    const uint32_t version = ++version_;
    std::vector<IndexedRecord> added;
    for (size_t changes = 1 + dice_.Below(8); changes > 0; --changes) {
      const std::string key = absl::StrCat("k", dice_.Below(25));
      if (touched_[key] == version) continue;
      touched_[key] = version;
      End(key, version);
      if (dice_.Below(4) == 0) continue;  // removed
      IndexedRecord record = MakeRecord(1, key, {Name(), Name()}, Kind::kAny);
      record.from_version = version;
      alive_[key] = record;
      added.push_back(record);
    }
    views_.push_back({Build(added), std::make_shared<Removals>(), false});
    past_.push_back(alive_);
    if (dice_.Below(3) == 0) MergeSome();
  }

  uint32_t version() const { return version_; }
  const std::vector<SegmentView>& views() const { return views_; }
  std::string Name() { return dice_.Of(pool_); }

  std::shared_ptr<const Segment> FreshAt(uint32_t version) const {
    std::vector<IndexedRecord> records;
    for (const auto& [key, record] : past_[version - 1]) records.push_back(record);
    return Build(records);
  }

 private:
  void End(const std::string& key, uint32_t version) {
    if (alive_.erase(key) == 0) return;
    for (SegmentView& view : views_) {
      const std::optional<uint32_t> record = view.segment->Find(1, key);
      if (!record.has_value()) continue;
      auto removals = std::make_shared<Removals>(*view.removals);
      removals->to_version.emplace(*record, version);
      view.removals = removals;
    }
  }

  // Some neighbours become one; the dead keep their end in it.
  void MergeSome() {
    const size_t from = dice_.Below(views_.size());
    const size_t to = from + 1 + dice_.Below(views_.size() - from);
    const std::vector<SegmentView> old(views_.begin() + static_cast<std::ptrdiff_t>(from),
                                       views_.begin() + static_cast<std::ptrdiff_t>(to));
    std::vector<std::shared_ptr<const Segment>> inputs;
    for (const SegmentView& view : old) inputs.push_back(view.segment);
    const auto keep = [&old](size_t input, uint32_t record) -> std::optional<uint32_t> {
      const auto& removed = old[input].removals->to_version;
      const auto found = removed.find(record);
      const uint32_t end = old[input].segment->record(record).to_version;
      return found == removed.end() ? end : std::min(end, found->second);
    };
    const auto merged = Segment::FromBytes(Merge(TestMatcher(), inputs, keep)).value();
    views_.erase(views_.begin() + static_cast<std::ptrdiff_t>(from),
                 views_.begin() + static_cast<std::ptrdiff_t>(to));
    views_.insert(views_.begin() + static_cast<std::ptrdiff_t>(from),
                  {merged, std::make_shared<Removals>(), false});
  }

  Dice dice_;
  std::vector<std::string> pool_;
  uint32_t version_ = 0;
  std::map<std::string, IndexedRecord> alive_;
  std::map<std::string, uint32_t> touched_;
  std::vector<std::map<std::string, IndexedRecord>> past_;
  std::vector<SegmentView> views_;
};

class HistoryTest : public testing::TestWithParam<uint64_t> {};

TEST_P(HistoryTest, SearchOfAPastVersionEqualsAFreshIndex) {
  History history(GetParam());
  Dice dice(GetParam() + 100);
  for (int i = 0; i < 14; ++i) history.Step();
  size_t hits = 0;
  for (uint32_t version = 1; version <= history.version(); ++version) {
    const SegmentView fresh{history.FreshAt(version), nullptr, false};
    Visibility seen;
    seen.Set(1, version);
    for (int i = 0; i < 6; ++i) {
      const std::string stored = history.Name();
      const std::string spoilt = Spoil(stored, static_cast<Slip>(dice.Below(10)), &dice);
      const Query query = MakeQuery(spoilt.empty() ? stored : spoilt, Kind::kAny);
      SCOPED_TRACE(absl::StrCat("version ", version, ", ", spoilt, " of ", stored));
      const auto past = Described(Search(TestMatcher(), history.views(), seen, query));
      EXPECT_EQ(past, Described(Search(TestMatcher(), {&fresh, 1}, seen, query)));
      hits += past.size();
    }
  }
  EXPECT_GT(hits, 20u) << "the test asks for nothing";
}

INSTANTIATE_TEST_SUITE_P(Seeds, HistoryTest, testing::Range(uint64_t{1}, uint64_t{9}));

}  // namespace
}  // namespace probity::index
