#include "base/errors.h"

#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/utf8.h"

namespace probity {
namespace {

constexpr absl::string_view kReasonUrl = "probity/reason";
constexpr absl::string_view kMetadataUrlPrefix = "probity/metadata/";

}  // namespace

absl::Status MakeError(absl::StatusCode code, v1::ErrorReason reason, absl::string_view message,
                       const ErrorMetadata& metadata) {
  absl::Status status(code, ValidUtf8(message));
  status.SetPayload(kReasonUrl, absl::Cord(absl::StrCat(static_cast<int>(reason))));
  for (const auto& [name, value] : metadata) {
    status.SetPayload(absl::StrCat(kMetadataUrlPrefix, name), absl::Cord(ValidUtf8(value)));
  }
  return status;
}

v1::ErrorReason ReasonOf(const absl::Status& status) {
  absl::optional<absl::Cord> payload = status.GetPayload(kReasonUrl);
  int number = 0;
  if (!payload || !absl::SimpleAtoi(std::string(*payload), &number) ||
      !v1::ErrorReason_IsValid(number)) {
    return v1::ERROR_REASON_UNSPECIFIED;
  }
  return static_cast<v1::ErrorReason>(number);
}

ErrorMetadata MetadataOf(const absl::Status& status) {
  ErrorMetadata metadata;
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& value) {
    if (absl::ConsumePrefix(&url, kMetadataUrlPrefix)) {
      metadata.emplace(std::string(url), std::string(value));
    }
  });
  return metadata;
}

std::string ReasonName(v1::ErrorReason reason) {
  return std::string(absl::StripPrefix(v1::ErrorReason_Name(reason), "ERROR_REASON_"));
}

absl::Status InvalidField(absl::string_view field, absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_INVALID_FIELD,
                   absl::StrCat(field, ": ", problem), {{"field", std::string(field)}});
}

absl::Status LimitExceeded(absl::string_view field, int64_t limit, int64_t got) {
  return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_LIMIT_EXCEEDED,
                   absl::StrCat(field, ": at most ", limit, " are accepted, got ", got,
                                "; GetServerInfo publishes the limits"),
                   {{"field", std::string(field)}, {"limit", absl::StrCat(limit)}});
}

absl::Status IdentifierCheckFailed(absl::string_view scheme, absl::string_view value) {
  return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_IDENTIFIER_CHECK_FAILED,
                   absl::StrCat("the check digits of ", scheme, " \"", value,
                                "\" are wrong and no record carries this value; "
                                "compare it with the document it was copied from"),
                   {{"scheme", std::string(scheme)}, {"value", std::string(value)}});
}

absl::Status UnknownIdentifierScheme(absl::string_view scheme) {
  return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_UNKNOWN_IDENTIFIER_SCHEME,
                   absl::StrCat("identifier scheme \"", scheme,
                                "\" is not known; use an org-id.guide code such as "
                                "XI-LEI or GB-COH, or EU-VAT-<CC>"),
                   {{"scheme", std::string(scheme)}});
}

absl::Status UnknownScheme(absl::string_view field, absl::string_view scheme) {
  return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_UNKNOWN_SCHEME,
                   absl::StrCat(field, ": certification or audit scheme \"", scheme,
                                "\" is not in the catalogue; GetServerInfo lists it"),
                   {{"field", std::string(field)}, {"scheme", std::string(scheme)}});
}

absl::Status AsOfInFuture(absl::string_view field) {
  return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_AS_OF_IN_FUTURE,
                   absl::StrCat(field,
                                ": facts are known up to today; ask for today or "
                                "an earlier day"),
                   {{"field", std::string(field)}});
}

absl::Status InvalidPageToken() {
  return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_INVALID_PAGE_TOKEN,
                   "page_token: not a token of this query; repeat the query without it");
}

absl::Status InvalidResumeToken(absl::string_view field) {
  return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_INVALID_RESUME_TOKEN,
                   absl::StrCat(field,
                                ": not a token that you were given for these settings; send the "
                                "settings of the stream that was cut, or begin anew without it"),
                   {{"field", std::string(field)}});
}

