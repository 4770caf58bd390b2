// probityd: reads its settings and serves until SIGTERM or SIGINT; or checks them; or
// runs a command on a store that no server has open.
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/errors.h"
#include "base/fitness.h"
#include "base/replace_file.h"
#include "base/tables.h"
#include "services/server/config.h"
#include "services/server/config_check.h"
#include "services/server/learn_rarity.h"
#include "services/server/machine_check.h"
#include "services/server/open_evidence.h"
#include "services/server/restore.h"
#include "services/server/run.h"
#include "services/server/sandbox.h"
#include "services/server/server.h"

namespace {

using probity::config::v1::ServerConfig;

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;
constexpr int kExitNotLooked = 3;  // of check-store

constexpr char kFooter[] = R"(
Settings come from --config, with the flags over them. A file may also set
retained_revisions, disk_reserve_mib, drain_seconds, disable_reflection,
timestamp_authority, watch_checkpoint_seconds, watch_kept_events,
backup_mib_per_second, load_expiry, decision_hold_days, access_file,
access_log_days, record_acts, tls, jwt_issuers, allow_insecure,
caller_units_per_second, caller_burst_seconds, caller_quotas,
streams_per_caller, max_streams,
stream_idle_seconds, connection_age_seconds, connection_idle_seconds,
memory_limit_mib, metrics_listen, health_listen, enable_channelz and
decision_page_uri;
proto/probity/config/v1/server_config.proto says what each means. The store is
made when it is absent; one process has it open at a time.

--sandbox is for who develops against Probity: a server on loopback, with invented
suppliers that give each verdict and each error, a clock that stands still and no need
of a token. It takes no data_dir and keeps nothing; docs/SANDBOX.md has the table.

SIGTERM and SIGINT stop the server: it takes no new calls, lets running ones end
(10 seconds, unless drain_seconds says otherwise; streams of the watch at once) and
closes the store. SIGHUP has it read again what can change while it runs: the token
file, the access file, the files of tls, and of the settings log_level and
drain_seconds. What cannot be read is told in the log, and what was there before
stays. Health checks (grpc.health.v1) and reflection are served beside Probity's
services. One line of JSON is logged to standard output for each call.

Examples:
  probityd --data_dir /var/lib/probity
  probityd --data_dir /var/lib/probity --token_file /etc/probity/tokens
  probityd --config /etc/probity/probityd.textproto --log_level warning
  probityd --config /etc/probity/probityd.textproto --check_config
  probityd learn-rarity --data_dir /var/lib/probity --out /etc/probity/rarity.csv
  probityd --data_dir /var/lib/probity --rarity_table /etc/probity/rarity.csv
  probityd --sandbox

Exit status: 0 stopped by SIGTERM or SIGINT; 1 it could not start, for example
because another process has the store open; 2 wrong settings, or of --check_config
anything that would keep a server from starting. 128 and a number: killed by that
signal; what was answered is on disk all the same.

See also: probity --help, the client.)";

constexpr char kLearnRarityFooter[] = R"(
Reads the names of the companies in all shared datasets at the newest revision;
those of datasets that an authority owns, and of persons, are left out. Words that
four companies or more have get a weight from 1, which says nothing, to 99. The
store must be there, hold 1,000 companies or more, and be open in no server. Give
the table to the server as rarity_table: its matcher_version changes with it.

Exit status: 0 the table is written; 1 it is not; 2 wrong settings.)";

constexpr char kKeysFooter[] = R"(
Works on the evidence log of a server that is stopped, and says what to do next.
docs/EVIDENCE.md tells when to rotate, when to revoke, and whom to tell.

Exit status: 0 done; 1 not done, nothing changed; 2 wrong settings.)";

constexpr char kRestoreFooter[] = R"(
Puts back what "probity backup create" copied, while the server is stopped. A restore
is whole or not served, and writes over nothing: move the damaged directory aside
first. Without --store and --evidence it is the store alone, and the evidence log,
which is another one, stays as it is. docs/OPERATIONS.md has the steps for each case.

Examples:
  probityd restore --data_dir /var/lib/probity --backup_dir /mnt/backup
  probityd restore --data_dir /var/lib/probity --backup_dir /mnt/backup --backup 7
  probityd restore --data_dir /var/lib/probity --backup_dir /mnt/backup --evidence --accept_gap

Exit status: 0 done; 1 not done, nothing is served from what was begun; 2 wrong settings.)";

constexpr char kCheckStoreFooter[] = R"(
Reads the files of a server that is stopped and changes nothing: checksums, the chain of
revisions, whether records, index and changes agree, and of the evidence log every
decision, the tree and the signatures. "probity check-store" asks a running server.

