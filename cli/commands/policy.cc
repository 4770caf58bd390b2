#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/files.h"
#include "probity/v1/policy_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Policies = v1::PolicyService::Stub;

void List(Session& session) {
  const auto response = session.AskAll(&Policies::ListPolicies, v1::ListPoliciesRequest(),
                                       &v1::ListPoliciesResponse::mutable_policies);
  if (!response || session.PrintedAsJson(*response)) return;
  Table table({"policy", "title", "rules", "", "used as"});
  for (const v1::PolicyVersion& one : response->policies()) {
    table.Add({one.name(), one.title(), absl::StrCat(one.rules()),
               one.shipped() ? "shipped" : absl::StrCat("by ", one.created_by()),
               EnumWords(one.label())});
  }
  session.Print(table);
}

void Get(Session& session, const v1::GetPolicyRequest& request) {
  const auto response = session.Ask(&Policies::GetPolicy, request);
  if (response && !session.PrintedAsJson(*response)) session.out() << response->text();
}

void Create(Session& session, const std::string& path, bool validate_only) {
  auto text = ReadWhole(path);
  if (!text.ok()) return session.Usage(text.status());
  v1::CreatePolicyRequest request;
  request.set_text(*std::move(text));
  request.set_validate_only(validate_only);
  const auto response = session.Ask(&Policies::CreatePolicy, request);
  if (!response || session.PrintedAsJson(*response)) return;
  for (const std::string& warning : response->warnings()) session.Say(warning, Style::kDoubt);
  session.Say(absl::StrCat(validate_only ? "Valid: " : "Made ", response->policy().name(), ", ",
                           response->policy().rules(), " rules of its own"),
              Style::kGood);
}

void PrintResults(Session& session, const v1::TestPolicyResponse& response) {
  Table table({"", "rule", "case", "what came"});
  for (const v1::CaseResult& one : response.results()) {
    if (one.passed()) continue;
    table.Add({Cell("FAILED", Style::kBad), one.rule_id(),
               one.title().empty() ? EnumWords(one.kind()) : one.title(), one.detail()});
  }
  session.Print(table);
  session.Say(absl::StrCat(response.passed(), " passed, ", response.failed(), " failed"),
              response.failed() == 0 ? Style::kGood : Style::kBad);
  for (const std::string& rule : response.rules_without_cases()) {
    session.Say(absl::StrCat("rule without all four kinds of case: ", rule), Style::kDoubt);
  }
}

struct Tested {
  std::string policy, text_file, suite_file;
};

void Test(Session& session, const Tested& tested) {
  v1::TestPolicyRequest request;
  if (tested.text_file.empty() == tested.policy.empty()) {
    return session.Usage(absl::InvalidArgumentError("give --policy or --text"));
  }
  if (!tested.policy.empty()) request.set_name(tested.policy);
  if (!tested.text_file.empty()) {
    auto text = ReadWhole(tested.text_file);
    if (!text.ok()) return session.Usage(text.status());
    request.set_text(*std::move(text));
  }
  auto suite = ReadWhole(tested.suite_file);
  if (!suite.ok()) return session.Usage(suite.status());
  request.set_suite(*std::move(suite));
  const auto response = session.Ask(&Policies::TestPolicy, request);
  if (!response) return;
  session.Finish(response->failed() == 0 ? kExitGood : kExitBad);
  if (!session.PrintedAsJson(*response)) PrintResults(session, *response);
}

void Activate(Session& session, const v1::ActivatePolicyRequest& request) {
  const auto response = session.Ask(&Policies::ActivatePolicy, request);
  if (!response || session.PrintedAsJson(*response)) return;
  session.Say(request.name().empty()
                  ? std::string("There is no candidate now.")
                  : absl::StrCat(response->policy().name(), " is ", EnumWords(request.label())),
              Style::kGood);
}