namespace {

absl::Status NotFound(v1::ErrorReason reason, absl::string_view what, absl::string_view name) {
  return MakeError(absl::StatusCode::kNotFound, reason,
                   absl::StrCat(what, " \"", name, "\" was not found"),
                   {{"name", std::string(name)}});
}

}  // namespace

absl::Status SupplierNotFound(absl::string_view name) {
  return NotFound(v1::ERROR_REASON_SUPPLIER_NOT_FOUND, "supplier", name);
}
absl::Status CertificationNotFound(absl::string_view name) {
  return NotFound(v1::ERROR_REASON_CERTIFICATION_NOT_FOUND, "certification", name);
}
absl::Status RiskFlagNotFound(absl::string_view name) {
  return NotFound(v1::ERROR_REASON_RISK_FLAG_NOT_FOUND, "risk flag", name);
}
absl::Status DatasetNotFound(absl::string_view name) {
  return NotFound(v1::ERROR_REASON_DATASET_NOT_FOUND, "dataset", name);
}
absl::Status LoadNotFound(absl::string_view name) {
  return NotFound(v1::ERROR_REASON_LOAD_NOT_FOUND, "load", name);
}
absl::Status RecordNotFound(absl::string_view name) {
  return NotFound(v1::ERROR_REASON_RECORD_NOT_FOUND, "record", name);
}
absl::Status VendorNotFound(absl::string_view name) {
  return NotFound(v1::ERROR_REASON_VENDOR_NOT_FOUND, "vendor", name);
}
absl::Status JudgementNotFound(absl::string_view name) {
  return NotFound(v1::ERROR_REASON_JUDGEMENT_NOT_FOUND, "judgement", name);
}
absl::Status JudgementStands(absl::string_view judgement, absl::string_view judged_by) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_JUDGEMENT_STANDS,
                   absl::StrCat(judgement, " by ", judged_by,
                                " says the opposite of this pair and stands; withdraw it first"),
                   {{"judgement", std::string(judgement)}, {"judged_by", std::string(judged_by)}});
}

absl::Status WaiverNotFound(absl::string_view name) {
  return NotFound(v1::ERROR_REASON_WAIVER_NOT_FOUND, "waiver", name);
}
absl::Status WaiverNotLawful(absl::string_view rule, absl::string_view derogation,
                             absl::string_view problem) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_WAIVER_NOT_LAWFUL,
                   absl::StrCat("a waiver of ", rule, " ", problem),
                   {{"rule", std::string(rule)}, {"derogation", std::string(derogation)}});
}
absl::Status WaiverSelfApproval(absl::string_view waiver, absl::string_view requested_by) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_WAIVER_SELF_APPROVAL,
                   absl::StrCat(waiver, " was asked for by ", requested_by,
                                ", who cannot approve it: a second person of the authority must, "
                                "with a token of their own"),
                   {{"waiver", std::string(waiver)}, {"requested_by", std::string(requested_by)}});
}
absl::Status WaiverNotInState(absl::string_view waiver, absl::string_view state,
                              absl::string_view problem) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_WAIVER_STATE,
                   absl::StrCat(waiver, " is ", state, ": ", problem),
                   {{"waiver", std::string(waiver)}, {"state", std::string(state)}});
}

absl::Status ReplyNotFound(absl::string_view name) {
  return NotFound(v1::ERROR_REASON_REPLY_NOT_FOUND, "reply", name);
}
absl::Status SelfAssessment(absl::string_view reply, absl::string_view recorded_by) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_SELF_ASSESSMENT,
                   absl::StrCat(reply, " was recorded by ", recorded_by,
                                ", who cannot assess it: a second person of the authority must, "
                                "with a token of their own"),
                   {{"reply", std::string(reply)}, {"recorded_by", std::string(recorded_by)}});
}
absl::Status ReplyNotInState(absl::string_view reply, absl::string_view state,
                             absl::string_view problem) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_REPLY_STATE,
                   absl::StrCat(reply, " is ", state, ": ", problem),
                   {{"reply", std::string(reply)}, {"state", std::string(state)}});
}

