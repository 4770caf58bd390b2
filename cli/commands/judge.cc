#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/judged_subject.h"
#include "cli/retry_option.h"
#include "cli/review_options.h"
#include "cli/worksheet_judging.h"
#include "probity/v1/review_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Reviews = v1::ReviewService::Stub;

std::string StateText(const v1::Judgement& one) {
  std::string text = EnumWords(one.state());
  if (one.reopening() != v1::JUDGEMENT_REOPENING_UNSPECIFIED) {
    absl::StrAppend(&text, ": ", EnumWords(one.reopening()));
  }
  return text;
}

void Judge(Session& session, const v1::CreateJudgementRequest& request) {
  if (!request.judgement().has_subject()) {
    return session.Usage(absl::InvalidArgumentError("give --subject, or --name for a question"));
  }
  const auto response = session.Ask(&Reviews::CreateJudgement, request);
  if (!response || session.PrintedAsJson(*response)) return;
  const v1::Judgement& made = response->judgement();
  session.Say(absl::StrCat(made.name(), response->stood_already() ? " stands already" : " stands",
                           ", by ", made.judged_by()),
              Style::kGood);
  session.PrintStamp(response->stamp());
}

void Withdraw(Session& session, const v1::WithdrawJudgementRequest& request) {
  const auto response = session.Ask(&Reviews::WithdrawJudgement, request);
  if (!response || session.PrintedAsJson(*response)) return;
  session.Say(absl::StrCat(request.name(), " is withdrawn"), Style::kGood);
}

void List(Session& session, const v1::ListJudgementsRequest& request) {
  const auto response = session.AskAll(&Reviews::ListJudgements, request,
                                       &v1::ListJudgementsResponse::mutable_judgements);
  if (!response || session.PrintedAsJson(*response)) return;
  Table table({"judgement", "subject", "", "record", "state", "by", "why"});
  for (const v1::Judgement& one : response->judgements()) {
    table.Add({one.name(), JudgedText(one.subject()), EnumName(one.outcome()), one.source_record(),
               Cell(StateText(one),
                    one.state() == v1::JUDGEMENT_STATE_STANDING ? Style::kGood : Style::kDoubt),
               one.judged_by(), one.reason()});
  }
  session.Print(table);
  session.PrintStamp(response->stamp());
}

// judge is, judge is-not.
void AddOutcome(CLI::App* parent, Session& session, const std::string& name,
                v1::JudgementOutcome outcome, const Manual& manual) {
  auto request = std::make_shared<v1::CreateJudgementRequest>();
  request->mutable_judgement()->set_outcome(outcome);
  const std::shared_ptr<v1::Judgement> judgement(request, request->mutable_judgement());
  const auto query = [judgement] { return judgement->mutable_subject()->mutable_query(); };
  Command* command = AddCommand(*parent, name, manual);
  AddParsed(command, "RECORD", kRecord, &ParseText,
            Into(judgement, &v1::Judgement::mutable_source_record),
            "The record with the like name, as \"probity screen\" shows it")
      ->required();
  AddParsed(command, "--subject", kSubject, &ParseJudged,
            Into(judgement, &v1::Judgement::mutable_subject),
            "Whom it is compared with: a supplier, a vendor number or an identifier");
  AddParsed(
      command, "--name", kText, &ParseText,
      [query](const std::string& one) { query()->set_name(one); },
      "Instead of a subject: the name that was asked");
  AddParsed(
      command, "--country", kCountry, &ParseCountry,
      [query](const std::string& one) { query()->set_country(one); },
      "With --name: the country that was asked");
  AddEnum<v1::PartyKind>(
      command, "--kind", [query](v1::PartyKind one) { query()->set_kind(one); },
      "With --name: the kind that was asked");
  AddReason(command, judgement);
  command->callback([&session, request] { Judge(session, *request); });
}

