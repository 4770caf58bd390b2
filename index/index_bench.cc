// A quick look at a segment of invented names: build time, size by section, time
// a query by slip. Usage: index_bench NAMES [QUERIES_A_SLIP]. The figures that
// count come from scripts/bench.sh names.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "index/testing.h"

namespace probity::index {
namespace {

using matching::Kind;
using matching::TestMatcher;

double CpuSeconds() {
  timespec now = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

constexpr const char* kSections[] = {
    "records",    "record_bytes", "names",    "name_weights", "name_bytes", "shapes",      "words",
    "word_bytes", "word_names",   "concepts", "word_keys",    "name_keys",  "common_words"};
constexpr const char* kSlips[] = {"typo",  "swapped",    "missing", "extra",  "joined",
                                  "split", "legal_form", "acronym", "script", "initials"};

struct Names {
  std::vector<std::string> texts;
  std::vector<Kind> kinds;
};

// One in five names is not Latin; each has a near double.
std::shared_ptr<const Segment> BuildNames(size_t count, Names* names) {
  Dice dice(5);
  SegmentBuilder builder(&TestMatcher());
  double adding = 0, begin = CpuSeconds();
  for (size_t i = 0; i < count; i += 2) {
    const bool person = dice.Below(4) == 0;
    const Writing writing =
        dice.Below(5) == 0 ? static_cast<Writing>(1 + dice.Below(4)) : Writing::kLatin;
    const std::string name = person ? MakePerson(&dice) : MakeCompany(writing, &dice);
    const Kind kind = person ? Kind::kPerson : Kind::kCompany;
    std::string other = Spoil(name, static_cast<Slip>(dice.Below(4)), &dice);
    if (other.empty()) other = name;
    const IndexedRecord record = MakeRecord(1, absl::StrCat("key", i), {name, other}, kind);
    names->texts.push_back(name);
    names->kinds.push_back(kind);
    const double before = CpuSeconds();
    builder.Add(record);
    adding += CpuSeconds() - before;
  }
  const double made = CpuSeconds();
  std::string bytes = builder.Finish();
  std::printf("%zu names: normalise %.2f s, add %.2f s, finish %.2f s\n", count,
              made - begin - adding, adding, CpuSeconds() - made);
  for (size_t i = 0; i < std::size(kSections); ++i) {
    uint64_t ends[2];
    std::memcpy(ends, bytes.data() + 24 + 24 * i, sizeof(ends));
    std::printf("  %-13s %6.1f bytes a name\n", kSections[i],
                static_cast<double>(ends[1] - ends[0]) / static_cast<double>(count));
  }
  std::printf("  %-13s %6.1f bytes a name\n", "all",
              static_cast<double>(bytes.size()) / static_cast<double>(count));
  begin = CpuSeconds();
  auto segment = Segment::FromBytes(std::move(bytes)).value();
  std::printf("  open and verify %.3f s, %u words\n", CpuSeconds() - begin,
              segment->tables().word_count());
  return segment;
}

void Ask(const SegmentView& view, const Names& names, Slip slip, size_t queries) {
  Dice dice(9);
  Visibility seen;
  seen.Set(1, 1);
  std::vector<double> times;
  size_t found = 0, incomplete = 0;
  int64_t cost = 0;
  for (size_t tries = 0; times.size() < queries && tries < 50 * queries; ++tries) {
    const size_t target = dice.Below(names.texts.size());
    const std::string text = Spoil(names.texts[target], slip, &dice);
    if (text.empty()) continue;
    const Query query = MakeQuery(text, names.kinds[target]);
    const double begin = CpuSeconds();
    const SearchResult result = Search(TestMatcher(), {&view, 1}, seen, query);
    times.push_back((CpuSeconds() - begin) * 1e3);
    incomplete += result.incomplete;
    cost += result.cost;
    const std::string key = absl::StrCat("key", 2 * target);
    found += std::any_of(result.hits.begin(), result.hits.end(),
                         [&](const Hit& hit) { return hit.key == key; });
  }
  std::sort(times.begin(), times.end());
  if (times.empty()) return;
  std::printf("%-11s p50 %.3f ms  p99 %.3f ms  found %.3f  incomplete %zu  cost %.0f k\n",
              kSlips[static_cast<size_t>(slip)], times[times.size() / 2],
              times[times.size() * 99 / 100],
              static_cast<double>(found) / static_cast<double>(times.size()), incomplete,
              static_cast<double>(cost) / static_cast<double>(times.size()) / 1e3);
}

}  // namespace
}  // namespace probity::index

int main(int argc, char** argv) {
  size_t names = 100'000, queries = 300;
  if ((argc > 1 && !absl::SimpleAtoi(argv[1], &names)) ||
      (argc > 2 && !absl::SimpleAtoi(argv[2], &queries))) {
    std::fprintf(stderr, "usage: index_bench NAMES [QUERIES_A_SLIP]\n");
    return 2;
  }
  probity::index::Names made;
  const auto segment = probity::index::BuildNames(names, &made);
  for (int slip = 0; slip < 10; ++slip) {
    probity::index::Ask({segment, nullptr, false}, made, static_cast<probity::index::Slip>(slip),
                        queries);
  }
}
