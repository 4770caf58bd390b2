#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/member_adding.h"
#include "cli/portfolio_text.h"
#include "cli/purchase_options.h"
#include "cli/removal_report.h"
#include "cli/verdict_report.h"
#include "probity/v1/portfolio_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Portfolios = v1::PortfolioService::Stub;

void Put(Session& session, v1::PutPortfolioRequest request) {
  v1::PurchaseContext* purchase = request.mutable_portfolio()->mutable_purchase();
  if (purchase->purpose() == v1::PURPOSE_UNSPECIFIED) {
    purchase->set_purpose(v1::PURPOSE_MONITORING);
  }
  NumberParts(purchase);
  const auto response = session.Ask(&Portfolios::PutPortfolio, request);
  if (!response || session.PrintedAsJson(*response)) return;
  session.Say(absl::StrCat(response->portfolio().name(), " is kept"), Style::kGood);
  session.PrintStamp(response->stamp());
}

std::string PolicyText(const v1::Portfolio& portfolio) {
  return portfolio.policy().empty() ? "the active one" : portfolio.policy();
}

void List(Session& session) {
  const auto response = session.AskAll(&Portfolios::ListPortfolios, v1::ListPortfoliosRequest(),
                                       &v1::ListPortfoliosResponse::mutable_portfolios);
  if (!response || session.PrintedAsJson(*response)) return;
  Table table({"portfolio", "title", "buyer", "purpose", "policy", "by"});
  for (const v1::Portfolio& one : response->portfolios()) {
    table.Add({ShortName(one.name()), one.title(), one.purchase().authority_country(),
               EnumWords(one.purchase().purpose()), PolicyText(one), one.set_by()});
  }
  session.Print(table);
  session.PrintStamp(response->stamp());
}

std::string WatchedUpTo(const v1::PortfolioStatus& status) {
  if (status.watched_revision() == 0) return "nothing yet";
  return absl::StrCat("revision ", status.watched_revision(), ", ",
                      FormatDate(status.watched_day()));
}

void Show(Session& session, const v1::GetPortfolioRequest& request) {
  const auto response = session.Ask(&Portfolios::GetPortfolio, request);
  if (!response || session.PrintedAsJson(*response)) return;
  const v1::Portfolio& portfolio = response->portfolio();
  const v1::PortfolioStatus& status = response->status();
  Table table;
  table.Add({"portfolio", portfolio.name()});
  table.AddUnlessEmpty("title", portfolio.title());
  table.Add({"buyer", portfolio.purchase().authority_country()});
  table.Add({"purpose", EnumWords(portfolio.purchase().purpose())});
  table.Add({"policy", PolicyText(portfolio)});
  table.Add(
      {"set by", absl::StrCat(portfolio.set_by(), ", ", FormatTimestamp(portfolio.set_at()))});
  table.Add({"members decided", FormatCount(static_cast<uint64_t>(status.members()))});
  for (const auto& [verdict, count] : {std::pair{v1::VERDICT_CLEAR, status.clear()},
                                       std::pair{v1::VERDICT_REVIEW, status.review()},
                                       std::pair{v1::VERDICT_BLOCK, status.block()}}) {
    table.Add({Cell("  " + EnumName(verdict), StyleOf(verdict)),
               FormatCount(static_cast<uint64_t>(count))});
  }
  table.Add({"weighed up to", WatchedUpTo(status)});
  session.Print(table);
  if (status.stale_sources_size() > 0) {
    session.Say(absl::StrCat(absl::StrJoin(status.stale_sources(), ", "),
                             " too old or missing: every CLEAR counts as REVIEW until loaded"),
                Style::kDoubt);
  }
  session.PrintStamp(response->stamp());
}

void Delete(Session& session, const v1::DeletePortfolioRequest& request) {
  const auto response = session.Ask(&Portfolios::DeletePortfolio, request);
  if (!response || session.PrintedAsJson(*response)) return;
  session.Say(absl::StrCat(request.name(), " and its members are gone"), Style::kGood);
  session.PrintStamp(response->stamp());
}

// How a member was named, for people.
std::string SubjectText(const v1::ScreenedSubject& subject) {
  std::vector<std::string> parts;
  if (!subject.name().empty()) parts.push_back(subject.name());
  const v1::SubjectRef& ref = subject.ref();
  if (ref.has_vendor()) {
    parts.push_back(absl::StrCat("vendor:", FormatVendor(ref.vendor())));
  } else if (subject.has_ref()) {
    parts.push_back(FormatName(ref));
  }
  return absl::StrJoin(parts, ", ");
}

