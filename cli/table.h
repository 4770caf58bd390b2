// Tables for people: aligned columns, cells wrapped to the width of the screen.
#ifndef PROBITY_CLI_TABLE_H_
#define PROBITY_CLI_TABLE_H_

#include <ostream>
#include <string>
#include <vector>

namespace probity::cli {

// How a cell is painted, where colour is on. Never the only carrier of meaning.
enum class Style { kPlain, kGood, kBad, kDoubt, kHeading };

// Wraps `text` in the terminal codes of `style`; returns it as it is when
// `colour` is false or the style is plain.
std::string Paint(const std::string& text, Style style, bool colour);

struct Cell {
  Cell(const std::string& text, Style style = Style::kPlain);  // NOLINT: reads like text
  Cell(const char* text) : Cell(std::string(text)) {}          // NOLINT
  std::string text;
  Style style;
};

// Collects rows and prints them. Control characters in cells are replaced, so a
// publisher's data cannot steer the terminal.
class Table {
 public:
  // A table without headings prints rows only: for "label  value" blocks, whose
  // labels are never broken.
  Table() = default;
  explicit Table(const std::vector<std::string>& headings);

  // Rows may have fewer cells than there are headings. A note stands below its
  // row, indented, over the whole width: for what is long and read last, such
  // as the source.
  void Add(std::vector<Cell> row, const std::string& note = "");
  // Adds {label, value} unless value is empty.
  void AddUnlessEmpty(const std::string& label, const std::string& value);
  bool empty() const { return rows_.empty(); }

  // Lines of at most `width` columns. Columns without a value are left out. The
  // widest columns give way first, none below its longest word; a table that
  // does not fit so prints each row as a block of "heading  value" lines.
  void Print(std::ostream& out, int width, bool colour) const;

 private:
  struct Row {
    std::vector<Cell> cells;
    std::string note;
  };

  void PrintBlocks(std::ostream& out, int width, bool colour) const;

  Row headings_;
  std::vector<Row> rows_;
};

}  // namespace probity::cli

#endif  // PROBITY_CLI_TABLE_H_
