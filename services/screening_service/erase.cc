#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "screening/decision/free_texts.h"
#include "services/rpc/limits.h"
#include "services/rpc/validate.h"
#include "services/screening_service/decisions.h"
#include "services/screening_service/operations.h"

namespace probity::screening_service {
namespace {

absl::Status CheckErasure(const v1::ErasePersonalTextsRequest& request) {
  if (absl::StripAsciiWhitespace(request.reason()).empty()) {
    return InvalidField("reason", "is required: it is kept with the decision");
  }
  absl::Status well = rpc::CheckBytes("reason", request.reason(), rpc::kMaxNoteBytes);
  if (!well.ok()) return well;
  const int named = request.digests_size() + request.paths_size();
  return rpc::CheckCount("digests and paths", named, rpc::kMaxErasures);
}

// The path of a subject in the request as its path in the bundle; others as they
// are.
std::string PathIn(const v1::EvidenceBundle& bundle, const std::string& path) {
  for (int i = 0; i < bundle.subjects_size(); ++i) {
    if (bundle.subjects(i).path() == path) return absl::StrCat("subjects[", i, "]");
  }
  return path;
}

bool StandsAt(absl::string_view text_path, absl::string_view path) {
  return text_path == path || absl::StartsWith(text_path, absl::StrCat(path, ".")) ||
         absl::StartsWith(text_path, absl::StrCat(path, "["));
}

// The digests that are meant, each of a text of the decision.
absl::StatusOr<std::set<std::string>> DigestsOf(const v1::ErasePersonalTextsRequest& request,
                                                const v1::EvidenceBundle& bundle) {
  const std::vector<screening::PlacedText> texts = screening::PlacedTexts(bundle);
  std::set<std::string> all, meant;
  for (const screening::PlacedText& text : texts) all.insert(text.digest);
  for (int i = 0; i < request.digests_size(); ++i) {
    if (all.count(request.digests(i)) == 0) {
      return InvalidField(absl::StrCat("digests[", i, "]"), "no text of the decision has it");
    }
    meant.insert(request.digests(i));
  }
  for (int i = 0; i < request.paths_size(); ++i) {
    const std::string path = PathIn(bundle, request.paths(i));
    bool found = false;
    for (const screening::PlacedText& text : texts) {
      if (!StandsAt(text.path, path)) continue;
      meant.insert(text.digest);
      found = true;
    }
    if (!found) return InvalidField(absl::StrCat("paths[", i, "]"), "no text stands there");
  }
  return meant;
}

absl::Status EraseFromLog(const Bench& bench, const rpc::CallContext& call,
                          const v1::ErasePersonalTextsRequest& request,
                          const std::set<std::string>& digests,
                          const std::vector<v1::PersonalText>& texts,
                          v1::ErasePersonalTextsResponse* response) {
  auto erased = bench.log.ErasePersonalTexts(request.name(),
                                             {digests, call.caller.principal, request.reason()});
  if (!erased.ok()) return erased.status();
  response->set_erased(*erased);
  for (const v1::PersonalText& text : texts) {
    const bool gone = text.has_erase_time() || digests.count(text.digest()) > 0;
    response->set_left(response->left() + (gone ? 0 : 1));
  }
  return absl::OkStatus();
}

// An act's texts are whom and what it named.
absl::Status EraseFromAct(const Bench& bench, const rpc::CallContext& call,
                          const v1::ErasePersonalTextsRequest& request,
                          v1::ErasePersonalTextsResponse* response) {
  const auto stored = FindAct(bench, call, request.name());
  if (!stored.ok()) return stored.status();
  if (request.paths_size() > 0) {
    return InvalidField("paths[0]", "an act has no paths: name its texts by their digests");
  }
  std::set<std::string> all;
  for (const v1::PersonalText& text : stored->subjects) all.insert(text.digest());
  for (int i = 0; i < request.digests_size(); ++i) {
    if (all.count(request.digests(i)) > 0) continue;
    return InvalidField(absl::StrCat("digests[", i, "]"), "no text of the act has it");
  }
  const std::set<std::string> digests(request.digests().begin(), request.digests().end());
  return EraseFromLog(bench, call, request, digests, stored->subjects, response);
}

}  // namespace

absl::Status ErasePersonalTexts(const Bench& bench, const rpc::CallContext& call,
                                const v1::ErasePersonalTextsRequest& request,
                                v1::ErasePersonalTextsResponse* response) {
  if (absl::Status well = CheckErasure(request); !well.ok()) return well;
  if (storage::IsActName(request.name())) return EraseFromAct(bench, call, request, response);
  auto stored = FindDecision(bench, call, request.name());
  if (!stored.ok()) return stored.status();
  v1::Decision decision;
  v1::EvidenceBundle bundle;
  if (absl::Status read = ReadDecision(bench, *stored, &decision, &bundle); !read.ok()) return read;
  const auto digests = DigestsOf(request, bundle);
  if (!digests.ok()) return digests.status();
  return EraseFromLog(bench, call, request, *digests, stored->personal_texts, response);
}

}  // namespace probity::screening_service
