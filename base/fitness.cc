#include "base/fitness.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

namespace probity {

absl::string_view FitnessName(Fitness fitness) {
  switch (fitness) {
    case Fitness::kFit:
      return "FIT";
    case Fitness::kDoubtful:
      return "DOUBTFUL";
    case Fitness::kNotChecked:
      return "NOT CHECKED";
    case Fitness::kUnfit:
      return "NOT FIT";
  }
  return "";
}

bool IsFit(const std::vector<Finding>& findings) {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& finding) { return finding.fitness == Fitness::kUnfit; });
}

std::string FormatFindings(const std::vector<Finding>& findings) {
  constexpr size_t kColumn = 13;  // behind the longest name of a fitness
  std::string text;
  int doubtful = 0;
  for (const Finding& finding : findings) {
    const absl::string_view name = FitnessName(finding.fitness);
    doubtful += finding.fitness == Fitness::kFit ? 0 : 1;
    absl::StrAppend(&text, name, std::string(kColumn - name.size(), ' '), finding.check, ": ",
                    finding.seen, "\n");
    if (!finding.advice.empty()) {
      absl::StrAppend(&text, std::string(kColumn, ' '), finding.advice, "\n");
    }
  }
  if (!IsFit(findings)) return text + "not fit\n";
  return text + (doubtful == 0 ? "fit\n" : "fit, with doubts\n");
}

std::string FindingsAsJson(const std::vector<Finding>& findings) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const Finding& finding : findings) {
    rows.push_back({{"check", finding.check},
                    {"fitness", FitnessName(finding.fitness)},
                    {"seen", finding.seen},
                    {"advice", finding.advice}});
  }
  const nlohmann::ordered_json all = {{"fit", IsFit(findings)}, {"findings", rows}};
  return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace probity
