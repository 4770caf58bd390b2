// GetSubjectReport: what is held on a person, and in which decisions it was used.
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "base/timestamps.h"
#include "policy/listing.h"
#include "screening/facts.h"
#include "screening/own_rows.h"
#include "screening/subject.h"
#include "services/dataset/decision_use.h"
#include "services/dataset/redact.h"
#include "services/rpc/resource_names.h"
#include "services/rpc/view.h"
#include "storage/index_terms.h"

namespace probity::dataset {
namespace {

using screening::Fact;
using screening::Subject;
using storage::IndexKind;
using storage::RecordRef;

// How records of others tell of a subject.
constexpr IndexKind kAboutSubject[] = {IndexKind::kCertificateParty, IndexKind::kAuditSite,
                                       IndexKind::kFlagSubject,      IndexKind::kLinkFrom,
                                       IndexKind::kLinkTo,           IndexKind::kSiteOperator};

// What an authority itself says of one, and how it is found.
struct OwnIndex {
  v1::DatasetKind kind;
  IndexKind index;
  const char* collection;
};
constexpr OwnIndex kOwnWords[] = {
    {v1::DATASET_KIND_VENDORS, IndexKind::kVendorParty, "vendors"},
    {v1::DATASET_KIND_JUDGEMENTS, IndexKind::kJudgementSubject, "judgements"},
    {v1::DATASET_KIND_JUDGEMENTS, IndexKind::kJudgementRecord, "judgements"},
    {v1::DATASET_KIND_WAIVERS, IndexKind::kWaiverSubject, "waivers"},
    {v1::DATASET_KIND_REPLIES, IndexKind::kReplyAbout, "replies"},
};

class Reporter {
 public:
  Reporter(const RedactionDesk& at, v1::GetSubjectReportResponse* out)
      : at_(at), view_(at.store.Head(at.call.caller.authority)), out_(out) {}

  absl::Status Run(const v1::GetSubjectReportRequest& request) {
    absl::Status status = Resolve(request);
    if (status.ok()) status = AddRecords();
    if (status.ok()) status = AddOwnWords();
    if (status.ok()) status = AddMembers();
    if (status.ok()) status = AddDecisions();
    if (!status.ok()) return status;
    AddRedactions();
    *out_->mutable_stamp() = rpc::StampOf(*view_, at_.call);
    return absl::OkStatus();
  }

 private:
  absl::Status Resolve(const v1::GetSubjectReportRequest& request) {
    v1::SubjectRef ref;
    switch (request.subject_case()) {
      case v1::GetSubjectReportRequest::kSupplier:
        ref.set_supplier(request.supplier());
        names_.insert(request.supplier());
        break;
      case v1::GetSubjectReportRequest::kRecord: {
        auto asked = rpc::ParseRecordName("record", request.record());
        if (!asked.ok()) return asked.status();
        const auto row = view_->GetRecord(*asked);
        if (!row.ok()) return row.status();
        if (!row->has_value()) return RecordNotFound(request.record());
        ref.set_source_record(request.record());
        refs_.insert(*asked);
        break;
      }
      default:
        return InvalidField("subject", "name a supplier or a record");
    }
    auto subject = screening::ResolveSubject(*view_, at_.store.identifiers(), ref, "subject");
    if (!subject.ok()) return subject.status();
    subject_ = *std::move(subject);
    refs_.insert(subject_.suppliers.begin(), subject_.suppliers.end());
    refs_.insert(subject_.sites.begin(), subject_.sites.end());
    for (const std::string& supplier : subject_.resolution.suppliers()) names_.insert(supplier);
    return absl::OkStatus();
  }

  absl::Status AddRecords() {
    for (const IndexKind kind : kAboutSubject) {
      auto facts = screening::FindFacts(*view_, kind, subject_.terms, at_.call.Today(),
                                        /*include_past=*/true);
      if (!facts.ok()) return facts.status();
      for (const Fact& fact : *facts) refs_.insert(fact.ref);
    }
    for (const RecordRef& ref : refs_) {
      auto fact = screening::GetFact(*view_, ref, at_.call.Today(), /*include_past=*/true);
      if (!fact.ok()) return fact.status();
      if (!fact->has_value()) continue;  // restricted
      names_.insert(ref.Name());
      if (absl::Status added = AddRecord(*std::move(*fact)); !added.ok()) return added;
    }
    return absl::OkStatus();
  }

