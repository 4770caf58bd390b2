#include "world.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

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

std::string Quoted(const std::string& word) {
  return absl::StrCat("'", absl::StrReplaceAll(word, {{"'", "'\\''"}}), "'");
}

// Becomes the program, with these as standard input and output.
[[noreturn]] void Become(const Words& words, int in, int out) {
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  _exit(127);
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

void MakeCertificates(const std::string& folder, const Words& issued) {
  std::string script =
      absl::StrCat("set -e\ncertificates=", Quoted(folder), "\nmkdir -p \"$certificates\"\nsource ",
                   Quoted(ProjectFile("scripts/certificates.sh")), "\n", kEnded, "authority ca\n");
  for (const std::string& one : issued) absl::StrAppend(&script, one, "\n");
  const Ran ran = RunProgram({"bash", "-c", script});
  if (ran.code != 0) throw std::runtime_error("no certificates: " + ran.out);
}

Folder::Folder() : path_("/tmp/probity-client-cpp-XXXXXX") {
  if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

World::World(const char* kind) {
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) {
    throw std::runtime_error("pipe failed");
  }
  const Words words = {"python3", ProjectFile("clients/testing/real_server.py"), kind};
  script_ = fork();
  if (script_ == 0) Become(words, in[0], out[1]);
  close(in[0]);
  close(out[1]);
  commands_ = fdopen(in[1], "w");
  answers_ = fdopen(out[0], "r");
  told_ = Answer();
}

World::~World() {
  fclose(commands_);  // The script ends the server, and then itself.
  waitpid(script_, nullptr, 0);
  fclose(answers_);
}

nlohmann::json World::Answer() const {
  char* line = nullptr;
  size_t size = 0;
  const ssize_t length = getline(&line, &size, answers_);
  const std::string text(line, length > 0 ? static_cast<size_t>(length) : 0);
  free(line);
  if (text.empty()) throw std::runtime_error("real_server.py has ended; standard error says why");
  return nlohmann::json::parse(text);
}

nlohmann::json World::Command(const Words& words) const {
  fputs((nlohmann::json(words).dump() + "\n").c_str(), commands_);
  fflush(commands_);
  return Answer();
}

std::string World::Path(const std::string& name) const {
  return absl::StrCat(told_.at("folder").get<std::string>(), "/", name);
}

Options World::OptionsOf(const std::string& who) const {
  Options options;
  options.server = address();
  options.tls = TlsFiles{Path("tls/ca.pem"), Path(absl::StrCat("tls/", who, ".pem")),
                         Path(absl::StrCat("tls/", who, ".key"))};
  return options;
}

Client World::ClientOf(const std::string& who) const { return ConnectTo(OptionsOf(who)); }

Ran World::Try(const Words& words) const {
  Words line = {"probity"};
  line.insert(line.end(), words.begin(), words.end());
  const nlohmann::json ran = Command(line);
  return {ran.at("code"), ran.at("out")};
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