void Members(Session& session, const v1::ListMembersRequest& request) {
  const auto response =
      session.AskAll(&Portfolios::ListMembers, request, &v1::ListMembersResponse::mutable_members);
  if (!response || session.PrintedAsJson(*response)) return;
  Table table({"member", "supplier", "verdict", "valid until", "next look"});
  for (const v1::MemberStatus& one : response->members()) {
    const bool decided = one.has_verdict();
    const std::string& name = one.member().name();
    table.Add({name.substr(name.rfind('/') + 1), SubjectText(one.member().subject()),
               decided ? Cell(DescribeVerdict(one.verdict()), StyleOf(one.verdict().verdict()))
                       : Cell("not decided yet", Style::kDoubt),
               FormatDate(one.verdict().valid_until()), FormatDate(one.due_on())});
  }
  session.Print(table);
  session.PrintStamp(response->stamp());
}

struct Removal {
  v1::RemoveMembersRequest request;
  std::vector<std::string> members;  // as typed
};

void Remove(Session& session, const Removal& removal) {
  v1::RemoveMembersRequest request = removal.request;
  for (const std::string& one : removal.members) {
    // A number of the vendor, or a name that an answer printed.
    const bool whole = one.find("/members/") != std::string::npos;
    request.add_members(whole ? one
                              : absl::StrCat(request.portfolio(), "/members/", MemberId(one)));
  }
  const auto response = session.Ask(&Portfolios::RemoveMembers, request);
  if (!response) return;
  PrintRemovals(session, *response,
                [](const v1::MemberResult& one) { return ShortName(one.name()); });
}

template <typename Request>
void AddName(Command* command, const std::shared_ptr<Request>& request,
             void (Request::*set)(const std::string&)) {
  AddParsed(
      command, kPortfolio, kPortfolio, &ParsePortfolio,
      [request, set](const std::string& name) { ((*request).*set)(name); }, "The portfolio")
      ->required();
}

void AddPut(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::PutPortfolioRequest>();
  const auto portfolio = [request] { return request->mutable_portfolio(); };
  Command* command = AddCommand(
      *parent, "put",
      {"Make a portfolio, or change it",
       "A portfolio says for which buyer, purpose and policy its members are decided. What it was "
       "before is replaced whole; its members stay and are decided again. Without --purpose it "
       "is monitoring: watching suppliers without a purchase.",
       {{"Watch the textile suppliers under the active policy",
         "probity portfolio put textiles --buyer GB --title 'Textiles, framework 2026'"},
        {"Those of a contract, with the certificate that it requires",
         "probity portfolio put uniforms --buyer GB --purpose contract --requires SA8000 "
         "--end 2028-06-30 --policy demo"}},
       {{0, "it is kept"}},
       {"portfolio add", "watch"}});
  AddParsed(
      command, "NAME", kPortfolio, &ParsePortfolio,
      [portfolio](const std::string& name) { portfolio()->set_name(name); },
      "Its name: a-z, 0-9 and -, a letter first")
      ->required();
  AddParsed(
      command, "--title", kText, &ParseText,
      [portfolio](const std::string& title) { portfolio()->set_title(title); }, "Title for people");
  AddParsed(
      command, "--policy", "POLICY", &ParseText,
      [portfolio](const std::string& name) { portfolio()->set_policy(PolicyName(name)); },
      "Policy to decide by; its newest version. Without: the active one of your authority, "
      "whichever it is");
  AddPurchaseOptions(command, [portfolio] { return portfolio()->mutable_purchase(); });
  command->callback([&session, request] { Put(session, *request); });
}

void AddReads(CLI::App* parent, Session& session) {
  Command* list = AddCommand(*parent, "list",
                             {"List your portfolios",
                              "",
                              {{"", "probity portfolio list"}},
                              {{0, "done"}},
                              {"portfolio show"}});
  list->callback([&session] { List(session); });

  auto shown = std::make_shared<v1::GetPortfolioRequest>();
  Command* show = AddCommand(
      *parent, "show",
      {"Show a portfolio and how its members stand",
       "Counts its members by verdict, names lists that are too old, and says up to which "
       "revision and day all of them were weighed. None of it is evidence: before a purchase, "
       "screen.",
       {{"", "probity portfolio show textiles"}},
       {{0, "done"}},
       {"portfolio members", "watch"}});
  AddName(show, shown, &v1::GetPortfolioRequest::set_name);
  show->callback([&session, shown] { Show(session, *shown); });

  auto listed = std::make_shared<v1::ListMembersRequest>();
  Command* members = AddCommand(
      *parent, "members",
      {"List the members of a portfolio and what they are worth now",
       "The verdict is the one the watch last came to, as if every list were fresh; \"portfolio "
       "show\" names those that are not.",
       {{"Whom a person must look at", "probity portfolio members textiles --verdict review"}},
       {{0, "done"}},
       {"portfolio show", "screen"}});
  AddName(members, listed, &v1::ListMembersRequest::set_portfolio);
  AddEnum<v1::Verdict>(
      members, "--verdict", [listed](v1::Verdict one) { listed->set_verdict(one); },
      "Only those with this verdict");
  members->callback([&session, listed] { Members(session, *listed); });
}

