#include "policy/legal_periods.h"

#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/tables.h"

namespace probity::policy {
namespace {

// More than any law gives; a guard against a year number in the wrong column.
constexpr int kMostYears = 99;

std::string Cell(const TableRow& row, const std::string& column) {
  const auto found = row.find(column);
  return found == row.end() ? "" : found->second;
}

std::optional<PeriodStart> ReadStart(absl::string_view text) {
  if (text == "LISTING") return PeriodStart::kListing;
  if (text == "DECISION") return PeriodStart::kDecision;
  if (text == "EVENT") return PeriodStart::kEvent;
  return std::nullopt;
}

absl::StatusOr<LegalMaximum> ReadRow(const TableRow& row) {
  LegalMaximum maximum;
  maximum.regime = Cell(row, "regime");
  maximum.legal_basis = Cell(row, "legal_basis");
  const auto fault = [&](absl::string_view column) {
    return InvalidField(absl::StrCat("legal_periods.csv: ", maximum.regime, ".", column),
                        absl::StrCat("\"", Cell(row, std::string(column)), "\" is not understood"));
  };
  if (maximum.regime.empty()) return fault("regime");
  if (maximum.legal_basis.empty()) return fault("legal_basis");
  const std::string type = Cell(row, "flag_type");
  if (!type.empty() && !v1::FlagType_Parse(absl::StrCat("FLAG_TYPE_", type), &maximum.flag_type)) {
    return fault("flag_type");
  }
  const std::optional<PeriodStart> start = ReadStart(Cell(row, "counts_from"));
  if (!start) return fault("counts_from");
  maximum.counts_from = *start;
  if (!absl::SimpleAtoi(Cell(row, "years"), &maximum.years) || maximum.years < 1 ||
      maximum.years > kMostYears) {
    return fault("years");
  }
  return maximum;
}

}  // namespace

absl::StatusOr<LegalPeriods> LegalPeriods::FromCsv(absl::string_view csv) {
  absl::StatusOr<std::vector<TableRow>> rows = ParseTable(csv);
  if (!rows.ok()) return rows.status();
  LegalPeriods periods;
  for (const TableRow& row : *rows) {
    absl::StatusOr<LegalMaximum> maximum = ReadRow(row);
    if (!maximum.ok()) return maximum.status();
    const std::string regime = maximum->regime;
    if (!periods.by_regime_.emplace(regime, *std::move(maximum)).second) {
      return InvalidField(absl::StrCat("legal_periods.csv: ", regime), "stands there twice");
    }
  }
  return periods;
}

const LegalMaximum* LegalPeriods::ForRegime(absl::string_view regime) const {
  const auto found = by_regime_.find(regime);
  return found == by_regime_.end() ? nullptr : &found->second;
}

const LegalMaximum* LegalPeriods::ForFlag(v1::FlagType type) const {
  if (type == v1::FLAG_TYPE_UNSPECIFIED) return nullptr;
  for (const auto& [regime, maximum] : by_regime_) {
    if (maximum.flag_type == type) return &maximum;
  }
  return nullptr;
}

std::set<int> LegalPeriods::Years() const {
  std::set<int> years;
  for (const auto& [regime, maximum] : by_regime_) years.insert(maximum.years);
  return years;
}

}  // namespace probity::policy
