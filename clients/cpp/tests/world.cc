#include "world.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"

namespace probity::client {
namespace {

// Issues what has ended since yesterday: name, alternative names, use.
constexpr char kEnded[] = R"(
ended() {
  issue ca "$@"
  openssl x509 -req -in "$certificates/$1.csr" -CA "$certificates/ca.pem" \
    -CAkey "$certificates/ca.key" -CAcreateserial -days -1 -out "$certificates/$1.pem" \
    -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=%s\n' "$2" "$3") 2>/dev/null
}
)";
constexpr char kListens[] = " listens on ";

std::string Program(const std::string& name) {
  const char* build = std::getenv("PROBITY_BUILD");
  return absl::StrCat(build == nullptr ? ProjectFile("build/release") : build, "/", name);
}

// What the tests of all clients hold.
std::string SharedFile(const std::string& name) {
  return ProjectFile("clients/testing/world/" + name);
}

std::string Quoted(const std::string& word) {
  return absl::StrCat("'", absl::StrReplaceAll(word, {{"'", "'\\''"}}), "'");
}

// Becomes the program, with standard output into `out` and standard error into a file.
[[noreturn]] void Become(const Words& words, int out, const std::string& log) {
  dup2(out, STDOUT_FILENO);
  dup2(open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600), STDERR_FILENO);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

// The first line that says where it listens; empty: it ended first.
std::string AddressIn(int descriptor) {
  FILE* lines = fdopen(descriptor, "r");
  char* line = nullptr;
  size_t size = 0;
  std::string address;
  while (address.empty() && getline(&line, &size, lines) > 0) {
    const std::string text(line);
    const size_t at = text.find(kListens);
    if (at != std::string::npos) address = text.substr(at + sizeof(kListens) - 1);
    while (!address.empty() && address.back() == '\n') address.pop_back();
  }
  free(line);
  // The pipe stays open as long as the tests: a server that says more must not be ended by it.
  return address;
}

}  // namespace

