#include "cli/judged_worksheet.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/sheet_fields.h"
#include "cli/worksheet.h"

namespace probity::cli {
namespace {

constexpr char kNumber[] = "probity_worksheet_row";
constexpr char kRecordColumn[] = "probity_source_record";
constexpr char kCheck[] = "probity_check";

// A total beyond it is no number of ours.
constexpr uint64_t kMostRows = 100000000;

// "IS_NOT", "is not", "Is-Not" are one word; "" for any other but IS.
std::string Outcome(const std::string& text) {
  std::string word;
  for (const char c : text) {
    if (absl::ascii_isalpha(c)) word.push_back(absl::ascii_toupper(c));
  }
  return word == "IS" || word == "ISNOT" ? word : "";
}

class Reader {
 public:
  Reader(const VendorSheet& worksheet, SheetFields fields)
      : worksheet_(worksheet), fields_(std::move(fields)) {}

  JudgedWorksheet Read() {
    for (size_t i = 0; i < worksheet_.vendors().size(); ++i) read_.rows.push_back(ReadRow(i));
    RefuseContradictions();
    FindMissing();
    return std::move(read_);
  }

 private:
  JudgedRow ReadRow(size_t at) {
    const SheetRow& row = worksheet_.sheet().rows[at];
    const Vendor& vendor = worksheet_.vendors()[at];
    NoteNumber(fields_.Cell(row, kNumber));
    JudgedRow judged;
    judged.source_record = fields_.Cell(row, kRecordColumn);
    judged.reason = fields_.Cell(row, "reason");
    const std::string decision = fields_.Cell(row, "decision");
    if (decision.empty() && row.fault.empty()) return judged;
    const std::string outcome = Outcome(decision);
    judged.is = outcome == "IS";
    judged.fault = FaultOf(row, vendor, judged, decision);
    judged.judged = judged.fault.empty();
    return judged;
  }

  std::string FaultOf(const SheetRow& row, const Vendor& vendor, const JudgedRow& judged,
                      const std::string& decision) const {
    if (!vendor.fault.empty()) return vendor.fault;
    std::string fault;
    if (Outcome(decision).empty()) {
      fault = absl::StrCat("column decision: \"", decision, "\" is neither IS nor IS_NOT");
    } else if (vendor.subject.ref().has_source_record()) {
      fault = "the vendor is named by a record; name its supplier, suppliers/ID";
    } else if (judged.source_record.empty()) {
      fault = "names no record: there is nothing to be judged";
    } else if (judged.reason.empty()) {
      fault = "column reason: a judgement needs one";
    } else if (CheckOf(vendor.subject, judged.source_record) != fields_.Cell(row, kCheck)) {
      fault =
          "who is asked about, or the record, is not what it was when the worksheet was "
          "written: a spreadsheet takes leading zeros, dates and letters for others. Make it "
          "anew, or put the row right";
    }
    return fault.empty() ? "" : absl::StrCat("line ", row.line, ": ", fault);
  }

  // Rows of the same pair that say the opposite: nobody's word is taken.
  void RefuseContradictions() {
    std::map<std::string, std::vector<size_t>> pairs;
    for (size_t i = 0; i < read_.rows.size(); ++i) {
      if (!read_.rows[i].judged) continue;
      pairs[fields_.Cell(worksheet_.sheet().rows[i], kCheck)].push_back(i);
    }
    for (const auto& [check, places] : pairs) {
      std::set<bool> said;
      for (const size_t at : places) said.insert(read_.rows[at].is);
      if (said.size() > 1) Refuse(places);
    }
  }

  void Refuse(const std::vector<size_t>& places) {
    for (const size_t at : places) {
      JudgedRow& row = read_.rows[at];
      size_t other = places.front();
      for (const size_t one : places) {
        if (read_.rows[one].is != row.is) other = one;
      }
      row.judged = false;
      row.fault = absl::StrCat("line ", worksheet_.sheet().rows[at].line,
                               ": the same pair is judged the other way in row ",
                               worksheet_.sheet().rows[other].row);
    }
  }

  // "7 of 120".
  void NoteNumber(const std::string& text) {
    const std::vector<std::string> words = absl::StrSplit(text, ' ', absl::SkipEmpty());
    uint64_t number = 0, total = 0;
    if (words.size() != 3 || !absl::SimpleAtoi(words[0], &number) ||
        !absl::SimpleAtoi(words[2], &total)) {
      return;
    }
    if (total > kMostRows) return;
    numbers_.insert(number);
    total_ = std::max(total_, total);
  }

  void FindMissing() {
    for (uint64_t number = 1; number <= total_; ++number) {
      if (numbers_.count(number) == 0) read_.missing.push_back(number);
    }
  }

  const VendorSheet& worksheet_;
  const SheetFields fields_;
  JudgedWorksheet read_;
  std::set<uint64_t> numbers_;
  uint64_t total_ = 0;
};

}  // namespace

absl::StatusOr<JudgedWorksheet> ReadJudgements(const VendorSheet& worksheet) {
  const std::vector<std::string> names = {kNumber, kRecordColumn, kCheck, "decision", "reason"};
  auto fields = SheetFields::Find(worksheet.sheet(), names, {});
  if (!fields.ok()) return fields.status();
  for (const std::string& name : names) {
    if (fields->Has(name)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(worksheet.sheet().path,
                     ":1: is no worksheet of \"probity match\": the column ", name, " is missing"));
  }
  return Reader(worksheet, *std::move(fields)).Read();
}

std::string Ranges(const std::vector<uint64_t>& numbers) {
  std::string text;
  for (size_t i = 0; i < numbers.size();) {
    size_t last = i;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    absl::StrAppend(&text, text.empty() ? "" : ", ", numbers[i]);
    if (last > i) absl::StrAppend(&text, " to ", numbers[last]);
    i = last + 1;
  }
  return text;
}

}  // namespace probity::cli
