#include "cli/vendor_screening.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/bulk_screen.h"
#include "cli/interrupt.h"
#include "cli/sheet_writer.h"
#include "cli/text.h"
#include "cli/verdict_report.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"

namespace probity::cli {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;

constexpr char kError[] = "ERROR";

template <typename Enum>
Json NamesOf(const google::protobuf::RepeatedField<int>& values) {
  Json names = Json::array();
  for (const int value : values) names.push_back(EnumName(static_cast<Enum>(value)));
  return names;
}

// Rules that keep the purchase from being CLEAR.
Json RulesOf(const v1::DecisionCore& core) {
  Json rules = Json::array();
  for (const v1::RuleFinding& finding : core.findings()) {
    const bool counts = finding.purchase_effect() == v1::RULE_EFFECT_BLOCK ||
                        finding.purchase_effect() == v1::RULE_EFFECT_REVIEW;
    if (counts && std::find(rules.begin(), rules.end(), Json(finding.rule_id())) == rules.end()) {
      rules.push_back(finding.rule_id());
    }
  }
  return rules;
}

Json StepsOf(const v1::DecisionCore& core) {
  Json steps = Json::array();
  for (const v1::NextStep& step : core.next_steps()) steps.push_back(EnumName(step.action()));
  return steps;
}

void AddDecision(const v1::Decision& decision, Json* row) {
  const v1::DecisionCore& core = decision.core();
  (*row)["probity_verdict"] = EnumName(core.verdict());
  (*row)["probity_identity"] = EnumName(core.identity());
  (*row)["probity_evidence"] = EnumName(core.evidence());
  (*row)["probity_risk"] = EnumName(core.risk());
  (*row)["probity_reasons"] = NamesOf<v1::ReviewReason>(core.reasons());
  (*row)["probity_rules"] = RulesOf(core);
  (*row)["probity_next_steps"] = StepsOf(core);
  (*row)["probity_valid_until"] = FormatDate(core.valid_until());
  (*row)["probity_decision"] = decision.name();
}

std::string ErrorOf(const SheetRow& row, const v1::ItemError& error) {
  return absl::StrCat("line ", row.line, ": ", error.reason(), ": ", error.message());
}

// One run of the command.
class Run {
 public:
  Run(Session& session, const VendorScreening& options, VendorSheet vendors)
      : session_(session), options_(options), vendors_(std::move(vendors)) {
    for (size_t i = 0; i < vendors_.vendors().size(); ++i) {
      if (vendors_.vendors()[i].fault.empty()) asked_.push_back(i);
    }
  }

  void Screen(const v1::StreamScreenSettings& settings) {
    if (absl::Status opened = OpenResult(); !opened.ok()) return session_.Usage(opened);
    InterruptGuard guard;
    Progress progress(session_.console());
    BulkScreen bulk(session_, progress, std::chrono::seconds(options_.retry_seconds));
    const grpc::Status status = bulk.Run(
        settings, asked_.size(), [this](uint64_t place) { return ItemAt(place); },
        [this](uint64_t place, const auto& result) { WriteUpTo(asked_[place], &result); });
    progress.Clear();
    if (!status.ok()) return GiveUp(bulk, status);
    WriteUpTo(vendors_.vendors().size(), nullptr);
    if (absl::Status closed = writer_->Close(); !closed.ok()) return session_.Usage(closed);
    session_.Finish(WorstCode());
    Summarise(bulk.opening().opened().stamp());
  }

 private:
  absl::Status OpenResult() {
    const Sheet& sheet = vendors_.sheet();
    auto writer =
        SheetWriter::Open(options_.out, FormatLike(sheet, options_.out, session_.options().json),
                          ResultColumns(sheet), session_.console().out);
    if (!writer.ok()) return writer.status();
    writer_ = *std::move(writer);
    return absl::OkStatus();
  }

  v1::BatchScreenItem ItemAt(uint64_t place) const {
    const Vendor& vendor = vendors_.vendors()[asked_[place]];
    v1::BatchScreenItem item;
    if (vendor.number.size() <= 128) item.set_correlation_id(vendor.number);
    *item.mutable_request()->mutable_subject() = vendor.subject;
    return item;
  }

  // Writes the rows before `at` that were not asked about, and the one at it.
  void WriteUpTo(size_t at, const v1::BatchScreenItemResult* result) {
    for (; written_ < at; ++written_) WriteRow(written_, nullptr);
    if (result != nullptr) WriteRow(written_++, result);
  }

  void WriteRow(size_t at, const v1::BatchScreenItemResult* result) {
    const Json row =
        ResultRow(vendors_.sheet(), vendors_.sheet().rows[at], vendors_.vendors()[at], result);
    ++verdicts_[row.at("probity_verdict").get<std::string>()];
    writer_->Write(row);
  }

