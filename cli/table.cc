#include "cli/table.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "cli/text.h"

namespace probity::cli {
namespace {

constexpr int kGap = 2;
constexpr int kLeastColumn = 8;

const char* Code(Style style) {
  switch (style) {
    case Style::kGood:
      return "\033[32m";
    case Style::kBad:
      return "\033[31m";
    case Style::kDoubt:
      return "\033[33m";
    case Style::kHeading:
      return "\033[1m";
    case Style::kPlain:
      break;
  }
  return "";
}

int NaturalWidth(const std::string& text) {
  int widest = 0;
  for (const std::string& line : WrapText(text, 1 << 20)) {
    widest = std::max(widest, DisplayWidth(line));
  }
  return widest;
}

using Lines = std::vector<std::string>;

// One line of a row: its cells padded, no blanks at the end.
std::string RowLine(const std::vector<Cell>& row, const std::vector<Lines>& cells,
                    const std::vector<int>& widths, size_t line, bool colour) {
  std::string text;
  std::string pending;
  for (size_t column = 0; column < cells.size(); ++column) {
    const std::string part = line < cells[column].size() ? cells[column][line] : "";
    if (!part.empty()) text += std::exchange(pending, "") + Paint(part, row[column].style, colour);
    pending += std::string(std::max(0, widths[column] - DisplayWidth(part)) + kGap, ' ');
  }
  return text;
}

void PrintRow(std::ostream& out, const std::vector<Cell>& row, const std::vector<int>& widths,
              bool colour) {
  std::vector<Lines> cells;
  size_t height = 1;
  for (size_t column = 0; column < row.size(); ++column) {
    cells.push_back(WrapText(row[column].text, widths[column]));
    height = std::max(height, cells.back().size());
  }
  for (size_t line = 0; line < height; ++line) {
    out << RowLine(row, cells, widths, line, colour) << '\n';
  }
}

}  // namespace

std::string Paint(const std::string& text, Style style, bool colour) {
  if (!colour || style == Style::kPlain) return text;
  return Code(style) + text + "\033[0m";
}

Cell::Cell(std::string text, Style style) : text(Printable(text)), style(style) {}

Table::Table(std::vector<std::string> headings) : has_headings_(true) {
  std::vector<Cell> row;
  for (std::string& heading : headings) row.emplace_back(std::move(heading), Style::kHeading);
  rows_.push_back(std::move(row));
}

void Table::Add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }

void Table::AddUnlessEmpty(const std::string& label, const std::string& value) {
  if (!value.empty()) Add({Cell(label), Cell(value)});
}

std::vector<int> Table::ColumnWidths(int width) const {
  std::vector<int> widths;
  for (const auto& row : rows_) {
    if (row.size() > widths.size()) widths.resize(row.size(), 0);
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], NaturalWidth(row[i].text));
    }
  }
  int over = std::accumulate(widths.begin(), widths.end(), 0) - width +
             kGap * (static_cast<int>(widths.size()) - 1);
  while (over > 0 && !widths.empty()) {
    auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= kLeastColumn) break;
    --*widest;
    --over;
  }
  return widths;
}

void Table::Print(std::ostream& out, int width, bool colour) const {
  if (has_headings_ && rows_.size() == 1) return;
  const std::vector<int> widths = ColumnWidths(width);
  for (const auto& row : rows_) PrintRow(out, row, widths, colour);
}

}  // namespace probity::cli
