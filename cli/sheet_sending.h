// Rows of a file that are sent in calls of several.
#ifndef PROBITY_CLI_SHEET_SENDING_H_
#define PROBITY_CLI_SHEET_SENDING_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/progress.h"
#include "cli/session.h"

namespace probity::cli {

// Sends the rows, says which were refused, where they stand and why, and sums up.
class SheetSending {
 public:
  // `path` is the file's, `step` what progress is called, `total` its rows; 0: not said.
  // Borrows session.
  SheetSending(Session& session, std::string path, std::string step, uint64_t total = 0)
      : session_(session),
        path_(std::move(path)),
        step_(std::move(step)),
        total_(total),
        progress_(session.console()) {}

  // The row of that line is part of the next call.
  void Add(uint64_t line) { lines_.push_back(line); }
  // Rows of the next call, and of the calls before.
  size_t waiting() const { return lines_.size(); }
  uint64_t sent() const { return sent_; }

  // Sends the call that was waited for, and gives each of its results to `count` with the
  // line of its row. False when the call failed, which was said.
  template <typename Stub, typename Request, typename Response, typename Count>
  bool Send(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
            const Request& request, const Count& count) {
    const auto response = session_.Ask(method, request);
    if (!response) {
      progress_.Clear();
      return false;
    }
    session_.PrintedAsJson(*response);
    for (int i = 0; i < response->results_size(); ++i) {
      count(response->results(i), lines_[static_cast<size_t>(i)]);
    }
    sent_ += lines_.size();
    progress_.Show(step_, total_ > 0 ? sent_ : 0, total_, sent_);
    lines_.clear();
    return true;
  }

  // Says that a row was refused: "line 7: has no name".
  void Refuse(absl::string_view fault);

  // Prints the counts in `table` and how many were refused, and sets the exit code.
  void Report(Table table);

 private:
  Session& session_;
  const std::string path_, step_;
  const uint64_t total_;
  Progress progress_;
  std::vector<uint64_t> lines_;  // of the next call
  uint64_t sent_ = 0;
  uint64_t refused_ = 0;
};

}  // namespace probity::cli

#endif  // PROBITY_CLI_SHEET_SENDING_H_
