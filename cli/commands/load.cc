#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/random.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/load_report.h"
#include "cli/load_waiting.h"
#include "cli/progress.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Datasets = v1::DatasetService::Stub;

// The impacts that are shown of a preview; --all shows all.
constexpr int kShownImpacts = 20;

// Waits until the server has done with the load. False when it cannot be asked.
bool Await(Session& session, v1::Load* load) {
  v1::GetLoadRequest request;
  request.set_name(load->name());
  Progress progress(session.console());
  const grpc::Status status =
      AwaitLoad([&](v1::Load* now) { return session.Call(&Datasets::GetLoad, request, now); },
                progress, load);
  progress.Clear();
  if (!status.ok()) session.Refused(status);
  return status.ok();
}

// Begins a step and shows where it led to.
template <typename Request>
void Run(Session& session,
         grpc::Status (Datasets::*method)(grpc::ClientContext*, const Request&, v1::Load*),
         const Request& request) {
  auto load = session.Ask(method, request);
  if (!load || !Await(session, &*load)) return;
  session.Finish(ExitCodeOf(*load));
  if (!session.PrintedAsJson(*load)) PrintLoad(session, *load);
}

void Show(Session& session, const std::string& name) {
  v1::GetLoadRequest request;
  request.set_name(name);
  const auto load = session.Ask(&Datasets::GetLoad, request);
  if (load && !session.PrintedAsJson(*load)) PrintLoad(session, *load);
}

void Preview(Session& session, const std::string& name, bool all) {
  v1::PreviewLoadRequest request;
  request.set_name(name);
  auto load = session.Ask(&Datasets::PreviewLoad, request);
  if (!load || !Await(session, &*load)) return;
  const bool done =
      load->state() == v1::LOAD_STATE_PREVIEWED || load->state() == v1::LOAD_STATE_HELD;
  session.Finish(ExitCodeOf(*load));
  if (!session.PrintedAsJson(*load)) PrintLoad(session, *load);
  if (!session.options().json) session.out() << '\n';
  if (done) PrintPreview(session, name, all ? 0 : kShownImpacts);
}

// A command whose first argument is a load, or a dataset.
Command* AddOf(CLI::App& parent, const std::string& name, const char* form, Manual manual,
               const std::function<void(const std::string&)>& run) {
  auto value = std::make_shared<std::string>();
  Command* command = AddCommand(parent, name, std::move(manual));
  AddParsed(
      command, form, form, form == kDataset ? &ParseDatasetName : &ParseText,
      [value](std::string text) { *value = std::move(text); },
      form == kDataset ? "The dataset" : "The load, as \"probity load list\" shows it")
      ->required();
  command->callback([value, run] { run(*value); });
  return command;
}

void AddReading(CLI::App& parent, Session& session) {
  AddOf(parent, "list", kDataset,
        {"List the loads of a dataset, newest first",
         "",
         {{"", "probity load list audits"}},
         {{0, "done"}},
         {"load show", "import"}},
        [&session](const std::string& dataset) { PrintLoads(session, dataset); });
  AddOf(parent, "show", kLoad,
        {"Show what a load did, or why it is held",
         "",
         {{"", "probity load show datasets/audits/loads/3f0c2a9e"}},
         {{0, "done"}},
         {"load preview", "load approve"}},
        [&session](const std::string& load) { Show(session, load); });
  AddRejected(&parent, session);
}

void AddPreview(CLI::App& parent, Session& session) {
  auto all = std::make_shared<bool>(false);
  Command* command = AddOf(
      parent, "preview", kLoad,
      {"Show what a load would change, before anybody sees it",
       "Which records, which members of your portfolios would get another verdict and why, and "
       "which recent decisions would come out otherwise. Of other authorities it says how many.",
       {{"", "probity load preview datasets/audits/loads/3f0c2a9e"}},
       {{0, "nothing would hold it"}, {3, "it is held, or would be"}},
       {"load commit", "load approve", "import"}},
      [&session, all](const std::string& load) { Preview(session, load, *all); });
  AddFlag(
      command, "--all", [all](bool) { *all = true; }, "Show all members and decisions");
}

void AddCommit(CLI::App& parent, Session& session) {
  AddOf(parent, "commit", kLoad,
        {"Publish a load that waits",
         "Readers see all of it or nothing. One that breaks a guard rail, or would lift a BLOCK or "
         "REVIEW of a watched vendor, is held for a second person.",
         {{"", "probity load commit datasets/audits/loads/3f0c2a9e"}},
         {{0, "published"}, {3, "held, or not published"}},
         {"load preview", "load approve", "load abort"}},
        [&session](const std::string& load) {
          v1::CommitLoadRequest request;
          request.set_name(load);
          request.set_request_id(NewUuid());
          Run(session, &Datasets::CommitLoad, request);
        });
}

void AddApprove(CLI::App& parent, Session& session) {
  auto request = std::make_shared<v1::ApproveLoadRequest>();
  Command* command = AddOf(
      parent, "approve", kLoad,
      {"Let a held load through, as a second person",
       "Neither who opened it nor who committed it can. What you let through, when and why is "
       "kept with the revision. Where more is wrong by now than was shown, it is held again.",
       {{"",
         "probity load approve datasets/audits/loads/3f0c2a9e --note 'the publisher closed 40 "
         "sites, see letter 117'"}},
       {{0, "published"}, {3, "held again, or refused"}},
       {"load show", "load preview", "load abort"}},
      [&session, request](const std::string& load) {
        request->set_name(load);
        Run(session, &Datasets::ApproveLoad, *request);
      });
  AddParsed(command, "--note", kText, &ParseText,
            Into(request, &v1::ApproveLoadRequest::mutable_note),
            "Why, for those who read it later")
      ->required();
}

}  // namespace

void AddLoad(CLI::App& app, Session& session) {
  Command* command = AddCommand(
      app, "load",
      {"Look at loads, publish them, let held ones through",
       "\"probity import\" opens a load and takes it all the way. These go on with one that waits: "
       "after --preview, or because it needs a second person.",
       {{"What waits", "probity load list audits"}},
       {{0, "done"}},
       {"import", "dataset"}});
  command->require_subcommand(1);
  AddReading(*command, session);
  AddPreview(*command, session);
  AddCommit(*command, session);
  AddApprove(*command, session);
  AddOf(*command, "abort", kLoad,
        {"Give a load up that was not published",
         "Removes its files from the server. Nothing of it was visible.",
         {{"", "probity load abort datasets/audits/loads/3f0c2a9e"}},
         {{0, "done"}},
         {"load list", "import"}},
        [&session](const std::string& load) { AbortLoad(session, load); });
}

}  // namespace probity::cli