Ran RunProgram(const Words& words, bool errors) {
  std::string line;
  for (const std::string& word : words) absl::StrAppend(&line, Quoted(word), " ");
  line += errors ? "2>&1" : "2>/dev/null";
  FILE* pipe = popen(line.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("popen failed");
  Ran ran;
  char buffer[4096];
  for (size_t read; (read = fread(buffer, 1, sizeof(buffer), pipe)) > 0;) {
    ran.out.append(buffer, read);
  }
  const int status = pclose(pipe);
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw std::runtime_error(path + " cannot be read");
  return text.str();
}

void WriteAll(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  if (!file.flush()) throw std::runtime_error(path + " cannot be written");
}

std::string ProjectFile(const std::string& path) { return absl::StrCat(PROBITY_ROOT, "/", path); }

World::World() {
  std::string name = "/tmp/probity-client-cpp-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  folder_ = name;
}

World::World(World&& other) noexcept
    : folder_(std::exchange(other.folder_, "")),
      address_(std::move(other.address_)),
      options_(std::move(other.options_)),
      caller_(std::move(other.caller_)),
      is_sandbox_(other.is_sandbox_),
      process_(std::exchange(other.process_, 0)) {}

World::~World() {
  End();
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

World World::WithCertificates() {
  World world;
  world.MakeCertificates(".", {"issue ca server DNS:localhost,IP:127.0.0.1 serverAuth",
                               "issue ca erp URI:spiffe://example.org/erp clientAuth",
                               "issue ca reader URI:spiffe://example.org/reader clientAuth",
                               "issue ca poor URI:spiffe://example.org/poor clientAuth",
                               "ended late URI:spiffe://example.org/erp clientAuth"});
  WriteAll(world.Path("access.textproto"), ReadAll(SharedFile("access.textproto")));
  WriteAll(world.Path("probityd.textproto"),
           absl::StrReplaceAll(ReadAll(SharedFile("mtls.textproto")), {{"FOLDER", world.folder_}}));
  world.options_ = {"--config", world.Path("probityd.textproto")};
  world.caller_ = {"--ca",  world.Path("ca.pem"), "--cert", world.Path("erp.pem"),
                   "--key", world.Path("erp.key")};
  world.Begin("127.0.0.1:0");
  world.Fill();
  return world;
}

World World::WithToken() {
  World world;
  WriteAll(world.Path("tokens"), absl::StrCat(kToken, " erp authorities/ministry\n"));
  WriteAll(world.Path("erp.token"), absl::StrCat(kToken, "\n"));
  world.options_ = {"--token_file", world.Path("tokens")};
  world.caller_ = {"--token_file", world.Path("erp.token")};
  world.Begin("127.0.0.1:0");
  world.Fill();
  return world;
}

World World::Sandbox() {
  World world;
  world.is_sandbox_ = true;
  world.options_ = {"--sandbox", "--tables_dir", ProjectFile("data")};
  world.Begin("127.0.0.1:0");
  return world;
}

Options World::OptionsOf(const std::string& who) const {
  Options options;
  options.server = address_;
  options.tls = TlsFiles{Path("ca.pem"), Path(who + ".pem"), Path(who + ".key")};
  return options;
}

Client World::ClientOf(const std::string& who) const { return ConnectTo(OptionsOf(who)); }

void World::MakeCertificates(const std::string& folder, const Words& issued) const {
  std::string script = absl::StrCat(
      "set -e\ncertificates=", Quoted(Path(folder)), "\nmkdir -p \"$certificates\"\nsource ",
      Quoted(ProjectFile("scripts/certificates.sh")), "\n", kEnded, "authority ca\n");
  for (const std::string& one : issued) absl::StrAppend(&script, one, "\n");
  const Ran ran = RunProgram({"bash", "-c", script});
  if (ran.code != 0) throw std::runtime_error("no certificates: " + ran.out);
}

void World::Begin(const std::string& listen) {
  Words words = {Program("services/probityd"), "--listen", listen, "--log_level", "warning"};
  if (!is_sandbox_) words.insert(words.end(), {"--data_dir", Path("data")});
  words.insert(words.end(), options_.begin(), options_.end());
  int out[2];
  if (pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
  process_ = fork();
  if (process_ == 0) Become(words, out[1], Path("log"));
  close(out[1]);
  address_ = AddressIn(out[0]);
  if (address_.empty()) {
    throw std::runtime_error(absl::StrCat(words[0], " does not listen; build the server, or set ",
                                          "PROBITY_BUILD\n", ReadAll(Path("log"))));
  }
}

void World::End() {
  if (process_ == 0) return;
  kill(process_, SIGCONT);
  kill(process_, SIGTERM);
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (waitpid(process_, nullptr, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > until) kill(process_, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  process_ = 0;
}

void World::Restart() {
  End();
  Begin(address_);
}

void World::Signal(int signal) const { kill(process_, signal); }

void World::Fill() {
  Probity(
      {"dataset", "create", "reg", "--title", "Register", "--absence", "retracted", "--invented"});
  Probity({"import", "--dataset", "reg", "--format", "probity-csv", SharedFile("register.csv"),
           SharedFile("flags.csv")});
  Probity({"policy", "create", SharedFile("ministry.txtpb")});
  Probity({"policy", "activate", "ministry"});
}

Ran World::Try(const Words& words) const {
  Words line = {Program("cli/probity"), "--server", address_};
  line.insert(line.end(), caller_.begin(), caller_.end());
  line.insert(line.end(), words.begin(), words.end());
  return RunProgram(line, false);
}

std::string World::Probity(const Words& words) const {
  const Ran ran = Try(words);
  if (ran.code != 0) {
    throw std::runtime_error(absl::StrCat("probity ", words[0], ": ", ran.code, "\n", ran.out));
  }
  return ran.out;
}

Client ConnectTo(const Options& options) { return Client::Connect(options).value(); }

v1::PurchaseContext Purchase() {
  v1::PurchaseContext purchase;
  purchase.set_authority_country("GB");
  purchase.set_purpose(v1::PURPOSE_QUALIFICATION);
  purchase.set_no_other_parties(true);
  return purchase;
}

v1::ScreenSupplierRequest Asking(const v1::ScreenedSubject& subject) {
  v1::ScreenSupplierRequest request;
  *request.mutable_subject() = subject;
  *request.mutable_purchase() = Purchase();
  return request;
}

Result<v1::ScreenSupplierResponse> Screen(const Client& client,
                                          const v1::ScreenedSubject& subject) {
  return client.Call(&Screening::ScreenSupplier, Asking(subject));
}

v1::ScreenedSubject Named(const std::string& number, const std::string& name) {
  v1::ScreenedSubject subject = ByIdentifier("GB-COH", number);
  subject.set_name(name);
  return subject;
}

v1::Date DayFromNow(int days) {
  const std::time_t at = std::time(nullptr) + static_cast<std::time_t>(days) * 24 * 60 * 60;
  std::tm day{};
  gmtime_r(&at, &day);
  v1::Date date;
  date.set_year(day.tm_year + 1900);
  date.set_month(day.tm_mon + 1);
  date.set_day(day.tm_mday);
  return date;
}

}  // namespace probity::client
