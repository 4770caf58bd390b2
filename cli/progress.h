// How far a long command is: a bar on a terminal, a plain line now and then
// elsewhere.
#ifndef PROBITY_CLI_PROGRESS_H_
#define PROBITY_CLI_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <string>

#include "cli/session.h"

namespace probity::cli {

// Where one step stands.
struct StepState {
  std::string step;          // "sending"
  uint64_t done = 0;         // bytes
  uint64_t total = 0;        // bytes; 0: not known
  uint64_t rows = 0;         // rows done; 0: none are counted
  uint64_t done_before = 0;  // bytes that were there when the step began
  double seconds = 0;        // since the step began
};

// "sending  [######..............]  30 %  12.0 MB  8.1 MB/s  3 s left", without
// the bar where `bar` is false.
std::string ProgressLine(const StepState& state, bool bar);

class Progress {
 public:
  // `console` outlives it.
  explicit Progress(const Console& console) : console_(console) {}
  ~Progress() { Clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Shows a step; cheap to call often.
  void Show(const std::string& step, uint64_t done, uint64_t total, uint64_t rows = 0);
  // Shows that the server is away.
  void ShowWaiting(double seconds, double patience);
  // Takes the bar off the screen.
  void Clear();

 private:
  void Write(const std::string& line);

  const Console& console_;
  StepState state_;
  std::chrono::steady_clock::time_point begun_;
  std::chrono::steady_clock::time_point shown_;
  bool drawn_ = false;
};

}  // namespace probity::cli

#endif  // PROBITY_CLI_PROGRESS_H_
