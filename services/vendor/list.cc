#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "screening/vendors.h"
#include "services/rpc/page_token.h"
#include "services/rpc/view.h"
#include "services/vendor/operations.h"
#include "storage/timeline.h"

namespace probity::vendor {
namespace {

// Collects the entries of one page, and whether more follow.
class Listing {
 public:
  Listing(const rpc::CallContext& call, const rpc::Page& page,
          const IdentifierCatalogue& identifiers, const v1::ListVendorsRequest& request,
          v1::ListVendorsResponse* response)
      : call_(call),
        page_(page),
        identifiers_(identifiers),
        request_(request),
        response_(response) {}

  // Only entries that mean this one from now on.
  void set_supplier(const std::string& name) { supplier_ = name; }

  // False when the page is full, an entry could not be read, or nobody waits any more.
  bool Add(const v1::Vendor& entry) {
    if (status_ = call_.CheckAlive(); !status_.ok()) return false;
    if (!FitsNumber(entry.number())) return true;
    if (FitsWhateverItsWorth() && CountsBefore()) return true;
    auto weighed = screening::WeighVendor(*page_.view, identifiers_, entry);
    if (!weighed.ok()) status_ = weighed.status();
    if (!status_.ok()) return false;
    v1::Vendor& shown = *weighed->vendor;
    if (!FitsWorth(shown) || CountsBefore()) return true;
    if (seen_++ >= page_.offset + page_.size) return false;
    *response_->add_vendors() = std::move(shown);
    return true;
  }

  absl::Status Finish() {
    response_->set_next_page_token(page_.NextToken(seen_));
    return status_;
  }

 private:
  bool FitsNumber(const v1::VendorNumber& number) const {
    return (request_.system().empty() || request_.system() == number.system()) &&
           (request_.company_code().empty() || request_.company_code() == number.company_code());
  }

  // One before the page need not be weighed to be counted.
  bool FitsWhateverItsWorth() const {
    return request_.basis() == v1::VENDOR_BASIS_UNSPECIFIED &&
           request_.state() == v1::VENDOR_STATE_UNSPECIFIED && supplier_.empty();
  }

  bool CountsBefore() {
    if (seen_ >= page_.offset) return false;
    ++seen_;
    return true;
  }

  bool FitsWorth(const v1::Vendor& vendor) const {
    const auto& suppliers = vendor.suppliers();
    return (request_.basis() == v1::VENDOR_BASIS_UNSPECIFIED ||
            request_.basis() == vendor.basis()) &&
           (request_.state() == v1::VENDOR_STATE_UNSPECIFIED ||
            request_.state() == vendor.state()) &&
           (supplier_.empty() ||
            std::find(suppliers.begin(), suppliers.end(), supplier_) != suppliers.end());
  }

  const rpc::CallContext& call_;
  const rpc::Page& page_;
  const IdentifierCatalogue& identifiers_;
  const v1::ListVendorsRequest& request_;
  v1::ListVendorsResponse* const response_;
  std::string supplier_;
  uint64_t seen_ = 0;  // entries that fit
  absl::Status status_;
};

// Keys of the entries that name a supplier by one of its records or identifiers.
absl::StatusOr<std::set<std::string>> KeysOf(const storage::View& view,
                                             const screening::Subject& supplier) {
  const std::string own = screening::VendorDataset(view);
  std::set<std::string> keys;
  for (const std::string& term : supplier.terms) {
    absl::Status status = view.FindRecords(storage::IndexKind::kVendorParty, term,
                                           [&](const storage::RecordRef& ref) {
                                             if (ref.dataset == own) keys.insert(ref.key);
                                             return true;
                                           });
    if (!status.ok()) return status;
  }
  return keys;
}

absl::Status ListOfSupplier(const storage::View& view, const IdentifierCatalogue& identifiers,
                            const std::string& name, Listing* listing) {
  v1::SubjectRef ref;
  ref.set_supplier(name);
  auto supplier = screening::ResolveSubject(view, identifiers, ref, "supplier");
  if (!supplier.ok()) return supplier.status();
  listing->set_supplier(supplier->resolution.suppliers(0));
  auto keys = KeysOf(view, *supplier);
  if (!keys.ok()) return keys.status();
  for (const std::string& key : *keys) {
    auto row = view.GetRecord({screening::VendorDataset(view), key});
    if (!row.ok()) return row.status();
    if (row->has_value() && !listing->Add(storage::LatestRecord(**row).vendor())) break;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status List(const storage::Store& store, const rpc::CallContext& call,
                  const v1::ListVendorsRequest& request, v1::ListVendorsResponse* response) {
  auto page = rpc::OpenPage(store, call, request);
  if (!page.ok()) return page.status();
  const storage::View& view = *page->view;
  Listing listing(call, *page, store.identifiers(), request, response);
  absl::Status status =
      request.supplier().empty()
          ? view.ForEachRecord(screening::VendorDataset(view),
                               [&](absl::string_view, const storage::v1::RecordRow& row) {
                                 return listing.Add(storage::LatestRecord(row).vendor());
                               })
          : ListOfSupplier(view, store.identifiers(), request.supplier(), &listing);
  if (status.ok()) status = listing.Finish();
  *response->mutable_stamp() = rpc::StampOf(view, call);
  return status;
}

}  // namespace probity::vendor
