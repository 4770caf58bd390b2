// A real server to test against: a register, a firm that is barred and a policy, over mTLS, with
// tokens on loopback, or as the sandbox. PROBITY_BUILD is the build folder that holds
// services/probityd and cli/probity.
#ifndef PROBITY_CLIENT_TESTS_WORLD_H_
#define PROBITY_CLIENT_TESTS_WORLD_H_

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "probity/client/client.h"

namespace probity::client {

// For what takes a second on an idle machine.
inline constexpr std::chrono::seconds kPatience(120);
inline constexpr char kToken[] = "token-of-the-purchasing-system";
// Of GB-COH.
inline constexpr char kGood[] = "04830352", kBad[] = "01234567";

using Words = std::vector<std::string>;

// What a program printed, and how it ended.
struct Ran {
  int code = 0;
  std::string out;
};
// `errors`: whether what it says on standard error is taken too.
Ran RunProgram(const Words& words, bool errors = true);

std::string ReadAll(const std::string& path);
void WriteAll(const std::string& path, const std::string& text);
// A file of the project.
std::string ProjectFile(const std::string& path);

// A folder of its own, and a server that ends with it. Throws std::runtime_error.
class World {
 public:
  // mTLS: "erp" may do everything, "reader" reads, "poor" has a small budget, "late" has a
  // certificate that has ended.
  static World WithCertificates();
  // Whoever has kToken may do everything.
  static World WithToken();
  static World Sandbox();
  // Certificates of an authority and no server.
  static World Folder() { return World(); }

  World(World&& other) noexcept;
  ~World();

  const std::string& address() const { return address_; }
  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  Options OptionsOf(const std::string& who) const;
  Client ClientOf(const std::string& who) const;
  // Makes an authority in a folder, and what it issues: lines of scripts/certificates.sh, or
  // "ended NAME NAMES USE" for a certificate that is no longer good.
  void MakeCertificates(const std::string& folder, const Words& issued) const;
  // Ends the server as an operator does, and starts it on the same port.
  void Restart();
  void Signal(int signal) const;
  // Runs the command line; what it prints. The first throws where it fails.
  std::string Probity(const Words& words) const;
  Ran Try(const Words& words) const;

 private:
  World();
  void Begin(const std::string& listen);
  void End();
  void Fill();

  std::string folder_, address_;
  Words options_, caller_;
  bool is_sandbox_ = false;
  pid_t process_ = 0;
};

// A client that must come about.
Client ConnectTo(const Options& options);
v1::PurchaseContext Purchase();
v1::ScreenSupplierRequest Asking(const v1::ScreenedSubject& subject);
Result<v1::ScreenSupplierResponse> Screen(const Client& client, const v1::ScreenedSubject& subject);
// A firm of GB-COH by number and name.
v1::ScreenedSubject Named(const std::string& number, const std::string& name);
// Today, UTC, and days from then.
v1::Date DayFromNow(int days);

}  // namespace probity::client

#endif  // PROBITY_CLIENT_TESTS_WORLD_H_
