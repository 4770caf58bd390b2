#include "matching/eval/arguments.h"

#include <cstdlib>
#include <cstring>

namespace probity::matching {

EvalArguments ReadArguments(int argc, char** argv) {
  EvalArguments read;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--any") == 0) {
      read.any = true;
    } else if (std::strcmp(argv[i], "--show") == 0 && i + 1 < argc) {
      read.show = std::strtoul(argv[++i], nullptr, 10);
    } else {
      read.files.emplace_back(argv[i]);
    }
  }
  return read;
}

}  // namespace probity::matching