absl::Status DecisionNotFound(absl::string_view name) {
  return NotFound(v1::ERROR_REASON_DECISION_NOT_FOUND, "decision", name);
}

absl::Status ActNotFound(absl::string_view name) {
  return NotFound(v1::ERROR_REASON_ACT_NOT_FOUND, "act", name);
}

absl::Status DecisionExists(absl::string_view name) {
  return MakeError(absl::StatusCode::kAlreadyExists, v1::ERROR_REASON_DECISION_EXISTS,
                   absl::StrCat("decision \"", name, "\" is recorded already"),
                   {{"name", std::string(name)}});
}

absl::Status DatasetExists(absl::string_view name) {
  return MakeError(absl::StatusCode::kAlreadyExists, v1::ERROR_REASON_DATASET_EXISTS,
                   absl::StrCat("the name \"", name, "\" is taken; choose another"),
                   {{"name", std::string(name)}});
}

absl::Status RedactionNotFound(absl::string_view name) {
  return MakeError(absl::StatusCode::kNotFound, v1::ERROR_REASON_REDACTION_NOT_FOUND,
                   absl::StrCat(name, " is no redaction; ListRedactions tells their names"),
                   {{"name", std::string(name)}});
}
absl::Status RedactionSelfApproval(absl::string_view redaction, absl::string_view requested_by) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_REDACTION_SELF_APPROVAL,
                   absl::StrCat(redaction, " was asked for by ", requested_by,
                                ", who cannot approve it: what is erased cannot be brought back, "
                                "so a second person must, with a token of their own"),
                   {{"name", std::string(redaction)}});
}
absl::Status LegalHoldStands(absl::string_view hold, absl::string_view set_by) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_LEGAL_HOLD,
                   absl::StrCat(hold, " keeps what was to go; ask ", set_by, ", who set it"),
                   {{"hold", std::string(hold)}});
}

absl::Status PortfolioNotFound(absl::string_view name) {
  return NotFound(v1::ERROR_REASON_PORTFOLIO_NOT_FOUND, "portfolio", name);
}
absl::Status PortfolioMemberNotFound(absl::string_view name) {
  return NotFound(v1::ERROR_REASON_PORTFOLIO_MEMBER_NOT_FOUND, "member", name);
}

absl::Status InvalidCursor(absl::string_view field) {
  return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_INVALID_CURSOR,
                   absl::StrCat(field,
                                ": not a cursor that you were given for this portfolio; send it as "
                                "it came, or begin without one"),
                   {{"field", std::string(field)}});
}

absl::Status CursorExpired(uint64_t oldest) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_CURSOR_EXPIRED,
      absl::StrCat(oldest == 0 ? std::string("the cursor is of a watch that was made anew")
                               : absl::StrCat("events behind the cursor are no longer kept, the "
                                              "oldest left is ",
                                              oldest),
                   "; compare your verdicts with ListMembers, and go on from the cursor of "
                   "GetPortfolio, asked before"),
      {{"oldest", absl::StrCat(oldest)}});
}

absl::Status WatchUnavailable(absl::string_view path, absl::string_view why) {
  return MakeError(absl::StatusCode::kUnavailable, v1::ERROR_REASON_WATCH_UNAVAILABLE,
                   absl::StrCat("the watch in ", path, " cannot be read or written: ", why,
                                "; it may be behind, nothing is lost: try again with the same "
                                "cursor"),
                   {{"path", std::string(path)}});
}

absl::Status WatchStopping() {
  return MakeError(absl::StatusCode::kUnavailable, v1::ERROR_REASON_WATCH_UNAVAILABLE,
                   "the server shuts down; nothing is lost: go on from the newest cursor");
}

absl::Status PolicyNotFound(absl::string_view name) {
  return MakeError(
      absl::StatusCode::kNotFound, v1::ERROR_REASON_POLICY_NOT_FOUND,
      absl::StrCat("no policy is named ", name, "; ListPolicies shows those there are"),
      {{"name", std::string(name)}});
}

