#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/coverage.h"
#include "cli/order_sheet.h"
#include "cli/progress.h"
#include "cli/sheet_writer.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"
#include "probity/v1/screening_service.grpc.pb.h"
#include "probity/v1/supplier_service.grpc.pb.h"

namespace probity::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kLookupBatch = 1000;  // GetServerInfo.max_batch_lookup
constexpr char kError[] = "ERROR";
constexpr const char* kAdded[] = {"probity_row",      "probity_coverage", "probity_verdict",
                                  "probity_decision", "probity_recorded", "probity_valid_until",
                                  "probity_changed",  "probity_error"};

struct Options {
  TableFile orders;
  std::string scheme;
  std::vector<std::string> results;  // of `probity screen --file`
  std::string out;
  bool all = false;
};

bool EarlierRecorded(const v1::Decision& a, const v1::Decision& b) {
  return a.leaf_index() < b.leaf_index();
}

// One run of the command. Each step is false when a call failed, which is then said.
class CoverageAudit {
 public:
  CoverageAudit(Session& session, const Options& options)
      : session_(session), options_(options), progress_(session.console()) {}

  void Run() {
    absl::Status read = ReadOrders();
    if (read.ok()) read = ReadResults();
    if (!read.ok()) return session_.Usage(read);
    auto writer =
        SheetWriter::Open(options_.out, FormatLike(sheet_, options_.out, session_.options().json),
                          Columns(), session_.console().out);
    if (!writer.ok()) return session_.Usage(writer.status());
    if (!LookUp() || !ListAll()) return;
    progress_.Clear();
    for (size_t i = 0; i < orders_.size(); ++i) Write(**writer, i);
    if (absl::Status closed = (*writer)->Close(); !closed.ok()) return session_.Usage(closed);
    Summarise();
  }

 private:
  absl::Status ReadOrders() {
    if (options_.orders.path.empty()) return absl::InvalidArgumentError("--orders is required");
    auto orders = OrderSheet::Read(options_.orders, options_.scheme);
    if (!orders.ok()) return orders.status();
    sheet_ = orders->sheet();
    orders_ = orders->orders();
    return absl::OkStatus();
  }

  // Decisions of vendor numbers, as results of screening name them.
  absl::Status ReadResults() {
    for (const std::string& path : options_.results) {
      auto sheet = ReadSheet(path, "");
      if (!sheet.ok()) return sheet.status();
      auto fields = SheetFields::Find(*sheet, {"vendor_number", "probity_decision"}, {});
      if (!fields.ok()) return fields.status();
      if (!fields->Has("vendor_number") || !fields->Has("probity_decision")) {
        return absl::InvalidArgumentError(absl::StrCat(
            path, ":1: is no result of \"probity screen --file\" with a column vendor_number"));
      }
      for (const SheetRow& row : sheet->rows) {
        const std::string decision = fields->Cell(row, "probity_decision");
        if (decision.empty()) continue;
        by_vendor_[fields->Cell(row, "vendor_number")].insert(decision);
      }
    }
    return absl::OkStatus();
  }

  // Suppliers of the identifiers, where exactly one carries it.
  bool LookUp() {
    std::vector<OrderRow*> asked;
    for (OrderRow& order : orders_) {
      if (order.fault.empty() && order.identifier) asked.push_back(&order);
    }
    for (size_t begin = 0; begin < asked.size(); begin += kLookupBatch) {
      v1::BatchLookupSuppliersRequest request;
      const size_t end = std::min(asked.size(), begin + kLookupBatch);
      for (size_t i = begin; i < end; ++i) {
        *request.add_items()->mutable_identifier() = *asked[i]->identifier;
      }
      const auto response = session_.Ask(&v1::SupplierService::Stub::BatchLookupSuppliers, request);
      if (!response) return false;
      for (size_t i = begin; i < end; ++i) {
        TakeLookup(response->results(static_cast<int>(i - begin)), asked[i]);
      }
    }
    return true;
  }

