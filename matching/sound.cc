#include "matching/sound.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace probity::matching {
namespace {

struct Rule {
  absl::string_view spelling;
  char sound;
};

// Longest first for each beginning.
constexpr Rule kRules[] = {
    {"schtsch", 'S'}, {"shch", 'S'}, {"tsch", 'C'}, {"dsch", 'j'}, {"sch", 'S'}, {"tch", 'C'},
    {"dge", 'j'},     {"ght", 't'},  {"dzh", 'j'},  {"sh", 'S'},   {"ch", 'C'},  {"zh", 'Z'},
    {"kh", 'X'},      {"th", 'T'},   {"ph", 'f'},   {"gh", 'g'},   {"dh", 'd'},  {"ck", 'k'},
    {"cz", 'C'},      {"sz", 'S'},   {"dj", 'j'},   {"td", 't'},   {"ts", 'W'},  {"tz", 'W'},
    {"ou", 'u'},      {"oo", 'u'},   {"ee", 'i'},   {"ue", 'u'},   {"oe", 'o'},  {"ae", 'a'},
    {"eu", 'u'},      {"eo", 'o'},   {"aa", 'a'},   {"ij", 'i'},   {"iy", 'i'},  {"yi", 'i'},
    {"w", 'v'},       {"y", 'i'}};

// Where a letter of ASCII stands in a table.
size_t At(char c) { return static_cast<unsigned char>(c) & 0x7F; }

// The rules by their first letter, in order, at most seven each.
struct RuleIndex {
  std::array<std::array<const Rule*, 8>, 128> by_first{};  // nullptr ends each
};

RuleIndex MakeRuleIndex() {
  RuleIndex index;
  for (const Rule& rule : kRules) {
    auto& rules = index.by_first[At(rule.spelling[0])];
    *std::find(rules.begin(), rules.end() - 1, nullptr) = &rule;
  }
  return index;
}

// The longest rule that `word` begins with; nullptr if none.
const Rule* RuleFor(absl::string_view word) {
  static const RuleIndex index = MakeRuleIndex();
  for (const Rule* rule : index.by_first[At(word[0])]) {
    if (rule == nullptr) return nullptr;
    if (word.substr(0, rule->spelling.size()) == rule->spelling) return rule;
  }
  return nullptr;
}

bool IsVowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }

struct Confusion {
  char a;
  char b;
  uint8_t letters;    // cost between two alphabets
  uint8_t syllables;  // cost where one side only resembles the other
};

constexpr Confusion kConfusions[] = {
    {'j', 'i', 25, 25}, {'j', 'Z', 30, 20},  {'j', 'h', 60, 60}, {'j', 'g', 40, 40},
    {'j', 'C', 50, 30}, {'j', 'z', 60, 20},  {'j', 'd', 70, 50}, {'v', 'f', 40, 30},
    {'v', 'u', 35, 20}, {'v', 'b', 50, 20},  {'b', 'p', 60, 20}, {'p', 'f', 70, 30},
    {'f', 'h', 90, 20}, {'X', 'h', 20, 15},  {'X', 'k', 30, 20}, {'X', 'c', 40, 20},
    {'X', 'g', 50, 30}, {'g', 'h', 50, 50},  {'g', 'k', 55, 20}, {'g', 'q', 30, 20},
    {'q', 'k', 10, 10}, {'q', 'X', 30, 20},  {'q', 'C', 50, 50}, {'c', 'k', 15, 15},
    {'c', 's', 30, 30}, {'c', 'C', 30, 30},  {'c', 'z', 40, 40}, {'c', 'W', 25, 25},
    {'c', 'q', 30, 30}, {'s', 'z', 40, 15},  {'s', 'S', 30, 20}, {'s', 'W', 40, 30},
    {'s', 'C', 60, 40}, {'s', 'T', 60, 20},  {'z', 'W', 30, 20}, {'z', 'Z', 30, 20},
    {'z', 'd', 80, 40}, {'z', 'T', 70, 30},  {'C', 'S', 40, 30}, {'C', 'k', 50, 40},
    {'C', 'X', 30, 30}, {'C', 'h', 50, 30},  {'C', 'W', 40, 30}, {'C', 't', 70, 40},
    {'Z', 'S', 50, 30}, {'T', 't', 20, 15},  {'t', 'd', 60, 20}, {'W', 't', 60, 40},
    {'W', 'C', 40, 30}, {'l', 'r', 90, 20},  {'n', 'm', 70, 40}, {'n', 'r', 100, 60},
    {'o', 'v', 70, 20}, {'n', 'l', 100, 60}, {'u', 'o', 35, 20}, {'a', 'e', 40, 30},
    {'i', 'e', 40, 30}, {'a', 'o', 50, 30},  {'i', 'u', 60, 40}, {'b', 'f', 90, 30},
    {'T', 'd', 50, 25}, {'v', 'g', 90, 60}};

constexpr int kOtherVowel = 55;

struct Costs {
  std::array<std::array<uint8_t, 128>, 128> replace;
  std::array<uint8_t, 128> drop;
};

int VowelCost(Reading reading) {
  if (reading == Reading::kAbjad) return 12;
  return reading == Reading::kSyllables ? 20 : 60;
}

