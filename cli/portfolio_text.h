// Portfolios, their members and the events of the watch, for people.
#ifndef PROBITY_CLI_PORTFOLIO_TEXT_H_
#define PROBITY_CLI_PORTFOLIO_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "probity/v1/watch.pb.h"

namespace probity::cli {

// "textiles", "portfolios/textiles" and a whole name -> a name for requests.
absl::StatusOr<std::string> ParsePortfolio(absl::string_view text);
// "textiles" of a whole name; "textiles/0007" of a member's.
std::string ShortName(absl::string_view name);

// A member's id from what a system calls the vendor: letters, digits and "-_." stay,
// every other byte is "~" and two hex digits, so that different numbers have different
// ids: "4711/A" -> "4711~2FA".
std::string MemberId(absl::string_view number);

// On one line: "REVIEW: identity ambiguous; rules M-BAR".
std::string DescribeVerdict(const v1::WatchedVerdict& verdict);
// One event on one line.
std::string DescribeChange(const v1::VerdictChange& change);

}  // namespace probity::cli

#endif  // PROBITY_CLI_PORTFOLIO_TEXT_H_
