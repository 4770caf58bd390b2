#include "cli/importing.h"

#include <algorithm>
#include <chrono>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/random.h"
#include "cli/interrupt.h"
#include "cli/load_report.h"
#include "cli/load_waiting.h"
#include "cli/patience.h"
#include "cli/progress.h"
#include "cli/rejected_file.h"
#include "cli/upload.h"

namespace probity::cli {
namespace {

using Clock = std::chrono::steady_clock;
using Datasets = v1::DatasetService::Stub;

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

class Import {
 public:
  Import(Session& session, const ImportOptions& options)
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
    is_sent_ = status.ok();
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
      return patience_.Call(&Datasets::CreateLoad, create_, &load_);
    }
    v1::GetLoadRequest request;
    request.set_name(options_.resumed);
    grpc::Status status = patience_.Call(&Datasets::GetLoad, request, &load_);
    if (!status.ok()) return status;
    return CheckSameFiles(load_, files_);
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
          Upload(patience_, load_.name(), file, StoredBytes(load_, file), [&](uint64_t stored) {
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
  grpc::Status Take(grpc::Status (Datasets::*step)(grpc::ClientContext*, const Request&, v1::Load*),
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
    request.set_request_id(NewUuid());
    return Take(&Datasets::CommitLoad, request, v1::LOAD_STATE_COMMITTED);
  }

  grpc::Status PreviewAndWait() {
    v1::PreviewLoadRequest request;
    request.set_name(load_.name());
    return Take(&Datasets::PreviewLoad, request, v1::LOAD_STATE_PREVIEWED);
  }

  grpc::Status NotNow() const {
    return {grpc::StatusCode::UNAVAILABLE,
            absl::StrCat(load_.error().reason(), ": ", load_.error().message())};
  }

  grpc::Status Wait() {
    v1::GetLoadRequest poll;
    poll.set_name(load_.name());
    return AwaitLoad([&](v1::Load* now) { return patience_.Call(&Datasets::GetLoad, poll, now); },
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
    if (is_sent_ && status.error_code() == grpc::StatusCode::PERMISSION_DENIED) {
      return SayWhoGoesOn();
    }
    if (!options_.resumed.empty()) return;
    v1::AbortLoadRequest abort;
    abort.set_name(load_.name());
    v1::Load aborted;
    session_.Call(&Datasets::AbortLoad, abort, &aborted).IgnoreError();
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

  // Who brings files is not always who publishes them.
  void SayWhoGoesOn() {
    session_.console().err << "  The files are on the server; nothing of them is visible.\n"
                           << "  See what they would change:      probity load preview "
                           << load_.name() << "\n  For one who may publish:         "
                           << "probity load commit " << load_.name()
                           << "\n  Give up:                         probity load abort "
                           << load_.name() << '\n';
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
  const ImportOptions& options_;
  const Clock::time_point begun_ = Clock::now();
  v1::CreateLoadRequest create_;
  std::vector<std::string> paths_;
  std::string mapping_;
  Progress progress_;
  Patience patience_;
  SourceFile source_;
  std::vector<LocalFile> files_;
  v1::Load load_;
  bool is_sent_ = false;  // all that the load is made of
};

}  // namespace

void ImportFiles(Session& session, const ImportOptions& options) { Import(session, options).Run(); }

}  // namespace probity::cli
