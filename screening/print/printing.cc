#include "screening/print/printing.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace probity::screening {

Printing::Printing(const TextCatalogue& catalogue, const std::string& language,
                   v1::Audience audience, const PrintedDecision& printed)
    : catalogue_(catalogue), language_(language), audience_(audience), printed_(printed) {
  for (const v1::PersonalText& text : printed.personal) by_digest_[text.digest()] = &text;
}

std::string Printing::Text(absl::string_view key) const {
  const std::string* text = catalogue_.Find(language_, key);
  if (text == nullptr) text = catalogue_.Find("en", key);
  return text == nullptr ? std::string(key) : *text;
}

std::string Printing::Text(absl::string_view key, const Values& values) const {
  return Fill(Text(key), values);
}

std::string Printing::RuleText(const std::string& rule_id) const {
  const std::string* text = catalogue_.Find(language_, absl::StrCat("rule.", rule_id));
  return text == nullptr ? "" : *text;
}

// Names of values begin with what UNSPECIFIED leaves of the name of the first.
std::string Printing::WordOf(absl::string_view prefix, const google::protobuf::EnumDescriptor& type,
                             int value) const {
  const auto* named = type.FindValueByNumber(value);
  if (value == 0) return "";
  if (named == nullptr) return absl::StrCat(value);
  const size_t stem = type.value(0)->name().size() - absl::string_view("UNSPECIFIED").size();
  return Text(absl::StrCat(prefix, ".", named->name().substr(stem)));
}

std::string Printing::Personal(const v1::PersonalDigest& digest) const {
  if (digest.digest().empty()) return "";
  const auto found = by_digest_.find(digest.digest());
  if (found == by_digest_.end()) return Text("omitted.personal");
  if (found->second->has_erase_time()) return Text("omitted.erased");
  return found->second->text();
}

int Printing::erased_count() const {
  return static_cast<int>(
      std::count_if(printed_.personal.begin(), printed_.personal.end(),
                    [](const v1::PersonalText& text) { return text.has_erase_time(); }));
}

bool Printing::Shows(absl::string_view path) const {
  return !ForSupplier() ||
         (!absl::StartsWith(path, "parties[") && !absl::StrContains(path, ".manufacturer") &&
          !absl::StrContains(path, ".site"));
}

std::string DayText(bool has, const v1::Date& date) {
  return has && IsValidDate(date) ? FormatDate(date) : "";
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%d %H:%M UTC", absl::FromUnixSeconds(time.seconds()),
                          absl::UTCTimeZone());
}

std::string NumberText(double value) {
  std::string text = absl::StrFormat("%.2f", value);
  while (absl::EndsWith(text, "0")) text.pop_back();
  if (absl::EndsWith(text, ".")) text.pop_back();
  return text;
}

}  // namespace probity::screening
