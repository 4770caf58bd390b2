// What a self-check found, and whether the place is fit for Probity: shared by the server's
// check of its machine and the client's check of its server, so that both read alike.
#ifndef PROBITY_BASE_FITNESS_H_
#define PROBITY_BASE_FITNESS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace probity {

enum class Fitness {
  kFit,
  kDoubtful,    // it serves; somebody should look
  kNotChecked,  // nothing could be seen
  kUnfit,       // it must not serve
};

// "FIT", "DOUBTFUL", "NOT CHECKED", "NOT FIT".
absl::string_view FitnessName(Fitness fitness);

struct Finding {
  std::string check;  // "sync of data_dir"
  Fitness fitness = Fitness::kFit;
  std::string seen;    // "p50 0.4 ms, p99 1.9 ms of 200"
  std::string advice;  // what to do; empty where all is well
};

// False where anything is kUnfit.
bool IsFit(const std::vector<Finding>& findings);

// A line a finding, its advice below it, and the judgement as the last line.
std::string FormatFindings(const std::vector<Finding>& findings);
// {"fit":true,"findings":[{"check":"…","fitness":"FIT","seen":"…","advice":"…"},…]}
std::string FindingsAsJson(const std::vector<Finding>& findings);

}  // namespace probity

#endif  // PROBITY_BASE_FITNESS_H_
