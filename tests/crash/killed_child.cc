#include "tests/crash/killed_child.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "gtest/gtest.h"

namespace probity::storage::testing {
namespace {

// In the child.
[[noreturn]] void RunAgain(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"killed_child", "--child"});
  std::vector<char*> words;
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  execv("/proc/self/exe", words.data());
  _exit(127);
}

}  // namespace

void RunAndKill(const std::vector<std::string>& arguments, std::chrono::microseconds delay,
                size_t size, const std::function<void(const char* message)>& hear) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    RunAgain(arguments);
  }
  close(ends[1]);
  std::string message(size, '\0');
  bool killed = false;
  while (read(ends[0], message.data(), size) == static_cast<ssize_t>(size)) {
    hear(message.data());
    if (killed) continue;
    std::this_thread::sleep_for(delay);
    kill(child, SIGKILL);
    killed = true;
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << status;
}

}  // namespace probity::storage::testing
