#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/random.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/load_report.h"
#include "cli/separation.h"
#include "probity/v1/dataset_service.grpc.pb.h"
#include "probity/v1/supplier_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Datasets = v1::DatasetService::Stub;
using Suppliers = v1::SupplierService::Stub;

// Lookups take so many identifiers.
constexpr int kMostIdentifiers = 20;

struct Split {
  std::string supplier;
  std::vector<std::string> records;
  std::string dataset;
  std::string reason;
  std::string note;
};

// Names of the datasets by whether everybody sees them; nothing after an error.
struct KnownDatasets {
  std::set<std::string> shared, owned;
};
std::optional<KnownDatasets> AskDatasets(Session& session) {
  const auto listed = session.AskAll(&Datasets::ListDatasets, v1::ListDatasetsRequest(),
                                     &v1::ListDatasetsResponse::mutable_datasets);
  if (!listed) return std::nullopt;
  KnownDatasets known;
  for (const v1::Dataset& dataset : listed->datasets()) {
    (dataset.owner().empty() ? known.shared : known.owned).insert(dataset.name());
  }
  return known;
}

absl::Status CheckDataset(const KnownDatasets& known, const std::string& dataset) {
  if (known.shared.count(dataset) + known.owned.count(dataset) > 0) return absl::OkStatus();
  const absl::string_view id = absl::string_view(dataset).substr(dataset.find('/') + 1);
  return absl::InvalidArgumentError(
      absl::StrCat("there is no ", dataset, "; make it once:\n  probity dataset create ", id,
                   " --absence retracted --title \"Parties that are not one\""));
}

// The suppliers of today that hold records of the one that was split, by the identifiers
// that had joined them.
std::vector<v1::Supplier> PiecesOf(Session& session, const v1::Supplier& before,
                                   const v1::RevisionToken& revision) {
  v1::LookupSuppliersRequest request;
  *request.mutable_consistency()->mutable_at_exact_revision() = revision;
  std::set<std::string> seen;
  for (const v1::ClusterEdge& edge : before.edges()) {
    if (request.identifiers_size() == kMostIdentifiers) break;
    if (!seen.insert(FormatIdentifier(edge.identifier())).second) continue;
    *request.add_identifiers() = edge.identifier();
  }
  std::vector<v1::Supplier> pieces;
  const auto response = session.Ask(&Suppliers::LookupSuppliers, request);
  if (!response) return pieces;
  seen.clear();
  for (const v1::LookupResult& result : response->results()) {
    for (const v1::Supplier& supplier : result.suppliers()) {
      if (seen.insert(supplier.name()).second) pieces.push_back(supplier);
    }
  }
  return pieces;
}

void PrintSplit(Session& session, const v1::Supplier& before, const v1::PutRecordResponse& done) {
  session.Say(absl::StrCat(before.name(), " was split by ", done.record().name()), Style::kGood);
  Table table({"supplier", "name", "put together from"});
  for (const v1::Supplier& piece : PiecesOf(session, before, done.stamp().revision())) {
    table.Add({piece.name(), piece.display_name(), absl::StrJoin(piece.source_records(), "\n")});
  }
  session.Print(table);
  session.Say("Later loads keep them apart. Take it back:\n  probity remove " +
              done.record().name());
  session.PrintStamp(done.stamp());
}

void PrintHeld(Session& session, const v1::Supplier& before, const v1::PutRecordResponse& done) {
  session.Finish(ExitCodeOf(done.held()));
  if (done.held().state() == v1::LOAD_STATE_COMMITTED) return PrintSplit(session, before, done);
  session.Say(before.name() + " is not split yet: a second person is needed", Style::kDoubt);
  PrintLoad(session, done.held());
}

void Run(Session& session, const Split& split) {
  v1::GetSupplierRequest get;
  get.set_name(split.supplier);
  const auto found = session.Ask(&Suppliers::GetSupplier, get);
  if (!found) return;
  const auto known = AskDatasets(session);
  if (!known) return;
  const absl::Status there = CheckDataset(*known, split.dataset);
  if (!there.ok()) return session.Usage(there);
  auto separation = SeparationOf(found->supplier(), split.records, known->owned);
  if (!separation.ok()) return session.Usage(separation.status());
  separation->set_reason(split.reason);
  v1::PutRecordRequest put;
  put.set_dataset(split.dataset);
  put.set_note(split.note);
  put.set_request_id(NewUuid());
  put.mutable_record()->set_key(SeparationKey(*separation));
  *put.mutable_record()->mutable_separation() = *std::move(separation);
  const auto done = session.Ask(&Datasets::PutRecord, put);
  if (!done || session.PrintedAsJson(*done)) return;
  if (done->has_held()) return PrintHeld(session, found->supplier(), *done);
  PrintSplit(session, found->supplier(), *done);
}

void AddSplit(CLI::App& parent, Session& session) {
  auto split = std::make_shared<Split>();
  split->dataset = "datasets/separations";
  const auto into = [split](std::string Split::*field) {
    return [split, field](std::string text) { split.get()->*field = std::move(text); };
  };
  Command* command = AddCommand(
      parent, "split",
      {"Say that a supplier is two parties, merged by mistake",
       "The named records are one party, all others of the supplier another, whatever identifiers "
       "they share. No supplier holds records of both from then on, nor do later loads bring them "
       "together again. The separation is a record of its own, for everybody: answers about "
       "earlier revisions still show one supplier, and removing it makes them one again. Where "
       "the dataset asks for it, or a BLOCK or REVIEW of a watched vendor would be lifted, it "
       "waits for a second person.",
       {{"Their dataset is made once, by probity dataset create",
         "probity supplier split suppliers/1a2b3c4d --record datasets/reg/records/B-7 --reason "
         "\"other founders, other town\""},
        {"Take it back", "probity remove datasets/separations/records/split-1a2b3c4d5e6f7a8b"}},
       {{0, "split"}, {3, "it waits for a second person, or was refused"}},
       {"lookup", "remove", "load approve"}});
  AddParsed(command, "SUPPLIER", "suppliers/ID", &ParseText, into(&Split::supplier),
            "The supplier, as answers print it")
      ->required();
  Repeatable(AddParsed(
                 command, "--record", kRecord, &ParseText,
                 [split](std::string name) { split->records.push_back(std::move(name)); },
                 "A record of it that is another party; may be given several times"))
      ->required();
  AddParsed(command, "--dataset", kDataset, &ParseDatasetName, into(&Split::dataset),
            "Where separations stand. Without: separations");
  AddParsed(command, "--reason", kText, &ParseText, into(&Split::reason),
            "How it is known that they are different parties")
      ->required();
  AddParsed(command, "--note", kText, &ParseText, into(&Split::note), "Text for the audit trail");
  command->callback([&session, split] { Run(session, *split); });
}

}  // namespace

void AddSupplier(CLI::App& app, Session& session) {
  Command* command = AddCommand(app, "supplier",
                                {"Part suppliers that were merged by mistake",
                                 "",
                                 {{"", "probity supplier split --help"}},
                                 {{0, "done"}},
                                 {"lookup"}});
  command->require_subcommand(1);
  AddSplit(*command, session);
}

}  // namespace probity::cli