  int WorstCode() const {
    if (Count(EnumName(v1::VERDICT_BLOCK)) > 0) return kExitBad;
    return Count(EnumName(v1::VERDICT_CLEAR)) == vendors_.vendors().size() ? kExitGood
                                                                           : kExitUndetermined;
  }

  size_t Count(const std::string& verdict) const {
    const auto found = verdicts_.find(verdict);
    return found == verdicts_.end() ? 0 : found->second;
  }

  // Behind the rows, or beside them where these go to standard output.
  void Summarise(const v1::AnswerStamp& stamp) {
    const double seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
    const auto rows = static_cast<double>(vendors_.vendors().size());
    std::ostream& to = options_.out.empty() ? session_.console().err : session_.console().out;
    for (const auto& [verdict, count] : verdicts_) {
      to << fmt::format("{:<8}{:>12}\n", verdict, FormatCount(count));
    }
    if (Count(kError) > 0) to << "Rows in ERROR were not screened: probity_error says why.\n";
    if (vendors_.duplicates() > 0) {
      to << fmt::format("{} rows share a vendor number with another: see probity_note.\n",
                        FormatCount(vendors_.duplicates()));
    }
    to << fmt::format("{} rows, read as {}, in {:.1f} s ({:.0f} rows/s), revision {}{}\n",
                      FormatCount(vendors_.vendors().size()), vendors_.sheet().encoding, seconds,
                      rows / seconds, stamp.revision().revision(),
                      options_.out.empty() ? "" : "; result in " + options_.out);
  }

  void GiveUp(const BulkScreen& bulk, const grpc::Status& status) {
    std::ostream& err = session_.console().err;
    if (Interrupted()) {
      err << "probity: interrupted\n";
      session_.Finish(kExitInterrupted);
    } else {
      session_.Refused(status);
    }
    if (!bulk.opening().has_opened()) return;
    err << fmt::format(
        "  {} of {} rows were decided; these decisions stand. Go on with the same file and "
        "options, and\n  --resume {}\n",
        FormatCount(bulk.answered()), FormatCount(asked_.size()), bulk.opening().resume_token());
  }

  Session& session_;
  const VendorScreening& options_;
  const VendorSheet vendors_;
  const Clock::time_point begun_ = Clock::now();
  std::vector<size_t> asked_;  // rows that can be asked about
  std::unique_ptr<SheetWriter> writer_;
  size_t written_ = 0;
  std::map<std::string, size_t> verdicts_;
};

}  // namespace

bool IsVendorTable(const std::string& path) {
  for (const char* ending : {".csv", ".tsv", ".txt"}) {
    if (absl::EndsWithIgnoreCase(path, ending)) return true;
  }
  return IsJsonLines(path);
}

std::vector<std::string> ResultColumns(const Sheet& sheet) {
  std::vector<std::string> columns = OwnColumns(sheet);
  for (const char* added :
       {"probity_row", "probity_verdict", "probity_identity", "probity_evidence", "probity_risk",
        "probity_reasons", "probity_rules", "probity_next_steps", "probity_valid_until",
        "probity_decision", "probity_error", "probity_note"}) {
    columns.emplace_back(added);
  }
  return columns;
}

Json ResultRow(const Sheet& sheet, const SheetRow& row, const Vendor& vendor,
               const v1::BatchScreenItemResult* result) {
  Json written = OwnCells(sheet, row);
  written["probity_row"] = row.row;
  if (result != nullptr && result->has_response()) {
    AddDecision(result->response().decision(), &written);
  } else {
    written["probity_verdict"] = kError;
    written["probity_error"] = result == nullptr ? vendor.fault : ErrorOf(row, result->error());
  }
  if (!vendor.note.empty()) written["probity_note"] = vendor.note;
  return written;
}

void ScreenVendors(Session& session, const v1::ScreenSupplierRequest& shared,
                   const VendorScreening& options) {
  if (shared.has_subject()) {
    return session.Usage(absl::InvalidArgumentError(
        "the file names the suppliers: SUBJECT, --name, --country, --address and --kind do not go "
        "with it"));
  }
  if (shared.purchase().authority_country().empty() ||
      shared.purchase().purpose() == v1::PURPOSE_UNSPECIFIED) {
    return session.Usage(absl::InvalidArgumentError(
        "--buyer and --purpose are required: they hold for every row of the file"));
  }
  auto vendors = VendorSheet::Read(options.file);
  if (!vendors.ok()) return session.Usage(vendors.status());
  v1::StreamScreenSettings settings;
  *settings.mutable_purchase() = shared.purchase();
  if (shared.has_as_of()) *settings.mutable_as_of() = shared.as_of();
  settings.set_policy(shared.policy());
  settings.set_stream_id(shared.request_id());
  settings.set_resume_token(options.resume_token);
  Run(session, options, *std::move(vendors)).Screen(settings);
}

}  // namespace probity::cli
