#include "base/memory_limit.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "gtest/gtest.h"

namespace probity {
namespace {

constexpr uint64_t kMib = 1 << 20;

class MemoryLimitTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "memory-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
    Write("/proc/meminfo", "MemFree: 1 kB\nMemTotal:       8388608 kB\nMemAvailable: 5 kB\n");
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& path, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(root_ + path).parent_path());
    std::ofstream(root_ + path) << text;
  }
  void ExpectLimit(uint64_t bytes, const std::string& source) const {
    const MemoryLimit limit = ReadMemoryLimit(root_);
    EXPECT_EQ(limit.bytes, bytes);
    EXPECT_EQ(limit.source, source);
  }

  std::string root_;
};

TEST_F(MemoryLimitTest, Version2) {
  Write("/proc/self/cgroup", "0::/system.slice/probityd.service\n");
  Write("/sys/fs/cgroup/system.slice/probityd.service/memory.max", "536870912\n");
  ExpectLimit(512 * kMib, "/sys/fs/cgroup/system.slice/probityd.service/memory.max");
}

TEST_F(MemoryLimitTest, TheTightestGroupOnTheWayCounts) {
  Write("/proc/self/cgroup", "0::/kubepods/pod1/container\n");
  Write("/sys/fs/cgroup/kubepods/memory.max", "max\n");
  Write("/sys/fs/cgroup/kubepods/pod1/memory.max", "268435456\n");
  Write("/sys/fs/cgroup/kubepods/pod1/container/memory.max", "536870912\n");
  ExpectLimit(256 * kMib, "/sys/fs/cgroup/kubepods/pod1/memory.max");
}

TEST_F(MemoryLimitTest, NoLimitIsThatOfTheMachine) {
  Write("/proc/self/cgroup", "0::/user.slice\n");
  Write("/sys/fs/cgroup/user.slice/memory.max", "max\n");
  ExpectLimit(8192 * kMib, "/proc/meminfo");
}

// A container whose groups have a name space of their own sees itself as the root.
TEST_F(MemoryLimitTest, AContainerIsTheRootOfItsOwn) {
  Write("/proc/self/cgroup", "0::/\n");
  Write("/sys/fs/cgroup/memory.max", "1073741824\n");
  ExpectLimit(1024 * kMib, "/sys/fs/cgroup/memory.max");
}

TEST_F(MemoryLimitTest, Version1) {
  Write("/proc/self/cgroup", "5:cpu,cpuacct:/a\n4:hugetlb,memory:/a/b\n1:name=systemd:/a\n");
  Write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  Write("/sys/fs/cgroup/memory/a/memory.limit_in_bytes", "9223372036854771712\n");
  Write("/sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "536870912\n");
  ExpectLimit(512 * kMib, "/sys/fs/cgroup/memory/a/b/memory.limit_in_bytes");
}

// Its mount is that of the container, and its way begins outside.
TEST_F(MemoryLimitTest, Version1InAContainer) {
  Write("/proc/self/cgroup", "4:memory:/docker/0123\n");
  Write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "536870912\n");
  ExpectLimit(512 * kMib, "/sys/fs/cgroup/memory/memory.limit_in_bytes");
}

TEST_F(MemoryLimitTest, Version1WithoutALimit) {
  Write("/proc/self/cgroup", "4:memory:/\n");
  Write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  ExpectLimit(8192 * kMib, "/proc/meminfo");
}

TEST_F(MemoryLimitTest, BothVersions) {
  Write("/proc/self/cgroup", "4:memory:/a\n0::/b\n");
  Write("/sys/fs/cgroup/memory/a/memory.limit_in_bytes", "1073741824\n");
  Write("/sys/fs/cgroup/unified/b/memory.max", "536870912\n");
  ExpectLimit(512 * kMib, "/sys/fs/cgroup/unified/b/memory.max");
}

TEST_F(MemoryLimitTest, WithoutGroupsTheMachineCounts) {
  ExpectLimit(8192 * kMib, "/proc/meminfo");
  Write("/proc/self/cgroup", "nonsense\n\n7:\n0::\n");
  ExpectLimit(8192 * kMib, "/proc/meminfo");
}

TEST_F(MemoryLimitTest, FilesThatSayNothingArePassedOver) {
  Write("/proc/self/cgroup", "0::/a\n");
  for (const char* text : {"", "-1\n", "0\n", "12 MiB\n", "99999999999999999999999\n"}) {
    Write("/sys/fs/cgroup/a/memory.max", text);
    ExpectLimit(8192 * kMib, "/proc/meminfo");
  }
  std::filesystem::remove(root_ + "/proc/meminfo");
  ExpectLimit(0, "");
}

TEST(MemoryLimitOfThisMachineTest, IsFound) { EXPECT_GT(ReadMemoryLimit().bytes, 16 * kMib); }

}  // namespace
}  // namespace probity
