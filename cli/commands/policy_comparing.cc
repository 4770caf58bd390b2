// policy preview, policy differences: what another policy would have said of
// decisions that are on record.
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/files.h"
#include "cli/portfolio_text.h"
#include "cli/progress.h"
#include "cli/text.h"
#include "cli/utc_day.h"
#include "cli/verdict_report.h"
#include "probity/v1/policy_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Policies = v1::PolicyService::Stub;
using Rows = google::protobuf::RepeatedPtrField<v1::PolicyDifference>;

constexpr int kDefaultLimit = 10000;

Rows* RowsOf(v1::PreviewPolicyResponse* response) { return response->mutable_flips(); }
Rows* RowsOf(v1::ListPolicyDifferencesResponse* response) {
  return response->mutable_differences();
}

template <typename Response>
int64_t LookedAt(const Response& response) {
  return response.evaluated() + response.not_evaluable();
}

// Rows and counts of all pages, as if they were one.
template <typename Response>
void AddPage(Response page, Response* all) {
  std::map<std::string, int64_t> unmet;
  for (const Response* one : {&std::as_const(page), &std::as_const(*all)}) {
    for (const v1::UnmetNeed& need : one->unmet_needs()) unmet[need.need()] += need.decisions();
  }
  all->clear_unmet_needs();
  for (const auto& [need, decisions] : unmet) {
    v1::UnmetNeed* added = all->add_unmet_needs();
    added->set_need(need);
    added->set_decisions(decisions);
  }
  all->set_evaluated(all->evaluated() + page.evaluated());
  all->set_differing(all->differing() + page.differing());
  all->set_not_evaluable(all->not_evaluable() + page.not_evaluable());
  RowsOf(all)->MergeFrom(*RowsOf(&page));
  all->set_next_page_token(page.next_page_token());
}

// Asks page by page until `limit` decisions were looked at; 0: all. Nothing when a
// call failed: that was said.
template <typename Request, typename Response>
std::optional<Response> AskUpTo(Session& session,
                                grpc::Status (Policies::*method)(grpc::ClientContext*,
                                                                 const Request&, Response*),
                                Request request, int64_t limit) {
  Progress progress(session.console());
  std::optional<Response> all;
  do {
    const int64_t left = limit == 0 ? kPageSize : limit - (all ? LookedAt(*all) : 0);
    request.set_page_size(static_cast<int>(std::min<int64_t>(left, kPageSize)));
    if (all) request.set_page_token(all->next_page_token());
    std::optional<Response> page = session.Ask(method, request);
    if (!page) return std::nullopt;
    if (!all) {
      all = *std::move(page);
    } else {
      AddPage(*std::move(page), &*all);
    }
    progress.Show("evaluating", LookedAt(*all), limit, LookedAt(*all));
  } while (!all->next_page_token().empty() && (limit == 0 || LookedAt(*all) < limit));
  return all;
}

std::string RulesText(const v1::PolicyDifference& one) {
  std::string text;
  for (const std::string& rule : one.appearing_rules()) absl::StrAppend(&text, " +", rule);
  for (const std::string& rule : one.vanishing_rules()) absl::StrAppend(&text, " -", rule);
  return text.empty() ? text : text.substr(1);
}

Cell VerdictCell(v1::Verdict verdict) { return {EnumName(verdict), StyleOf(verdict)}; }

void PrintRows(Session& session, const Rows& rows, const std::string& after) {
  if (rows.empty()) return;
  Table table({"recorded", "supplier", "now", after, "rules", "decision or member"});
  for (const v1::PolicyDifference& one : rows) {
    table.Add({one.member().empty() ? FormatTimestamp(one.recorded_at()) : "member",
               one.display_name().empty() ? one.supplier() : one.display_name(),
               VerdictCell(one.stable_verdict()), VerdictCell(one.candidate_verdict()),
               RulesText(one), one.member().empty() ? one.decision() : one.member()});
  }
  session.Print(table);
}

template <typename Response>
void PrintUnmet(Session& session, const Response& response) {
  if (response.not_evaluable() == 0) return;
  session.Say(absl::StrCat(response.not_evaluable(),
                           " decisions could not be evaluated: the policy reads what they did not "
                           "record. Screen these suppliers with --policy to see."),
              Style::kDoubt);
  for (const v1::UnmetNeed& one : response.unmet_needs()) {
    session.Say(absl::StrCat("  ", one.need(), ": ", one.decisions(), " decisions"));
  }
}

// Of what a flip is made, with how often: "CLEAR to REVIEW: 12".
void PrintSums(Session& session, const Rows& rows) {
  std::map<std::string, int> sums;
  for (const v1::PolicyDifference& one : rows) {
    if (one.stable_verdict() == one.candidate_verdict()) continue;
    ++sums[absl::StrCat(EnumName(one.stable_verdict()), " to ", EnumName(one.candidate_verdict()))];
  }
  for (const auto& [change, count] : sums) session.Say(absl::StrCat("  ", change, ": ", count));
}

struct Previewed {
  std::string policy;  // a file, or a name
  v1::PreviewPolicyRequest request;
  int limit = kDefaultLimit;
};