Exit status: 0 sound, or new with --allow_new; 1 damage is named, with the section of
docs/OPERATIONS.md that mends it; 2 wrong settings; 3 it could not look, for example because
a server runs.)";

constexpr char kDoctorFooter[] = R"(
Measures how long the volumes of data_dir and evidence_dir take to make small writes
durable, and looks at their kind and free space, the clock, the limit of open files and
the days that certificates have left. Stop the server first: the clock is compared with
the newest revision of its store. "probity doctor" asks a running server.
docs/OPERATIONS.md, "Is the machine fit?", has the limits.

Exit status: 0 fit, doubts are told; 1 not fit; 2 wrong settings.)";

// What the command line may say; empty or 0: not said.
struct Flags {
  std::string config_file;
  ServerConfig settings;
  std::string out;  // of learn-rarity
  // Of rotate-key and revoke-key.
  std::string next_key, revoked_key;
  uint64_t last_trusted = 0;
  probity::server::RestoreRequest restore;
  bool quick = false, allow_new = false;  // of check-store
  bool json = false;                      // of doctor
  bool check_config = false;
  bool is_sandbox = false;
  std::unique_ptr<probity::server::SandboxDirectory> sandbox;  // null where it is none
};

void AddFlags(CLI::App* app, Flags* flags) {
  const auto text = [app](const char* name, auto setter, const char* help) {
    app->add_option_function<std::string>(name, setter, help);
  };
  ServerConfig* settings = &flags->settings;
  app->add_option("--config", flags->config_file,
                  "Settings as text proto (probity.config.v1.ServerConfig)");
  text(
      "--data_dir", [settings](const std::string& v) { settings->set_data_dir(v); },
      "Directory of the store; required, here or in --config");
  text(
      "--listen", [settings](const std::string& v) { settings->set_listen(v); },
      "HOST:PORT; off loopback the file must set tls. Default: 127.0.0.1:7443");
  app->add_flag_function(
      "--insecure", [settings](int64_t given) { settings->set_insecure(given > 0); },
      "With allow_insecure in --config: listen in plaintext off loopback");
  text(
      "--token_file", [settings](const std::string& v) { settings->set_token_file(v); },
      "File of TOKEN PRINCIPAL [AUTHORITY] lines. Default: every caller may come");
  text(
      "--tables_dir", [settings](const std::string& v) { settings->set_tables_dir(v); },
      "Directory of the project's tables. Default: those of the installation");
  text(
      "--rarity_table", [settings](const std::string& v) { settings->set_rarity_table(v); },
      "Rarity of words in names, made by learn-rarity. Default: that of the tables");
  text(
      "--evidence_key_file",
      [settings](const std::string& v) { settings->set_evidence_key_file(v); },
      "Private key that signs the evidence log, PEM. Default: one made in data_dir");
  text(
      "--evidence_dir", [settings](const std::string& v) { settings->set_evidence_dir(v); },
      "Directory of the evidence log. Default: evidence in data_dir");
  text(
      "--backup_dir", [settings](const std::string& v) { settings->set_backup_dir(v); },
      "Directory of backups. Default: none, and backups are refused");
  text(
      "--default_policy", [settings](const std::string& v) { settings->set_default_policy(v); },
      "Policy of authorities that activated none. Default: policies/standard");
  text(
      "--log_level", [settings](const std::string& v) { settings->set_log_level(v); },
      "debug, info, warning or error. Default: info");
  app->add_flag("--check_config", flags->check_config,
                "Read and check all that a start would, print it, open nothing, end");
  app->add_flag("--sandbox", flags->is_sandbox,
                "Serve invented suppliers to develop against, and keep nothing; no --data_dir");
  const auto number = [app](const char* name, auto setter, const char* help) {
    app->add_option_function<uint32_t>(name, setter, help);
  };
  number(
      "--block_cache_mib", [settings](uint32_t v) { settings->set_block_cache_mib(v); },
      "Block cache of the store in MiB, 8 to 65536. Default: by the memory limit, 16 to 128");
  number(
      "--load_buffer_mib", [settings](uint32_t v) { settings->set_load_buffer_mib(v); },
      "Memory for sorting one load in MiB, 16 to 4096. Default: by the memory limit, 16 to 96");
}

// Settings may stand before and behind the command.
CLI::App* AddLearnRarity(CLI::App* app, Flags* flags) {
  CLI::App* command = app->add_subcommand(
      "learn-rarity", "Weigh words by how rare they are in the names that a store holds");
  command->add_option("--out", flags->out, "File to put the table in. Default: standard output");
  command->footer(kLearnRarityFooter);
  command->fallthrough();
  return command;
}

