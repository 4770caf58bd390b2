#include "cli/app.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/completion.h"
#include "cli/help.h"

namespace probity::cli {
namespace {

constexpr char kPurpose[] = "Ask whether you may buy this, from this supplier, today";
constexpr char kDescription[] =
    "probity asks a probityd server who a supplier is, whether its certifications and audits hold "
    "for a site, a product and a day, and which labour-risk facts are on record, and loads the "
    "lists that the answers stand on. Every answer names its sources and the revision of the data "
    "that it was read from.\n\n"
    "Not found never means clear, and being on no list is not guilt: each command says what was "
    "searched.";

Manual RootManual() {
  return {kPurpose,
          kDescription,
          {{"Who carries this company number?", "probity lookup GB-COH:04830352"},
           {"Does a certificate cover cotton fabric from this site on the day of award?",
            "probity check-cert --subject GB-COH:04830352 --scheme SA8000 "
            "--site OS-ID:BD2021250D1DTN7 --hs 5208 --on 2026-11-24"},
           {"The same for a script",
            "probity --json check-cert --subject GB-COH:04830352 --scheme SA8000"}},
          {{0, "done; for questions: VALID, CURRENT, found, none in force"},
           {1, "not valid, not found, a fact in force, goods listed"},
           {4, "ambiguous, or nothing was there that could be read as clear"}},
          {}};
}

// What is wrong with a command line, and which help says more.
std::string UsageMessage(const CLI::App* app, const CLI::Error& error) {
  std::string path;
  for (auto chosen = app->get_subcommands(); !chosen.empty(); chosen = app->get_subcommands()) {
    app = chosen.back();
    absl::StrAppend(&path, " ", app->get_name());
  }
  std::string fault = error.what();
  if (error.get_name() == "RequiredError" && !CommandsOf(*app).empty()) {
    const std::vector<std::string> words = app->remaining();
    fault = words.empty() ? "a command is required"
                          : absl::StrCat("there is no command \"", words.front(), "\"");
  }
  return absl::StrCat("probity: ", fault, "\n  See \"probity ",
                      path.empty() ? "--help" : absl::StrCat("help", path), "\".\n");
}

void AddGlobalOptions(CLI::App& app, Session& session) {
  GlobalOptions& options = session.options();
  app.add_option("--server", options.server, "The server")
      ->type_name("HOST:PORT")
      ->envname("PROBITY_SERVER")
      ->capture_default_str();
  app.add_option("--token_file", options.token_file, "File that holds your token")
      ->type_name(kFile)
      ->envname("PROBITY_TOKEN_FILE");
  app.add_option("--token", options.token,
                 "Your token; others on this machine see it here, so rather use --token_file or "
                 "PROBITY_TOKEN")
      ->type_name("TOKEN")
      ->envname("PROBITY_TOKEN");
  app.add_option("--ca", options.tls.ca,
                 "Talk TLS; the server's certificate must come from an authority in this file. In "
                 "front of the command, like --key: some have options of the same name")
      ->type_name(kFile)
      ->envname("PROBITY_CA");
  app.add_option("--cert", options.tls.cert, "Your certificate for TLS, with --key and --ca")
      ->type_name(kFile)
      ->envname("PROBITY_CERT");
  app.add_option("--key", options.tls.key, "The private key of --cert")
      ->type_name(kFile)
      ->envname("PROBITY_KEY");
  app.add_flag("--json", options.json, "Print the response as proto3 JSON, one object a line");
  app.set_help_flag("-h,--help", "Show this help");
  app.set_version_flag("--version", "probity " PROBITY_VERSION, "Show the version");
}

}  // namespace

void AddCommands(CLI::App& app, Session& session) {
  AddGlobalOptions(app, session);
  app.require_subcommand(1);
  AddScreen(app, session);
  AddMatch(app, session);
  AddDecision(app, session);
  AddAudit(app, session);
  AddLog(app, session);
  AddPolicy(app, session);
  AddLookup(app, session);
  AddSearch(app, session);
  AddCompare(app, session);
  AddExplainMiss(app, session);
  AddCheckCert(app, session);
  AddCheckAudit(app, session);
  AddFlags(app, session);
  AddCommodityRisk(app, session);
  AddLinks(app, session);
  AddPortfolio(app, session);
  AddWatch(app, session);
  AddVendor(app, session);
  AddJudge(app, session);
  AddWaiver(app, session);
  AddReply(app, session);
  AddSelfCleaning(app, session);
  AddImport(app, session);
  AddLoad(app, session);
  AddDataset(app, session);
  AddPut(app, session);
  AddRemove(app, session);
  AddSupplier(app, session);
  AddRedact(app, session);
  AddSubjectReport(app, session);
  AddBackup(app, session);
  AddCheckStore(app, session);
  AddDoctor(app, session);
  AddFormats(app, session);
  AddInfo(app, session);
  AddHelp(app, session);
}

int Run(std::vector<std::string> arguments, const Console& console) {
  Session session(console);
  Command app(RootManual(), "probity");
  app.formatter(std::make_shared<HelpFormatter>(console.width, console.colour));
  app.failure_message(&UsageMessage);
  AddCommands(app, session);
  if (!arguments.empty() && arguments.front() == kCompletionCall) {
    arguments.erase(arguments.begin());
    PrintCandidates(app, session, std::move(arguments));
    return kExitGood;
  }
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them last first
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return app.exit(error, console.out, console.err) == 0 ? kExitGood : kExitUsage;
  }
  return session.exit_code();
}

}  // namespace probity::cli