void AddReading(CLI::App* parent, Session& session) {
  AddCommand(*parent, "list",
             {"List policies, those shipped first",
              "Each with its rules and how your authority uses it.",
              {{"", "probity policy list"}},
              {{0, "done"}},
              {}})
      ->callback([&session] { List(session); });
  auto request = std::make_shared<v1::GetPolicyRequest>();
  Command* get = AddCommand(*parent, "get",
                            {"Print a policy's text",
                             "Byte by byte as it was given.",
                             {{"", "probity policy get eu"}},
                             {{0, "done"}},
                             {}});
  AddParsed(get, "POLICY", "POLICY", &ParsePolicy,
            Into(request, &v1::GetPolicyRequest::mutable_name), "The policy, or one version of it")
      ->required();
  get->callback([&session, request] { Get(session, *request); });
}

void AddMaking(CLI::App* parent, Session& session) {
  for (const bool validate_only : {false, true}) {
    auto path = std::make_shared<std::string>();
    Command* command = AddCommand(
        *parent, validate_only ? "validate" : "create",
        {validate_only ? "Validate a policy's text" : "Make a version of a policy from its text",
         validate_only ? "All faults are shown at once, each with its line."
                       : "A version never changes once it is made.",
         {{"", validate_only ? "probity policy validate national.txtpb"
                             : "probity policy create national.txtpb"}},
         {{0, "done"}, {3, "the server refused: each fault is shown with its line"}},
         {"policy test"}});
    command->add_option("FILE", *path, "The policy as text proto")->type_name(kFile)->required();
    command->callback([&session, path, validate_only] { Create(session, *path, validate_only); });
  }
}

void AddTesting(CLI::App* parent, Session& session) {
  auto tested = std::make_shared<Tested>();
  Command* command =
      AddCommand(*parent, "test",
                 {"Run cases against a policy",
                  "",
                  {{"", "probity policy test --text national.txtpb --suite national.cases.txtpb"}},
                  {{0, "all passed"}, {1, "some failed: what came is printed"}},
                  {}});
  AddParsed(
      command, "--policy", "POLICY", &ParsePolicy,
      [tested](const std::string& name) { tested->policy = name; }, "A policy of the server");
  command->add_option("--text", tested->text_file, "A policy in a file")->type_name(kFile);
  command->add_option("--suite", tested->suite_file, "The cases as text proto")
      ->type_name(kFile)
      ->required();
  command->callback([&session, tested] { Test(session, *tested); });
}

void AddActivating(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::ActivatePolicyRequest>();
  request->set_label(v1::POLICY_LABEL_STABLE);
  Command* command =
      AddCommand(*parent, "activate",
                 {"Let a policy decide for your authority, or stand beside as candidate",
                  "A candidate is evaluated beside the stable policy and never decides; \"policy "
                  "differences\" "
                  "shows what it would change, \"policy preview\" what any policy would.",
                  {{"", "probity policy activate ministry --as stable"}},
                  {{0, "done"}},
                  {}});
  AddParsed(command, "POLICY", "POLICY", &ParsePolicy,
            Into(request, &v1::ActivatePolicyRequest::mutable_name),
            "The policy, or one version of it. Without, --as candidate: none");
  AddEnum<v1::PolicyLabel>(command, "--as", Into(request, &v1::ActivatePolicyRequest::set_label),
                           "As what")
      ->default_str("stable");
  command->callback([&session, request] { Activate(session, *request); });
}

}  // namespace

void AddPolicy(CLI::App& app, Session& session) {
  Command* command =
      AddCommand(app, "policy",
                 {"Make, test and activate procurement policies",
                  "A policy is data: rules with their legal basis, from which a verdict follows.",
                  {{"", "probity policy list"}},
                  {{0, "done"}},
                  {"screen"}});
  command->require_subcommand(1);
  AddReading(command, session);
  AddMaking(command, session);
  AddTesting(command, session);
  AddPolicyComparing(command, session);
  AddActivating(command, session);
}

}  // namespace probity::cli
