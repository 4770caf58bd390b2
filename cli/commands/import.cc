#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/crc32c.h"
#include "cli/interrupt.h"
#include "cli/load_report.h"
#include "cli/load_waiting.h"
#include "cli/patience.h"
#include "cli/progress.h"
#include "cli/rejected_file.h"
#include "cli/source_file.h"
#include "cli/upload.h"

namespace probity::cli {
namespace {

using Clock = std::chrono::steady_clock;
using Service = v1::DatasetService::Stub;

// Commits of one load, when the server ends again and again while it works on
// it: then the load itself may be what ends it.
constexpr int kMaxCommits = 3;
// Impacts that --preview shows; "probity load preview" shows all.
constexpr int kShownImpacts = 20;

// A word as a shell takes it, to be copied from a message.
std::string ShellWord(const std::string& word) {
  const bool plain = std::all_of(word.begin(), word.end(), [](char c) {
    return absl::ascii_isalnum(c) || absl::StrContains("_-./:=@,+", std::string(1, c));
  });
  return plain ? word : absl::StrCat("'", absl::StrReplaceAll(word, {{"'", "'\\''"}}), "'");
}

struct Options {
  v1::CreateLoadRequest create;
  std::vector<std::string> files;
  std::string mapping;
  std::string resumed;  // a load, or empty
  std::string rejected_file;
  SourceOptions source;
  bool preview = false;
  int retry_seconds = 30;
};

// One run of the command.
class Import {
 public:
  Import(Session& session, const Options& options)
      : session_(session),
        options_(options),
        create_(options.create),
        paths_(options.files),
        mapping_(options.mapping),
        progress_(session.console()),
        patience_(session, progress_, std::chrono::seconds(options.retry_seconds)),
        source_(session, progress_, patience_, options.source) {}

  void Run() {
    InterruptGuard guard;
    if (options_.source.IsAsked() && !GetFromSource()) return;
    const absl::Status well = LookAtInput();
    if (!well.ok()) return session_.Usage(well);
    grpc::Status status = OpenLoad();
    if (status.ok() && load_.state() == v1::LOAD_STATE_OPEN) status = SendFiles();
    if (status.ok()) status = options_.preview ? PreviewAndWait() : CommitAndWait();
    progress_.Clear();
    if (!status.ok()) return GiveUp(status);
    session_.Finish(ExitCodeOf(load_));
    if (!session_.PrintedAsJson(load_)) {
      PrintLoad(session_, load_, std::chrono::duration<double>(Clock::now() - begun_).count());
    }
    if (load_.state() == v1::LOAD_STATE_PREVIEWED) {
      if (!session_.options().json) session_.out() << '\n';
      PrintPreview(session_, load_.name(), kShownImpacts);
    }
    if (options_.rejected_file.empty()) return;
    FetchRejectedFile(session_, load_.name(), "", options_.rejected_file);
  }

 private:
  // False: why not was said, and the exit code set.
  bool GetFromSource() {
    if (!paths_.empty() || !options_.resumed.empty() || create_.dataset().empty()) {
      session_.Usage(absl::InvalidArgumentError(
          "--url and --from_source get the file themselves: --dataset is required, and neither "
          "FILE nor --resume"));
      return false;
    }
    const bool may_be_unchanged = create_.load().mode() == v1::LOAD_MODE_FULL_EDITION &&
                                  !create_.load().dry_run() && !options_.preview;
    if (!source_.Get(may_be_unchanged, mapping_, &create_)) return false;
    paths_ = source_.files();
    mapping_ = source_.mapping();
    return true;
  }

  absl::Status LookAtInput() {
    const bool has_files = !paths_.empty() || create_.load().mode() == v1::LOAD_MODE_UNCHANGED;
    if (options_.resumed.empty() &&
        (create_.dataset().empty() || create_.load().format().empty() || !has_files)) {
      return absl::InvalidArgumentError(
          "--dataset, --format and FILE are required, or --resume to go on with a load");
    }
    if (!options_.rejected_file.empty() && paths_.size() > 1) {
      return absl::InvalidArgumentError(
          "--rejected_file is for a load of one file; of several, \"probity dataset rejected LOAD "
          "--file NAME --out FILE\" takes the rows of each");
    }
    auto files = LookAtFiles(paths_, mapping_);
    if (!files.ok()) return files.status();
    files_ = *std::move(files);
    return absl::OkStatus();
  }

  grpc::Status OpenLoad() {
    if (options_.resumed.empty()) {
      return patience_.Call(&Service::CreateLoad, create_, &load_);
    }
    v1::GetLoadRequest request;
    request.set_name(options_.resumed);
    grpc::Status status = patience_.Call(&Service::GetLoad, request, &load_);
    if (!status.ok()) return status;
    return CheckSameFiles();
  }

  // A load may only go on with the files that it was begun with, unchanged.
  grpc::Status CheckSameFiles() const {
    const auto fault = [](const std::string& name, const char* what) {
      return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, name + what);
    };
    const absl::Time opened = absl::FromUnixSeconds(load_.created_at().seconds() + 1);
    for (const LocalFile& file : files_) {
      if (file.is_pipe) return fault(file.path, ": a pipe cannot be sent again; import it anew");
      if (file.changed_at >= opened || StoredBytes(file) > file.bytes) {
        return fault(file.path, ": changed after the load was opened; import it anew");
      }
    }
    for (const v1::LoadFile& stored : load_.files()) {
      const bool named = std::any_of(files_.begin(), files_.end(), [&](const LocalFile& file) {
        return file.name == stored.file_name();
      });
      if (!named && load_.state() == v1::LOAD_STATE_OPEN) {
        return fault(stored.file_name(), ": is a file of the load too; name it again");
      }
    }
    return grpc::Status::OK;
  }