absl::Status PolicyExists(absl::string_view name) {
  return MakeError(
      absl::StatusCode::kAlreadyExists, v1::ERROR_REASON_POLICY_EXISTS,
      absl::StrCat(name, " exists with another text; versions never change: choose a new version"),
      {{"name", std::string(name)}});
}

absl::Status PolicyInvalid(absl::string_view field, absl::string_view faults) {
  return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_POLICY_INVALID,
                   absl::StrCat(field, " has faults:\n", faults), {{"field", std::string(field)}});
}

absl::Status NoActivePolicy(absl::string_view authority) {
  const absl::string_view whose = authority.empty() ? "callers without an authority" : authority;
  return MakeError(
      absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_NO_ACTIVE_POLICY,
      absl::StrCat("no policy is active for ", whose, "; name one, or activate one first"),
      {{"authority", std::string(authority)}});
}

absl::Status ReplayRevisionExpired(uint64_t revision, uint64_t earliest) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_REPLAY_REVISION_EXPIRED,
                   absl::StrCat("the facts of revision ", revision,
                                " cannot be fetched again: the earliest one left is ", earliest,
                                "; REEVALUATE works over the recorded bundle"),
                   {{"revision", absl::StrCat(revision)}, {"earliest", absl::StrCat(earliest)}});
}

absl::Status ReplayEngineUnavailable(absl::string_view missing) {
  return MakeError(absl::StatusCode::kFailedPrecondition,
                   v1::ERROR_REASON_REPLAY_ENGINE_UNAVAILABLE,
                   absl::StrCat("what made the decision is no longer here: ", missing),
                   {{"missing", std::string(missing)}});
}

absl::Status RevisionExpired(uint64_t revision, uint64_t earliest) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_REVISION_EXPIRED,
      absl::StrCat("revision ", revision, " is no longer kept; the earliest one left is ",
                   earliest),
      {{"revision", absl::StrCat(revision)}, {"earliest_revision", absl::StrCat(earliest)}});
}

absl::Status IndexNotReady(uint64_t revision, uint64_t covered, absl::string_view progress) {
  return MakeError(
      absl::StatusCode::kUnavailable, v1::ERROR_REASON_INDEX_NOT_READY,
      absl::StrCat(covered == 0 ? "names cannot be searched yet"
                                : absl::StrCat("names can be searched up to revision ", covered,
                                               ", not yet at ", revision),
                   ": the name index ", progress, "; try again"),
      {{"revision", absl::StrCat(revision)}, {"covered_revision", absl::StrCat(covered)}});
}

absl::Status RevisionNotYetHere(uint64_t revision, uint64_t newest) {
  return MakeError(absl::StatusCode::kUnavailable, v1::ERROR_REASON_REVISION_NOT_YET_HERE,
                   absl::StrCat("revision ", revision,
                                " has not reached this server; its "
                                "newest is ",
                                newest, "; try again"),
                   {{"revision", absl::StrCat(revision)}});
}

absl::Status WrongLineage(absl::string_view lineage) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_WRONG_LINEAGE,
                   absl::StrCat("the revision token belongs to store ", lineage,
                                ", not to this one; the store may have been restored "
                                "from a backup: ask without a token"),
                   {{"lineage", std::string(lineage)}});
}

absl::Status StoreInUse(absl::string_view path) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_STORE_IN_USE,
                   absl::StrCat("the store in ", path,
                                " is open in another process; "
                                "stop that one or choose another data_dir"),
                   {{"path", std::string(path)}});
}

absl::Status StoreFormatNewer(uint32_t format, uint32_t supported) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_STORE_FORMAT_NEWER,
      absl::StrCat("the store has format ", format, ", this release reads formats up to ",
                   supported, "; nothing was changed: start a newer release"),
      {{"format", absl::StrCat(format)}, {"supported", absl::StrCat(supported)}});
}

absl::Status StoreNotWritable(absl::string_view path, absl::string_view why) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_STORE_NOT_WRITABLE,
                   absl::StrCat(path, " cannot be written: ", why), {{"path", std::string(path)}});
}

