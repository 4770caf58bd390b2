#include "services/policy_service/operations.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "policy/suite.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/validate.h"

namespace probity::policy_service {
namespace {

constexpr size_t kMaxSuiteBytes = size_t{4} << 20;

screening::PolicyAuthor AuthorOf(const rpc::CallContext& call) {
  return {call.caller.principal, call.caller.authority, absl::ToUnixMicros(call.received_at)};
}

// The entries of a page out of `all`, which does not change by revision.
template <typename Entry, typename Add>
absl::Status CutPage(const rpc::CallContext& call, const google::protobuf::Message& request,
                     const std::string& token, int page_size, std::vector<Entry>* all,
                     std::string* next, const Add& add) {
  auto size = rpc::PageSize(page_size, rpc::kDefaultPageSize, rpc::kMaxPageSize);
  if (!size.ok()) return size.status();
  const std::string query = rpc::QueryFingerprint(call, request);
  size_t begin = 0;
  if (!token.empty()) {
    auto place = rpc::DecodePageToken(query, token);
    if (!place.ok()) return place.status();
    begin = std::min<size_t>(place->offset, all->size());
  }
  const size_t end = std::min(all->size(), begin + static_cast<size_t>(*size));
  for (size_t i = begin; i < end; ++i) add(std::move((*all)[i]));
  if (end < all->size()) *next = rpc::EncodePageToken(query, {0, end});
  return absl::OkStatus();
}

}  // namespace

absl::Status CreatePolicy(const PolicyShelf& shelf, const rpc::CallContext& call,
                          const v1::CreatePolicyRequest& request,
                          v1::CreatePolicyResponse* response) {
  absl::Status well = rpc::CheckBytes("text", request.text(), kMaxPolicyBytes);
  if (!well.ok()) return well;
  auto made = request.validate_only() ? shelf.book.Check(request.text())
                                      : shelf.book.Create(request.text(), AuthorOf(call));
  if (!made.ok()) return made.status();
  *response->mutable_policy() = std::move(made->version);
  for (std::string& warning : made->warnings) response->add_warnings(std::move(warning));
  return absl::OkStatus();
}

absl::Status GetPolicy(const PolicyShelf& shelf, const rpc::CallContext& call,
                       const v1::GetPolicyRequest& request, v1::GetPolicyResponse* response) {
  auto version = shelf.book.Describe(request.name(), call.caller.authority);
  if (!version.ok()) return version.status();
  auto text = shelf.book.TextOf(version->name());
  if (!text.ok()) return text.status();
  *response->mutable_policy() = *std::move(version);
  response->set_text(*std::move(text));
  return absl::OkStatus();
}

absl::Status ListPolicies(const PolicyShelf& shelf, const rpc::CallContext& call,
                          const v1::ListPoliciesRequest& request,
                          v1::ListPoliciesResponse* response) {
  std::vector<v1::PolicyVersion> all = shelf.book.List(call.caller.authority);
  std::stable_partition(all.begin(), all.end(),
                        [](const v1::PolicyVersion& one) { return one.shipped(); });
  return CutPage(call, request, request.page_token(), request.page_size(), &all,
                 response->mutable_next_page_token(),
                 [response](v1::PolicyVersion one) { *response->add_policies() = std::move(one); });
}

absl::Status TestPolicy(const PolicyShelf& shelf, const rpc::CallContext& call,
                        const v1::TestPolicyRequest& request, v1::TestPolicyResponse* response) {
  absl::Status well = rpc::CheckBytes("suite", request.suite(), kMaxSuiteBytes);
  if (!well.ok()) return well;
  auto policy = PolicyOrText(shelf, request);
  if (!policy.ok()) return policy.status();
  policy::SuiteRun run =
      policy::RunSuite(**policy, request.suite(), [&call] { return call.CheckAlive().ok(); });
  if (absl::Status alive = call.CheckAlive(); !alive.ok()) return alive;
  if (!run.faults.empty()) return PolicyInvalid("suite", policy::FormatFaults(run.faults));
  for (v1::CaseResult& one : run.results) {
    if (one.passed()) {
      response->set_passed(response->passed() + 1);
    } else {
      response->set_failed(response->failed() + 1);
    }
    *response->add_results() = std::move(one);
  }
  for (std::string& rule : run.rules_without_cases) {
    response->add_rules_without_cases(std::move(rule));
  }
  return absl::OkStatus();
}

absl::Status ActivatePolicy(const PolicyShelf& shelf, const rpc::CallContext& call,
                            const v1::ActivatePolicyRequest& request,
                            v1::ActivatePolicyResponse* response) {
  absl::Status done = shelf.book.Activate(request.name(), request.label(), AuthorOf(call));
  if (!done.ok() || request.name().empty()) return done;
  auto version = shelf.book.Describe(request.name(), call.caller.authority);
  if (!version.ok()) return version.status();
  *response->mutable_policy() = *std::move(version);
  return absl::OkStatus();
}

}  // namespace probity::policy_service
