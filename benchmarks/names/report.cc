#include "benchmarks/names/report.h"

#include <algorithm>
#include <iostream>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace probity::benchmarks {

double Quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1) + 0.5)];
}

void Report::Add(const std::string& key, double value, const std::string& aim,
                 const std::string& remark) {
  absl::PrintF("%-26s %8.3f  aim %-8s %s\n", key, value, aim, remark);
  std::fflush(stdout);
  figures_.push_back(absl::StrFormat("\"%s\": %.4f", key, value));
}

void Report::AddMedian(const std::string& key, const std::vector<double>& slices,
                       const std::string& aim) {
  Add(key, Quantile(slices, 0.5), aim,
      absl::StrFormat("%.3f to %.3f in %d slices", Quantile(slices, 0), Quantile(slices, 1),
                      slices.size()));
}

void Report::PrintJson() const { std::cout << "{" << absl::StrJoin(figures_, ", ") << "}\n"; }

}  // namespace probity::benchmarks
