#include "screening/print/catalogue.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/tables.h"

namespace probity::screening {
namespace {

constexpr absl::string_view kLanguages[] = {"en", "fr", "de", "it", "ru", "es"};

// Names between braces, sorted.
std::multiset<std::string> PlaceholdersOf(absl::string_view text) {
  std::multiset<std::string> found;
  size_t open = text.find('{');
  while (open != absl::string_view::npos) {
    const size_t close = text.find('}', open);
    if (close == absl::string_view::npos) break;
    found.emplace(text.substr(open + 1, close - open - 1));
    open = text.find('{', close);
  }
  return found;
}

absl::Status Fault(const std::string& language, const std::string& key, absl::string_view problem) {
  return absl::InvalidArgumentError(absl::StrCat("texts/", language, ".csv: ", key, ": ", problem));
}

// The rows of a file with the columns asked for.
absl::StatusOr<std::vector<TableRow>> RowsOf(const std::string& file, absl::string_view csv,
                                             const std::vector<std::string>& columns) {
  auto rows = ParseTable(csv);
  if (!rows.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(file, ": ", rows.status().message()));
  }
  for (const std::string& column : columns) {
    if (!rows->empty() && rows->front().find(column) == rows->front().end()) {
      return absl::InvalidArgumentError(absl::StrCat(file, ": no column ", column));
    }
  }
  return rows;
}

// A number that no line break divides.
std::string Unbroken(absl::string_view phone) {
  return absl::StrReplaceAll(phone, {{" ", "\u00A0"}});
}

template <typename Texts>
absl::Status CheckAlike(const std::string& language, const Texts& texts, const Texts& english) {
  for (const auto& [key, text] : english) {
    const auto found = texts.find(key);
    if (found == texts.end()) return Fault(language, key, "is missing");
    if (PlaceholdersOf(found->second) != PlaceholdersOf(text)) {
      return Fault(language, key, "has other placeholders than in English");
    }
  }
  for (const auto& [key, text] : texts) {
    if (english.find(key) == english.end()) return Fault(language, key, "is not in English");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<TextCatalogue> TextCatalogue::FromCsv(
    const std::map<std::string, std::string>& texts, absl::string_view contacts) {
  TextCatalogue catalogue;
  for (const auto& [language, csv] : texts) {
    auto rows = RowsOf(absl::StrCat("texts/", language, ".csv"), csv, {"key", "text"});
    if (!rows.ok()) return rows.status();
    for (TableRow& row : *rows) {
      if (row["text"].empty()) return Fault(language, row["key"], "has no text");
      if (!catalogue.texts_[language].emplace(row["key"], row["text"]).second) {
        return Fault(language, row["key"], "stands there twice");
      }
    }
  }
  const auto english = catalogue.texts_.find("en");
  if (english == catalogue.texts_.end()) return Fault("en", "all", "no English texts");
  for (const auto& [language, known] : catalogue.texts_) {
    absl::Status alike = CheckAlike(language, known, english->second);
    if (!alike.ok()) return alike;
  }
  auto rows = RowsOf("referral_contacts.csv", contacts, {"country", "name", "phone", "url"});
  if (!rows.ok()) return rows.status();
  for (TableRow& row : *rows) {
    const char* between = row["phone"].empty() || row["url"].empty() ? "" : ", ";
    catalogue.contacts_[row["country"]].push_back(
        {row["name"], absl::StrCat(Unbroken(row["phone"]), between, row["url"])});
  }
  return catalogue;
}

absl::StatusOr<TextCatalogue> TextCatalogue::Load(const std::string& tables_dir) {
  std::map<std::string, std::string> texts;
  for (const absl::string_view language : kLanguages) {
    auto csv = ReadFile(absl::StrCat(tables_dir, "/texts/", language, ".csv"));
    if (!csv.ok()) return csv.status();
    texts[std::string(language)] = *std::move(csv);
  }
  auto contacts = ReadFile(absl::StrCat(tables_dir, "/referral_contacts.csv"));
  if (!contacts.ok()) return contacts.status();
  return FromCsv(texts, *contacts);
}

std::string TextCatalogue::Languages() const {
  return absl::StrJoin(texts_, ", ",
                       [](std::string* out, const auto& one) { absl::StrAppend(out, one.first); });
}

const std::string* TextCatalogue::Find(absl::string_view language, absl::string_view key) const {
  const auto texts = texts_.find(language);
  if (texts == texts_.end()) return nullptr;
  const auto text = texts->second.find(key);
  return text == texts->second.end() ? nullptr : &text->second;
}

const std::vector<ReferralContact>& TextCatalogue::Contacts(absl::string_view country) const {
  static const auto& none = *new std::vector<ReferralContact>();
  const auto found = contacts_.find(country.substr(0, 2));
  return found == contacts_.end() ? none : found->second;
}

std::string Fill(absl::string_view text, const Values& values) {
  std::string out;
  while (!text.empty()) {
    const size_t open = text.find('{');
    const size_t close = open == absl::string_view::npos ? open : text.find('}', open);
    if (close == absl::string_view::npos) break;
    const absl::string_view name = text.substr(open + 1, close - open - 1);
    absl::StrAppend(&out, text.substr(0, open));
    bool known = false;
    for (const auto& [wanted, value] : values) {
      if (wanted == name && !known) absl::StrAppend(&out, value);
      known = known || wanted == name;
    }
    if (!known) absl::StrAppend(&out, text.substr(open, close - open + 1));
    text.remove_prefix(close + 1);
  }
  absl::StrAppend(&out, text);
  return out;
}

}  // namespace probity::screening