Costs MakeCosts(Reading reading) {
  Costs costs;
  for (auto& row : costs.replace) row.fill(kEdit);
  costs.drop.fill(kEdit);
  constexpr absl::string_view kVowels = "aeiou";
  const int vowel = VowelCost(reading);
  // Syllables say which vowel it is, though not whether the foreign word has it.
  const int most = reading == Reading::kAbjad ? 2 * vowel : kOtherVowel;
  for (char a : kVowels) {
    costs.drop[At(a)] = static_cast<uint8_t>(vowel);
    for (char b : kVowels) {
      costs.replace[At(a)][At(b)] = static_cast<uint8_t>(std::min(kOtherVowel, most));
    }
  }
  costs.drop['h'] = reading == Reading::kLetters ? 45 : 30;
  // "Holmes" is "homuzu": what ends a syllable gets lost.
  if (reading == Reading::kSyllables) costs.drop['r'] = costs.drop['l'] = 30;
  for (const Confusion& confusion : kConfusions) {
    int cost = reading == Reading::kLetters ? confusion.letters : confusion.syllables;
    if (IsVowel(confusion.a) && IsVowel(confusion.b)) cost = std::min(cost, most);
    costs.replace[At(confusion.a)][At(confusion.b)] = static_cast<uint8_t>(cost);
    costs.replace[At(confusion.b)][At(confusion.a)] = static_cast<uint8_t>(cost);
  }
  for (size_t c = 0; c < 128; ++c) costs.replace[c][c] = 0;
  return costs;
}

const Costs& CostsOf(Reading reading) {
  static const std::array<Costs, 3> all = {
      MakeCosts(Reading::kLetters), MakeCosts(Reading::kSyllables), MakeCosts(Reading::kAbjad)};
  return all[static_cast<size_t>(reading)];
}

// What two words must lack for this similarity of the longer one.
int LimitFor(int longer, int similarity) { return longer * (1000 - similarity) / 1000; }

void StripCommonEnds(absl::string_view* a, absl::string_view* b) {
  while (!a->empty() && !b->empty() && a->front() == b->front()) {
    a->remove_prefix(1);
    b->remove_prefix(1);
  }
  while (!a->empty() && !b->empty() && a->back() == b->back()) {
    a->remove_suffix(1);
    b->remove_suffix(1);
  }
}

}  // namespace

std::string SoundsOf(absl::string_view word, size_t most) {
  std::string out;
  while (!word.empty() && out.size() < most) {
    const Rule* rule = RuleFor(word);
    const char sound = rule == nullptr ? word[0] : rule->sound;
    const size_t used = rule == nullptr ? 1 : rule->spelling.size();
    word.remove_prefix(used);
    if (sound == 'x') {
      out += "ks";
    } else if (out.empty() || out.back() != sound || (sound >= '0' && sound <= '9')) {
      out.push_back(sound);
    }
  }
  return out;
}

int SoundDistance(absl::string_view a, absl::string_view b, Reading reading, int limit) {
  a = a.substr(0, kMaxSounds);
  b = b.substr(0, kMaxSounds);
  const Costs& costs = CostsOf(reading);
  std::array<std::array<int, kMaxSounds + 1>, 3> rows;
  rows[0][0] = 0;
  for (size_t j = 1; j <= b.size(); ++j) rows[0][j] = rows[0][j - 1] + costs.drop[At(b[j - 1])];
  for (size_t i = 1; i <= a.size(); ++i) {
    auto& now = rows[i % 3];
    const auto& above = rows[(i + 2) % 3];
    const auto& two_above = rows[(i + 1) % 3];
    const auto& replace = costs.replace[At(a[i - 1])];
    const int drop = costs.drop[At(a[i - 1])];
    now[0] = above[0] + drop;
    int best = now[0];
    for (size_t j = 1; j <= b.size(); ++j) {
      int cost = above[j - 1] + replace[At(b[j - 1])];
      cost = std::min({cost, above[j] + drop, now[j - 1] + costs.drop[At(b[j - 1])]});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost = std::min(cost, two_above[j - 2] + kEdit * 4 / 5);
      }
      now[j] = cost;
      best = std::min(best, cost);
    }
    // A swap can come from two rows above, but costs less than an edit more.
    if (best > limit + kEdit) return limit + 1;
  }
  return rows[a.size() % 3][b.size()];
}

int SoundLength(absl::string_view sounds, Reading reading) {
  const Costs& costs = CostsOf(reading);
  int length = 0;
  for (char c : sounds) length += costs.drop[At(c)];
  return length;
}

int SoundSimilarity(absl::string_view a, absl::string_view b, Reading reading, int at_least) {
  if (a == b) return 1000;
  const int left = SoundLength(a, reading);
  const int right = SoundLength(b, reading);
  const int longer = std::max(left, right);
  if (longer == 0) return 0;
  const int limit = LimitFor(longer, at_least);
  if (longer - std::min(left, right) > limit) return 0;
  const int distance = SoundDistance(a, b, reading, limit);
  return distance > limit ? 0 : 1000 - distance * 1000 / longer;
}

Reading ReadingOfPair(Reading a, Reading b) { return a == b ? Reading::kLetters : std::max(a, b); }

bool MayBeAlike(absl::string_view a, absl::string_view b, Reading reading, int at_least) {
  // By so much an alignment of letters can be cheaper that does not match the
  // common ends: "hX" and "h" where the first "h" is dropped and the "X" read so.
  constexpr int kSlack = 2 * 35;
  const int left = SoundLength(a, reading), right = SoundLength(b, reading);
  const int limit = LimitFor(std::max(left, right), at_least);
  if (std::abs(left - right) > limit) return false;
  if (reading != Reading::kLetters) return SoundDistance(a, b, reading, limit) <= limit;
  StripCommonEnds(&a, &b);
  return SoundDistance(a, b, reading, limit + kSlack) <= limit + kSlack;
}

}  // namespace probity::matching
