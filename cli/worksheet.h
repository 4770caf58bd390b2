// Worksheets for people: a row for each vendor and record with a like name, to be
// judged one by one, in a spreadsheet.
//
// The vendor file's own columns stand in front, then those of the candidate, then
// `decision` and `reason`, empty. What a spreadsheet does to such a file shows when
// it is read again: probity_check covers what the judgement will be about, and
// probity_worksheet_row which rows there were.
#ifndef PROBITY_CLI_WORKSHEET_H_
#define PROBITY_CLI_WORKSHEET_H_

#include <cstddef>
#include <string>
#include <vector>

#include "cli/vendor_sheet.h"
#include "nlohmann/json_fwd.hpp"
#include "probity/v1/supplier_service.pb.h"

namespace probity::cli {

// What is shown of a party with a like name.
struct LikeName {
  size_t vendor = 0;  // place of the row in the vendor sheet
  std::string name, country, supplier, source_record;
  double score = 0;
  std::vector<std::string> reasons;  // the two that moved the score most
};
LikeName LikeNameOf(size_t vendor, const v1::SearchHit& hit);

// INVALID_ARGUMENT where the vendor file has columns of these names itself.
absl::StatusOr<std::vector<std::string>> WorksheetColumns(const Sheet& sheet);

// Row `number` of `total`, from 1.
nlohmann::ordered_json WorksheetRow(const VendorSheet& vendors, const LikeName& candidate,
                                    size_t number, size_t total);
// A vendor that could not be searched, with the reason.
nlohmann::ordered_json FaultRow(const VendorSheet& vendors, size_t vendor,
                                const std::string& fault);

// "c" and eight hex digits over all that a judgement of the two is about: who was
// asked, and the record. A letter in front, so that no spreadsheet reads a number.
std::string CheckOf(const v1::ScreenedSubject& subject, const std::string& source_record);

}  // namespace probity::cli

#endif  // PROBITY_CLI_WORKSHEET_H_
