#include "services/rpc/authenticator.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/tables.h"

namespace probity::rpc {
namespace {

absl::Status Refuse(absl::string_view problem) {
  return NotIdentified(
      absl::StrCat(problem, ": send the metadata \"authorization: Bearer TOKEN\""));
}

bool IsPlainName(absl::string_view text) {
  for (const char c : text) {
    if (!absl::ascii_isalnum(c) && !absl::StrContains("._@:/+-", absl::string_view(&c, 1))) {
      return false;
    }
  }
  return !text.empty() && text.size() <= 128;
}

// authorities/{a}, of one part: names below it are those of what it owns.
bool IsAuthority(absl::string_view text) {
  const bool is_plain = IsPlainName(text);
  return absl::ConsumePrefix(&text, "authorities/") && is_plain && !text.empty() &&
         !absl::StrContains(text, '/');
}

absl::StatusOr<std::pair<std::string, Caller>> ParseLine(absl::string_view line) {
  const std::vector<std::string> words =
      absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (words.size() < 2 || words.size() > 3) {
    return absl::InvalidArgumentError("is not \"TOKEN PRINCIPAL [AUTHORITY]\"");
  }
  if (words[0].size() < 16 || words[0].size() > 256) {
    return absl::InvalidArgumentError("has a token that is not 16 to 256 characters long");
  }
  if (!IsPlainName(words[1])) {
    return absl::InvalidArgumentError(
        "has a principal with other signs than letters, digits and ._@:/+-");
  }
  if (words.size() == 3 && !IsAuthority(words[2])) {
    return absl::InvalidArgumentError("has an authority that is not authorities/{a}");
  }
  return std::make_pair(
      Sha256(words[0]),
      Caller{words[1], words.size() == 3 ? words[2] : std::string(), IdentityKind::kToken});
}

}  // namespace

Authenticator Authenticator::Open() { return Authenticator(nullptr); }

absl::StatusOr<Authenticator> Authenticator::FromText(absl::string_view text) {
  auto callers = std::make_shared<Callers>();
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line[0] == '#') continue;
    auto entry = ParseLine(line);
    if (!entry.ok()) {
      return InvalidField("token_file",
                          absl::StrCat("line ", number, " ", entry.status().message()));
    }
    if (!callers->insert(*std::move(entry)).second) {
      return InvalidField("token_file", absl::StrCat("line ", number, " repeats a token"));
    }
  }
  if (callers->empty()) {
    return InvalidField("token_file", "holds no token, so nobody could call");
  }
  return Authenticator(std::move(callers));
}

absl::StatusOr<Authenticator> Authenticator::FromFile(const std::string& path) {
  if (path.empty()) return Open();
  const auto text = ReadFile(path);
  if (!text.ok()) return text.status();
  return FromText(*text);
}

void Authenticator::Replace(const Authenticator& other) {
  std::atomic_store(&callers_, other.Now());
}

size_t Authenticator::callers() const {
  const std::shared_ptr<const Callers> callers = Now();
  return callers == nullptr ? 0 : callers->size();
}

absl::StatusOr<Caller> Authenticator::Authenticate(
    std::optional<absl::string_view> authorization) const {
  const std::shared_ptr<const Callers> callers = Now();
  if (callers == nullptr) return Caller{kNobody, ""};
  if (!authorization.has_value()) return Refuse("the call carries no token");
  absl::string_view token = *authorization;
  if (!absl::ConsumePrefix(&token, "Bearer ")) return Refuse("the token is not a bearer token");
  const auto found = callers->find(Sha256(token));
  if (found == callers->end()) return Refuse("the token is not known");
  return found->second;
}

absl::StatusOr<Caller> Authenticator::Identify(const grpc::CallbackServerContext& context) const {
  auto authorization = AuthorizationOf(context);
  if (!authorization.ok()) return authorization.status();
  return Authenticate(*authorization);
}

}  // namespace probity::rpc