absl::Status DiskFull(absl::string_view path) {
  return MakeError(absl::StatusCode::kResourceExhausted, v1::ERROR_REASON_DISK_FULL,
                   absl::StrCat("the disk under ", path,
                                " is full or down to its "
                                "reserve; free space and try again"),
                   {{"path", std::string(path)}});
}

absl::Status StoreCorrupt(absl::string_view file, absl::string_view why) {
  return MakeError(absl::StatusCode::kDataLoss, v1::ERROR_REASON_STORE_CORRUPT,
                   absl::StrCat("stored data is damaged: ", file, ": ", why,
                                "; restore the store from a backup or load it anew"),
                   {{"file", std::string(file)}});
}

absl::Status CommitOutcomeUnknown(absl::string_view path, absl::string_view why) {
  return MakeError(absl::StatusCode::kUnavailable, v1::ERROR_REASON_COMMIT_OUTCOME_UNKNOWN,
                   absl::StrCat("the disk under ", path, " failed during the commit (", why,
                                "); readers go on, and whether the change is there shows when "
                                "the server was restarted"),
                   {{"path", std::string(path)}});
}

absl::Status LoadConflict(absl::string_view dataset) {
  return MakeError(absl::StatusCode::kAborted, v1::ERROR_REASON_LOAD_CONFLICT,
                   absl::StrCat(dataset, " was changed meanwhile; commit again"),
                   {{"dataset", std::string(dataset)}});
}

absl::Status OlderEdition(absl::string_view edition, absl::string_view active) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_OLDER_EDITION,
                   absl::StrCat("edition ", edition, " is older than the active one, ", active,
                                "; load it with mode BACKFILL"),
                   {{"edition", std::string(edition)}, {"active", std::string(active)}});
}

absl::Status ModeNotAllowed(absl::string_view mode, absl::string_view absence) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_MODE_NOT_ALLOWED,
                   absl::StrCat("mode ", mode,
                                " is not possible for a dataset whose "
                                "absence mode is ",
                                absence),
                   {{"mode", std::string(mode)}, {"absence", std::string(absence)}});
}

absl::Status DatasetReserved(absl::string_view dataset) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_DATASET_RESERVED,
                   absl::StrCat(dataset,
                                ": the server makes its records itself; change them through the "
                                "service that its kind names"),
                   {{"dataset", std::string(dataset)}});
}

absl::Status ExportNotAllowed(absl::string_view dataset) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_EXPORT_NOT_ALLOWED,
                   absl::StrCat(dataset,
                                ": its publisher's terms let it be read here, not passed on; ask "
                                "its publisher for the file"),
                   {{"dataset", std::string(dataset)}});
}

absl::Status LegalHoldNotFound(absl::string_view name) {
  return NotFound(v1::ERROR_REASON_LEGAL_HOLD_NOT_FOUND, "legal hold", name);
}

absl::Status EditionRequired(absl::string_view dataset) {
  return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_EDITION_REQUIRED,
                   absl::StrCat(dataset,
                                " keeps editions: name the edition's day, for "
                                "example {year: 2024, month: 5, day: 31}"),
                   {{"dataset", std::string(dataset)}});
}

absl::Status RequestIdReused(absl::string_view request_id) {
  return MakeError(
      absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_REQUEST_ID_REUSED,
      absl::StrCat("request_id ", request_id, " was used for another request; choose a new one"),
      {{"request_id", std::string(request_id)}});
}

absl::Status PermissionMissing(absl::string_view permission) {
  return MakeError(absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_PERMISSION_DENIED,
                   absl::StrCat("the call needs the permission ", permission,
                                ", which no binding gives this caller"),
                   {{"permission", std::string(permission)}});
}

absl::Status DatasetNotPermitted(absl::string_view field) {
  return MakeError(absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_PERMISSION_DENIED,
                   absl::StrCat(field, ": no binding lets this caller do that to the dataset"),
                   {{"field", std::string(field)}});
}

absl::Status AccessLogUnavailable(absl::string_view path, absl::string_view why) {
  return MakeError(absl::StatusCode::kUnavailable, v1::ERROR_REASON_ACCESS_LOG_UNAVAILABLE,
                   absl::StrCat("the access log ", path, " cannot be written: ", why,
                                "; nobody is served before it can"),
                   {{"path", std::string(path)}});
}

