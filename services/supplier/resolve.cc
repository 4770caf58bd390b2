#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/errors.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "services/rpc/limits.h"
#include "services/supplier/operations.h"
#include "storage/index_terms.h"

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
  using google::protobuf::internal::WireFormatLite;
  constexpr uint32_t kRegistrations = WireFormatLite::MakeTag(
      v1::Supplier::kRegistrationsFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(supplier.data()),
                                            static_cast<int>(supplier.size()));
  v1::Registration registration;
  bool good = true;
  for (uint32_t tag = in.ReadTag(); good && tag != 0; tag = in.ReadTag()) {
    if (tag != kRegistrations) {
      good = WireFormatLite::SkipField(&in, tag);
      continue;
    }
    registration.Clear();
    good = WireFormatLite::ReadMessage(&in, &registration);
    if (registration.source_record() == record) ReadRegistration(registration, id, carriers);
  }
  good = good && in.ConsumedEntireMessage();
  return good ? absl::OkStatus() : StoreCorrupt("suppliers", "a stored supplier cannot be read");
}

absl::StatusOr<Carriers> FindCarriers(const storage::View& view, const v1::Identifier& id) {
  std::vector<storage::RecordRef> refs;
  absl::Status found = view.FindRecords(storage::IndexKind::kIdentifier,
                                        storage::IdentifierTerm(id.scheme(), id.value()),
                                        [&refs](const storage::RecordRef& ref) {
                                          refs.push_back(ref);
                                          return refs.size() < rpc::kMaxPostings;
                                        });
  if (!found.ok()) return found;
  Carriers carriers;
  carriers.carried = !refs.empty();
  for (const storage::RecordRef& ref : refs) {
    auto supplier = view.SupplierOf(ref);
    if (!supplier.ok()) return supplier.status();
    if (!supplier->has_value()) continue;  // a site
    absl::Status read = ReadRegistrations((*supplier)->bytes, ref.Name(), id, &carriers);
    if (!read.ok()) return read;
    carriers.suppliers.emplace((*supplier)->name, std::move((*supplier)->bytes));
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
