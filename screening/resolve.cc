#include "screening/resolve.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/errors.h"
#include "screening/facts.h"
#include "storage/index_terms.h"
#include "storage/stored_fields.h"
#include "storage/timeline.h"

namespace probity::screening {
namespace {

using storage::RecordRef;

// What the records that carry an identifier say of it.
struct Carriers {
  std::map<std::string, std::string> suppliers;  // name -> bytes
  std::vector<RecordRef> sites;
  std::optional<v1::Redirect> redirect;  // the registration ended for another
  bool ended = false;                    // it ended for nobody that is known
};

bool IsRedirect(v1::RegistrationStatus status) {
  return status == v1::REGISTRATION_STATUS_MERGED || status == v1::REGISTRATION_STATUS_DUPLICATE;
}

// Notes what a record says of the registration that gave `id`.
void ReadRegistration(const v1::Registration& registration, const v1::Identifier& id,
                      Carriers* carriers) {
  if (registration.identifier().scheme() != id.scheme()) return;
  if (registration.status() == v1::REGISTRATION_STATUS_ANNULLED) carriers->ended = true;
  if (!IsRedirect(registration.status())) return;
  if (!registration.has_successor()) {
    carriers->ended = true;
    return;
  }
  if (carriers->redirect.has_value()) return;
  carriers->redirect.emplace();
  *carriers->redirect->mutable_from() = id;
  carriers->redirect->set_reason(registration.status());
  *carriers->redirect->mutable_to() = registration.successor();
  carriers->redirect->set_source_record(registration.source_record());
}

// The same for the registration that the stored supplier has from `record`.
// Only its registrations are parsed: the rest is sent as it is.
absl::Status ReadRegistrations(const std::string& supplier, const std::string& record,
                               const v1::Identifier& id, Carriers* carriers) {
  const bool good = storage::VisitFields(supplier, [&](int number, absl::string_view value) {
    if (number != v1::Supplier::kRegistrationsFieldNumber) return true;
    v1::Registration registration;
    if (!registration.ParseFromArray(value.data(), static_cast<int>(value.size()))) return false;
    if (registration.source_record() == record) ReadRegistration(registration, id, carriers);
    return true;
  });
  return good ? absl::OkStatus() : StoreCorrupt("suppliers", "a stored supplier cannot be read");
}

// Parties first: their supplier tells all, so that the record is not read.
absl::Status ReadCarrier(const storage::View& view, const RecordRef& ref, const v1::Identifier& id,
                         Carriers* carriers) {
  auto supplier = view.SupplierOf(ref);
  if (!supplier.ok()) return supplier.status();
  if (supplier->has_value()) {
    absl::Status read = ReadRegistrations((*supplier)->bytes, ref.Name(), id, carriers);
    carriers->suppliers.emplace((*supplier)->name, std::move((*supplier)->bytes));
    return read;
  }
  auto row = view.GetRecord(ref);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return absl::OkStatus();
  const v1::Record& record = storage::LatestRecord(**row);
  if (record.has_site() && MayShow(**row, record)) carriers->sites.push_back(ref);
  return absl::OkStatus();
}

absl::StatusOr<Carriers> ReadCarriers(const storage::View& view, const v1::Identifier& id) {
  std::vector<RecordRef> refs;
  absl::Status status = view.FindRecords(storage::IndexKind::kIdentifier,
                                         storage::IdentifierTerm(id.scheme(), id.value()),
                                         [&refs](const RecordRef& ref) {
                                           refs.push_back(ref);
                                           return refs.size() < kMaxCarriers;
                                         });
  Carriers carriers;
  for (const RecordRef& ref : refs) {
    if (status.ok()) status = ReadCarrier(view, ref, id, &carriers);
  }
  if (!status.ok()) return status;
  return carriers;
}

void Take(std::map<std::string, std::string>&& from, std::vector<storage::StoredSupplier>* to) {
  for (auto& [name, bytes] : from) to->push_back({name, std::move(bytes)});
}

v1::LookupOutcome OutcomeOf(const Finding& finding) {
  if (finding.suppliers.size() > 1) return v1::LOOKUP_OUTCOME_AMBIGUOUS;
  if (!finding.redirects.empty()) return v1::LOOKUP_OUTCOME_REDIRECTED;
  return finding.suppliers.empty() ? v1::LOOKUP_OUTCOME_NOT_FOUND : v1::LOOKUP_OUTCOME_FOUND;
}

// Adds where the fault is, without losing the reason.
absl::Status AtField(const absl::Status& status, absl::string_view field) {
  ErrorMetadata metadata = MetadataOf(status);
  metadata["field"] = std::string(field) + ".value";
  return MakeError(status.code(), ReasonOf(status), status.message(), metadata);
}

}  // namespace

absl::StatusOr<Finding> FindCarriersOf(const storage::View& view, const v1::Identifier& normal) {
  Finding finding;
  finding.identifier = normal;
  v1::Identifier at = normal;
  std::set<std::string> seen;
  for (int step = 0; step <= kMaxRedirects; ++step) {
    auto carriers = ReadCarriers(view, at);
    if (!carriers.ok()) return carriers.status();
    if (step == 0) finding.sites = std::move(carriers->sites);
    const bool redirected = carriers->redirect.has_value();
    if (!carriers->ended && !redirected) {
      Take(std::move(carriers->suppliers), &finding.suppliers);
      if (step > 0 && finding.suppliers.empty()) break;
      finding.outcome = OutcomeOf(finding);
      return finding;
    }
    if (carriers->ended || !seen.insert(at.scheme() + ":" + at.value()).second) break;
    Take(std::move(carriers->suppliers), &finding.former);
    at = carriers->redirect->to();
    finding.redirects.push_back(*std::move(carriers->redirect));
  }
  finding.outcome = v1::LOOKUP_OUTCOME_NOT_RESOLVABLE;
  return finding;
}

absl::StatusOr<v1::Identifier> ReadIdentifier(const IdentifierCatalogue& identifiers,
                                              const v1::Identifier& asked,
                                              absl::string_view field) {
  auto normal = identifiers.Normalize(asked);
  if (!normal.ok()) return AtField(normal.status(), field);
  return normal;
}

absl::StatusOr<Finding> Resolve(const storage::View& view, const IdentifierCatalogue& identifiers,
                                const v1::Identifier& asked, absl::string_view field) {
  auto normal = ReadIdentifier(identifiers, asked, field);
  if (!normal.ok()) return normal.status();
  auto finding = FindCarriersOf(view, *normal);
  if (finding.ok() && normal->check() == v1::IDENTIFIER_CHECK_FAILED &&
      finding->outcome == v1::LOOKUP_OUTCOME_NOT_FOUND && finding->sites.empty()) {
    return AtField(IdentifierCheckFailed(normal->scheme(), normal->value()), field);
  }
  return finding;
}

}  // namespace probity::screening
