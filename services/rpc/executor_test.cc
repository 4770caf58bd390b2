#include "services/rpc/executor.h"

#include <atomic>

#include "gtest/gtest.h"

namespace probity::rpc {
namespace {

TEST(ExecutorTest, RunsEverythingBeforeItEnds) {
  std::atomic<int> done{0};
  {
    Executor executor(3);
    for (int i = 0; i < 100; ++i) executor.Add([&done] { ++done; });
  }
  EXPECT_EQ(done, 100);
}

TEST(ExecutorTest, OneThreadKeepsTheOrder) {
  std::vector<int> order;
  {
    Executor executor(1);
    for (int i = 0; i < 10; ++i) executor.Add([&order, i] { order.push_back(i); });
  }
  EXPECT_EQ(order, std::vector<int>({0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

}  // namespace
}  // namespace probity::rpc
