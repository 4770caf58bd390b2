#include "cli/progress.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/text.h"
#include "fmt/format.h"

namespace probity::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kBar = 20;
constexpr std::chrono::milliseconds kRedraw{100};
constexpr std::chrono::seconds kNextLine{5};

std::string Megabytes(double bytes) { return fmt::format("{:.1f} MB", bytes / 1e6); }

// "45 s", "3 min", "2 h".
std::string Duration(double seconds) {
  if (seconds < 100) return fmt::format("{:.0f} s", seconds);
  if (seconds < 6000) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.0f} h", seconds / 3600);
}

double SecondsSince(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

}  // namespace

std::string ProgressLine(const StepState& state, bool bar) {
  std::string line = fmt::format("{:<10}", state.step);
  const double share =
      state.total == 0
          ? 0
          : std::min(1.0, static_cast<double>(state.done) / static_cast<double>(state.total));
  if (state.total > 0) {
    const int filled = static_cast<int>(share * kBar);
    if (bar) line += "  [" + std::string(filled, '#') + std::string(kBar - filled, '.') + "]";
    line += fmt::format("  {:3.0f} %", share * 100);
  }
  const bool timed = state.seconds >= 0.5;  // before, a speed says nothing
  const auto moved = static_cast<double>(state.done - std::min(state.done, state.done_before));
  if (state.rows > 0) {
    line += "  " + FormatCount(state.rows) + " rows";
    if (timed) {
      const double speed = static_cast<double>(state.rows) / state.seconds;
      line += "  " + FormatCount(static_cast<uint64_t>(speed)) + " rows/s";
    }
  } else if (state.done == 0 && state.total == 0) {
    if (state.seconds >= 1) line += "  " + Duration(state.seconds);
  } else if (state.done > 0) {
    line += "  " + Megabytes(static_cast<double>(state.done));
    if (timed) line += "  " + Megabytes(moved / state.seconds) + "/s";
  }
  if (timed && moved > 0 && share < 1) {
    const auto left = static_cast<double>(state.total - state.done);
    if (state.total > 0) line += "  " + Duration(state.seconds * left / moved) + " left";
  }
  return line;
}

void Progress::Show(const std::string& step, uint64_t done, uint64_t total, uint64_t rows) {
  const bool same = step == state_.step;
  const auto now = Clock::now();
  if (same && now - shown_ < (console_.progress ? kRedraw : kNextLine)) return;
  if (!same) {
    begun_ = now;
    state_.done_before = done;
  }
  shown_ = now;
  state_ = {step, done, total, rows, state_.done_before, SecondsSince(begun_)};
  Write(ProgressLine(state_, console_.progress));
}

void Progress::ShowWaiting(double seconds, double patience) {
  if (Clock::now() - shown_ < (console_.progress ? kRedraw : kNextLine)) return;
  shown_ = Clock::now();
  Write(fmt::format("waiting for the server, {:.0f} of {:.0f} s", seconds, patience));
}

void Progress::Write(const std::string& line) {
  if (!console_.progress) {
    console_.err << line << '\n' << std::flush;
    return;
  }
  console_.err << "\r\x1b[K" << line << std::flush;
  drawn_ = true;
}

void Progress::Clear() {
  if (std::exchange(drawn_, false)) console_.err << "\r\x1b[K" << std::flush;
}

}  // namespace probity::cli