CLI::App* AddRotateKey(CLI::App* app, Flags* flags) {
  CLI::App* command =
      app->add_subcommand("rotate-key", "Let another key sign the evidence log from now on");
  command
      ->add_option("--next", flags->next_key,
                   "The new private key, PEM: openssl genpkey -algorithm ed25519")
      ->required();
  command->footer(kKeysFooter);
  command->fallthrough();
  return command;
}

CLI::App* AddRevokeKey(CLI::App* app, Flags* flags) {
  CLI::App* command = app->add_subcommand(
      "revoke-key", "Take trust from what a stolen key of the evidence log signed");
  command->add_option("--key", flags->revoked_key, "Id of the key, 64 hex digits")->required();
  command
      ->add_option("--last_trusted", flags->last_trusted,
                   "Decisions in the last head of that key that may be trusted")
      ->required();
  command->footer(kKeysFooter);
  command->fallthrough();
  return command;
}

CLI::App* AddRestore(CLI::App* app, Flags* flags) {
  CLI::App* command =
      app->add_subcommand("restore", "Put a backup back, while the server is stopped");
  probity::server::RestoreRequest* restore = &flags->restore;
  command->add_option("--backup", restore->backup, "Number of the backup. Default: the newest");
  command->add_flag("--store", restore->store, "The store; also where nothing is named");
  command->add_flag("--evidence", restore->evidence, "The evidence log, under another id");
  command->add_flag("--accept_gap", restore->accept_gap,
                    "Accept, in your name, that later decisions are in no log; alone: of a log "
                    "that was put back before");
  command->add_flag("--no_evidence", restore->forget_log,
                    "With --accept_gap: the log is lost and in no backup, begin another one");
  command->footer(kRestoreFooter);
  command->fallthrough();
  return command;
}

CLI::App* AddCheckStore(CLI::App* app, Flags* flags) {
  CLI::App* command =
      app->add_subcommand("check-store", "Look for damage in the files of a stopped server");
  command->add_flag("--quick", flags->quick, "Format, manifest, newest revision and head alone");
  command->add_flag("--allow_new", flags->allow_new,
                    "Pass a volume on which neither store nor log was ever made");
  command->footer(kCheckStoreFooter);
  command->fallthrough();
  return command;
}

CLI::App* AddDoctor(CLI::App* app, Flags* flags) {
  CLI::App* command = app->add_subcommand("doctor", "Say whether this machine is fit for a server");
  command->add_flag("--json", flags->json, "One line of JSON instead of text");
  command->footer(kDoctorFooter);
  command->fallthrough();
  return command;
}

// Beside the sources in a build, or beside the program once installed.
std::string FindTables() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto installed = program.parent_path().parent_path() / "share/probity";
  if (std::filesystem::exists(installed / "schemes.csv", error)) return installed.string();
  return PROBITY_SOURCE_TABLES;
}

// The file's settings with the flags' over them, complete and checked.
absl::StatusOr<ServerConfig> Settings(const Flags& flags) {
  ServerConfig config;
  if (!flags.config_file.empty()) {
    auto text = probity::ReadFile(flags.config_file);
    if (!text.ok()) return text.status();
    auto parsed = probity::server::ParseConfig(flags.config_file, *text);
    if (!parsed.ok()) return parsed.status();
    config = *std::move(parsed);
  }
  config.MergeFrom(flags.settings);
  if (flags.sandbox != nullptr) {
    const absl::Status fit = probity::server::MakeSandboxSettings(*flags.sandbox, &config);
    if (!fit.ok()) return fit;
  }
  if (config.tables_dir().empty()) config.set_tables_dir(FindTables());
  absl::Status complete = probity::server::CompleteConfig(&config);
  if (!complete.ok()) return complete;
  return config;
}

// With the reason's name, by which docs/OPERATIONS.md and docs/ERRORS.md are searched.
int Fail(int code, const absl::Status& status) {
  const auto reason = probity::ReasonOf(status);
  std::cerr << "probityd: ";
  if (reason != probity::v1::ERROR_REASON_UNSPECIFIED) {
    std::cerr << probity::ReasonName(reason) << ": ";
  }
  std::cerr << status.message() << '\n';
  return code;
}

int Serve(const ServerConfig& config, const Flags& flags) {
  const auto start = [&flags](const ServerConfig& complete) {
    return flags.sandbox == nullptr ? probity::server::Server::Start(complete)
                                    : probity::server::StartSandbox(complete);
  };
  const absl::Status served = probity::server::RunServer(
      config, [&flags] { return Settings(flags); }, start);
  return served.ok() ? 0 : Fail(kExitFailed, served);
}

