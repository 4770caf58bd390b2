#include "cli/worksheet.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/crc32c.h"
#include "cli/sheet_writer.h"
#include "cli/text.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"

namespace probity::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kReasons = 2;
constexpr const char* kAdded[] = {"probity_worksheet_row", "probity_candidate", "probity_country",
                                  "probity_score",         "probity_reason_1",  "probity_reason_2",
                                  "probity_source_record", "probity_supplier",  "probity_error",
                                  "probity_check",         "decision",          "reason"};

std::vector<std::string> ReasonsOf(const v1::SearchHit& hit) {
  std::vector<const v1::MatchExplanation*> rows;
  for (const v1::MatchExplanation& row : hit.explanations()) rows.push_back(&row);
  std::stable_sort(rows.begin(), rows.end(), [](const auto* a, const auto* b) {
    return std::abs(a->contribution()) > std::abs(b->contribution());
  });
  std::vector<std::string> reasons;
  for (size_t i = 0; i < std::min(rows.size(), kReasons); ++i) {
    reasons.push_back(fmt::format("{} ({:+.2f})", rows[i]->detail(), rows[i]->contribution()));
  }
  return reasons;
}

}  // namespace

LikeName LikeNameOf(size_t vendor, const v1::SearchHit& hit) {
  const std::string& matched = hit.matched_name().text();
  return {vendor,
          matched.empty() ? hit.supplier().display_name() : matched,
          hit.supplier().jurisdiction(),
          hit.supplier().name(),
          hit.source_record(),
          hit.score(),
          ReasonsOf(hit)};
}

absl::StatusOr<std::vector<std::string>> WorksheetColumns(const Sheet& sheet) {
  std::vector<std::string> columns = OwnColumns(sheet);
  for (const std::string& column : columns) {
    if (column == "decision" || column == "reason") {
      return absl::InvalidArgumentError(absl::StrCat(
          sheet.path, ":1: the worksheet has a column \"", column, "\" of its own; rename yours"));
    }
  }
  columns.insert(columns.end(), std::begin(kAdded), std::end(kAdded));
  return columns;
}

Json WorksheetRow(const VendorSheet& vendors, const LikeName& candidate, size_t number,
                  size_t total) {
  Json row = OwnCells(vendors.sheet(), vendors.sheet().rows[candidate.vendor]);
  row["probity_worksheet_row"] = absl::StrCat(number, " of ", total);
  row["probity_candidate"] = candidate.name;
  row["probity_country"] = candidate.country;
  row["probity_score"] = fmt::format("{:.2f}", candidate.score);
  for (size_t i = 0; i < candidate.reasons.size(); ++i) {
    row[absl::StrCat("probity_reason_", i + 1)] = candidate.reasons[i];
  }
  row["probity_source_record"] = candidate.source_record;
  row["probity_supplier"] = candidate.supplier;
  row["probity_check"] =
      CheckOf(vendors.vendors()[candidate.vendor].subject, candidate.source_record);
  row["decision"] = "";
  row["reason"] = "";
  return row;
}

Json FaultRow(const VendorSheet& vendors, size_t vendor, const std::string& fault) {
  Json row = OwnCells(vendors.sheet(), vendors.sheet().rows[vendor]);
  row["probity_error"] = fault;
  return row;
}

std::string CheckOf(const v1::ScreenedSubject& subject, const std::string& source_record) {
  const v1::SubjectRef& ref = subject.ref();
  const std::vector<std::string> parts = {subject.name(),
                                          subject.country(),
                                          EnumName(subject.kind()),
                                          ref.identifier().scheme(),
                                          ref.identifier().value(),
                                          ref.supplier(),
                                          ref.source_record(),
                                          FormatVendor(ref.vendor()),
                                          source_record};
  return fmt::format("c{:08x}", Crc32c(absl::StrJoin(parts, "\n")));
}

}  // namespace probity::cli
