#include "cli/interrupt.h"

#include <signal.h>

namespace probity::cli {
namespace {

volatile sig_atomic_t noted = 0;

void Note(int) { noted = 1; }

void SetHandler(void (*handler)(int), int flags) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = flags;  // without SA_RESTART: reading a pipe stops
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  noted = 0;
  SetHandler(&Note, SA_RESETHAND);
}

InterruptGuard::~InterruptGuard() { SetHandler(SIG_DFL, 0); }

bool Interrupted() { return noted != 0; }

}  // namespace probity::cli