void AddOutcomes(CLI::App* parent, Session& session) {
  AddOutcome(parent, session, "is", v1::JUDGEMENT_OUTCOME_IS,
             {"Say that a record is about the subject",
              "From now on the record's facts count as the subject's own, for your authority.",
              {{"",
                "probity judge is datasets/ofac/records/1234 --subject "
                "vendor:SAP-PRD/1000/0004711 --reason 'same director and address'"}},
              {{0, "it stands"}},
              {"judge is-not", "judge withdraw"}});
  AddOutcome(parent, session, "is-not", v1::JUDGEMENT_OUTCOME_IS_NOT,
             {"Say that a record is about somebody else",
              "Screenings of the subject show it no more, until what identifies one of both "
              "changes.",
              {{"",
                "probity judge is-not datasets/ofac/records/1234 --name 'Example Textiles' "
                "--country IN --reason 'born in another year'"}},
              {{0, "it stands"}},
              {"judge is", "judge list"}});
}

void AddWithdraw(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::WithdrawJudgementRequest>();
  Command* command =
      AddCommand(*parent, "withdraw",
                 {"Take a judgement back",
                  "The judgement stays on record, with who took it back and why.",
                  {{"", "probity judge withdraw authorities/a/judgements/0 --reason 'new papers'"}},
                  {{0, "it is withdrawn"}},
                  {"judge list"}});
  AddEntryName(command, "JUDGEMENT", request, "Its name");
  AddReason(command, request);
  command->callback([&session, request] { Withdraw(session, *request); });
}

void AddList(CLI::App* parent, Session& session) {
  auto request = std::make_shared<v1::ListJudgementsRequest>();
  Command* command = AddCommand(
      *parent, "list",
      {"List judgements and what they are worth",
       "Standing: screenings use it. Reopened: what identifies one of both has changed, and the "
       "match is shown again.",
       {{"What a person must look at again", "probity judge list --state reopened"}},
       {{0, "done"}},
       {"judge is", "judge is-not"}});
  AddParsed(command, "--subject", kSubject, &ParseJudged,
            Into(request, &v1::ListJudgementsRequest::mutable_subject), "Only about this one");
  AddParsed(command, "--record", kRecord, &ParseText,
            Into(request, &v1::ListJudgementsRequest::mutable_source_record),
            "Only of this record");
  AddState<v1::JudgementState>(command, request);
  command->callback([&session, request] { List(session, *request); });
}

// judge --file.
void AddWorksheet(Command* command, Session& session) {
  auto options = std::make_shared<WorksheetJudging>();
  const std::shared_ptr<VendorFile> file(options, &options->file);
  command
      ->add_option("--file", file->table.path,
                   "A worksheet with decision (IS or IS_NOT) and reason filled in; options that "
                   "\"probity match\" was given for its file must be given again")
      ->type_name(kFile);
  AddVendorFileOptions(command, file);
  command
      ->add_option("--out", options->out,
                   "File for what came of each row that was decided. Without: standard output")
      ->type_name(kFile);
  AddRetry(command, options);
  command->callback([&session, command, options] {
    if (!command->get_subcommands().empty()) return;
    if (options->file.table.path.empty()) {
      return session.Usage(absl::InvalidArgumentError("a command or --file is required"));
    }
    JudgeWorksheet(session, *options);
  });
}

}  // namespace

void AddJudge(CLI::App& app, Session& session) {
  Command* command = AddCommand(
      app, "judge",
      {"Say who a like name is, once",
       "A judgement is reused by every later screening of your authority. Who judged is "
       "recorded; one who wants to say the opposite withdraws it first.\n\nA worksheet is read "
       "row by row: an empty decision leaves its row open, and what a spreadsheet or a "
       "second person did to a row is said there. Given again, it changes nothing.",
       {{"A worksheet of \"probity match\", filled in",
         "probity judge --file worksheet.csv --out judged.csv"}},
       {{0, "all rows of the worksheet are judged"},
        {4, "rows are open, gone or refused: each that is refused says why"}},
       {"screen", "match", "vendor"}});
  command->require_subcommand(0, 1);
  AddWorksheet(command, session);
  AddOutcomes(command, session);
  AddWithdraw(command, session);
  AddList(command, session);
}

}  // namespace probity::cli