// No policy has a dot in its id; its version may.
bool IsFile(const std::string& text) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(text, ignored) ||
         (absl::StrContains(text, ".") && !absl::StartsWith(text, "policies/"));
}

void Preview(Session& session, const Previewed& previewed) {
  v1::PreviewPolicyRequest request = previewed.request;
  if (IsFile(previewed.policy)) {
    auto text = ReadWhole(previewed.policy);
    if (!text.ok()) return session.Usage(text.status());
    request.set_text(*std::move(text));
  } else {
    auto name = ParsePolicy(previewed.policy);
    if (!name.ok()) return session.Usage(name.status());
    request.set_name(*std::move(name));
  }
  const auto all = AskUpTo(session, &Policies::PreviewPolicy, request, previewed.limit);
  if (!all) return;
  session.Finish(!all->flips().empty()      ? kExitBad
                 : all->not_evaluable() > 0 ? kExitUndetermined
                                            : kExitGood);
  if (session.PrintedAsJson(*all)) return;
  PrintRows(session, all->flips(), "then");
  std::string line =
      absl::StrCat(all->flips_size(), " of ", all->evaluated(), " verdicts would flip");
  const int64_t others = all->differing() - all->flips_size();
  if (others > 0) absl::StrAppend(&line, "; in ", others, " more, other rules would fire");
  session.Say(line, all->flips().empty() ? Style::kGood : Style::kDoubt);
  PrintSums(session, all->flips());
  PrintUnmet(session, *all);
  if (!all->next_page_token().empty()) session.Say("There are more: raise --limit.");
}

void Differences(Session& session) {
  const auto all =
      AskUpTo(session, &Policies::ListPolicyDifferences, v1::ListPolicyDifferencesRequest(), 0);
  if (!all || session.PrintedAsJson(*all)) return;
  if (all->candidate().empty()) return session.Say("There is no candidate.");
  PrintRows(session, all->differences(), "candidate");
  session.Say(absl::StrCat(all->differing(), " of ", all->evaluated(), " decisions since ",
                           FormatTimestamp(all->candidate_since()), " differ under ",
                           all->candidate()));
  PrintSums(session, all->differences());
  PrintUnmet(session, *all);
}

void AddPreviewOptions(Command* preview, const std::shared_ptr<Previewed>& previewed) {
  preview->add_option("POLICY", previewed->policy, "A file with the text, or a policy by name")
      ->type_name("FILE|POLICY")
      ->required();
  AddParsed(
      preview, "--portfolio", kPortfolio, &ParsePortfolio,
      [previewed](const std::string& name) { previewed->request.set_portfolio(name); },
      "Instead of decisions: the members of this portfolio, decided today");
  AddParsed(
      preview, "--since", kDay, &ParseDay,
      [previewed](const v1::Date& day) {
        *previewed->request.mutable_recorded_from() = StartOfDay(day);
      },
      "Only decisions recorded since the beginning of this day, in UTC");
  AddParsed(
      preview, "--limit", "N", &ParseCount, [previewed](int limit) { previewed->limit = limit; },
      "Most decisions or members that are looked at, newest first; 0: all")
      ->default_str(absl::StrCat(kDefaultLimit));
}

void AddPreview(CLI::App* parent, Session& session) {
  auto previewed = std::make_shared<Previewed>();
  Command* preview = AddCommand(
      *parent, "preview",
      {"Show which recorded verdicts would flip under another policy",
       "Evaluates the policy over the facts that your authority's newest decisions recorded, and "
       "shows those that would come to another verdict: what stands now, what would be then, the "
       "rules that appear (+) and vanish (-). Nothing is recorded and nothing changes. Where the "
       "policy reads facts that were not gathered then, a decision cannot be evaluated and is "
       "counted, with what it lacks.\n\nWith --portfolio its members are decided today, by what "
       "decides for it and by this policy.",
       {{"Before a text becomes a policy", "probity policy preview ministry.txtpb"},
        {"A version of the server, over this year's decisions",
         "probity policy preview ministry --since 2026-01-01 --limit 100000"},
        {"Over those who are watched",
         "probity policy preview ministry.txtpb --portfolio textiles"}},
       {{0, "no verdict would flip"},
        {1, "at least one would"},
        {4, "none would, as far as decisions could be evaluated"}},
       {"policy test", "policy activate", "policy differences"}});
  AddPreviewOptions(preview, previewed);
  preview->callback([&session, previewed] { Preview(session, *previewed); });
}

void AddDifferences(CLI::App* parent, Session& session) {
  AddCommand(*parent, "differences",
             {"Show where the candidate would decide otherwise",
              "Of all decisions since it was made the candidate: what the stable policy says, what "
              "the candidate says, and the rules that appear (+) and vanish (-).",
              {{"", "probity policy differences"}},
              {{0, "done"}},
              {"policy activate", "policy preview"}})
      ->callback([&session] { Differences(session); });
}

}  // namespace

void AddPolicyComparing(CLI::App* parent, Session& session) {
  AddPreview(parent, session);
  AddDifferences(parent, session);
}

}  // namespace probity::cli
