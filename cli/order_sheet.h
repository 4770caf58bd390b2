// Orders of a purchasing system in a table.
#ifndef PROBITY_CLI_ORDER_SHEET_H_
#define PROBITY_CLI_ORDER_SHEET_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/coverage.h"
#include "cli/sheet.h"
#include "cli/sheet_fields.h"

namespace probity::cli {

// One order, and by what its supplier is found: any of three.
struct OrderRow {
  Order order;
  std::optional<v1::Identifier> identifier;
  std::string supplier;  // suppliers/{supplier}
  std::string vendor_number;
  std::string fault;  // "line 7, column date: ..."; empty: it can be looked at
};

class OrderSheet {
 public:
  // What columns can say.
  static const std::vector<std::string>& Fields();
  // `scheme`: of identifiers without one. INVALID_ARGUMENT where the file cannot be
  // read or has no column for the date or none for the supplier.
  static absl::StatusOr<OrderSheet> Read(const TableFile& file, const std::string& scheme);

  const Sheet& sheet() const { return sheet_; }
  // One for each row of the sheet.
  const std::vector<OrderRow>& orders() const { return orders_; }

 private:
  OrderRow ReadOrder(const SheetRow& row) const;
  // Puts a field of a row into an order.
  absl::Status Fill(absl::string_view field, const std::string& text, const SheetRow& row,
                    OrderRow* order) const;

  Sheet sheet_;
  SheetFields fields_;
  std::string scheme_;
  std::vector<OrderRow> orders_;
};

}  // namespace probity::cli

#endif  // PROBITY_CLI_ORDER_SHEET_H_
