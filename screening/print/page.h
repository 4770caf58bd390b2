// A page of plain text for people: headings, lines, fields, wrapped at words.
#ifndef PROBITY_SCREENING_PRINT_PAGE_H_
#define PROBITY_SCREENING_PRINT_PAGE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace probity::screening {

// Columns that a text takes on a screen: East Asian wide characters take two,
// combining marks none. What is no UTF-8 takes one a byte.
int DisplayWidth(absl::string_view text);

// Lines of at most kWidth columns. Values are not trusted: control characters
// become spaces.
class Page {
 public:
  static constexpr int kWidth = 100;

  void Title(absl::string_view text);
  // Numbered from 1, with an empty line in front.
  void Heading(absl::string_view text);
  // `depth` steps of two columns to the right; what does not fit goes on below,
  // two further. Nothing for an empty text.
  void Line(absl::string_view text, int depth = 1);
  // "Label: value"; nothing for an empty value.
  void Field(absl::string_view label, absl::string_view value, int depth = 1);
  void Gap() { text_ += '\n'; }

  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
  int headings_ = 0;
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_PRINT_PAGE_H_
