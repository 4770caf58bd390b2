#include <algorithm>
#include <atomic>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/interrupt.h"
#include "cli/match_report.h"
#include "cli/patience.h"
#include "cli/progress.h"
#include "cli/sheet_writer.h"
#include "cli/worksheet.h"
#include "cli/worksheet_judging.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"
#include "probity/v1/review_service.grpc.pb.h"
#include "probity/v1/server_service.grpc.pb.h"
#include "probity/v1/supplier_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Request = v1::SearchSuppliersRequest;

// Searches at a time.
constexpr int kThreads = 4;

struct Options {
  VendorFile file;
  std::string out;
  Request search;  // what all searches share
  int retry_seconds = 30;
};

v1::NameKind NameKindOf(v1::PartyKind kind) {
  switch (kind) {
    case v1::PARTY_KIND_UNSPECIFIED:
      return v1::NAME_KIND_UNSPECIFIED;
    case v1::PARTY_KIND_PERSON:
      return v1::NAME_KIND_PERSON;
    case v1::PARTY_KIND_VESSEL:
      return v1::NAME_KIND_VESSEL;
    default:
      return v1::NAME_KIND_COMPANY;
  }
}

// What a vendor is found by: its name, and all else as facts, which leave nobody out.
Request SearchFor(const Request& shared, const v1::ScreenedSubject& subject) {
  Request request = shared;
  request.set_query(subject.name());
  v1::PartyFacts* facts = request.mutable_facts();
  if (!subject.country().empty()) facts->add_countries(subject.country().substr(0, 2));
  if (subject.has_founded()) *facts->mutable_date() = subject.founded();
  facts->set_address(subject.address());
  facts->set_kind(NameKindOf(subject.kind()));
  if (subject.ref().has_identifier()) *facts->add_identifiers() = subject.ref().identifier();
  return request;
}

// What came of one vendor.
struct Outcome {
  std::vector<LikeName> candidates;
  std::string fault;
};

// One run of the command.
class Match {
 public:
  Match(Session& session, const Options& options, VendorSheet vendors)
      : session_(session),
        options_(options),
        vendors_(std::move(vendors)),
        progress_(session.console()),
        outcomes_(vendors_.vendors().size()) {}

  void Run() {
    auto columns = WorksheetColumns(vendors_.sheet());
    if (!columns.ok()) return session_.Usage(columns.status());
    auto writer = SheetWriter::Open(options_.out, Format(), *columns, session_.console().out);
    if (!writer.ok()) return session_.Usage(writer.status());
    InterruptGuard guard;
    const grpc::Status status = SearchAll();
    progress_.Clear();
    if (Interrupted()) return session_.Finish(kExitInterrupted);
    if (!status.ok()) return session_.Refused(status);
    Write(**writer);
    if (absl::Status closed = (*writer)->Close(); !closed.ok()) return session_.Usage(closed);
    Summarise();
  }

 private:
  SheetFormat Format() const {
    // A worksheet is for spreadsheets: they take UTF-8 by its mark alone.
    return {IsJsonLines(options_.out), vendors_.sheet().delimiter, true};
  }

