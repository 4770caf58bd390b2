// Named constructors of every error the service can give, and the reading of
// the reason and metadata back from an absl::Status.
//
// A status made here carries a canonical code, a message that says what is
// wrong, where and what to do, an ErrorReason, and metadata. Only services/rpc
// turns it into a gRPC status with google.rpc.ErrorInfo.
#ifndef PROBITY_BASE_ERRORS_H_
#define PROBITY_BASE_ERRORS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "probity/v1/error_reason.pb.h"

namespace probity {

using ErrorMetadata = std::map<std::string, std::string>;

// The general constructor; prefer the named ones below. What is not UTF-8 in `message` and
// `metadata` becomes U+FFFD: some quote what a caller sent, byte by byte.
absl::Status MakeError(absl::StatusCode code, v1::ErrorReason reason, absl::string_view message,
                       const ErrorMetadata& metadata = {});

// The reason of a status made by MakeError; UNSPECIFIED for any other.
v1::ErrorReason ReasonOf(const absl::Status& status);
// Its metadata; empty for any other.
ErrorMetadata MetadataOf(const absl::Status& status);
// "SUPPLIER_NOT_FOUND" for ERROR_REASON_SUPPLIER_NOT_FOUND.
std::string ReasonName(v1::ErrorReason reason);

// `field` is the path inside the request, for example "identifiers[0].value".
absl::Status InvalidField(absl::string_view field, absl::string_view problem);
absl::Status LimitExceeded(absl::string_view field, int64_t limit, int64_t got);
absl::Status IdentifierCheckFailed(absl::string_view scheme, absl::string_view value);
absl::Status UnknownIdentifierScheme(absl::string_view scheme);
// Of certificates or audits; `field` as above.
absl::Status UnknownScheme(absl::string_view field, absl::string_view scheme);
absl::Status AsOfInFuture(absl::string_view field);
absl::Status InvalidPageToken();
absl::Status InvalidResumeToken(absl::string_view field);

absl::Status SupplierNotFound(absl::string_view name);
absl::Status CertificationNotFound(absl::string_view name);
absl::Status RiskFlagNotFound(absl::string_view name);
absl::Status DatasetNotFound(absl::string_view name);
absl::Status DatasetExists(absl::string_view name);
absl::Status DecisionNotFound(absl::string_view name);
// The same from a log that was put back from a backup with the first `tree_size` decisions
// of the log `log_id`: it may be one behind them.
absl::Status DecisionNotFoundInGap(absl::string_view name, absl::string_view log_id,
                                   uint64_t tree_size);
absl::Status ActNotFound(absl::string_view name);
absl::Status DecisionExists(absl::string_view name);
absl::Status LoadNotFound(absl::string_view name);
absl::Status RecordNotFound(absl::string_view name);
absl::Status VendorNotFound(absl::string_view name);
absl::Status JudgementNotFound(absl::string_view name);
// `judgement` stands and says the opposite, by `judged_by`.
absl::Status JudgementStands(absl::string_view judgement, absl::string_view judged_by);
absl::Status WaiverNotFound(absl::string_view name);
// `problem` completes "the waiver of RULE": "needs a derogation: ...".
absl::Status WaiverNotLawful(absl::string_view rule, absl::string_view derogation,
                             absl::string_view problem);
absl::Status WaiverSelfApproval(absl::string_view waiver, absl::string_view requested_by);
// `state` is for people: "ENDED".
absl::Status WaiverNotInState(absl::string_view waiver, absl::string_view state,
                              absl::string_view problem);
absl::Status ReplyNotFound(absl::string_view name);
absl::Status SelfAssessment(absl::string_view reply, absl::string_view recorded_by);
absl::Status ReplyNotInState(absl::string_view reply, absl::string_view state,
                             absl::string_view problem);

absl::Status RedactionNotFound(absl::string_view name);
absl::Status RedactionSelfApproval(absl::string_view redaction, absl::string_view requested_by);
absl::Status LegalHoldStands(absl::string_view hold, absl::string_view set_by);

absl::Status PortfolioNotFound(absl::string_view name);
absl::Status PortfolioMemberNotFound(absl::string_view name);
absl::Status InvalidCursor(absl::string_view field);
// Events up to `oldest`, exclusive, are no longer kept; 0: the watch was made anew.
absl::Status CursorExpired(uint64_t oldest);
absl::Status WatchUnavailable(absl::string_view path, absl::string_view why);
// WATCH_UNAVAILABLE too: the server shuts down.
absl::Status WatchStopping();

absl::Status PolicyNotFound(absl::string_view name);
absl::Status PolicyExists(absl::string_view name);
// `field` holds the text; `faults` is for people, a line each.
absl::Status PolicyInvalid(absl::string_view field, absl::string_view faults);
absl::Status NoActivePolicy(absl::string_view authority);
absl::Status ReplayRevisionExpired(uint64_t revision, uint64_t earliest);
// `missing` says what: "matcher names/2 ...".
absl::Status ReplayEngineUnavailable(absl::string_view missing);

absl::Status RevisionExpired(uint64_t revision, uint64_t earliest);
absl::Status RevisionNotYetHere(uint64_t revision, uint64_t newest);
absl::Status WrongLineage(absl::string_view lineage);
// `covered`: the newest revision whose names can be found, 0 none; `progress`
// says what the index is at.
absl::Status IndexNotReady(uint64_t revision, uint64_t covered, absl::string_view progress);

absl::Status StoreInUse(absl::string_view path);
absl::Status StoreFormatNewer(uint32_t format, uint32_t supported);
absl::Status StoreNotWritable(absl::string_view path, absl::string_view why);
absl::Status DiskFull(absl::string_view path);
absl::Status StoreCorrupt(absl::string_view file, absl::string_view why);
absl::Status CommitOutcomeUnknown(absl::string_view path, absl::string_view why);
absl::Status LoadConflict(absl::string_view dataset);
absl::Status OlderEdition(absl::string_view edition, absl::string_view active);
absl::Status ModeNotAllowed(absl::string_view mode, absl::string_view absence);
absl::Status EditionRequired(absl::string_view dataset);
absl::Status DatasetReserved(absl::string_view dataset);
absl::Status RequestIdReused(absl::string_view request_id);
absl::Status ExportNotAllowed(absl::string_view dataset);
absl::Status LegalHoldNotFound(absl::string_view name);

// The call needs `permission`, "SCREEN", which no binding gives the caller.
absl::Status PermissionMissing(absl::string_view permission);
// The caller has the permission, but not for the dataset that `field` names; whether there
// is such a dataset, it does not tell.
absl::Status DatasetNotPermitted(absl::string_view field);
absl::Status AccessLogUnavailable(absl::string_view path, absl::string_view why);

absl::Status EvidenceLogUnavailable(absl::string_view path, absl::string_view why);
absl::Status EvidenceQueueFull(uint64_t limit);
// Ids in hexadecimal digits.
absl::Status EvidenceKeyWrong(absl::string_view key_id, absl::string_view wanted_key_id);
absl::Status EvidenceOtherLog(absl::string_view log_id, absl::string_view wanted_log_id);
absl::Status EvidenceLogCorrupt(absl::string_view file, absl::string_view why);
// EVIDENCE_OTHER_LOG too: there is none in `path`, and that of the store is `wanted_log_id`.
absl::Status EvidenceLogGone(absl::string_view path, absl::string_view wanted_log_id);
// The log before, of that id, is known up to `tree_size` decisions.
absl::Status EvidenceGap(absl::string_view log_id, uint64_t tree_size);

absl::Status IssuerKeysUnavailable(absl::string_view issuer, absl::string_view why);

absl::Status BackupNotConfigured();
absl::Status BackupRunning(absl::string_view name);
absl::Status BackupNotFound(absl::string_view name);
absl::Status BackupDamaged(absl::string_view file, absl::string_view why);
absl::Status RestoreTargetNotEmpty(absl::string_view path);
absl::Status RestoreUnfinished(absl::string_view path);

// What a caller may ask in a while. `caller` for whom it counts; `quota` names the
// setting; all of these say when to come back.
absl::Status QuotaExceeded(absl::string_view caller, absl::string_view quota,
                           absl::Duration retry_after);
// The server has as much to do of this kind as it can.
absl::Status Overloaded(absl::Duration retry_after);
// `limit` streams are open; of `caller`, or in all where that is empty.
absl::Status TooManyStreams(absl::string_view caller, uint32_t limit, absl::Duration retry_after);
absl::Status StreamIdle(absl::Duration limit);

}  // namespace probity

#endif  // PROBITY_BASE_ERRORS_H_