  static void TakeLookup(const v1::BatchLookupItemResult& answer, OrderRow* order) {
    const v1::LookupResult& result = answer.result();
    if (answer.has_error()) {
      order->fault = absl::StrCat("identifier: ", answer.error().message());
    } else if (result.suppliers_size() > 1) {
      order->fault = "identifier: several suppliers carry it";
    } else if (result.suppliers_size() == 1) {
      order->supplier = result.suppliers(0).name();
    }
  }

  // Fetches the decisions of all that are ordered from, oldest first.
  bool ListAll() {
    size_t done = 0;
    for (const OrderRow& order : orders_) {
      ++done;
      progress_.Show("reading", done, orders_.size(), done);
      if (!order.fault.empty()) continue;
      const std::string key = KeyOf(order);
      if (decisions_.count(key) > 0) continue;
      std::vector<v1::Decision>& decisions = decisions_[key];
      if (!order.supplier.empty() && !ListOf(order.supplier, &decisions)) return false;
      if (!GetResults(order.vendor_number, &decisions)) return false;
      std::sort(decisions.begin(), decisions.end(), &EarlierRecorded);
    }
    return true;
  }

  static std::string KeyOf(const OrderRow& order) {
    return absl::StrCat(order.supplier, "\n", order.vendor_number);
  }

  bool ListOf(const std::string& supplier, std::vector<v1::Decision>* decisions) {
    v1::ListDecisionsRequest request;
    request.set_supplier(supplier);
    const auto all = session_.AskAll(&v1::ScreeningService::Stub::ListDecisions, request,
                                     &v1::ListDecisionsResponse::mutable_decisions);
    if (!all) return false;
    decisions->assign(all->decisions().begin(), all->decisions().end());
    return true;
  }

  bool GetResults(const std::string& vendor, std::vector<v1::Decision>* decisions) {
    const auto named = by_vendor_.find(vendor);
    if (vendor.empty() || named == by_vendor_.end()) return true;
    for (const std::string& name : named->second) {
      const bool known = std::any_of(decisions->begin(), decisions->end(),
                                     [&](const auto& one) { return one.name() == name; });
      if (known) continue;
      v1::GetDecisionRequest request;
      request.set_name(name);
      auto response = session_.Ask(&v1::ScreeningService::Stub::GetDecision, request);
      if (!response) return false;
      decisions->push_back(std::move(*response->mutable_decision()));
    }
    return true;
  }

  std::vector<std::string> Columns() const {
    std::vector<std::string> columns = OwnColumns(sheet_);
    columns.insert(columns.end(), std::begin(kAdded), std::end(kAdded));
    return columns;
  }

  void Write(SheetWriter& writer, size_t at) {
    Json row = OwnCells(sheet_, sheet_.rows[at]);
    row["probity_row"] = sheet_.rows[at].row;
    const OrderRow& order = orders_[at];
    std::string coverage = kError;
    if (order.fault.empty()) {
      const OrderCoverage found = CoverageOf(order.order, decisions_[KeyOf(order)]);
      coverage = CoverageName(found.coverage);
      Describe(found, &row);
    }
    row["probity_coverage"] = coverage;
    if (!order.fault.empty()) row["probity_error"] = order.fault;
    ++counts_[coverage];
    if (options_.all || coverage != CoverageName(Coverage::kCovered)) writer.Write(row);
  }

  static void Describe(const OrderCoverage& found, Json* row) {
    if (found.relied_on == nullptr) return;
    (*row)["probity_verdict"] = EnumName(found.relied_on->core().verdict());
    (*row)["probity_decision"] = found.relied_on->name();
    (*row)["probity_recorded"] = FormatTimestamp(found.relied_on->recorded_at());
    (*row)["probity_valid_until"] = FormatDate(found.relied_on->core().valid_until());
    if (found.changed == nullptr) return;
    (*row)["probity_changed"] =
        absl::StrCat(EnumName(found.changed->core().verdict()), " on ",
                     FormatTimestamp(found.changed->recorded_at()), ": ", found.changed->name());
  }

