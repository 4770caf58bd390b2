#include "services/server/notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>

#include "gtest/gtest.h"

namespace probity::server {
namespace {

// What a supervisor hears at a socket of a path.
class Supervisor {
 public:
  explicit Supervisor(const std::string& path) : path_(path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    unlink(path.c_str());
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  }
  ~Supervisor() {
    close(socket_);
    unlink(path_.c_str());
  }
  std::string Hear() const {
    std::array<char, 100> text{};
    const ssize_t size = recv(socket_, text.data(), text.size(), 0);
    return size < 0 ? "nothing" : std::string(text.data(), size);
  }

 private:
  const std::string path_;
  const int socket_ = socket(AF_UNIX, SOCK_DGRAM, 0);
};

TEST(NotifyTest, TheSupervisorHearsTheState) {
  const std::string path = "/tmp/probity-notify-test." + std::to_string(getpid());
  const Supervisor supervisor(path);
  ASSERT_TRUE(Notify(path, "READY=1"));
  EXPECT_EQ(supervisor.Hear(), "READY=1");
}

TEST(NotifyTest, NobodyListensAndNothingBreaks) {
  EXPECT_FALSE(Notify("", "READY=1"));
  EXPECT_FALSE(Notify("/nowhere/socket", "READY=1"));
  EXPECT_FALSE(Notify("@probity-nobody-has-this", "READY=1"));
  EXPECT_FALSE(Notify(std::string(500, 'a'), "READY=1"));
}

}  // namespace
}  // namespace probity::server
