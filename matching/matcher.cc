#include "matching/matcher.h"

#include <unicode/uvernum.h>

#include <cstring>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "base/hash.h"
#include "base/tables.h"
#include "matching/normalizer.h"
#include "matching/params.h"

namespace probity::matching {
namespace {

// Parameters are plain ints, so their bytes, widened, are their value.
std::string ParamText() {
  static_assert(std::is_trivially_copyable_v<Params> && sizeof(Params) % sizeof(int) == 0, "");
  std::string text;
  int values[sizeof(Params) / sizeof(int)];
  std::memcpy(values, &kParams, sizeof(Params));
  for (int value : values) absl::StrAppend(&text, value, ",");
  return text;
}

}  // namespace

Matcher::Matcher(Tables tables) : tables_(std::move(tables)) {
  const std::string all =
      absl::StrCat(kCodeVersion, "/", ParamText(), "/", tables_.digest(), "/", U_ICU_VERSION);
  version_ = absl::StrCat("names/", kCodeVersion, " ", ToHex(Sha256(all)).substr(0, 12));
}

absl::StatusOr<Matcher> Matcher::FromTexts(const TableTexts& texts) {
  absl::StatusOr<Tables> tables = Tables::FromTexts(texts);
  if (!tables.ok()) return tables.status();
  return Matcher(*std::move(tables));
}

absl::StatusOr<Matcher> Matcher::Load(const std::string& data_dir, const std::string& rarity_file) {
  TableTexts texts;
  const std::pair<std::string, std::string*> files[] = {
      {data_dir + "/legal_forms.csv", &texts.legal_forms},
      {data_dir + "/name_words.csv", &texts.name_words},
      {data_dir + "/given_names.csv", &texts.given_names},
      {rarity_file.empty() ? data_dir + "/word_rarity.csv" : rarity_file, &texts.word_rarity}};
  for (const auto& [file, text] : files) {
    absl::StatusOr<std::string> read = ReadFile(file);
    if (!read.ok()) return read.status();
    *text = *std::move(read);
  }
  return FromTexts(texts);
}

NormalizedName Matcher::Normalize(absl::string_view name, Kind kind) const {
  return matching::Normalize(tables_, name, kind);
}

int Matcher::Score(const NormalizedName& query, const NormalizedName& candidate) const {
  return matching::Score(tables_, query, candidate);
}

int Matcher::Explain(const NormalizedName& query, const NormalizedName& candidate,
                     std::vector<Row>* rows) const {
  return matching::Explain(tables_, query, candidate, rows);
}

}  // namespace probity::matching
