#include "probity/client/options.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "src/configuration.h"

namespace probity::client {
namespace {

constexpr char kResolver[] = "dns:///";

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Throws std::runtime_error: it runs where a token is asked for.
std::string ReadToken(const std::string& path) {
  auto text = ReadFile("token_file", path);
  if (!text.ok()) throw std::runtime_error(text.error().message);
  return std::string(absl::StripAsciiWhitespace(*text));
}

bool IsHost(absl::string_view host) {
  const bool is_v6 = absl::ConsumePrefix(&host, "[") && absl::ConsumeSuffix(&host, "]");
  return !host.empty() &&
         host.find_first_of(is_v6 ? " \t\r\n/[]" : " \t\r\n/[]:") == absl::string_view::npos;
}

}  // namespace

Error Refusal(std::string message) {
  Error error;
  error.code = grpc::StatusCode::INVALID_ARGUMENT;
  error.message = std::move(message);
  error.is_configuration = true;
  return error;
}

Result<std::string> ReadFile(const std::string& option, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  // Fails, and does not throw, where the file is a directory.
  if (text << file.rdbuf()) return text.str();
  return Refusal(absl::StrCat(option, ": ", path, " cannot be read, or is empty"));
}

Result<std::string> HostOf(const std::string& server) {
  absl::string_view left = server;
  absl::ConsumePrefix(&left, kResolver);
  const size_t colon = left.rfind(':');
  int port = 0;
  if (colon != absl::string_view::npos && IsHost(left.substr(0, colon)) &&
      left.find_first_not_of("0123456789", colon + 1) == absl::string_view::npos &&
      absl::SimpleAtoi(left.substr(colon + 1), &port) && port > 0 && port < 65536) {
    return std::string(left.substr(0, colon));
  }
  return Refusal(absl::StrCat("server: \"", server,
                              "\" is not HOST:PORT, such as probity.example.org:7443 or "
                              "[::1]:7443"));
}

bool IsThisMachine(const std::string& host) {
  return host == "localhost" || host == "[::1]" ||
         (absl::StartsWith(host, "127.") &&
          host.find_first_not_of("0123456789.") == std::string::npos);
}

std::optional<Error> CheckToken(const std::string& token) {
  const bool is_visible = std::all_of(token.begin(), token.end(),
                                      [](char letter) { return letter > ' ' && letter < '\x7f'; });
  if (!token.empty() && is_visible) return std::nullopt;
  return Refusal(
      "the token is empty, or has a space, a line's end or a letter outside ASCII in it");
}

Result<std::function<std::string()>> TokenOf(const Options& options) {
  const int ways =
      !options.token.empty() + !options.token_file.empty() + (options.token_source != nullptr);
  if (ways > 1) return Refusal("give one of token, token_file and token_source");
  std::function<std::string()> source = options.token_source;
  if (!options.token_file.empty()) {
    source = [path = options.token_file] { return ReadToken(path); };
  } else if (!options.token.empty()) {
    source = [token = options.token] { return token; };
  }
  if (source == nullptr) return source;
  try {
    if (auto wrong = CheckToken(source()); wrong.has_value()) return *std::move(wrong);
  } catch (const std::exception& fault) {
    return Refusal(fault.what());
  }
  return source;
}

Result<Options> Options::FromEnvironment() {
  Options options;
  options.server = Variable("PROBITY_SERVER");
  if (options.server.empty()) return Refusal("PROBITY_SERVER is not set: the server's HOST:PORT");
  const TlsFiles files = {Variable("PROBITY_CA"), Variable("PROBITY_CERT"),
                          Variable("PROBITY_KEY")};
  if (!files.ca.empty() || !files.cert.empty() || !files.key.empty()) options.tls = files;
  options.token = Variable("PROBITY_TOKEN");
  options.token_file = Variable("PROBITY_TOKEN_FILE");
  return options;
}

}  // namespace probity::client