absl::Status EvidenceLogUnavailable(absl::string_view path, absl::string_view why) {
  return MakeError(
      absl::StatusCode::kUnavailable, v1::ERROR_REASON_EVIDENCE_LOG_UNAVAILABLE,
      absl::StrCat("the evidence log in ", path, " cannot be written (", why,
                   "); nothing that must be recorded is answered: ask again with the same "
                   "request_id when the operator has seen to the disk"),
      {{"path", std::string(path)}});
}

absl::Status EvidenceQueueFull(uint64_t limit) {
  return MakeError(absl::StatusCode::kResourceExhausted, v1::ERROR_REASON_EVIDENCE_QUEUE_FULL,
                   absl::StrCat("more than ", limit,
                                " entries wait to be recorded; try again with fewer at once"),
                   {{"limit", absl::StrCat(limit)}, {"retry_after_ms", "1000"}});
}

absl::Status EvidenceKeyWrong(absl::string_view key_id, absl::string_view wanted_key_id) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_EVIDENCE_KEY_WRONG,
      absl::StrCat("the evidence log is signed by the key ", wanted_key_id, ", the given one is ",
                   key_id, "; configure the file of that key, or rotate from it to the new one"),
      {{"key_id", std::string(key_id)}, {"wanted_key_id", std::string(wanted_key_id)}});
}

absl::Status EvidenceOtherLog(absl::string_view log_id, absl::string_view wanted_log_id) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_EVIDENCE_OTHER_LOG,
      absl::StrCat("the directory holds the evidence log ", log_id, ", not ", wanted_log_id,
                   "; nothing was changed: name the directory of the right log"),
      {{"log_id", std::string(log_id)}, {"wanted_log_id", std::string(wanted_log_id)}});
}

absl::Status EvidenceLogCorrupt(absl::string_view file, absl::string_view why) {
  return MakeError(absl::StatusCode::kDataLoss, v1::ERROR_REASON_EVIDENCE_LOG_CORRUPT,
                   absl::StrCat("the evidence log is damaged: ", file, ": ", why,
                                "; keep its files as they are, and put back what is missing or "
                                "its newest backup"),
                   {{"file", std::string(file)}});
}

absl::Status EvidenceLogGone(absl::string_view path, absl::string_view wanted_log_id) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_EVIDENCE_OTHER_LOG,
      absl::StrCat("there is no evidence log in ", path, ", and the store records in the log ",
                   wanted_log_id,
                   "; name its directory (evidence_dir), or put it back with \"probityd restore "
                   "--evidence\""),
      {{"log_id", ""}, {"wanted_log_id", std::string(wanted_log_id)}});
}

absl::Status EvidenceGap(absl::string_view log_id, uint64_t tree_size) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_EVIDENCE_GAP,
      absl::StrCat("the evidence log was put back from a backup that holds the first ", tree_size,
                   " entries of the log ", log_id,
                   "; none is recorded before an operator has accepted that later ones are not in "
                   "it: stop the server and run \"probityd restore --accept_gap\""),
      {{"log_id", std::string(log_id)}, {"tree_size", absl::StrCat(tree_size)}});
}

absl::Status IssuerKeysUnavailable(absl::string_view issuer, absl::string_view why) {
  return MakeError(absl::StatusCode::kUnavailable, v1::ERROR_REASON_ISSUER_KEYS_UNAVAILABLE,
                   absl::StrCat("the keys of the issuer ", issuer, " cannot be had now: ", why,
                                "; ask again in some seconds"),
                   {{"issuer", std::string(issuer)}});
}

absl::Status BackupNotConfigured() {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_BACKUP_NOT_CONFIGURED,
                   "this server has no directory for backups; set backup_dir in its "
                   "configuration and restart it");
}

absl::Status BackupRunning(absl::string_view name) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_BACKUP_RUNNING,
                   absl::StrCat(name, " is at work on the backups; try again when it has ended"),
                   {{"name", std::string(name)}});
}

