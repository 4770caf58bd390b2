// The options of an import.
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/importing.h"
#include "cli/retry_option.h"

namespace probity::cli {
namespace {

Manual ImportManual() {
  return {
      "Load a publisher's files into a dataset",
      "Sends the files, has the server read and compare them with what is there, and publishes "
      "what changed in one step: readers see all of it or nothing. A row that cannot be kept is "
      "refused with file, line, column and reason.\n\nA load that breaks a guard rail of its "
      "dataset "
      "(too many rows refused or records gone, ids that stand twice, missing columns, unknown "
      "schemes, an older edition), or that would lift a BLOCK or REVIEW of a watched vendor, is "
      "held: nothing is published until a second person lets it through with \"probity load "
      "approve\".\n\n"
      "A server that is restarted meanwhile is waited for. Ctrl-C, or a server that stays away, "
      "leaves a load that --resume goes on with.\n\n"
      "With --url or --from_source the file is fetched first, by https, and only where it changed "
      "since the load that made the edition; an edition that is still current is recorded as "
      "checked. A fetch that fails leaves the dataset as it is.\n\n"
      "Shows a progress bar where standard error is a terminal, a line every 5 seconds elsewhere.",
      {{"A register, from Probity's own columns",
        "probity import --dataset audits --format probity-csv suppliers.csv audits.csv"},
       {"A publisher's list, by a mapping of its columns; first see what would change",
        "probity import --dataset wro --format mapped-csv --mapping wro.textproto "
        "--edition 2026-10-01 --preview wro.csv"},
       {"A compressed file, gzip or zstd",
        "probity import --dataset register --format probity-jsonl register.jsonl.gz"},
       {"A publisher's file, if it changed since it was fetched last",
        "probity import --dataset register --format gleif-csv "
        "--url https://lists.example.org/lei2.csv.gz"},
       {"The same for a dataset that says where its file is: for a job that runs every day",
        "probity import --dataset register --from_source"},
       {"Go on after an interruption",
        "probity import --resume datasets/audits/loads/3f0c2a9e suppliers.csv audits.csv"}},
      {{0, "published; with --dry_run or --preview: nothing would hold it"},
       {3, "held for a second person, or it would be; not published"},
       {130, "interrupted by Ctrl-C; how to go on was printed"}},
      {"formats", "load", "dataset rejected"}};
}

// The modes of loads that are made of files.
absl::StatusOr<v1::LoadMode> ParseMode(absl::string_view text) {
  const auto mode = ParseEnum<v1::LoadMode>(text);
  const bool has_files = mode.ok() && *mode <= v1::LOAD_MODE_BACKFILL;
  if (has_files) return mode;
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is none of full-edition, delta, backfill"));
}

void AddLoadOptions(Command* command, const std::shared_ptr<ImportOptions>& options) {
  std::shared_ptr<v1::CreateLoadRequest> create(options, &options->create);
  std::shared_ptr<v1::Load> load(options, options->create.mutable_load());
  AddParsed(command, "--dataset", kDataset, &ParseDatasetName,
            Into(create, &v1::CreateLoadRequest::mutable_dataset), "The dataset");
  AddParsed(command, "--format", kFormat, &ParseText, Into(load, &v1::Load::mutable_format),
            "Format of the files");
  AddParsed(command, "--mode", "{full-edition,delta,backfill}", &ParseMode,
            Into(load, &v1::Load::set_mode),
            "full-edition: the files are the whole list, what they lack is absent. "
            "delta: they hold changes and removals. backfill: an older edition, put "
            "in its place in time")
      ->default_str("full-edition");
  AddParsed(command, "--edition", kDay, &ParseDay, Into(load, &v1::Load::mutable_edition),
            "Day of the edition; required where absence means delisted");
  AddParsed(command, "--note", kText, &ParseText, Into(load, &v1::Load::mutable_note),
            "Text for the audit trail");
  AddFlag(command, "--dry_run", Into(load, &v1::Load::set_dry_run),
          "Read, compare and count; say what would hold it; publish nothing");
  AddFlag(
      command, "--preview", [options](bool) { options->preview = true; },
      "Stop before the publish, and show what would change for records, watched vendors and "
      "decisions; \"probity load commit\" goes on");
}

absl::StatusOr<uint64_t> ParseBytes(absl::string_view text) {
  uint64_t bytes = 0;
  if (absl::SimpleAtoi(text, &bytes) && bytes > 0) return bytes;
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is no number of bytes"));
}

absl::StatusOr<std::string> ParseHexDigest(absl::string_view text) {
  const auto digest = ParseDigest(text);
  if (!digest.ok()) return digest.status();
  return absl::BytesToHexString(*digest);
}

void AddSourceOptions(Command* command, const std::shared_ptr<ImportOptions>& options) {
  std::shared_ptr<SourceOptions> source(options, &options->source);
  CLI::Option* const url = command->add_option("--url", source->url, "Fetch the file from here");
  url->type_name("URL");
  command
      ->add_flag("--from_source", source->from_source,
                 "Fetch the file from where the dataset says, in its format")
      ->excludes(url);
  command
      ->add_option("--ca", source->ca_file,
                   "Authorities that the publisher's certificate must come from, as PEM. Without: "
                   "those of this machine")
      ->type_name(kFile);
  Repeatable(command->add_option("--allow_host", source->hosts,
                                 "A host that may be asked when a redirect leads there; repeat it "
                                 "for each"))
      ->type_name("HOST");
  command->add_flag("--allow_http", source->allow_http,
                    "Fetch by http too, which anybody on the way can change");
  AddParsed(
      command, "--max_bytes", "BYTES", &ParseBytes,
      [source](uint64_t bytes) { source->max_bytes = bytes; }, "Most bytes of the file")
      ->default_str("1073741824");
  AddParsed(
      command, "--sha256", "SHA256", &ParseHexDigest,
      [source](std::string digest) { source->sha256 = std::move(digest); },
      "What the file must be; another one is not imported");
  command
      ->add_option("--sha256_url", source->sha256_url,
                   "Where the publisher states the SHA-256 of the file")
      ->type_name("URL");
}

}  // namespace

void AddImport(CLI::App& app, Session& session) {
  auto options = std::make_shared<ImportOptions>();
  options->create.set_request_id(NewUuid());
  options->create.mutable_load()->set_mode(v1::LOAD_MODE_FULL_EDITION);
  Command* command = AddCommand(app, "import", ImportManual());
  AddLoadOptions(command, options);
  AddSourceOptions(command, options);
  OneOrMore(command->add_option("FILE", options->files,
                                "Files, all of one edition, at most 64; - is standard input"))
      ->type_name(kFile);
  command->add_option("--mapping", options->mapping, "Mapping file, for mapped-csv")
      ->type_name(kFile);
  command
      ->add_option("--resume", options->resumed,
                   "Go on with a load that was interrupted; name its files again")
      ->type_name(kLoad);
  command
      ->add_option("--rejected_file", options->rejected_file,
                   "File for the refused rows, as they came, to be mended and loaded again")
      ->type_name(kFile);
  AddRetry(command, options);
  command->callback([&session, options] { ImportFiles(session, *options); });
}

}  // namespace probity::cli