  absl::Status AddRecord(Fact fact) {
    if (fact.record.risk_flag().has_affected()) {
      policy::ClampPeople(fact.record.mutable_risk_flag()->mutable_affected());
    }
    const auto row = view_->GetRecord(fact.ref);
    if (!row.ok()) return row.status();
    v1::HeldRecord* held = out_->add_records();
    held->mutable_record()->set_name(fact.ref.Name());
    *held->mutable_record()->mutable_record() = std::move(fact.record);
    *held->mutable_record()->mutable_edition() = fact.provenance.edition();
    held->set_first_revision((*row)->first_revision());
    const auto manifests = at_.store.ListManifests(held->first_revision(), 1);
    if (!manifests.ok()) return manifests.status();
    if (!manifests->empty() && manifests->front().revision() == held->first_revision()) {
      *held->mutable_held_since() =
          rpc::TimestampOf(absl::FromUnixMicros(manifests->front().published_at_us()));
    }
    return absl::OkStatus();
  }

  // Terms of the subject, and of every record that tells of it.
  std::set<std::string> AllTerms() const {
    std::set<std::string> terms = subject_.terms;
    for (const RecordRef& ref : refs_) terms.insert(storage::RecordTerm(ref.dataset, ref.key));
    return terms;
  }

  absl::Status AddOwnWords() {
    const std::set<std::string> terms = AllTerms();
    std::map<std::string, v1::Record> found;  // by name
    for (const OwnIndex& own : kOwnWords) {
      auto rows = screening::OwnRowsUnder(*view_, own.kind, own.index, terms);
      if (!rows.ok()) return rows.status();
      for (auto& [key, record] : *rows) {
        found[screening::OwnName(at_.call.caller.authority, own.collection, key)] =
            std::move(record);
      }
    }
    for (auto& [name, record] : found) AddOwn(name, std::move(record));
    return absl::OkStatus();
  }

  // Members are found by their portfolio alone: all are read.
  absl::Status AddMembers() {
    return screening::ForEachOwnRow(
        *view_, v1::DATASET_KIND_PORTFOLIOS,
        [&](absl::string_view, const v1::Record& record) -> absl::StatusOr<bool> {
          const v1::SubjectRef& ref = record.portfolio_member().subject().ref();
          const bool is_it = record.has_portfolio_member() &&
                             (names_.count(ref.supplier()) > 0 || subject_.IsNamedBy("", ref));
          if (is_it) AddOwn(record.portfolio_member().name(), record);
          if (absl::Status alive = at_.call.CheckAlive(); !alive.ok()) return alive;
          return true;
        });
  }

  void AddOwn(const std::string& name, v1::Record record) {
    v1::SourceRecord* own = out_->add_own_records();
    own->set_name(name);
    *own->mutable_record() = std::move(record);
  }

  absl::Status AddDecisions() {
    return ForEachDecisionUsing(
        at_.log, at_.call.caller.authority, names_,
        [&](const storage::StoredDecision& decision, const std::set<std::string>&) {
          v1::DecisionUse* use = out_->add_decisions();
          use->set_decision(decision.summary.decision());
          *use->mutable_recorded_at() = TimestampOfMicros(decision.summary.time_us());
          use->set_procedure(decision.summary.procedure());
          use->set_verdict(static_cast<v1::Verdict>(decision.summary.verdict()));
          return at_.call.CheckAlive();
        });
  }

  void AddRedactions() {
    for (const storage::v1::RedactionLine& line : at_.redactor.journal().Lines()) {
      const auto ref = RecordRef::FromName(line.redaction().record());
      if (!ref.has_value() || refs_.count(*ref) == 0) continue;
      v1::Redaction* redaction = out_->add_redactions();
      *redaction = line.redaction();
      if (line.authority() != at_.call.caller.authority) redaction->clear_decisions();
    }
  }

  const RedactionDesk& at_;
  const std::shared_ptr<const storage::View> view_;
  v1::GetSubjectReportResponse* const out_;
  Subject subject_;
  std::set<RecordRef> refs_;
  std::set<std::string> names_;  // of suppliers and records that may be shown
};

}  // namespace

absl::Status Report(const RedactionDesk& at, const v1::GetSubjectReportRequest& request,
                    v1::GetSubjectReportResponse* out) {
  return Reporter(at, out).Run(request);
}

}  // namespace probity::dataset
