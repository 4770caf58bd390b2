// What a search asks for, read and checked once; and the revision it reads.
#ifndef PROBITY_SERVICES_SUPPLIER_NAME_QUESTION_H_
#define PROBITY_SERVICES_SUPPLIER_NAME_QUESTION_H_

#include "absl/status/statusor.h"
#include "probity/v1/supplier_service.pb.h"
#include "screening/names/name_question.h"
#include "services/rpc/page_token.h"

namespace probity::supplier {

// Longest that a question waits for its revision's names.
inline constexpr absl::Duration kNamePatience = absl::Seconds(2);

// `path` stands before the names of fields in errors: "" or "search.".
// INVALID_ARGUMENT / INVALID_FIELD, LIMIT_EXCEEDED, UNKNOWN_IDENTIFIER_SCHEME.
absl::StatusOr<screening::NameQuestion> ReadQuestion(const screening::Comparer& comparer,
                                                     absl::string_view path,
                                                     const v1::SearchSuppliersRequest& request);

// The page that is asked for, its names at hand: waits until `deadline` or the
// call's own. minimize_latency is the newest revision whose names are at hand.
// Errors as OpenPage; UNAVAILABLE / INDEX_NOT_READY.
absl::StatusOr<rpc::Page> OpenNamePage(const screening::NameBook& book,
                                       const rpc::CallContext& call,
                                       const v1::SearchSuppliersRequest& request,
                                       absl::Time deadline);

}  // namespace probity::supplier

#endif  // PROBITY_SERVICES_SUPPLIER_NAME_QUESTION_H_
