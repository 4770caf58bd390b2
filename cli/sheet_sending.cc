#include "cli/sheet_sending.h"

#include "absl/strings/str_cat.h"
#include "cli/text.h"

namespace probity::cli {

void SheetSending::Refuse(absl::string_view fault) {
  progress_.Clear();
  ++refused_;
  const std::string line = absl::StrCat(path_, " ", fault);
  // What is printed as JSON stays JSON.
  if (session_.options().json) {
    session_.console().err << line << '\n';
  } else {
    session_.Say(line, Style::kBad);
  }
}

void SheetSending::Report(Table table) {
  progress_.Clear();
  session_.Finish(refused_ == 0 ? kExitGood : kExitBad);
  if (session_.options().json) return;
  if (refused_ > 0) table.Add({Cell("refused", Style::kBad), FormatCount(refused_)});
  session_.Print(table);
}

}  // namespace probity::cli
