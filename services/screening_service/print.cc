#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "screening/print/print_decision.h"
#include "services/screening_service/operations.h"

namespace probity::screening_service {

absl::Status PrintDecision(const Bench& bench, const rpc::CallContext& call,
                           const v1::PrintDecisionRequest& request,
                           v1::PrintDecisionResponse* response) {
  const std::string language = request.language().empty() ? "en" : request.language();
  if (!bench.texts.Has(language)) {
    return InvalidField("language", absl::StrCat("\"", language, "\" has no texts; give one of ",
                                                 bench.texts.Languages()));
  }
  if (!v1::Audience_IsValid(request.audience())) {
    return InvalidField("audience", "is not known; give OFFICER, SUPPLIER or AUDITOR");
  }
  v1::GetDecisionRequest asked;
  asked.set_name(request.name());
  v1::GetDecisionResponse found;
  absl::Status got = GetDecision(bench, call, asked, &found);
  if (!got.ok()) return got;
  const std::vector<v1::PersonalText> personal(found.personal().begin(), found.personal().end());
  response->set_text(screening::PrintDecision(bench.texts, language, request.audience(),
                                              {found.decision(), found.bundle(), personal}));
  return absl::OkStatus();
}

}  // namespace probity::screening_service
