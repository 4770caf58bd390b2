// `probity`: looks at the terminal and runs one command line.
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "cli/app.h"

namespace {

// Columns of the terminal, or of $COLUMNS elsewhere; 40 to 100, for longer
// lines are hard to read.
int Width() {
  int columns = 80;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    columns = size.ws_col;
  } else if (const char* asked = std::getenv("COLUMNS"); asked != nullptr) {
    columns = std::atoi(asked);
  }
  return std::clamp(columns, 40, 100);
}

}  // namespace

int main(int argc, char** argv) {
  setenv("GRPC_VERBOSITY", "NONE", 0);  // what goes wrong is said once, by this program
  probity::cli::Console console{std::cout, std::cerr};
  console.width = Width();
  console.colour = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  console.progress = isatty(STDERR_FILENO) != 0;
  const int exit_code = probity::cli::Run({argv + 1, argv + argc}, console);
  std::cout.flush();
  std::cerr.flush();
  // Not return: a thread of gRPC may still try to connect to a server that was not reached, and
  // would meet an OpenSSL that has ended (gRPC 1.51 waits for none of them).
  std::_Exit(exit_code);
}
