#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/app.h"
#include "cli/commands/commands.h"
#include "cli/crc32c.h"
#include "cli/parse.h"
#include "cli/text.h"
#include "cli/upload.h"

namespace probity::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char kExamples[] =
    "  probity import --dataset audits --format probity-jsonl audits.jsonl\n"
    "  probity import --dataset wro --format mapped-csv --mapping wro.textproto wro.csv \\\n"
    "      --edition 2026-10-01 --dry_run";
constexpr char kExitCodes[] =
    "  0 published, or compared with --dry_run\n"
    "  1 not published: nothing of the files is visible; the reason is printed";
constexpr int kShownRejected = 10;

struct Options {
  std::string dataset;
  std::string format;
  std::vector<std::string> files;
  std::string mapping;
  std::string mode = "full-edition";
  std::string edition;
  std::string note;
  bool dry_run = false;
};

absl::StatusOr<v1::CreateLoadRequest> Request(const Options& options) {
  v1::CreateLoadRequest request;
  request.set_dataset(DatasetName(options.dataset));
  request.set_request_id(NewRequestId());
  v1::Load* load = request.mutable_load();
  load->set_format(options.format);
  load->set_note(options.note);
  load->set_dry_run(options.dry_run);
  auto mode = ParseEnum(v1::LoadMode_descriptor(), "--mode", options.mode);
  if (!mode.ok()) return mode.status();
  load->set_mode(static_cast<v1::LoadMode>(*mode));
  if (!options.edition.empty()) {
    auto edition = ParseDay(options.edition);
    if (!edition.ok()) return edition.status();
    *load->mutable_edition() = *edition;
  }
  return request;
}

uint64_t SizeOf(const std::string& path) {
  struct stat facts = {};
  return stat(path.c_str(), &facts) == 0 ? static_cast<uint64_t>(facts.st_size) : 0;
}

