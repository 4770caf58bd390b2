#include "services/dataset/redact.h"

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/publish.h"
#include "services/rpc/resource_names.h"
#include "services/rpc/validate.h"
#include "services/rpc/view.h"
#include "storage/redaction.h"
#include "storage/timeline.h"

namespace probity::dataset {
namespace {

// Paths of one redaction: more than a record has fields.
constexpr int kMaxRedactedFields = 100;

absl::Status CheckRequest(const v1::RedactRecordRequest& request) {
  if (absl::StripAsciiWhitespace(request.reason()).empty()) {
    return InvalidField("reason", "is required: it is kept with the redaction");
  }
  absl::Status well = rpc::CheckBytes("reason", request.reason(), rpc::kMaxNoteBytes);
  if (well.ok()) well = rpc::CheckRequestId(request.request_id());
  if (!well.ok()) return well;
  if (request.fields_size() > kMaxRedactedFields) {
    return LimitExceeded("fields", kMaxRedactedFields, request.fields_size());
  }
  return storage::CheckRedactedFields({request.fields().begin(), request.fields().end()});
}

// The last version that says something: also of a record that is gone.
const v1::Record* NewestIn(const std::vector<storage::RecordVersion>& history) {
  for (const storage::RecordVersion& version : history) {
    if (version.row.has_value()) return &storage::LatestRecord(*version.row);
  }
  return nullptr;
}

// NOT_FOUND for records of a dataset that the caller does not see, or with nothing in it.
absl::Status CheckRecord(const RedactionDesk& at, const storage::RecordRef& ref,
                         const storage::RedactionRule& rule) {
  if (at.store.Head(at.call.caller.authority)->FindDataset(ref.dataset) == nullptr) {
    return RecordNotFound(ref.Name());
  }
  const auto history = at.store.HistoryOf(ref);
  if (!history.ok()) return history.status();
  const v1::Record* newest = NewestIn(*history);
  if (newest == nullptr) return RecordNotFound(ref.Name());
  for (const storage::RecordVersion& version : *history) {
    if (!version.row.has_value()) continue;
    for (const auto& segment : version.row->segments()) {
      for (const std::string& text : storage::TextsRedacted(rule, segment.record())) {
        if (!absl::StrContains(ref.key, text)) continue;
        return InvalidField("record",
                            "the key itself holds what is to be erased, and it is the record's "
                            "name in decisions and references: load it under another key, "
                            "then remove this record");
      }
    }
  }
  return absl::OkStatus();
}

// Redactions of records that the caller may see.
bool MaySee(const storage::View& view, const v1::Redaction& redaction) {
  const auto ref = storage::RecordRef::FromName(redaction.record());
  return ref.has_value() && view.FindDataset(ref->dataset) != nullptr;
}

v1::Redaction Shown(const storage::v1::RedactionLine& line, const rpc::CallContext& call) {
  v1::Redaction shown = line.redaction();
  if (line.authority() != call.caller.authority) shown.clear_decisions();
  return shown;
}

}  // namespace

absl::Status Redact(const RedactionDesk& at, const v1::RedactRecordRequest& request,
                    v1::Redaction* out) {
  auto ref = rpc::RecordToWrite(at.call.caller, "record", request.record());
  if (!ref.ok()) return ref.status();
  if (absl::Status well = CheckRequest(request); !well.ok()) return well;
  const std::string& id = request.request_id();
  const std::string key = id.empty() ? "" : rpc::RequestKey(at.call.caller, id);
  const std::string digest = Sha256(CanonicalBytes(request));
  for (const storage::v1::RedactionLine& line : at.redactor.journal().Lines()) {
    if (key.empty() || line.request_key() != key) continue;
    if (line.request_digest() != digest) return RequestIdReused(id);
    *out = Shown(line, at.call);
    return absl::OkStatus();
  }
  const storage::RedactionRule rule{"", {request.fields().begin(), request.fields().end()}};
  if (absl::Status there = CheckRecord(at, *ref, rule); !there.ok()) return there;
  if (absl::Status held = at.redactor.CheckHold(ref->dataset); !held.ok()) return held;
  storage::v1::RedactionLine line;
  line.set_authority(at.call.caller.authority);
  line.set_request_key(key);
  if (!key.empty()) line.set_request_digest(digest);
  v1::Redaction* redaction = line.mutable_redaction();
  redaction->set_record(ref->Name());
  *redaction->mutable_fields() = request.fields();
  redaction->set_reason(request.reason());
  redaction->set_requested_by(at.call.caller.principal);
  auto asked = at.redactor.Ask(std::move(line));
  if (!asked.ok()) return asked.status();
  *out = *std::move(asked);
  return absl::OkStatus();
}

absl::Status Approve(const RedactionDesk& at, const v1::ApproveRedactionRequest& request,
                     v1::Redaction* out) {
  const auto line = at.redactor.journal().Find(request.name());
  const auto view = at.store.Head(at.call.caller.authority);
  // Whose decisions are erased is who asked: another authority does not approve that.
  const bool sees = line.has_value() && MaySee(*view, line->redaction()) &&
                    line->authority() == at.call.caller.authority;
  if (!sees) return RedactionNotFound(request.name());
  auto ref = rpc::RecordToWrite(at.call.caller, "name", line->redaction().record());
  if (!ref.ok()) return ref.status();
  auto approved = at.redactor.Approve(request.name(), at.call.caller.principal);
  if (!approved.ok()) return approved.status();
  *out = *std::move(approved);
  return absl::OkStatus();
}

absl::Status List(const RedactionDesk& at, const v1::ListRedactionsRequest& request,
                  v1::ListRedactionsResponse* out) {
  auto page = rpc::OpenPage(at.store, at.call, {}, request);
  if (!page.ok()) return page.status();
  const std::vector<storage::v1::RedactionLine> lines = at.redactor.journal().Lines();
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (MaySee(*page->view, line->redaction())) *out->add_redactions() = Shown(*line, at.call);
  }
  out->set_next_page_token(page->NextToken(static_cast<uint64_t>(out->redactions_size())));
  rpc::KeepPage(*page, out->mutable_redactions());
  return absl::OkStatus();
}

}  // namespace probity::dataset
