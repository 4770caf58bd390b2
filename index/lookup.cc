#include "index/lookup.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/types/span.h"
#include "index/keys.h"
#include "index/name_keys.h"
#include "matching/params.h"
#include "matching/sound.h"
#include "matching/word_similarity.h"

namespace probity::index {
namespace {

using matching::Token;

constexpr size_t kAhead = 6;          // words fetched before they are looked at
constexpr size_t kNamesFetched = 32;  // names fetched, likewise

// The keys by which names have what is asked for.
void AskNameKeys(const WholeKey& key, std::vector<KeyHash>* out) {
  switch (key.kind) {
    case WholeKey::kAcronymOfName:
      return out->push_back(AcronymKey(key.text));
    case WholeKey::kJoined:
      return out->push_back(JoinedKey(key.text));
    case WholeKey::kSpaced:
      if (const auto spaced = SpacedKey(key.text)) out->push_back(*spaced);
      [[fallthrough]];
    case WholeKey::kHyphened:
      if (const auto hyphened = HyphenedKey(key.text)) out->push_back(*hyphened);
      return;
    case WholeKey::kBeginnings:
      return AskBeginningKeys(key.text, out);
    case WholeKey::kAcronymOfQuery:
      return;
  }
}

// Acronyms and keys of all sounds say what a name has: one that meets another's hash by
// chance is rare, and found out when names are compared. Others say little.
bool MustBeLookedAt(const WholeKey& key) {
  return key.kind != WholeKey::kAcronymOfName && key.kind != WholeKey::kJoined;
}

}  // namespace

bool Before(const NameList& a, const NameList& b) {
  if (a.value() != b.value()) return a.value() > b.value();
  return std::tie(a.cover, a.similarity, a.candidate, a.use) <
         std::tie(b.cover, b.similarity, b.candidate, b.use);
}

const std::vector<NameList>& Lookup::ListsOf(const SegmentTables& tables) {
  tables_ = &tables;
  lists_.clear();
  own_.clear();
  for (const Unit& unit : plan_.units) AddUnit(unit);
  for (const WholeKey& key : plan_.whole) AddWhole(key);
  std::sort(lists_.begin(), lists_.end(), Before);
  return lists_;
}

void Lookup::AddUnit(const Unit& unit) {
  AddConcept(unit);
  CollectWords(unit);
  size_t alike = 0;
  for (size_t i = 0; i < words_.size(); ++i) {
    if (i + kAhead < words_.size()) tables_->PrefetchWord(words_[i + kAhead]);
    if (!MayBeLike(unit, words_[i])) continue;
    tables_->PrefetchNamesOfWord(words_[i]);
    words_[alike++] = words_[i];
  }
  words_.resize(alike);
  for (uint32_t word : words_) AddWord(unit, word);
}

// Sorts out most of what shares a key by chance, before it is decoded.
bool Lookup::MayBeLike(const Unit& unit, uint32_t word) const {
  const WordHead head = tables_->HeadOf(word);
  if (head.text.empty()) return false;  // torn
  const matching::Reading reading = matching::ReadingOfPair(unit.reading, head.reading);
  const int least = matching::LeastSoundFor(LeastLink(plan_.kind, unit), plan_.kind, reading);
  if (unit.count > 1) return matching::MayBeAlike(unit.sounds, head.sounds, reading, least);
  const Token& asked = *unit.first;
  if (absl::StartsWith(head.text, asked.text) || absl::StartsWith(asked.text, head.text)) {
    return true;
  }
  if (asked.concept_id != 0 && head.concept_id != 0) return asked.concept_id == head.concept_id;
  if (head.text[0] == asked.text[0] && ShortBeginning(asked).size() == 1) return true;
  if (head.native && !asked.native.empty()) return true;  // judged by their characters
  if (matching::MayBeAlike(asked.sounds, head.sounds, reading, least)) return true;
  return asked.text != asked.sounds && reading == matching::Reading::kLetters &&
         matching::MayBeAlike(asked.text, head.text, reading, least);
}

void Lookup::AddConcept(const Unit& unit) {
  const uint16_t concept_id = unit.count == 1 ? unit.first->concept_id : 0;
  if (concept_id == 0) return;
  const bool given = unit.first->cls == matching::TokenClass::kGiven;
  NameList list{PostingCursor(tables_->NamesOfConcept(concept_id)),
                unit.cover,
                unit.weight,
                unit.weight,
                matching::kFullSimilarity,
                unit.essential ? Use::kMayFind : Use::kCounts,
                concept_id};
  if (given) list.similarity = static_cast<uint16_t>(matching::kParams.given_variant);
  if (!list.names.done()) lists_.push_back(list);
}

// Words that share a key with the unit, rising, each once.
void Lookup::CollectWords(const Unit& unit) {
  words_.clear();
  for (KeyHash key : unit.keys) tables_->word_keys.Prefetch(key);
  for (KeyHash key : unit.keys) {
    tables_->word_keys.ForEach(key, [this](uint32_t word) { words_.push_back(word); });
  }
  if (unit.count == 1) CollectAbbreviated(*unit.first);
  std::sort(words_.begin(), words_.end());
  words_.erase(std::unique(words_.begin(), words_.end()), words_.end());
  for (uint32_t word : words_) tables_->words.Prefetch(word);
}

// The common words that `word` may be short for.
void Lookup::CollectAbbreviated(const Token& word) {
  const absl::string_view begin = ShortBeginning(word);
  if (begin.empty()) return;
  const Array<uint32_t>& common = tables_->common_words;
  uint32_t low = 0, high = common.size();
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (tables_->TextOf(common[middle]) < begin) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  for (; low < common.size(); ++low) {
    if (tables_->TextOf(common[low]).substr(0, begin.size()) != begin) return;
    words_.push_back(common[low]);
    budget_->Spend(kWordCost / 10);
  }
}

void Lookup::AddWord(const Unit& unit, uint32_t word) {
  if (!budget_->Spend(kWordCost) || !tables_->DecodeWord(word, &token_)) return;
  const uint16_t concept_id = unit.count == 1 ? unit.first->concept_id : 0;
  // Its names stand in the list of the meaning.
  if (concept_id != 0 && concept_id == token_.concept_id) return;
  const matching::WordMatch match = LinkOf(unit, token_, plan_.kind);
  if (match.similarity == 0) return;
  const bool initial = match.feature == matching::Feature::kInitial;
  lists_.push_back({PostingCursor(tables_->NamesOfWord(word)), unit.cover, unit.weight,
                    token_.weight, static_cast<uint16_t>(match.similarity),
                    unit.essential && !initial ? Use::kMayFind : Use::kCounts, 0, word});
}

void Lookup::AddWhole(const WholeKey& key) {
  if (key.kind == WholeKey::kAcronymOfQuery) return AddAcronymWords(key);
  keys_.clear();
  AskNameKeys(key, &keys_);
  for (KeyHash hash : keys_) tables_->name_keys.Prefetch(hash);
  names_.clear();
  for (KeyHash hash : keys_) {
    tables_->name_keys.ForEach(hash, [this](uint32_t name) {
      if (budget_->Spend(kNameCost * 5)) names_.push_back(name);
    });
  }
  std::sort(names_.begin(), names_.end());
  names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
  if (MustBeLookedAt(key)) KeepThoseWith(key);
  if (names_.empty()) return;
  own_.emplace_back();
  AppendPostings(names_.data(), names_.size(), &own_.back());
  // Which words of the name it stands for is not known: at most all.
  lists_.push_back(
      {PostingCursor(own_.back()), key.cover, key.weight, kWholeName, key.similarity, Use::kFinds});
}

// Stored words that are the acronym of the whole query.
void Lookup::AddAcronymWords(const WholeKey& key) {
  tables_->word_keys.ForEach(TextKey(key.text), [&](uint32_t word) {
    budget_->Spend(kWordCost);
    if (!tables_->DecodeWord(word, &token_)) return;
    if (token_.text != key.text || !MayBeAcronym(token_)) return;
    lists_.push_back({PostingCursor(tables_->NamesOfWord(word)), key.cover, key.weight,
                      token_.weight, key.similarity, Use::kFinds, 0, word});
  });
}

// Names are fetched many at a time: their words stand anywhere.
void Lookup::KeepThoseWith(const WholeKey& key) {
  size_t kept = 0;
  for (size_t begin = 0; begin < names_.size(); begin += kNamesFetched) {
    const size_t end = std::min(names_.size(), begin + kNamesFetched);
    tables_->PrefetchNames(absl::MakeConstSpan(names_).subspan(begin, end - begin));
    for (size_t i = begin; i < end; ++i) {
      if (Has(names_[i], key)) names_[kept++] = names_[i];
    }
  }
  names_.resize(kept);
}

bool Lookup::Has(uint32_t name, const WholeKey& key) {
  tables_->DecodeName(tables_->ReadStoredName(name), &name_);
  if (key.kind == WholeKey::kBeginnings) return HasBeginnings(name_, key.text);
  return !FindPair(name_, key.text, key.kind == WholeKey::kSpaced).empty();
}

}  // namespace probity::index