  // All over the revision of the first call.
  grpc::Status SearchAll() {
    const Patience patience(session_, progress_, std::chrono::seconds(options_.retry_seconds));
    v1::GetServerInfoResponse info;
    grpc::Status status =
        patience.Call(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest(), &info);
    if (!status.ok()) return status;
    shared_ = options_.search;
    *shared_.mutable_consistency()->mutable_at_exact_revision() = info.revision();
    if (shared_.min_score() == 0) shared_.set_min_score(info.match_threshold());
    revision_ = info.revision().revision();
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) threads.emplace_back([this] { SearchSome(); });
    while (done_ < outcomes_.size() && !Stopped()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      progress_.Show("searching", done_, outcomes_.size(), done_);
    }
    for (std::thread& thread : threads) thread.join();
    return ended_;
  }

  bool Stopped() const { return failed_ || Interrupted(); }

  void SearchSome() {
    for (size_t at = next_++; at < outcomes_.size() && !Stopped(); at = next_++) {
      const grpc::Status status = Search(at);
      // The first one that fails ends all.
      if (!status.ok() && !failed_.exchange(true)) ended_ = status;
      ++done_;
    }
  }

  grpc::Status Search(size_t at) {
    const Vendor& vendor = vendors_.vendors()[at];
    outcomes_[at].fault = vendor.fault;
    if (!vendor.fault.empty() || vendor.subject.name().empty()) return grpc::Status::OK;
    v1::SearchSuppliersResponse response;
    const grpc::Status status = session_.Call(&v1::SupplierService::Stub::SearchSuppliers,
                                              SearchFor(shared_, vendor.subject), &response);
    if (status.error_code() == grpc::StatusCode::INVALID_ARGUMENT) {
      outcomes_[at].fault = absl::StrCat("line ", vendors_.sheet().rows[at].line, ": ",
                                         ReasonOf(status), ": ", status.error_message());
      return grpc::Status::OK;
    }
    if (!status.ok()) return status;
    for (const v1::SearchHit& hit : response.hits()) {
      // An equal identifier leaves nothing to be judged.
      if (hit.basis() == v1::MATCH_BASIS_IDENTIFIER) continue;
      outcomes_[at].candidates.push_back(LikeNameOf(at, hit));
    }
    return outcomes_[at].candidates.empty() ? grpc::Status::OK : LeaveSettledOut(at);
  }

  // What a person judged, and nothing has changed since, is not shown again.
  grpc::Status LeaveSettledOut(size_t at) {
    v1::ListJudgementsRequest request;
    *request.mutable_subject() = JudgedSubjectOf(vendors_.vendors()[at].subject);
    *request.mutable_consistency() = shared_.consistency();
    request.set_state(v1::JUDGEMENT_STATE_STANDING);
    request.set_page_size(kPageSize);
    v1::ListJudgementsResponse response;
    const grpc::Status status =
        session_.Call(&v1::ReviewService::Stub::ListJudgements, request, &response);
    // A subject that cannot be judged, or is not known: nobody did.
    if (status.error_code() == grpc::StatusCode::INVALID_ARGUMENT ||
        status.error_code() == grpc::StatusCode::NOT_FOUND) {
      return grpc::Status::OK;
    }
    std::vector<LikeName>& candidates = outcomes_[at].candidates;
    const auto settled = [&](const LikeName& one) {
      return std::any_of(response.judgements().begin(), response.judgements().end(),
                         [&](const v1::Judgement& judgement) {
                           return judgement.source_record() == one.source_record ||
                                  judgement.supplier() == one.supplier;
                         });
    };
    const auto open = std::remove_if(candidates.begin(), candidates.end(), settled);
    settled_ += static_cast<size_t>(candidates.end() - open);
    candidates.erase(open, candidates.end());
    return status;
  }

  // Vendors without an identifier first: only a person can say who they are.
  std::vector<size_t> Order() const {
    std::vector<size_t> order(outcomes_.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_partition(order.begin(), order.end(),
                          [this](size_t at) { return !vendors_.vendors()[at].subject.has_ref(); });
    return order;
  }

  void Write(SheetWriter& writer) {
    for (const Outcome& outcome : outcomes_) {
      rows_ += outcome.candidates.size();
      faults_ += outcome.fault.empty() ? 0 : 1;
      without_ += outcome.fault.empty() && outcome.candidates.empty() ? 1 : 0;
    }
    size_t number = 0;
    for (const size_t at : Order()) {
      const Outcome& outcome = outcomes_[at];
      if (!outcome.fault.empty()) writer.Write(FaultRow(vendors_, at, outcome.fault));
      for (const LikeName& candidate : outcome.candidates) {
        writer.Write(WorksheetRow(vendors_, candidate, ++number, rows_));
      }
    }
  }

  void Summarise() {
    std::ostream& to = options_.out.empty() ? session_.console().err : session_.console().out;
    to << fmt::format(
        "{} candidates for {} of {} vendors, {} without any, {} settled before, {} could not be "
        "searched; revision {}{}\n",
        FormatCount(rows_), FormatCount(outcomes_.size() - without_ - faults_),
        FormatCount(outcomes_.size()), FormatCount(without_), FormatCount(settled_),
        FormatCount(faults_), revision_,
        options_.out.empty() ? "" : "; worksheet in " + options_.out);
    if (rows_ > 0) {
      to << "Write IS or IS_NOT into the column decision, and why into reason. Other columns must "
            "stay as they are.\n";
    }
    session_.Finish(rows_ + faults_ == 0 ? kExitGood : kExitUndetermined);
  }

  Session& session_;
  const Options& options_;
  const VendorSheet vendors_;
  Progress progress_;
  Request shared_;
  uint64_t revision_ = 0;
  std::vector<Outcome> outcomes_;  // each written by one thread
  std::atomic<size_t> next_{0}, done_{0}, settled_{0};
  std::atomic<bool> failed_{false};
  grpc::Status ended_;  // written by the thread that set failed_
  size_t rows_ = 0, faults_ = 0, without_ = 0;
};