  void Summarise() {
    std::ostream& to = options_.out.empty() ? session_.console().err : session_.console().out;
    for (int i = 0; i <= static_cast<int>(Coverage::kUnscreened); ++i) {
      const auto coverage = static_cast<Coverage>(i);
      to << fmt::format("{:<18}{:>10}  {}\n", CoverageName(coverage),
                        FormatCount(counts_[CoverageName(coverage)]), CoverageWords(coverage));
    }
    const size_t errors = counts_[kError];
    if (errors > 0) {
      to << fmt::format("{:<18}{:>10}  could not be looked at: probity_error says why\n", kError,
                        FormatCount(errors));
    }
    const size_t covered = counts_[CoverageName(Coverage::kCovered)];
    const bool found = covered + errors < orders_.size();
    session_.Finish(found ? kExitBad : errors > 0 ? kExitUndetermined : kExitGood);
  }

  Session& session_;
  const Options& options_;
  Progress progress_;
  Sheet sheet_;
  std::vector<OrderRow> orders_;  // one for each row of the sheet
  std::map<std::string, std::set<std::string>> by_vendor_;
  std::map<std::string, std::vector<v1::Decision>> decisions_;
  std::map<std::string, size_t> counts_;
};

Manual CoverageManual() {
  return {"Find orders that were not covered by a decision",
          absl::StrCat(
              "Joins the orders of a purchasing system to the recorded decisions about their "
              "suppliers and writes those that are not covered: UNSCREENED, NOT_CLEAR (ordered "
              "over a REVIEW or BLOCK), LATE, EXPIRED_AT_AWARD and CHANGED (another verdict "
              "since). Days count as the log recorded them, in UTC; a decision of the day of the "
              "order is in time.\n\nThe file is CSV or JSON lines, with columns known by their "
              "headings: ",
              absl::StrJoin(OrderSheet::Fields(), ", "),
              ". Decisions are found by the supplier that carries the identifier today; one that "
              "was made about a record which was merged into another supplier since is not. "
              "Vendors that were screened by name alone are found by vendor_number in --results "
              "of \"probity screen --file\"."),
          {{"Orders of a quarter", "probity audit coverage --orders orders.csv --out open.csv"},
           {"By vendor number, as the vendor master was screened",
            "probity audit coverage --orders orders.csv --results result.csv --out open.csv"}},
          {{0, "all orders are covered"},
           {1, "at least one is not"},
           {4, "rows could not be looked at; all others are covered"}},
          {"screen", "decision list"}};
}

void AddCoverage(CLI::App* parent, Session& session) {
  auto options = std::make_shared<Options>();
  const std::shared_ptr<TableFile> orders(options, &options->orders);
  Command* command = AddCommand(*parent, "coverage", CoverageManual());
  command->add_option("--orders", orders->path, "The orders")->type_name(kFile);
  AddTableOptions(command, orders);
  command
      ->add_option("--scheme", options->scheme,
                   "Scheme of identifiers that are written without one")
      ->type_name("SCHEME");
  Repeatable(command
                 ->add_option("--results", options->results,
                              "A result of \"probity screen --file\", for orders by vendor number")
                 ->type_name(kFile));
  command->add_option("--out", options->out, "File for the list. Without: standard output")
      ->type_name(kFile);
  command->add_flag("--all", options->all, "List the covered ones too");
  command->callback([&session, options] { CoverageAudit(session, *options).Run(); });
}

}  // namespace

void AddAudit(CLI::App& app, Session& session) {
  Command* command =
      AddCommand(app, "audit",
                 {"Audit what was bought against what was decided",
                  "",
                  {{"What it finds, and in which file", "probity audit coverage --help"}},
                  {{0, "done"}},
                  {"decision"}});
  command->require_subcommand(1);
  AddCoverage(command, session);
}

}  // namespace probity::cli
