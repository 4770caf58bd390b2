#include "services/doctor/probes.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::doctor {
namespace {

using ::testing::HasSubstr;

class ProbesTest : public ::testing::Test {
 protected:
  ProbesTest() { std::filesystem::create_directories(directory_); }
  ~ProbesTest() override { std::filesystem::remove_all(directory_); }

  // A self-signed certificate that ends after `days`, made by openssl(1).
  std::string Certificate(const std::string& name, int days) const {
    const std::string path = absl::StrCat(directory_, "/", name);
    const std::string command =
        absl::StrCat("openssl req -x509 -newkey ed25519 -nodes -subj /CN=test -days ", days,
                     " -keyout ", directory_, "/key.pem -out ", path, " 2>/dev/null");
    EXPECT_EQ(std::system(command.c_str()), 0);
    return path;
  }

  const std::string directory_ = absl::StrCat(::testing::TempDir(), "/doctor.", getpid());
};

TEST_F(ProbesTest, SyncIsMeasuredAndNothingIsLeft) {
  const auto times = MeasureSync(directory_, 20);
  ASSERT_TRUE(times.ok()) << times.status();
  EXPECT_EQ(times->sorted.size(), 20u);
  EXPECT_LE(times->At(0), times->At(0.5));
  EXPECT_LE(times->At(0.5), times->At(1));
  EXPECT_EQ(times->At(1), times->sorted.back());
  EXPECT_TRUE(std::filesystem::is_empty(directory_));
}

TEST_F(ProbesTest, WhatIsNotThereIsNamed) {
  EXPECT_THAT(std::string(MeasureSync("/nowhere", 1).status().message()), HasSubstr("/nowhere"));
  EXPECT_THAT(std::string(ReadVolume("/nowhere").status().message()), HasSubstr("/nowhere"));
  EXPECT_THAT(std::string(CertificateEnd("/nowhere").status().message()), HasSubstr("/nowhere"));
}

TEST_F(ProbesTest, TheVolumeIsThatOfThePath) {
  const auto proc = ReadVolume("/proc");
  ASSERT_TRUE(proc.ok());
  EXPECT_EQ(proc->type, 0x9fa0);
  const auto here = ReadVolume(directory_);
  ASSERT_TRUE(here.ok());
  EXPECT_NE(here->type, proc->type);
  EXPECT_FALSE(here->read_only);
  EXPECT_GT(here->free, 0u);
}

TEST_F(ProbesTest, TheLimitOfFilesIsTheProcesss) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit lower = before;
  lower.rlim_cur = 77;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &lower), 0);
  EXPECT_EQ(OpenFileLimit(), 77u);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
}

TEST_F(ProbesTest, TheFirstCertificateThatEndsCounts) {
  const std::string late = Certificate("late.pem", 400), soon = Certificate("soon.pem", 5);
  const auto one = CertificateEnd(late);
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_EQ((*one - absl::Now() + absl::Hours(12)) / absl::Hours(24), 400);
  const std::string both = directory_ + "/both.pem";
  std::ofstream(both) << std::ifstream(late).rdbuf() << std::ifstream(soon).rdbuf();
  const auto first = CertificateEnd(both);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ((*first - absl::Now() + absl::Hours(12)) / absl::Hours(24), 5);
}

TEST_F(ProbesTest, AFileWithoutCertificateIsRefused) {
  const std::string path = directory_ + "/text.pem";
  std::ofstream(path) << "no certificate\n";
  EXPECT_THAT(std::string(CertificateEnd(path).status().message()),
              HasSubstr("holds no certificate"));
}

}  // namespace
}  // namespace probity::doctor