int CheckConfig(const ServerConfig& config) {
  const probity::server::ConfigReport report = probity::server::CheckConfig(config);
  std::cout << probity::server::FormatReport(report) << std::flush;
  return report.faults.empty() ? 0 : kExitUsage;
}

int LearnRarity(const ServerConfig& config, const std::string& out) {
  const absl::StatusOr<std::string> table = probity::server::LearnRarity(config);
  if (!table.ok()) return Fail(kExitFailed, table.status());
  if (out.empty()) {
    std::cout << *table << std::flush;
    return std::cout.good() ? 0 : kExitFailed;
  }
  const absl::Status written = probity::ReplaceFile(out, *table);
  return written.ok() ? 0 : Fail(kExitFailed, written);
}

// Says what came of a command beside the server.
int Finish(const absl::StatusOr<std::string>& said) {
  if (!said.ok()) return Fail(kExitFailed, said.status());
  std::cout << *said << std::flush;
  return 0;
}

int CheckStore(const ServerConfig& config, bool quick, bool allow_new) {
  if (allow_new && probity::server::IsBeforeFirstStart(config)) {
    std::cout << "NEW  neither a store nor an evidence log is there; the first start makes them\n"
              << std::flush;
    return 0;
  }
  const auto report = probity::server::CheckClosed(config, quick);
  if (!report.ok()) return Fail(kExitNotLooked, report.status());
  std::cout << probity::server::FormatReport(*report) << std::flush;
  return report->findings().empty() ? 0 : kExitFailed;
}

int CheckMachine(const ServerConfig& config, bool json) {
  const std::vector<probity::Finding> findings = probity::server::CheckMachine(config, absl::Now());
  std::cout << (json ? probity::FindingsAsJson(findings) + "\n" : probity::FormatFindings(findings))
            << std::flush;
  return probity::IsFit(findings) ? 0 : kExitFailed;
}

// The directory of a sandbox, where one is asked for.
absl::Status MakeSandbox(const CLI::App& app, Flags* flags) {
  if (!flags->is_sandbox) return absl::OkStatus();
  if (!app.get_subcommands().empty()) {
    return probity::InvalidField("--sandbox", "serves, and goes with no command");
  }
  auto made = probity::server::SandboxDirectory::Make();
  if (!made.ok()) return made.status();
  flags->sandbox = *std::move(made);
  return absl::OkStatus();
}

// Runs the command that was given; the server where there is none.
int RunChosen(const CLI::App& app, const ServerConfig& config, const Flags& flags) {
  namespace server = probity::server;
  if (app.got_subcommand("learn-rarity")) return LearnRarity(config, flags.out);
  if (app.got_subcommand("rotate-key")) {
    return Finish(server::RotateEvidenceKey(config, flags.next_key));
  }
  if (app.got_subcommand("revoke-key")) {
    return Finish(server::RevokeEvidenceKey(config, flags.revoked_key, flags.last_trusted));
  }
  if (app.got_subcommand("restore")) {
    const auto said = server::Restore(config, flags.restore);
    return absl::IsInvalidArgument(said.status()) ? Fail(kExitUsage, said.status()) : Finish(said);
  }
  if (app.got_subcommand("check-store")) {
    return CheckStore(config, flags.quick, flags.allow_new);
  }
  if (app.got_subcommand("doctor")) return CheckMachine(config, flags.json);
  return flags.check_config ? CheckConfig(config) : Serve(config, flags);
}

}  // namespace

int main(int argc, char** argv) {
  setenv("GRPC_VERBOSITY", "NONE", 0);  // what goes wrong is said once, by this program
  CLI::App app(
      "Probity's server: says who a supplier is, whether its certifications hold and "
      "which labour-risk facts are on record.",
      "probityd");
  app.set_version_flag("--version", "probityd " PROBITY_VERSION, "Show the version");
  app.set_help_flag("-h,--help", "Show this help");
  app.footer(kFooter);
  Flags flags;
  AddFlags(&app, &flags);
  AddLearnRarity(&app, &flags);
  AddRotateKey(&app, &flags);
  AddRevokeKey(&app, &flags);
  AddRestore(&app, &flags);
  AddCheckStore(&app, &flags);
  AddDoctor(&app, &flags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  if (absl::Status made = MakeSandbox(app, &flags); !made.ok()) return Fail(kExitUsage, made);
  auto config = Settings(flags);
  if (!config.ok()) return Fail(kExitUsage, config.status());
  return RunChosen(app, *config, flags);
}
