#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/cursor_file.h"
#include "cli/interrupt.h"
#include "cli/portfolio_text.h"
#include "cli/progress.h"
#include "cli/retry_option.h"
#include "cli/verdict_report.h"
#include "probity/v1/portfolio_service.grpc.pb.h"
#include "probity/v1/server_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Clock = std::chrono::steady_clock;
using Portfolios = v1::PortfolioService::Stub;

// Between two looks at a watch that is not there yet.
constexpr std::chrono::milliseconds kPause(100);

struct Options {
  std::string portfolio;  // a name for requests; empty: all
  std::string cursor;
  std::string cursor_file;
  bool once = false;
  int retry_seconds = 30;
  int wait_seconds = 60;
};

// Graver first: what a script acts on.
int CodeOfChange(const v1::VerdictChange& change) {
  const bool look = change.kind() == v1::CHANGE_KIND_SOURCE_STALE ||
                    change.kind() == v1::CHANGE_KIND_DECISIONS_CITED;
  if (look) return kExitUndetermined;
  return change.kind() == v1::CHANGE_KIND_VERDICT ? CodeOf(change.after().verdict()) : kExitGood;
}

int Graver(int a, int b) {
  if (a == kExitBad || b == kExitBad) return kExitBad;
  return a == kExitGood ? b : a;
}

class Watching {
 public:
  Watching(Session& session, const Options& options)
      : session_(session), options_(options), cursor_(options.cursor) {}

  // Usage errors are reported.
  bool ReadCursorFile() {
    if (options_.cursor_file.empty()) return true;
    auto cursor = ReadCursor(options_.cursor_file);
    if (!cursor.ok()) session_.Usage(cursor.status());
    if (cursor.ok() && cursor_.empty()) cursor_ = *cursor;
    return cursor.ok();
  }

