#include "cli/worksheet_judging.h"

#include <chrono>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/crc32c.h"
#include "cli/interrupt.h"
#include "cli/judged_worksheet.h"
#include "cli/patience.h"
#include "cli/progress.h"
#include "cli/sheet_writer.h"
#include "cli/text.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"
#include "probity/v1/review_service.grpc.pb.h"

namespace probity::cli {
namespace {

constexpr const char* kAdded[] = {"probity_row", "probity_source_record", "probity_judgement",
                                  "probity_error"};

// Nobody is at fault but the server: the rest of the file would fare no better.
bool EndsAll(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::NOT_FOUND:
    case grpc::StatusCode::FAILED_PRECONDITION:
      return false;
    default:
      return true;
  }
}

// One run of the command.
class Judging {
 public:
  Judging(Session& session, const WorksheetJudging& options, VendorSheet worksheet,
          JudgedWorksheet judged)
      : session_(session),
        options_(options),
        worksheet_(std::move(worksheet)),
        judged_(std::move(judged)),
        progress_(session.console()) {}

  void Run() {
    std::vector<std::string> columns = OwnColumns(worksheet_.sheet());
    columns.insert(columns.end(), std::begin(kAdded), std::end(kAdded));
    auto writer = SheetWriter::Open(
        options_.out, FormatLike(worksheet_.sheet(), options_.out, session_.options().json),
        std::move(columns), session_.console().out);
    if (!writer.ok()) return session_.Usage(writer.status());
    InterruptGuard guard;
    const Patience patience(session_, progress_, std::chrono::seconds(options_.retry_seconds));
    for (size_t i = 0; i < judged_.rows.size(); ++i) {
      progress_.Show("judging", i + 1, judged_.rows.size(), i + 1);
      const grpc::Status status = Judge(patience, i, **writer);
      if (!status.ok()) return GiveUp(status);
    }
    progress_.Clear();
    if (absl::Status closed = (*writer)->Close(); !closed.ok()) return session_.Usage(closed);
    Summarise();
  }

 private:
  // What ends the run; else the row is counted and written.
  grpc::Status Judge(const Patience& patience, size_t at, SheetWriter& writer) {
    const JudgedRow& row = judged_.rows[at];
    if (!row.fault.empty()) return Write(at, "", row.fault, writer);
    if (!row.judged) {
      ++open_;
      return grpc::Status::OK;
    }
    v1::CreateJudgementRequest request;
    request.set_request_id(NewRequestId());
    v1::Judgement* judgement = request.mutable_judgement();
    *judgement->mutable_subject() = JudgedSubjectOf(worksheet_.vendors()[at].subject);
    judgement->set_source_record(row.source_record);
    judgement->set_outcome(row.is ? v1::JUDGEMENT_OUTCOME_IS : v1::JUDGEMENT_OUTCOME_IS_NOT);
    judgement->set_reason(row.reason);
    v1::CreateJudgementResponse response;
    const grpc::Status status =
        patience.Call(&v1::ReviewService::Stub::CreateJudgement, request, &response);
    if (!status.ok() && EndsAll(status)) return status;
    if (!status.ok()) {
      return Write(at, "",
                   absl::StrCat("line ", worksheet_.sheet().rows[at].line, ": ", ReasonOf(status),
                                ": ", status.error_message()),
                   writer);
    }
    ++(response.stood_already() ? stood_ : made_);
    return Write(at, response.judgement().name(), "", writer);
  }

  grpc::Status Write(size_t at, const std::string& judgement, const std::string& fault,
                     SheetWriter& writer) {
    const SheetRow& row = worksheet_.sheet().rows[at];
    nlohmann::ordered_json written = OwnCells(worksheet_.sheet(), row);
    written["probity_row"] = row.row;
    written["probity_source_record"] = judged_.rows[at].source_record;
    written["probity_judgement"] = judgement;
    written["probity_error"] = fault;
    faults_ += fault.empty() ? 0 : 1;
    writer.Write(written);
    return grpc::Status::OK;
  }

  void GiveUp(const grpc::Status& status) {
    progress_.Clear();
    if (Interrupted()) {
      session_.console().err << "probity: interrupted\n";
      session_.Finish(kExitInterrupted);
    } else {
      session_.Refused(status);
    }
    session_.console().err << fmt::format(
        "  {} judgements were recorded. Give the same file again: those that stand stay as they "
        "are.\n",
        FormatCount(made_ + stood_));
  }

  void Summarise() {
    std::ostream& to = options_.out.empty() ? session_.console().err : session_.console().out;
    to << fmt::format("{} judged, {} stood already, {} left open, {} refused{}\n",
                      FormatCount(made_), FormatCount(stood_), FormatCount(open_),
                      FormatCount(faults_), options_.out.empty() ? "" : ": see " + options_.out);
    if (!judged_.missing.empty()) {
      to << "Rows that are gone from the worksheet were left open: " << Ranges(judged_.missing)
         << ".\n";
    }
    const bool all = open_ + faults_ == 0 && judged_.missing.empty();
    session_.Finish(all ? kExitGood : kExitUndetermined);
  }

  Session& session_;
  const WorksheetJudging& options_;
  const VendorSheet worksheet_;
  const JudgedWorksheet judged_;
  Progress progress_;
  size_t made_ = 0, stood_ = 0, open_ = 0, faults_ = 0;
};

}  // namespace

v1::JudgedSubject JudgedSubjectOf(const v1::ScreenedSubject& subject) {
  v1::JudgedSubject judged;
  const v1::SubjectRef& ref = subject.ref();
  if (ref.has_identifier()) {
    *judged.mutable_identifier() = ref.identifier();
  } else if (ref.has_supplier()) {
    judged.set_supplier(ref.supplier());
  } else if (ref.has_vendor()) {
    *judged.mutable_vendor() = ref.vendor();
  } else {
    judged.mutable_query()->set_name(subject.name());
    judged.mutable_query()->set_country(subject.country());
    judged.mutable_query()->set_kind(subject.kind());
  }
  return judged;
}

void JudgeWorksheet(Session& session, const WorksheetJudging& options) {
  auto worksheet = VendorSheet::Read(options.file);
  if (!worksheet.ok()) return session.Usage(worksheet.status());
  auto judged = ReadJudgements(*worksheet);
  if (!judged.ok()) return session.Usage(judged.status());
  Judging(session, options, *std::move(worksheet), *std::move(judged)).Run();
}

}  // namespace probity::cli
