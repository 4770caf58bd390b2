// Ctrl-C as a wish to stop instead of the end of the program.
#ifndef PROBITY_CLI_INTERRUPT_H_
#define PROBITY_CLI_INTERRUPT_H_

namespace probity::cli {

// While it lives, the first SIGINT or SIGTERM is noted; a second one ends the
// program. One at a time.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
};

// Whether a signal was noted by the guard that lives, or the last one.
bool Interrupted();

}  // namespace probity::cli

#endif  // PROBITY_CLI_INTERRUPT_H_
