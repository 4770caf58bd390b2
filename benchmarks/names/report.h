// Figures for people and for programs.
#ifndef PROBITY_BENCHMARKS_NAMES_REPORT_H_
#define PROBITY_BENCHMARKS_NAMES_REPORT_H_

#include <string>
#include <vector>

namespace probity::benchmarks {

// Value below which `share` of the values lie. `values` is not empty.
double Quantile(std::vector<double> values, double share);

// Lines for people at once, one JSON object of all figures at the end.
class Report {
 public:
  // `aim` as it is printed, "<= 0.4".
  void Add(const std::string& key, double value, const std::string& aim, const std::string& remark);
  // The median of the slices' values, with their spread.
  void AddMedian(const std::string& key, const std::vector<double>& slices, const std::string& aim);
  void PrintJson() const;

 private:
  std::vector<std::string> figures_;
};

}  // namespace probity::benchmarks

#endif  // PROBITY_BENCHMARKS_NAMES_REPORT_H_
