#include "index/plan.h"

#include <algorithm>
#include <numeric>

#include "index/estimate.h"
#include "index/keys.h"
#include "index/name_keys.h"

namespace probity::index {
namespace {

using matching::Kind;
using matching::NormalizedName;
using matching::Token;
using matching::TokenClass;

constexpr uint16_t kJoinedSimilarity = 990, kPairSimilarity = 850;

bool SameWord(const Token& a, const Token& b) { return a.text == b.text && a.native == b.native; }

bool IsInitial(const Token& token) {
  return token.text.size() == 1 && token.cls != TokenClass::kNumber;
}

uint16_t AcronymSimilarity(size_t letters) {
  const matching::Params& p = matching::kParams;
  const int value = letters >= 5   ? p.acronym_whole
                    : letters == 4 ? p.acronym_four
                                   : p.acronym_three;
  return static_cast<uint16_t>(value);
}

// What the tables know has other spellings there already.
int EditsFor(const Token& word) { return word.concept_id != 0 ? 1 : kMaxEdits; }

void AppendQueryKeys(const Token& word, std::vector<KeyHash>* out) {
  out->push_back(TextKey(word.text));
  if (word.cls == TokenClass::kNumber || IsInitial(word)) return;
  AppendNativePartKeys(word.native, out);
  AppendSoundKeys(word.sounds, EditsFor(word), out);
  AppendLetterKeys(word, out);
  AskSkeletonKeys(word.sounds, false, out);
  if (!IsAlphabet(word.reading)) AskSkeletonKeys(word.sounds, true, out);
  // Stored in short: "tech" of "technology", "j" of "john".
  constexpr size_t kShortestPrefix = 4;
  for (size_t size = kShortestPrefix; size < word.text.size(); ++size) {
    out->push_back(TextKey(absl::string_view(word.text).substr(0, size)));
  }
  out->push_back(TextKey(absl::string_view(word.text).substr(0, 1)));
}

class Planner {
 public:
  explicit Planner(const NormalizedName& name) : name_(name), bits_(name.tokens.size()) {
    plan_.kind = name.kind;
  }

  Plan Make(int floor) {
    ChooseWords();
    AddWords(floor);
    AddJoined();
    AddAcronyms();
    return std::move(plan_);
  }

 private:
  // Each word once, and the heaviest only.
  void ChooseWords() {
    std::vector<size_t> order;
    for (size_t i = 0; i < name_.tokens.size(); ++i) {
      const auto same = std::find_if(order.begin(), order.end(), [&](size_t j) {
        return SameWord(name_.tokens[i], name_.tokens[j]);
      });
      if (same == order.end()) order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(), [this](size_t a, size_t b) {
      return name_.tokens[a].weight > name_.tokens[b].weight;
    });
    if (order.size() > kMaxUnits) order.resize(kMaxUnits);
    chosen_ = order;
    for (size_t bit = 0; bit < order.size(); ++bit) {
      const Token& token = name_.tokens[order[bit]];
      bits_[order[bit]] = uint32_t{1} << bit;
      plan_.bit_weights.push_back(token.weight);
      plan_.bit_letters.push_back(token.text[0]);
      plan_.weight += token.weight;
    }
  }

  void AddWords(int floor) {
    // A query of letters alone has nothing better than them.
    const bool only_letters = std::all_of(name_.tokens.begin(), name_.tokens.end(), IsInitial);
    for (size_t i : chosen_) {
      const Token& token = name_.tokens[i];
      Unit unit = MakeUnit(i, 1);
      AppendQueryKeys(token, &unit.keys);
      if (IsInitial(token) && plan_.kind != Kind::kCompany && !only_letters) {
        plan_.initials |= unit.cover;
        unit.essential = false;
      }
      plan_.units.push_back(std::move(unit));
    }
    MarkTail(floor);
  }

