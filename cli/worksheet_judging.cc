#include "cli/worksheet_judging.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "cli/interrupt.h"
#include "cli/judged_worksheet.h"
#include "cli/patience.h"
#include "cli/progress.h"
#include "cli/sheet_writer.h"
#include "cli/text.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"
#include "probity/v1/review_service.grpc.pb.h"
#include "probity/v1/server_service.grpc.pb.h"

namespace probity::cli {
namespace {

constexpr const char* kAdded[] = {"probity_row", "probity_source_record", "probity_judgement",
                                  "probity_error"};

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
    if (const grpc::Status asked = AskLimit(patience); !asked.ok()) return GiveUp(asked);
    for (size_t begin = 0; begin < judged_.rows.size();) {
      const size_t end = EndOfBatch(begin);
      const grpc::Status status = Judge(patience, begin, end, **writer);
      if (!status.ok()) return GiveUp(status);
      begin = end;
      progress_.Show("judging", begin, judged_.rows.size(), begin);
    }
    progress_.Clear();
    if (absl::Status closed = (*writer)->Close(); !closed.ok()) return session_.Usage(closed);
    Summarise();
  }

 private:
  grpc::Status AskLimit(const Patience& patience) {
    v1::GetServerInfoResponse info;
    const grpc::Status status =
        patience.Call(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest(), &info);
    most_ = static_cast<size_t>(std::max(1, info.max_batch_judgements()));
    return status;
  }

  bool IsJudged(size_t at) const {
    return judged_.rows[at].fault.empty() && judged_.rows[at].judged;
  }

  // The rows of one call: at most `most_` of them are judged.
  size_t EndOfBatch(size_t begin) const {
    size_t judged = 0, end = begin;
    for (; end < judged_.rows.size(); ++end) {
      if (IsJudged(end) && ++judged > most_) break;
    }
    return end;
  }

  v1::Judgement JudgementOf(size_t at) const {
    const JudgedRow& row = judged_.rows[at];
    v1::Judgement judgement;
    *judgement.mutable_subject() = JudgedSubjectOf(worksheet_.vendors()[at].subject);
    judgement.set_source_record(row.source_record);
    judgement.set_outcome(row.is ? v1::JUDGEMENT_OUTCOME_IS : v1::JUDGEMENT_OUTCOME_IS_NOT);
    judgement.set_reason(row.reason);
    return judgement;
  }

  // Judges the rows [begin, end) in one step, then writes each in its place. What ends the
  // run; else all are counted.
  grpc::Status Judge(const Patience& patience, size_t begin, size_t end, SheetWriter& writer) {
    v1::BatchCreateJudgementsRequest request;
    request.set_request_id(NewUuid());
    for (size_t at = begin; at < end; ++at) {
      if (IsJudged(at)) *request.add_judgements() = JudgementOf(at);
    }
    v1::BatchCreateJudgementsResponse response;
    if (!request.judgements().empty()) {
      const grpc::Status status =
          patience.Call(&v1::ReviewService::Stub::BatchCreateJudgements, request, &response);
      if (!status.ok()) return status;
    }
    int next = 0;
    for (size_t at = begin; at < end; ++at) {
      if (IsJudged(at)) {
        Report(at, response.results(next++), writer);
      } else if (!judged_.rows[at].fault.empty()) {
        Write(at, "", judged_.rows[at].fault, writer);
      } else {
        ++open_;
      }
    }
    return grpc::Status::OK;
  }

  void Report(size_t at, const v1::CreateJudgementResult& result, SheetWriter& writer) {
    if (!result.has_error()) {
      ++(result.stood_already() ? stood_ : made_);
      return Write(at, result.judgement().name(), "", writer);
    }
    Write(at, "",
          absl::StrCat("line ", worksheet_.sheet().rows[at].line, ": ", result.error().reason(),
                       ": ", result.error().message()),
          writer);
  }

  void Write(size_t at, const std::string& judgement, const std::string& fault,
             SheetWriter& writer) {
    const SheetRow& row = worksheet_.sheet().rows[at];
    nlohmann::ordered_json written = OwnCells(worksheet_.sheet(), row);
    written["probity_row"] = row.row;
    written["probity_source_record"] = judged_.rows[at].source_record;
    written["probity_judgement"] = judgement;
    written["probity_error"] = fault;
    faults_ += fault.empty() ? 0 : 1;
    writer.Write(written);
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
  size_t most_ = 1;  // judgements of one call
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