void AddAdd(CLI::App* parent, Session& session) {
  auto adding = std::make_shared<MemberAdding>();
  Command* command = AddCommand(
      *parent, "add",
      {"Add suppliers from a file to a portfolio",
       "Each row is a member, named by its vendor number for good: given in again, the file "
       "changes what differs and leaves the rest. Members that are in no row stay. Rows that "
       "cannot be watched are named with their line, and all others are there; of rows with one "
       "vendor number the first is taken.\n\n" +
           VendorFileHelp(),
       {{"The vendors of a purchasing system",
         "probity portfolio add textiles --file vendors.csv --system SAP-PRD --company 1000"},
        {"A file with headings of its own",
         "probity portfolio add textiles --file lfa1.csv --column vendor_number=LIFNR "
         "--column name=NAME1 --column country=LAND1"}},
       {{0, "all rows are members"}, {1, "rows were refused"}},
       {"portfolio members", "watch", "screen"}});
  AddParsed(
      command, kPortfolio, kPortfolio, &ParsePortfolio,
      [adding](const std::string& name) { adding->portfolio = name; }, "The portfolio")
      ->required();
  const std::shared_ptr<VendorFile> file(adding, &adding->file);
  command
      ->add_option("--file", file->table.path,
                   "The suppliers: CSV with a line of headings, or "
                   "JSON lines; - for standard input")
      ->type_name(kFile)
      ->required();
  AddVendorFileOptions(command, file);
  command->callback([&session, adding] { AddMembers(session, *adding); });
}

void AddEnds(CLI::App* parent, Session& session) {
  auto removal = std::make_shared<Removal>();
  Command* remove = AddCommand(*parent, "remove",
                               {"Take members out of a portfolio",
                                "They are watched no longer; what they were stays on record.",
                                {{"", "probity portfolio remove textiles 0004711 0004712"}},
                                {{0, "all are gone"}, {1, "one was no member"}},
                                {"portfolio members"}});
  AddParsed(
      remove, kPortfolio, kPortfolio, &ParsePortfolio,
      [removal](const std::string& name) { removal->request.set_portfolio(name); }, "The portfolio")
      ->required();
  OneOrMore(AddParsed(
                remove, "MEMBER", kText, &ParseText,
                [removal](const std::string& one) { removal->members.push_back(one); },
                "Vendor numbers, or names of members"))
      ->required();
  remove->callback([&session, removal] { Remove(session, *removal); });

  auto deleted = std::make_shared<v1::DeletePortfolioRequest>();
  Command* end = AddCommand(*parent, "delete",
                            {"Remove a portfolio with its members",
                             "Its members are watched no longer; its events and its past stay on "
                             "record.",
                             {{"", "probity portfolio delete textiles"}},
                             {{0, "it is gone"}},
                             {"portfolio list"}});
  AddName(end, deleted, &v1::DeletePortfolioRequest::set_name);
  end->callback([&session, deleted] { Delete(session, *deleted); });
}

}  // namespace

void AddPortfolio(CLI::App& app, Session& session) {
  Command* command = AddCommand(
      app, "portfolio",
      {"Keep portfolios of suppliers that are watched",
       "Members of a portfolio are decided again whenever something changes that they rest on: "
       "lists, certificates, judgements, the policy, the day. \"probity watch\" tells of each "
       "verdict that differs. Portfolios are your authority's: no other sees them.",
       {{"", "probity portfolio list"}},
       {{0, "done"}},
       {"watch", "screen", "vendor"}});
  command->require_subcommand(1);
  AddPut(command, session);
  AddReads(command, session);
  AddAdd(command, session);
  AddEnds(command, session);
}

}  // namespace probity::cli