Manual MatchManual() {
  return {
      "Write a worksheet of vendors and the records with a like name",
      "Searches each vendor of a file by its name, with its country, address, date and "
      "identifier as facts, and writes a row for each record with a like name: the file's own "
      "columns, who is meant, the score and the two reasons that moved it most, and empty "
      "columns decision and reason. Vendors without an identifier stand first. Somebody who "
      "carries the vendor's identifier is no candidate: that is certain; nor is what was judged "
      "before and has not changed.\n\n" +
          VendorFileHelp(),
      {{"Matches of all vendors, to be looked at in a spreadsheet",
        "probity match --file vendors.csv --out worksheet.csv"},
       {"Only against two lists",
        "probity match --file vendors.csv --dataset ofac-cons --dataset import-bans "
        "--out worksheet.csv"}},
      {{0, "no vendor has a candidate"},
       {4, "there are rows to be judged, or vendors that could not be searched"}},
      {"judge", "screen", "search"}};
}

void RunMatch(Session& session, const Options& options) {
  if (options.file.table.path.empty()) {
    return session.Usage(absl::InvalidArgumentError("--file is required"));
  }
  auto vendors = VendorSheet::Read(options.file);
  if (!vendors.ok()) return session.Usage(vendors.status());
  Match(session, options, *std::move(vendors)).Run();
}

}  // namespace

void AddMatch(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  const std::shared_ptr<VendorFile> file(options, &options->file);
  const std::shared_ptr<Request> search(options, &options->search);
  search->set_page_size(5);
  Command* command = AddCommand(app, "match", MatchManual());
  command->add_option("--file", file->table.path, "The vendors: CSV or JSON lines")
      ->type_name(kFile);
  AddVendorFileOptions(command, file);
  command->add_option("--out", options->out, "File for the worksheet. Without: standard output")
      ->type_name(kFile);
  Repeatable(AddParsed(command, "--dataset", kDataset, &ParseDatasetName,
                       Into(search, &Request::add_datasets), "Only records of this dataset"));
  AddParsed(command, "--min_score", kScore, &ParseScore, Into(search, &Request::set_min_score),
            "Only names at least so much alike. Without: those that are called a match");
  AddParsed(command, "--limit", "N", &ParseLimit, Into(search, &Request::set_page_size),
            "Most candidates of a vendor, 1 to 100")
      ->default_str("5");
  command->callback([&session, options] { RunMatch(session, *options); });
}

}  // namespace probity::cli