  // All that is there, page by page, once the revision that is the newest now was weighed.
  void Once() {
    const auto info =
        session_.Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest());
    if (!info) return;
    const uint64_t newest = info->revision().revision();
    const auto until = Clock::now() + std::chrono::seconds(options_.wait_seconds);
    int worst = kExitGood;
    for (;;) {
      Page page;
      if (!ReadPage(until, &page)) return;
      const bool done = !page.more() && page.checkpoint().revision() >= newest;
      const bool over = !page.more() && Clock::now() >= until;
      if (done || over || page.changes_size() > 0) Show(page);
      for (const v1::VerdictChange& change : page.changes()) {
        worst = Graver(worst, CodeOfChange(change));
      }
      if (!Keep(page.cursor())) return;
      if (done) return session_.Finish(worst);
      if (over) return IsBehind(page.checkpoint(), newest);
      if (!page.more()) std::this_thread::sleep_for(kPause);
    }
  }

  // As it comes, until it is interrupted.
  void Follow() {
    InterruptGuard guard;
    Progress progress(session_.console());
    auto heard = Clock::now();
    for (;;) {
      const grpc::Status status = FollowOnce(progress, &heard);
      progress.Clear();
      if (failed_) return;
      if (Interrupted()) return Interrupt();
      const std::chrono::duration<double> away = Clock::now() - heard;
      if (!MayPass(status) || away.count() > options_.retry_seconds) {
        return Refuse(status);
      }
      progress.ShowWaiting(away.count(), options_.retry_seconds);
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
  }

 private:
  using Page = v1::ListVerdictChangesResponse;

  // Waits for a watch that is being opened. False, with the reason said, when there is none.
  bool ReadPage(Clock::time_point until, Page* page) {
    v1::ListVerdictChangesRequest request;
    request.set_portfolio(options_.portfolio);
    request.set_page_size(kPageSize);
    request.set_cursor(cursor_);
    grpc::Status status = session_.Call(&Portfolios::ListVerdictChanges, request, page);
    while (status.error_code() == grpc::StatusCode::UNAVAILABLE && Clock::now() < until) {
      std::this_thread::sleep_for(kPause);
      status = session_.Call(&Portfolios::ListVerdictChanges, request, page);
    }
    if (status.ok()) return true;
    Refuse(status);
    return false;
  }

  void Show(const Page& page) {
    if (session_.PrintedAsJson(page)) return;
    for (const v1::VerdictChange& change : page.changes()) Print(change);
  }

  void IsBehind(const v1::WatchCheckpoint& reached, uint64_t newest) {
    session_.console().err << "probity: the watch has weighed revision " << reached.revision()
                           << ", not yet " << newest
                           << "; nothing is lost: ask again, or wait longer with --wait\n";
    session_.Finish(kExitRefused);
  }

  // Worth another try: nothing answers, or a server that shuts down cut it off.
  static bool MayPass(const grpc::Status& status) {
    return status.ok() || status.error_code() == grpc::StatusCode::UNAVAILABLE ||
           status.error_code() == grpc::StatusCode::CANCELLED;
  }

  grpc::Status FollowOnce(Progress& progress, Clock::time_point* heard) {
    grpc::ClientContext context;
    if (grpc::Status prepared = session_.PrepareStream(context); !prepared.ok()) return prepared;
    v1::WatchVerdictsRequest request;
    request.set_portfolio(options_.portfolio);
    request.set_cursor(cursor_);
    const auto stub = v1::PortfolioService::NewStub(session_.Channel());
    const auto stream = stub->WatchVerdicts(&context, request);
    // Reading does not see a signal.
    std::atomic<bool> over = false;
    std::thread stopper([&] {
      while (!over && !Interrupted()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
      if (!over) context.TryCancel();
    });
    v1::WatchVerdictsResponse message;
    while (!failed_ && stream->Read(&message)) {
      progress.Clear();
      *heard = Clock::now();
      Take(message);
    }
    over = true;
    stopper.join();
    if (failed_) context.TryCancel();
    return stream->Finish();
  }

  void Take(const v1::WatchVerdictsResponse& message) {
    if (!session_.PrintedAsJson(message) && message.has_change()) Print(message.change());
    session_.out().flush();
    Keep(message.cursor());
  }

  void Print(const v1::VerdictChange& change) {
    const Style style = change.kind() == v1::CHANGE_KIND_VERDICT ? StyleOf(change.after().verdict())
                                                                 : Style::kPlain;
    session_.out() << Paint(DescribeChange(change), style, session_.console().colour) << '\n';
  }

  // False, with the reason said, when the file cannot be written.
  bool Keep(const std::string& cursor) {
    session_.out().flush();
    if (!session_.out()) {
      session_.Usage(absl::InvalidArgumentError("standard output cannot be written"));
      failed_ = true;
      return false;
    }
    const bool changed = cursor != cursor_;
    cursor_ = cursor;
    if (!changed || options_.cursor_file.empty()) return true;
    const absl::Status written = WriteCursor(options_.cursor_file, cursor);
    if (!written.ok()) session_.Usage(written);
    failed_ = !written.ok();
    return written.ok();
  }

  void Interrupt() {
    if (options_.cursor_file.empty() && !cursor_.empty()) {
      session_.console().err << "probity: interrupted; go on with --cursor " << cursor_ << '\n';
    }
    session_.Finish(kExitInterrupted);
  }

  // And what a person does about a cursor in a file that is good no longer.
  void Refuse(const grpc::Status& status) {
    session_.Refused(status);
    const std::string reason = ReasonOf(status);
    if (options_.cursor_file.empty() ||
        (reason != "CURSOR_EXPIRED" && reason != "INVALID_CURSOR")) {
      return;
    }
    session_.console().err << "  The cursor stands in " << options_.cursor_file
                           << ": compare with \"probity portfolio members\", and remove the file "
                              "to begin anew.\n";
  }

  Session& session_;
  const Options& options_;
  std::string cursor_;
  bool failed_ = false;
};

void Watch(Session& session, const Options& options) {
  if (!options.cursor.empty() && !options.cursor_file.empty()) {
    return session.Usage(
        absl::InvalidArgumentError("give --cursor or --cursor_file, which holds one, not both"));
  }
  Watching watching(session, options);
  if (!watching.ReadCursorFile()) return;
  options.once ? watching.Once() : watching.Follow();
}

Manual TheManual() {
  return {
      "Watch portfolios: one line when a verdict changes",
      "Prints a line for each event: the day, the member, its verdict before and after, why, and "
      "the event's number. A list that is too old is one event of the portfolio, not one a "
      "member. Nothing is printed while nothing changes. Without PORTFOLIO all of your "
      "authority's are watched.\n\n"
      "Without a cursor it begins now; with --once, with the oldest event that is kept. With "
      "--cursor_file it goes on where it stood, whatever happened in between: each event is "
      "printed and then its place is kept, so that none is lost, and one is printed again only if "
      "the program was killed between the two. Events have numbers that tell them apart. A server "
      "that goes away is waited for.\n\n"
      "With --once it first waits until the newest revision was weighed: run behind an import, it "
      "tells of all that the import changed.\n\n"
      "An event is no evidence: before a purchase, screen.",
      {{"Watch until Ctrl-C", "probity watch textiles"},
       {"As a service that may be restarted at any time",
        "probity --json watch --cursor_file /var/lib/probity/watch.cursor"},
       {"Each night, what the day changed",
        "probity watch textiles --once --cursor_file textiles.cursor"}},
      {{0, "with --once: no event, or all to CLEAR"},
       {1, "with --once: an event to BLOCK"},
       {4,
        "with --once: an event to REVIEW, a list that is too old, or recorded decisions that cite "
        "what changed"},
       {130, "interrupted by Ctrl-C; its place is kept, or was printed"}},
      {"portfolio", "screen"}};
}

}  // namespace

void AddWatch(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  Command* command = AddCommand(app, "watch", TheManual());
  AddParsed(
      command, kPortfolio, kPortfolio, &ParsePortfolio,
      [options](const std::string& name) { options->portfolio = name; },
      "Only this one. Without: all");
  command
      ->add_option("--cursor", options->cursor, "Go on behind the event or page that came with it")
      ->type_name("CURSOR");
  command
      ->add_option("--cursor_file", options->cursor_file,
                   "File that keeps the place from one run to the next; made when absent")
      ->type_name(kFile);
  AddFlag(
      command, "--once", [options](bool once) { options->once = once; },
      "Print what is there and end");
  AddParsed(
      command, "--wait", "SECONDS", &ParseCount,
      [options](int seconds) { options->wait_seconds = seconds; },
      "With --once: how long to wait until what is there now was weighed")
      ->default_str("60");
  AddRetry(command, options, "How long to wait for a server that goes away");
  command->callback([&session, options] { Watch(session, *options); });
}

}  // namespace probity::cli
