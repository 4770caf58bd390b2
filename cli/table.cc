#include "cli/table.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "cli/text.h"

namespace probity::cli {
namespace {

constexpr int kGap = 2;

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

// What a column needs: `natural` without any wrapping, `least` without cutting
// a word. 0, 0: it has no value.
struct Column {
  int natural = 0;
  int least = 0;
};

void Widen(const std::string& text, Column& column) {
  for (const std::string& line : WrapText(text, 1 << 20)) {
    column.natural = std::max(column.natural, DisplayWidth(line));
  }
  column.least = std::max(column.least, LongestWord(text));
}

// Widths that fit into `width`; empty when no such widths are there.
std::vector<int> Fit(const std::vector<Column>& columns, int width) {
  std::vector<int> widths;
  int over = -kGap - width;
  for (const Column& column : columns) {
    widths.push_back(column.natural);
    if (column.natural > 0) over += column.natural + kGap;
  }
  for (; over > 0; --over) {
    int widest = -1;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (widths[i] > columns[i].least && (widest < 0 || widths[i] > widths[widest])) {
        widest = static_cast<int>(i);
      }
    }
    if (widest < 0) return {};
    --widths[widest];
  }
  return widths;
}

using Lines = std::vector<std::string>;

// One line of a row: its cells padded, no blanks at the end.
std::string RowLine(const std::vector<Cell>& row, const std::vector<Lines>& cells,
                    const std::vector<int>& widths, size_t line, bool colour) {
  std::string text;
  std::string pending;
  for (size_t column = 0; column < cells.size(); ++column) {
    if (widths[column] == 0) continue;
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
    cells.push_back(widths[column] == 0 ? Lines() : WrapText(row[column].text, widths[column]));
    height = std::max(height, cells.back().size());
  }
  for (size_t line = 0; line < height; ++line) {
    out << RowLine(row, cells, widths, line, colour) << '\n';
  }
}

void PrintNote(std::ostream& out, const std::string& note, int width) {
  if (note.empty()) return;
  for (const std::string& line : WrapText(note, width - kGap)) {
    out << std::string(kGap, ' ') << line << '\n';
  }
}

}  // namespace

std::string Paint(const std::string& text, Style style, bool colour) {
  if (!colour || style == Style::kPlain) return text;
  return Code(style) + text + "\033[0m";
}

Cell::Cell(const std::string& text, Style style) : text(Printable(text)), style(style) {}

Table::Table(const std::vector<std::string>& headings) {
  for (const std::string& heading : headings) {
    headings_.cells.emplace_back(heading, Style::kHeading);
  }
}

void Table::Add(std::vector<Cell> row, const std::string& note) {
  rows_.push_back({std::move(row), Printable(note)});
}

void Table::AddUnlessEmpty(const std::string& label, const std::string& value) {
  if (!value.empty()) Add({Cell(label), Cell(value)});
}

void Table::Print(std::ostream& out, int width, bool colour) const {
  if (rows_.empty()) return;
  std::vector<Column> columns(headings_.cells.size());
  for (const Row& row : rows_) {
    columns.resize(std::max(columns.size(), row.cells.size()));
    for (size_t i = 0; i < row.cells.size(); ++i) Widen(row.cells[i].text, columns[i]);
  }
  for (size_t i = 0; i < headings_.cells.size(); ++i) {
    if (columns[i].natural > 0) Widen(headings_.cells[i].text, columns[i]);
  }
  // A label keeps its width.
  if (headings_.cells.empty()) columns.front().least = columns.front().natural;
  std::vector<int> widths = Fit(columns, width);
  if (widths.empty() && !headings_.cells.empty()) return PrintBlocks(out, width, colour);
  if (widths.empty()) {  // a label has its width, the value what is left
    for (const Column& column : columns) widths.push_back(column.natural);
    widths.back() = std::max(1, width - std::accumulate(widths.begin(), widths.end() - 1, 0) -
                                    kGap * (static_cast<int>(widths.size()) - 1));
  }
  if (!headings_.cells.empty()) PrintRow(out, headings_.cells, widths, colour);
  for (const Row& row : rows_) {
    PrintRow(out, row.cells, widths, colour);
    PrintNote(out, row.note, width);
  }
}

void Table::PrintBlocks(std::ostream& out, int width, bool colour) const {
  for (const Row& row : rows_) {
    Table block;
    for (size_t i = 0; i < row.cells.size() && i < headings_.cells.size(); ++i) {
      if (!row.cells[i].text.empty()) block.Add({headings_.cells[i], row.cells[i]});
    }
    block.Print(out, width, colour);
    PrintNote(out, row.note, width);
    if (&row != &rows_.back()) out << '\n';
  }
}

}  // namespace probity::cli