// Draws a bar on a terminal, and writes a line every few seconds elsewhere.
class Progress {
 public:
  explicit Progress(Session& session) : session_(session) {}
  ~Progress() {
    if (drawn_) session_.console().err << "\r\x1b[K" << std::flush;
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Show(const std::string& step, uint64_t done, uint64_t total, uint64_t rows) {
    const auto now = Clock::now();
    const bool terminal = session_.console().progress;
    const auto pause = terminal ? std::chrono::milliseconds(100) : std::chrono::seconds(5);
    if (step == step_ && now - last_ < pause) return;
    if (step != step_) begun_ = now;
    step_ = step;
    last_ = now;
    const double seconds = std::chrono::duration<double>(now - begun_).count();
    const double share = total == 0 ? 0 : static_cast<double>(done) / static_cast<double>(total);
    std::string line = absl::StrFormat("%-10s %3.0f %%", step, share * 100);
    if (rows > 0 && seconds > 0) {
      absl::StrAppendFormat(&line, "  %d rows, %.0f rows/s", rows,
                            static_cast<double>(rows) / seconds);
    }
    if (share > 0.01 && share < 1) {
      absl::StrAppendFormat(&line, "  %.0f s left", seconds * (1 - share) / share);
    }
    if (!terminal) {
      session_.console().err << line << '\n' << std::flush;
      return;
    }
    const int filled = static_cast<int>(share * 20);
    session_.console().err << "\r\x1b[K" << '[' << std::string(filled, '#')
                           << std::string(20 - filled, '.') << "] " << line << std::flush;
    drawn_ = true;
  }

 private:
  Session& session_;
  std::string step_;
  Clock::time_point begun_;
  Clock::time_point last_;
  bool drawn_ = false;
};

grpc::Status SendFiles(Session& session, const Options& options, const std::string& load,
                       Progress& progress) {
  uint64_t total = 0;
  for (const std::string& path : options.files) total += SizeOf(path);
  uint64_t before = 0;
  for (const std::string& path : options.files) {
    const grpc::Status sent =
        Upload(session, load, path, v1::FILE_ROLE_DATA, [&](uint64_t stored) {
          progress.Show("sending", before + stored, total, 0);
        });
    if (!sent.ok()) return sent;
    before += SizeOf(path);
  }
  if (options.mapping.empty()) return grpc::Status::OK;
  return Upload(session, load, options.mapping, v1::FILE_ROLE_MAPPING, [](uint64_t) {});
}

// Commits and waits until the load has ended.
grpc::Status CommitAndWait(Session& session, Progress& progress, v1::Load* load) {
  v1::CommitLoadRequest commit;
  commit.set_name(load->name());
  commit.set_request_id(NewRequestId());
  grpc::Status status = session.Call(&v1::DatasetService::Stub::CommitLoad, commit, load);
  v1::GetLoadRequest poll;
  poll.set_name(commit.name());
  auto wait = std::chrono::milliseconds(5);
  while (status.ok() && load->state() == v1::LOAD_STATE_COMMITTING) {
    const v1::LoadCounts& counts = load->counts();
    const bool read = counts.bytes_read() >= counts.bytes_total();
    progress.Show(read ? "publishing" : "reading", counts.bytes_read(), counts.bytes_total(),
                  counts.rows_read());
    std::this_thread::sleep_for(wait);
    wait = std::min(wait * 2, std::chrono::milliseconds(200));
    status = session.Call(&v1::DatasetService::Stub::GetLoad, poll, load);
  }
  return status;
}

void PrintRejected(Session& session, const v1::Load& load) {
  if (load.counts().refused() + load.counts().warnings() == 0) return;
  v1::ListRejectedRecordsRequest request;
  request.set_load(load.name());
  request.set_page_size(kShownRejected);
  v1::ListRejectedRecordsResponse response;
  if (!session.Call(&v1::DatasetService::Stub::ListRejectedRecords, request, &response).ok()) {
    return;
  }
  Table table({"Row", "Column", "Reason", "What is wrong"});
  for (const v1::RejectedRecord& row : response.rejected()) {
    table.Add({absl::StrCat(row.file_name(), ":", row.line()), row.column(),
               Cell(EnumName(row.reason()), row.kept() ? Style::kDoubt : Style::kBad),
               (row.kept() ? "kept: " : "refused: ") + row.message()});
  }
  session.Print(table);
  if (!response.next_page_token().empty()) {
    session.Say("All of them: probity dataset rejected " + load.name());
  }
}

void Render(Session& session, const v1::Load& load, double seconds) {
  const v1::LoadCounts& counts = load.counts();
  Table table;
  table.Add({"load", load.name()});
  table.Add({"state", Cell(EnumName(load.state()), load.state() == v1::LOAD_STATE_COMMITTED
                                                       ? Style::kGood
                                                       : Style::kBad)});
  table.Add({"rows read", absl::StrCat(counts.rows_read())});
  table.Add({"records", absl::StrCat(counts.added(), " added, ", counts.changed(), " changed, ",
                                     counts.removed(), " removed, ", counts.unchanged(),
                                     " unchanged")});
  table.Add({"doubtful", absl::StrCat(counts.refused(), " rows refused, ", counts.warnings(),
                                      " kept with a warning")});
  if (load.has_revision()) {
    table.Add({"revision", absl::StrCat(load.revision().revision())});
    table.Add({"written", absl::StrCat(counts.change_set_bytes(), " bytes of changes")});
  }
  table.Add({"took", absl::StrFormat("%.1f s, %.0f rows/s", seconds,
                                     static_cast<double>(counts.rows_read()) /
                                         std::max(seconds, 0.001))});
  session.Print(table);
  PrintRejected(session, load);
  if (load.has_error()) {
    session.Say(absl::StrCat("Nothing was published: ", load.error().reason(), ": ",
                             load.error().message()),
                Style::kBad);
  }
}

void Import(Session& session, const Options& options) {
  const auto begun = Clock::now();
  auto opened = session.Ask(&v1::DatasetService::Stub::CreateLoad, Request(options));
  if (!opened) return;
  v1::Load load = *opened;
  grpc::Status status;
  {
    Progress progress(session);
    status = SendFiles(session, options, load.name(), progress);
    if (status.ok()) status = CommitAndWait(session, progress, &load);
  }
  if (!status.ok()) return session.Refused(status);
  const bool good = load.state() == v1::LOAD_STATE_COMMITTED ||
                    (options.dry_run && !load.has_error());
  session.Finish(good ? kExitGood : kExitBad);
  if (session.PrintedAsJson(load)) return;
  Render(session, load, std::chrono::duration<double>(Clock::now() - begun).count());
}

}  // namespace

void AddImport(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = AddCommand(app, "import", "Load a publisher's files into a dataset",
                                 kExamples, kExitCodes);
  command->add_option("--dataset", options->dataset, "The dataset's id")->required();
  command->add_option("--format", options->format, "`probity formats` lists them")->required();
  command->add_option("FILE", options->files, "Files, all of one edition")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--mapping", options->mapping, "Mapping file, for mapped-csv")
      ->check(CLI::ExistingFile);
  command->add_option("--mode", options->mode, "full-edition, delta or backfill")
      ->capture_default_str();
  command->add_option("--edition", options->edition, "The edition's day, YYYY-MM-DD");
  command->add_option("--note", options->note, "Text for the audit trail");
  command->add_flag("--dry_run", options->dry_run, "Read, compare and count; publish nothing");
  command->callback([&session, options] { Import(session, *options); });
}

}  // namespace probity::cli