  // Bytes of a file that the server had when the load was opened here.
  uint64_t StoredBytes(const LocalFile& file) const {
    for (const v1::LoadFile& stored : load_.files()) {
      if (stored.file_name() == file.name) return stored.bytes();
    }
    return 0;
  }

  grpc::Status SendFiles() {
    uint64_t total = 0;
    uint64_t before = 0;
    bool total_is_known = true;
    for (const LocalFile& file : files_) {
      total += file.bytes;
      total_is_known = total_is_known && !file.is_pipe;
    }
    for (const LocalFile& file : files_) {
      uint64_t sent = 0;
      const grpc::Status status =
          Upload(patience_, load_.name(), file, StoredBytes(file), [&](uint64_t stored) {
            sent = stored;
            progress_.Show("sending", before + stored, total_is_known ? total : 0);
          });
      if (!status.ok()) return status;
      before += sent;
    }
    return grpc::Status::OK;
  }

  // Begins a step and waits until the server has done with it. A server that was
  // restarted finds the load where it last waited: then it is begun again.
  template <typename Request>
  grpc::Status Take(grpc::Status (Service::*step)(grpc::ClientContext*, const Request&, v1::Load*),
                    const Request& request, v1::LoadState goal) {
    grpc::Status status = Wait();  // of a load that --resume found so
    for (int i = 0; i < kMaxCommits && status.ok() && load_.state() != goal; ++i) {
      if (!MayBeCommitted(load_)) return grpc::Status::OK;
      status = patience_.Call(step, request, &load_);
      if (status.ok()) status = Wait();
      if (status.ok() && MayBeCommitted(load_) && load_.has_error()) return NotNow();
    }
    if (!status.ok() || load_.state() == goal || !MayBeCommitted(load_)) return status;
    return {grpc::StatusCode::UNAVAILABLE,
            "the server ended each time while it worked on the load; its log says why"};
  }

  grpc::Status CommitAndWait() {
    v1::CommitLoadRequest request;
    request.set_name(load_.name());
    request.set_request_id(NewRequestId());
    return Take(&Service::CommitLoad, request, v1::LOAD_STATE_COMMITTED);
  }

  grpc::Status PreviewAndWait() {
    v1::PreviewLoadRequest request;
    request.set_name(load_.name());
    return Take(&Service::PreviewLoad, request, v1::LOAD_STATE_PREVIEWED);
  }

  grpc::Status NotNow() const {
    return {grpc::StatusCode::UNAVAILABLE,
            absl::StrCat(load_.error().reason(), ": ", load_.error().message())};
  }

  grpc::Status Wait() {
    v1::GetLoadRequest poll;
    poll.set_name(load_.name());
    return AwaitLoad([&](v1::Load* now) { return patience_.Call(&Service::GetLoad, poll, now); },
                     progress_, &load_);
  }

  // Says why nothing was published. What the server or this machine refused is
  // aborted; what was cut off stays for --resume.
  void GiveUp(const grpc::Status& status) {
    const bool here =
        ReasonOf(status).empty() && status.error_code() == grpc::StatusCode::INVALID_ARGUMENT;
    if (Interrupted()) {
      session_.console().err << "probity: interrupted\n";
      session_.Finish(kExitInterrupted);
    } else if (here) {
      session_.Usage(absl::InvalidArgumentError(status.error_message()));
    } else {
      session_.Refused(status);
    }
    if (load_.name().empty()) return;
    const bool cut_off = Interrupted() || status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                         status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
    if (cut_off) return SayHowToGoOn();
    if (!options_.resumed.empty()) return;
    v1::AbortLoadRequest abort;
    abort.set_name(load_.name());
    v1::Load aborted;
    session_.Call(&Service::AbortLoad, abort, &aborted).IgnoreError();
    session_.console().err << "  Nothing was published.\n";
  }

  void SayHowToGoOn() {
    std::ostream& err = session_.console().err;
    const bool committing = load_.state() == v1::LOAD_STATE_COMMITTING;
    err << (committing ? "  The server may still publish the load on its own.\n"
                       : "  The load is kept on the server; nothing of it is visible.\n");
    err << "  Go on:   " << HowToGoOn() << "\n  Give up: probity load abort " << load_.name()
        << '\n';
  }

  std::string HowToGoOn() const {
    if (options_.source.IsAsked()) return "the same command again, which gets the file anew";
    std::string command = "probity import --resume " + load_.name();
    for (const LocalFile& file : files_) {
      absl::StrAppend(&command, file.role == v1::FILE_ROLE_MAPPING ? " --mapping " : " ",
                      ShellWord(file.path));
    }
    return command;
  }

  Session& session_;
  const Options& options_;
  const Clock::time_point begun_ = Clock::now();
  v1::CreateLoadRequest create_;
  std::vector<std::string> paths_;
  std::string mapping_;
  Progress progress_;
  Patience patience_;
  SourceFile source_;
  std::vector<LocalFile> files_;
  v1::Load load_;
};

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

void AddLoadOptions(Command* command, const std::shared_ptr<Options>& options) {
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

void AddSourceOptions(Command* command, const std::shared_ptr<Options>& options) {
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
  auto options = std::make_shared<Options>();
  options->create.set_request_id(NewRequestId());
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
  AddParsed(
      command, "--retry", "SECONDS", &ParseCount,
      [options](int seconds) { options->retry_seconds = seconds; },
      "How long to wait for a server that cannot be reached")
      ->default_str("30");
  command->callback([&session, options] { Import(session, *options).Run(); });
}

}  // namespace probity::cli
