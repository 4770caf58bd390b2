// A real server to test against, as clients/testing/real_server.py starts it: with what its world
// holds, over mTLS or with tokens on loopback; or a sandbox. Its programs are those of
// PROBITY_BUILD.
#ifndef PROBITY_CLIENT_TESTS_WORLD_H_
#define PROBITY_CLIENT_TESTS_WORLD_H_

#include <sys/types.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "probity/client/client.h"

namespace probity::client {

// For what takes a second on an idle machine.
inline constexpr std::chrono::seconds kPatience(120);
inline constexpr char kToken[] = "a-token-that-no-server-knows";
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

// Makes an authority in a new folder, and what it issues: lines of scripts/certificates.sh, as
// "issue ca NAME NAMES USE", or "ended NAME NAMES USE" for a certificate that is no longer good.
void MakeCertificates(const std::string& folder, const Words& issued);

// A folder that ends with it. Throws std::runtime_error.
class Folder {
 public:
  Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder();

  std::string Path(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// A server with a folder of its own; both end with it. Throws std::runtime_error.
class World {
 public:
  // mTLS: "erp" may do everything, "reader" reads, "poor" has a small budget, "old" has a
  // certificate that has ended. "rogue/" in its folder is another authority's.
  static World WithCertificates() { return World("mtls"); }
  // Whoever has the token in "erp.token" may do everything.
  static World WithToken() { return World("token"); }
  static World Sandbox() { return World("sandbox"); }

  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  std::string address() const { return told_.at("address"); }
  std::string Path(const std::string& name) const;
  Options OptionsOf(const std::string& who) const;
  Client ClientOf(const std::string& who) const;
  // Ends the server as an operator does, and starts it on the same port.
  void Restart() const { Command({"restart"}); }
  // As if its machine were slow, until GoOn().
  void Pause() const { Command({"pause"}); }
  void GoOn() const { Command({"go_on"}); }
  // Runs the command line; what it prints. The first throws where it fails.
  std::string Probity(const Words& words) const;
  Ran Try(const Words& words) const;

 private:
  explicit World(const char* kind);
  nlohmann::json Command(const Words& words) const;
  nlohmann::json Answer() const;

  pid_t script_ = 0;
  FILE* commands_ = nullptr;
  FILE* answers_ = nullptr;
  nlohmann::json told_;
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
