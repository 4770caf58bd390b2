// A child process of a crash test: the test program itself, started again, which says on its
// standard output what it has done until it is killed.
#ifndef PROBITY_TESTS_CRASH_KILLED_CHILD_H_
#define PROBITY_TESTS_CRASH_KILLED_CHILD_H_

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace probity::storage::testing {

// Starts this program with "--child" and `arguments`, and kills it `delay` after the first
// message that it says, so that opening does not eat the delay. `hear` is called with each
// message of `size` bytes: also with those that it had said before it was gone. A child that
// ends by itself fails the test.
void RunAndKill(const std::vector<std::string>& arguments, std::chrono::microseconds delay,
                size_t size, const std::function<void(const char* message)>& hear);

}  // namespace probity::storage::testing

#endif  // PROBITY_TESTS_CRASH_KILLED_CHILD_H_
