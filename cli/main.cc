// `probity`: looks at the terminal and runs one command line.
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "cli/app.h"

namespace {

int Width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 100;
  return std::clamp<int>(size.ws_col, 40, 100);
}

}  // namespace

int main(int argc, char** argv) {
  probity::cli::Console console{std::cout, std::cerr};
  console.width = Width();
  console.colour = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  console.progress = isatty(STDERR_FILENO) != 0;
  return probity::cli::Run({argv + 1, argv + argc}, console);
}
