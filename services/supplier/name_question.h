// What a search asks for, read and checked once; and the revision it reads.
#ifndef PROBITY_SERVICES_SUPPLIER_NAME_QUESTION_H_
#define PROBITY_SERVICES_SUPPLIER_NAME_QUESTION_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "probity/v1/supplier_service.pb.h"
#include "services/rpc/page_token.h"
#include "services/supplier/party.h"
#include "storage/names/name_index.h"
#include "storage/store.h"

namespace probity::supplier {

// What name questions are answered from. Borrowed.
struct NameBook {
  const storage::Store& store;
  const storage::NameIndex& index;
  Comparer comparer;
};

// Longest that a question waits for its revision's names.
inline constexpr absl::Duration kNamePatience = absl::Seconds(2);

struct NameQuestion {
  Party party;
  int min_score = 0;
  v1::ExplanationLevel level = v1::EXPLANATION_LEVEL_REASONS;
  std::string country;                // filter; empty: none
  std::vector<v1::PartyKind> kinds;   // filter
  std::vector<std::string> datasets;  // filter: "datasets/{dataset}"
  std::vector<std::string> excluded;  // bare ids of suppliers
};

// `path` stands before the names of fields in errors: "" or "search.".
// INVALID_ARGUMENT / INVALID_FIELD, LIMIT_EXCEEDED, UNKNOWN_IDENTIFIER_SCHEME.
absl::StatusOr<NameQuestion> ReadQuestion(const Comparer& comparer, absl::string_view path,
                                          const v1::SearchSuppliersRequest& request);

// The page that is asked for, its names at hand: waits until `deadline` or the
// call's own. minimize_latency is the newest revision whose names are at hand.
// Errors as OpenPage; UNAVAILABLE / INDEX_NOT_READY.
absl::StatusOr<rpc::Page> OpenNamePage(const NameBook& book, const rpc::CallContext& call,
                                       const v1::SearchSuppliersRequest& request,
                                       absl::Time deadline);

}  // namespace probity::supplier

#endif  // PROBITY_SERVICES_SUPPLIER_NAME_QUESTION_H_
