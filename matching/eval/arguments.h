// The command line of the programs that measure.
#ifndef PROBITY_MATCHING_EVAL_ARGUMENTS_H_
#define PROBITY_MATCHING_EVAL_ARGUMENTS_H_

#include <cstddef>
#include <string>
#include <vector>

namespace probity::matching {

struct EvalArguments {
  std::vector<std::string> files;
  bool any = false;  // --any: the kinds of queries are not told
  size_t show = 0;   // --show N: print the first N that went wrong
};

EvalArguments ReadArguments(int argc, char** argv);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_EVAL_ARGUMENTS_H_
