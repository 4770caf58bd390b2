#include <algorithm>

#include "absl/strings/match.h"
#include "index/keys.h"
#include "index/name_keys.h"
#include "index/plan.h"
#include "index/search.h"
#include "matching/word_similarity.h"

namespace probity::index {
namespace {

using matching::Feature;
using matching::NormalizedName;
using matching::Token;

std::string TextOf(const Unit& unit) {
  std::string text;
  for (int i = 0; i < unit.count; ++i) {
    if (i > 0) text += ' ';
    text += unit.first[i].text;
  }
  return text;
}

bool Meet(const Unit& unit, const Token& stored) {
  if (unit.count == 1 && unit.first->concept_id != 0 &&
      unit.first->concept_id == stored.concept_id) {
    return true;
  }
  std::vector<KeyHash> keys;
  AppendWordKeys(stored, &keys);
  return std::any_of(keys.begin(), keys.end(), [&](KeyHash key) {
    return std::find(unit.keys.begin(), unit.keys.end(), key) != unit.keys.end();
  });
}

class Keys {
 public:
  Keys(const NormalizedName& query, const NormalizedName& stored)
      : plan_(MakePlan(query, kTailScore)), stored_(stored) {}

  std::vector<SharedKey> Find() {
    for (const Unit& unit : plan_.units) {
      for (const Token& token : stored_.tokens) AddWord(unit, token);
    }
    for (const WholeKey& key : plan_.whole) AddWhole(key);
    if (!essential_) out_.clear();
    return std::move(out_);
  }

 private:
  void Add(Feature feature, std::string query, std::string stored, bool essential) {
    out_.push_back(
        {std::string(matching::FeatureName(feature)), std::move(query), std::move(stored)});
    essential_ |= essential;
  }

  void AddWord(const Unit& unit, const Token& token) {
    const matching::WordMatch match = LinkOf(unit, token, plan_.kind);
    if (match.similarity == 0 || !(Meet(unit, token) || MeetsAsShort(unit, token))) return;
    Add(match.feature, TextOf(unit), token.text,
        unit.essential && match.feature != Feature::kInitial);
  }

  static bool MeetsAsShort(const Unit& unit, const Token& token) {
    if (unit.count != 1 || !IsCommon(token.text, token.weight)) return false;
    const absl::string_view begin = ShortBeginning(*unit.first);
    return !begin.empty() && absl::StartsWith(token.text, begin);
  }

  void AddWhole(const WholeKey& key) {
    if (key.kind == WholeKey::kJoined) {
      if (HasJoined(stored_, key.text)) Add(Feature::kJoinedWords, key.text, key.text, true);
    } else if (key.kind == WholeKey::kHyphened || key.kind == WholeKey::kSpaced) {
      const std::string pair = FindPair(stored_, key.text, key.kind == WholeKey::kSpaced);
      if (!pair.empty()) Add(Feature::kJoinedWords, key.text, pair, true);
    } else if (key.kind == WholeKey::kBeginnings) {
      if (HasBeginnings(stored_, key.text)) Add(Feature::kAcronym, key.text, key.text, true);
    } else if (key.kind == WholeKey::kAcronymOfName) {
      const std::vector<std::string> acronyms = AcronymsOf(stored_);
      if (std::find(acronyms.begin(), acronyms.end(), key.text) != acronyms.end()) {
        Add(Feature::kAcronym, key.text, key.text, true);
      }
    } else {
      for (const Token& token : stored_.tokens) {
        if (token.text == key.text && MayBeAcronym(token)) {
          Add(Feature::kAcronym, key.text, token.text, true);
        }
      }
    }
  }

  const Plan plan_;
  const NormalizedName& stored_;
  std::vector<SharedKey> out_;
  bool essential_ = false;
};

}  // namespace

std::vector<SharedKey> SharedKeys(const matching::Matcher& matcher, const NormalizedName& query,
                                  const NormalizedName& stored) {
  return Keys(query, stored).Find();
}

}  // namespace probity::index
