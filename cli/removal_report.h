// What became of entries that were to be removed, for people.
#ifndef PROBITY_CLI_REMOVAL_REPORT_H_
#define PROBITY_CLI_REMOVAL_REPORT_H_

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "cli/session.h"

namespace probity::cli {

// Says of each result of the response what `name_of` calls it and whether it is gone, and
// sets the exit code.
template <typename Response, typename NameOf>
void PrintRemovals(Session& session, const Response& response, const NameOf& name_of) {
  const auto& results = response.results();
  const bool all =
      std::none_of(results.begin(), results.end(), [](const auto& one) { return one.has_error(); });
  session.Finish(all ? kExitGood : kExitBad);
  if (session.PrintedAsJson(response)) return;
  for (const auto& one : results) {
    session.Say(
        absl::StrCat(name_of(one), ": ", one.has_error() ? one.error().message() : "removed"),
        one.has_error() ? Style::kBad : Style::kGood);
  }
}

}  // namespace probity::cli

#endif  // PROBITY_CLI_REMOVAL_REPORT_H_
