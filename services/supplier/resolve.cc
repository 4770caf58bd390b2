#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/errors.h"
#include "services/rpc/limits.h"
#include "services/supplier/operations.h"
#include "storage/index_terms.h"
#include "storage/timeline.h"

namespace probity::supplier {
namespace {

// What the records that carry an identifier say of it.
struct Carriers {
  std::map<std::string, std::string> suppliers;  // name -> bytes
  bool carried = false;                          // by any record, a site's too
  std::optional<v1::Redirect> redirect;          // the registration ended for another
  bool ended = false;                            // it ended for nobody that is known
};

bool IsRedirect(v1::RegistrationStatus status) {
  return status == v1::REGISTRATION_STATUS_MERGED || status == v1::REGISTRATION_STATUS_DUPLICATE;
}

// Notes what a record says of the registration that gave `id`.
void ReadRegistration(const storage::RecordRef& ref, const v1::SupplierRecord& supplier,
                      const v1::Identifier& id, Carriers* carriers) {
  if (supplier.registration_scheme() != id.scheme()) return;
  const v1::RegistrationStatus status = supplier.registration_status();
  if (status == v1::REGISTRATION_STATUS_ANNULLED) carriers->ended = true;
  if (!IsRedirect(status)) return;
  if (!supplier.has_successor()) {
    carriers->ended = true;
    return;
  }
  if (carriers->redirect.has_value()) return;
  carriers->redirect.emplace();
  *carriers->redirect->mutable_from() = id;
  carriers->redirect->set_reason(status);
  *carriers->redirect->mutable_to() = supplier.successor();
  carriers->redirect->set_source_record(ref.Name());
}

absl::StatusOr<Carriers> FindCarriers(const storage::View& view, const v1::Identifier& id) {
  std::vector<storage::RecordRef> refs;
  absl::Status found = view.FindRecords(
      storage::IndexKind::kIdentifier, storage::IdentifierTerm(id.scheme(), id.value()),
      [&refs](const storage::RecordRef& ref) {
        refs.push_back(ref);
        return refs.size() < rpc::kMaxPostings;
      });
  if (!found.ok()) return found;
  Carriers carriers;
  carriers.carried = !refs.empty();
  for (const storage::RecordRef& ref : refs) {
    auto row = view.GetRecord(ref);
    if (!row.ok()) return row.status();
    if (!row->has_value()) continue;
    const v1::Record& record = storage::LatestRecord(**row);
    if (!record.has_supplier()) continue;
    ReadRegistration(ref, record.supplier(), id, &carriers);
    auto supplier = view.SupplierOf(ref);
    if (!supplier.ok()) return supplier.status();
    if (supplier->has_value()) {
      carriers.suppliers.emplace((*supplier)->name, std::move((*supplier)->bytes));
    }
  }
  return carriers;
}

void TakeSuppliers(Carriers carriers, Finding* finding) {
  finding->outcome = carriers.suppliers.empty()      ? v1::LOOKUP_OUTCOME_NOT_FOUND
                     : carriers.suppliers.size() > 1 ? v1::LOOKUP_OUTCOME_AMBIGUOUS
                     : finding->redirects.empty()    ? v1::LOOKUP_OUTCOME_FOUND
                                                     : v1::LOOKUP_OUTCOME_REDIRECTED;
  for (auto& [name, bytes] : carriers.suppliers) {
    if (finding->suppliers.size() == rpc::kMaxAmbiguousSuppliers) break;
    finding->suppliers.push_back(std::move(bytes));
  }
}

// Adds where the fault is, without losing the reason.
absl::Status AtField(const absl::Status& status, absl::string_view field) {
  ErrorMetadata metadata = MetadataOf(status);
  metadata["field"] = std::string(field) + ".value";
  return MakeError(status.code(), ReasonOf(status), status.message(), std::move(metadata));
}

}  // namespace

absl::StatusOr<Finding> Resolve(const storage::View& view, const IdentifierCatalogue& identifiers,
                                const v1::Identifier& asked, absl::string_view field) {
  auto normal = identifiers.Normalize(asked);
  if (!normal.ok()) return AtField(normal.status(), field);
  Finding finding;
  finding.identifier = *normal;
  v1::Identifier at = *normal;
  std::set<std::string> seen;
  for (int step = 0; step <= rpc::kMaxRedirects; ++step) {
    auto carriers = FindCarriers(view, at);
    if (!carriers.ok()) return carriers.status();
    if (step == 0 && !carriers->carried && at.check() == v1::IDENTIFIER_CHECK_FAILED) {
      return AtField(IdentifierCheckFailed(at.scheme(), at.value()), field);
    }
    const bool leads_on = carriers->redirect.has_value() && seen.insert(at.value()).second;
    if (leads_on && !carriers->ended) {
      at = carriers->redirect->to();
      finding.redirects.push_back(*std::move(carriers->redirect));
      continue;
    }
    const bool loop = carriers->redirect.has_value();
    if (carriers->ended || loop || (step > 0 && carriers->suppliers.empty())) break;
    TakeSuppliers(*std::move(carriers), &finding);
    return finding;
  }
  finding.outcome = v1::LOOKUP_OUTCOME_NOT_RESOLVABLE;
  return finding;
}

}  // namespace probity::supplier
