#include "matching/learn_rarity.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "base/hash.h"

namespace probity::matching {
namespace {

constexpr int64_t kFewest = 4;  // companies; rarer words have the full weight

// The spelling by which the tables are asked for the weight; empty: of no
// interest. Given names in firms' names are rare there, and carry them.
absl::string_view RarityKey(const Tables& tables, const Token& token) {
  switch (token.cls) {
    case TokenClass::kBusiness:
      return tables.ConceptName(token.concept_id);
    case TokenClass::kWord:
      return token.concept_id == 0 && token.text.size() > 1 ? token.text : absl::string_view();
    default:
      return {};
  }
}

// 100 is what a word of three companies would have.
int WeightOf(int64_t count, int64_t companies) {
  const double all = static_cast<double>(companies);
  const double share =
      std::log(all / static_cast<double>(count)) / std::log(all / static_cast<double>(kFewest - 1));
  return std::clamp(static_cast<int>(std::lround(100 * share)), 1, 99);
}

}  // namespace

void RarityLearner::Add(const std::vector<std::string>& names, Kind kind) {
  if (kind == Kind::kPerson) return;
  bool is_company = false;
  absl::flat_hash_set<std::string> words;
  for (const std::string& name : names) {
    const NormalizedName normalized = matcher_.Normalize(name, kind);
    if (normalized.tokens.empty() || normalized.kind == Kind::kPerson) continue;
    is_company = true;
    for (const Token& token : normalized.tokens) {
      const absl::string_view key = RarityKey(matcher_.tables(), token);
      if (!key.empty()) words.emplace(key);
    }
  }
  companies_ += is_company ? 1 : 0;
  for (const std::string& word : words) ++counts_[word];
}

absl::StatusOr<std::string> RarityLearner::Table() const {
  if (companies_ < kFewestCompanies) {
    return absl::FailedPreconditionError(absl::StrCat(
        "names of ", companies_, " companies are too few to learn the rarity of words from: ",
        kFewestCompanies, " and more are needed"));
  }
  std::vector<std::pair<int64_t, absl::string_view>> kept;
  for (const auto& [word, count] : counts_) {
    if (count >= kFewest) kept.emplace_back(-count, word);
  }
  std::sort(kept.begin(), kept.end());
  if (kept.size() > kMaxWords) kept.resize(kMaxWords);
  std::sort(kept.begin(), kept.end(),
            [](const auto& a, const auto& b) { return a.second < b.second; });
  std::string rows = "word,weight\n";
  for (const auto& [count, word] : kept) {
    absl::StrAppend(&rows, word, ",", WeightOf(-count, companies_), "\n");
  }
  return absl::StrCat("# Weight of words in names of companies, 1 (says nothing) to 99; words not ",
                      "listed have 100.\n# Learned from ", companies_, " companies by matcher ",
                      matcher_.version(), "; rows ", ToHex(Sha256(rows)).substr(0, 12), ".\n",
                      rows);
}

}  // namespace probity::matching
