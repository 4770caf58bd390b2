#include "cli/order_sheet.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/parse.h"
#include "cli/vendor_sheet.h"

namespace probity::cli {

const std::vector<std::string>& OrderSheet::Fields() {
  static const std::vector<std::string> fields = {"order",     "identifier",    "identifier_scheme",
                                                  "supplier",  "vendor_number", "date",
                                                  "award_date"};
  return fields;
}

absl::StatusOr<OrderSheet> OrderSheet::Read(const TableFile& file, const std::string& scheme) {
  auto sheet = ReadSheet(file.path, file.encoding);
  if (!sheet.ok()) return sheet.status();
  OrderSheet orders;
  orders.sheet_ = *std::move(sheet);
  orders.scheme_ = absl::AsciiStrToUpper(scheme);
  auto fields = SheetFields::Find(orders.sheet_, Fields(), file.columns);
  if (!fields.ok()) return fields.status();
  orders.fields_ = *std::move(fields);
  const SheetFields& found = orders.fields_;
  const bool named = found.Has("identifier") || found.Has("supplier") || found.Has("vendor_number");
  if (!named || !found.Has("date")) {
    return absl::InvalidArgumentError(
        absl::StrCat(file.path,
                     ":1: a column date and one of identifier, supplier and vendor_number are "
                     "required; name yours with --column date=HEADING"));
  }
  for (const SheetRow& row : orders.sheet_.rows) orders.orders_.push_back(orders.ReadOrder(row));
  return orders;
}

OrderRow OrderSheet::ReadOrder(const SheetRow& row) const {
  OrderRow order;
  const auto fault = [&](absl::string_view where, absl::string_view what) {
    order.fault = absl::StrCat("line ", row.line, where, ": ", what);
    return order;
  };
  if (!row.fault.empty()) return fault("", row.fault);
  for (const std::string& field : Fields()) {
    const std::string text = fields_.Cell(row, field);
    if (text.empty()) continue;
    const absl::Status filled = Fill(field, text, row, &order);
    if (filled.ok()) continue;
    return fault(absl::StrCat(", column ", fields_.Heading(sheet_, field)), filled.message());
  }
  if (order.order.date.year() == 0) return fault("", "has no date");
  const bool named = order.identifier || !order.supplier.empty() || !order.vendor_number.empty();
  return named ? order : fault("", "names no supplier");
}

absl::Status OrderSheet::Fill(absl::string_view field, const std::string& text, const SheetRow& row,
                              OrderRow* order) const {
  if (field == "date" || field == "award_date") {
    auto day = ParseDay(text);
    if (!day.ok()) return day.status();
    (field == "date" ? order->order.date : order->order.award) = *std::move(day);
  } else if (field == "identifier" || field == "vendor_number") {
    if (IsShortened(text)) return ShortenedNumber(text);
    if (field == "vendor_number") order->vendor_number = text;
  } else if (field == "supplier") {
    order->supplier = absl::StartsWith(text, "suppliers/") ? text : "suppliers/" + text;
  }
  if (field != "identifier") return absl::OkStatus();
  const std::string scheme = fields_.Cell(row, "identifier_scheme");
  auto ref = ReadRef(text, scheme.empty() ? scheme_ : scheme);
  if (!ref.ok()) return ref.status();
  if (!ref->has_identifier()) return absl::InvalidArgumentError("is no identifier");
  order->identifier = ref->identifier();
  return absl::OkStatus();
}

}  // namespace probity::cli
