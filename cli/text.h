// Words for people: dates, intervals, enum values and the width they take on a
// terminal. Pure functions; no locale, no clock.
#ifndef PROBITY_CLI_TEXT_H_
#define PROBITY_CLI_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/generated_enum_reflection.h"
#include "google/protobuf/repeated_field.h"
#include "google/protobuf/timestamp.pb.h"
#include "probity/v1/certification.pb.h"
#include "probity/v1/common.pb.h"

namespace probity::cli {

// Columns that `text` takes: combining marks take none, East Asian wide
// characters and emoji two. Bytes that are not UTF-8 count one each.
int DisplayWidth(absl::string_view text);

// Breaks `text` at spaces and behind slashes (inside a word only when it is
// longer than a line, behind a hyphen if it has one) into lines of at most `width` columns. Keeps
// line breaks. Never empty.
std::vector<std::string> WrapText(absl::string_view text, int width);

// Columns of the longest piece that WrapText leaves whole.
int LongestWord(absl::string_view text);

// Replaces control characters by spaces, so that data from a publisher cannot
// steer the terminal. Line breaks stay.
std::string Printable(absl::string_view text);

// "2024-05-31", "2024-05", "2024" by precision; "" for an empty date.
std::string FormatDate(const v1::Date& date);

// "2019-05-01 to before 2020-06-01", "since 2019-05-01", "before 2020-06-01".
std::string FormatInterval(const v1::DateInterval& interval);

// Several intervals, joined by "; ".
std::string FormatIntervals(const google::protobuf::RepeatedPtrField<v1::DateInterval>& intervals);

// "2026-11-24 13:05:00Z".
std::string FormatTimestamp(const google::protobuf::Timestamp& time);

// "XI-LEI:529900T8BM49AURSDO55"; marks a value that failed its check digits.
std::string FormatIdentifier(const v1::Identifier& identifier);

// "SAP-PRD/1000/0004711"
std::string FormatVendor(const v1::VendorNumber& number);

// "HS 5205", "CPV 9091", or the publisher's words in quotes.
std::string FormatCommodity(const v1::CommodityCode& commodity);

// The display name alone, or the reference where there is none.
std::string FormatName(const v1::SubjectRef& subject);

// "uk-msu, edition 2024-05-31, https://… (invented)".
std::string FormatEdition(const v1::SourceEdition& edition);

// "datasets/…/records/… · edition 2024-05-31 (invented)".
std::string FormatProvenance(const v1::Provenance& provenance);

// "source: ..." for the note below a row; empty when there is none.
std::string SourceNote(const std::string& source);
std::string SourceNote(const v1::Provenance& provenance);

// "1,234,567".
std::string FormatCount(uint64_t count);

// Name of an enum value without its type's prefix: "NOT_YET_VALID". A number
// that this client does not know yet is shown as such, "VALUE_99".
std::string EnumName(const google::protobuf::EnumDescriptor* type, int value);
template <typename Enum>
std::string EnumName(Enum value) {
  return EnumName(google::protobuf::GetEnumDescriptor<Enum>(), value);
}

// The same in words: "not yet valid"; "" for UNSPECIFIED.
std::string EnumWords(const google::protobuf::EnumDescriptor* type, int value);
template <typename Enum>
std::string EnumWords(Enum value) {
  return EnumWords(google::protobuf::GetEnumDescriptor<Enum>(), value);
}

// The names that a user may type for an enum: "full-edition", "delta", ...
std::vector<std::string> EnumChoices(const google::protobuf::EnumDescriptor* type);

// Words of a repeated enum field, joined by ", ".
template <typename Enum>
std::string EnumList(const google::protobuf::RepeatedField<int>& values) {
  std::string joined;
  for (const int value : values) {
    if (!joined.empty()) joined += ", ";
    joined += EnumWords(google::protobuf::GetEnumDescriptor<Enum>(), value);
  }
  return joined;
}

}  // namespace probity::cli

#endif  // PROBITY_CLI_TEXT_H_
