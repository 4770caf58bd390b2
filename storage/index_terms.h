// Which terms a record is indexed under. Pure: the store keeps the terms, the
// tests compute them again from the records, and both must agree.
#ifndef PROBITY_STORAGE_INDEX_TERMS_H_
#define PROBITY_STORAGE_INDEX_TERMS_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/identifiers.h"
#include "probity/storage/v1/storage.pb.h"
#include "storage/store.h"

namespace probity::storage {

struct IndexTerm {
  IndexKind kind;
  std::string term;
  friend bool operator<(const IndexTerm& a, const IndexTerm& b) {
    return std::tie(a.kind, a.term) < std::tie(b.kind, b.term);
  }
  friend bool operator==(const IndexTerm& a, const IndexTerm& b) {
    return a.kind == b.kind && a.term == b.term;
  }
};

// Terms of a row, sorted, without repeats. Identifiers, and the records that a
// separation names, come from LatestRecord alone; references, numbers and
// commodities from every segment, so that the past can be found. `dataset` is the
// bare id that "records/{key}" references are relative to.
std::vector<IndexTerm> IndexTermsOf(absl::string_view dataset, const v1::RecordRow& row);

// The term of an identifier: scheme, NUL, value. Both already normalised.
std::string IdentifierTerm(absl::string_view scheme, absl::string_view value);
// The term of a reference: "i" + IdentifierTerm, or "r" + dataset + NUL + key;
// empty for an empty reference or one to a supplier.
std::string SubjectTerm(absl::string_view dataset, const probity::v1::SubjectRef& ref);
// "r" + dataset + NUL + key: what references to a record have.
std::string RecordTerm(absl::string_view dataset, absl::string_view key);
// What judgements and waivers of a subject have: of a vendor "v" + its key (own_datasets.h), of an
// identifier its subject term, of a query "q" + its digest, of a supplier the terms of
// the records that it is bound to.
std::set<std::string> JudgementTerms(const probity::v1::JudgedSubject& subject);
// What a portfolio has: the name of its authority, and a member: that of its portfolio.
std::string PortfolioTerm(absl::string_view name);
// The term of a commodity code; CPV loses its trailing zeros, PUBLISHER is
// folded (base/names.h).
std::string CommodityTerm(const probity::v1::CommodityCode& code);
// Certificate numbers are compared folded, with spaces removed.
std::string CertificateNumberTerm(absl::string_view scheme_id, absl::string_view number);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_INDEX_TERMS_H_