  // The lightest words that together cannot reach `floor` find no names.
  void MarkTail(int floor) {
    Agreement tail;
    for (size_t i = plan_.units.size(); i-- > 1;) {
      Unit& unit = plan_.units[i];
      tail.Link(unit.cover, unit.weight, unit.weight, matching::kFullSimilarity);
      const bool person = plan_.kind != Kind::kCompany;
      const int best =
          std::max(Estimate(tail, plan_.weight, tail.candidate, false).score(),
                   person ? Estimate(tail, plan_.weight, tail.candidate, true).score() : 0);
      if (best >= floor) return;
      unit.essential = false;
    }
  }

  Unit MakeUnit(size_t first, int count) const {
    Unit unit;
    unit.first = &name_.tokens[first];
    unit.count = count;
    for (size_t i = first; i < first + static_cast<size_t>(count); ++i) {
      unit.cover |= bits_[i];
      unit.weight = static_cast<uint16_t>(unit.weight + name_.tokens[i].weight);
      unit.reading = std::max(unit.reading, name_.tokens[i].reading);
    }
    return unit;
  }

  void AddJoined() {
    constexpr size_t kMostJoined = 16;  // beyond, names are lists of names
    const size_t words = name_.tokens.size();
    for (size_t i = 0; i < std::min(words, kMostJoined); ++i) {
      for (size_t count = 1; count <= 3 && i + count <= words; ++count) Join(i, count);
    }
    if (words > 3) Join(0, words);
  }

  // Neighbours as one word, and names in which the same sounds are cut elsewhere.
  void Join(size_t first, size_t count) {
    Unit unit = MakeUnit(first, static_cast<int>(count));
    unit.sounds = JoinedSounds(absl::MakeConstSpan(name_.tokens).subspan(first, count));
    if (unit.cover == 0 || unit.sounds.empty()) return;
    plan_.whole.push_back(
        {WholeKey::kJoined, unit.sounds, unit.cover, unit.weight, kJoinedSimilarity});
    if (count == 1) {
      const auto kind = IsAlphabet(unit.first->reading) ? WholeKey::kHyphened : WholeKey::kSpaced;
      plan_.whole.push_back({kind, unit.sounds, unit.cover, unit.weight, kPairSimilarity});
    }
    if (count == 1 || count > 3 || unit.sounds.size() > matching::kMaxWords) return;
    AppendSoundKeys(unit.sounds, 1, &unit.keys);
    AskSkeletonKeys(unit.sounds, false, &unit.keys);
    plan_.units.push_back(std::move(unit));
  }

  void AddAcronyms() {
    if (plan_.kind == Kind::kPerson) return;
    for (size_t i : chosen_) {
      const Token& token = name_.tokens[i];
      if (MayBeBeginnings(token)) {
        plan_.whole.push_back(
            {WholeKey::kBeginnings, token.text, bits_[i], token.weight, kPairSimilarity});
      }
      if (!MayBeAcronym(token)) continue;
      plan_.whole.push_back({WholeKey::kAcronymOfName, token.text, bits_[i], token.weight,
                             AcronymSimilarity(token.text.size())});
    }
    for (std::string& letters : AcronymsOf(name_)) {
      const uint16_t similarity = AcronymSimilarity(letters.size());
      plan_.whole.push_back({WholeKey::kAcronymOfQuery, std::move(letters), ~uint32_t{0},
                             static_cast<uint16_t>(plan_.weight), similarity});
    }
  }

  const NormalizedName& name_;
  std::vector<uint32_t> bits_;  // by word; 0: it does not count
  std::vector<size_t> chosen_;  // heaviest first
  Plan plan_;
};

}  // namespace

matching::WordMatch LinkOf(const Unit& unit, const Token& stored, Kind kind) {
  const bool alone = unit.count == 1;
  matching::WordMatch match =
      alone ? matching::CompareWords(*unit.first, stored, kind, LeastLink(kind, unit))
            : matching::CompareJoined(unit.first, unit.count, stored);
  if (match.similarity == 0 && alone) {
    match = {NativePart(*unit.first, stored), matching::Feature::kJoinedWords};
  }
  return match.similarity < LeastLink(kind, unit) ? matching::WordMatch() : match;
}

Plan MakePlan(const NormalizedName& name, int floor) { return Planner(name).Make(floor); }

}  // namespace probity::index