absl::Status BackupNotFound(absl::string_view name) {
  return NotFound(v1::ERROR_REASON_BACKUP_NOT_FOUND, "backup", name);
}

absl::Status BackupDamaged(absl::string_view file, absl::string_view why) {
  return MakeError(
      absl::StatusCode::kDataLoss, v1::ERROR_REASON_BACKUP_DAMAGED,
      absl::StrCat("the backup is damaged: ", file, ": ", why, "; take another backup"),
      {{"file", std::string(file)}});
}

absl::Status RestoreTargetNotEmpty(absl::string_view path) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_RESTORE_TARGET_NOT_EMPTY,
                   absl::StrCat(path,
                                " is not empty, and a restore writes over nothing; move it "
                                "aside first, for example: mv ",
                                path, " ", path, ".damaged"),
                   {{"path", std::string(path)}});
}

absl::Status RestoreUnfinished(absl::string_view path) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_RESTORE_UNFINISHED,
                   absl::StrCat("a restore into ", path,
                                " was cut off, so nothing is served from it; run the same "
                                "\"probityd restore\" again"),
                   {{"path", std::string(path)}});
}

absl::Status DecisionNotFoundInGap(absl::string_view name, absl::string_view log_id,
                                   uint64_t tree_size) {
  return MakeError(
      absl::StatusCode::kNotFound, v1::ERROR_REASON_DECISION_NOT_FOUND,
      absl::StrCat("decision \"", name,
                   "\" was not found. The log was lost and put back from a "
                   "backup of the first ",
                   tree_size, " entries of the log ", log_id,
                   ": later ones of that log are in the gap, and only who keeps their receipts "
                   "can prove them"),
      {{"name", std::string(name)},
       {"gap_log_id", std::string(log_id)},
       {"gap_tree_size", absl::StrCat(tree_size)}});
}

namespace {

std::string Millis(absl::Duration duration) {
  return absl::StrCat(absl::ToInt64Milliseconds(duration));
}

}  // namespace

absl::Status QuotaExceeded(absl::string_view caller, absl::string_view quota,
                           absl::Duration retry_after) {
  return MakeError(absl::StatusCode::kResourceExhausted, v1::ERROR_REASON_QUOTA_EXCEEDED,
                   absl::StrCat(caller, " has used up what ", quota, " allows; ask again in ",
                                Millis(retry_after), " ms, or have the operator raise it"),
                   {{"caller", std::string(caller)},
                    {"quota", std::string(quota)},
                    {"retry_after_ms", Millis(retry_after)}});
}

absl::Status Overloaded(absl::Duration retry_after) {
  return MakeError(absl::StatusCode::kResourceExhausted, v1::ERROR_REASON_OVERLOADED,
                   absl::StrCat("the server has as many calls of this kind as it can answer in "
                                "time; ask again in ",
                                Millis(retry_after), " ms, with a random part added"),
                   {{"retry_after_ms", Millis(retry_after)}});
}

absl::Status TooManyStreams(absl::string_view caller, uint32_t limit, absl::Duration retry_after) {
  const absl::string_view setting = caller.empty() ? "max_streams" : "streams_per_caller";
  ErrorMetadata metadata{{"quota", std::string(setting)},
                         {"limit", absl::StrCat(limit)},
                         {"retry_after_ms", Millis(retry_after)}};
  if (!caller.empty()) metadata["caller"] = std::string(caller);
  return MakeError(
      absl::StatusCode::kResourceExhausted, v1::ERROR_REASON_TOO_MANY_STREAMS,
      absl::StrCat(caller.empty() ? "all callers together" : caller, " may have ", limit,
                   " streams open (", setting, "); end one, or send more over it"),
      metadata);
}

absl::Status StreamIdle(absl::Duration limit) {
  const int64_t seconds = absl::ToInt64Seconds(limit);
  return MakeError(absl::StatusCode::kDeadlineExceeded, v1::ERROR_REASON_STREAM_IDLE,
                   absl::StrCat("nothing was sent or read on the stream for ", seconds,
                                " seconds; open another where this one stood"),
                   {{"seconds", absl::StrCat(seconds)}});
}

}  // namespace probity
