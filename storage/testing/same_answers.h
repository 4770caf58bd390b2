// Two views asked the same questions.
#ifndef PROBITY_STORAGE_TESTING_SAME_ANSWERS_H_
#define PROBITY_STORAGE_TESTING_SAME_ANSWERS_H_

#include <set>
#include <string>

#include "storage/index_terms.h"
#include "storage/store.h"

namespace probity::storage::testing {

// All records of the random datasets (history.h) in sight, as text; adds their terms.
std::string AllRecords(const View& view, std::set<IndexTerm>* terms);

// Whose ids are asked for: those of records that a store ever had may lead to heirs.
enum class SupplierIds { kAll, kOfPartiesInModel };

// Every question about the random datasets, with `terms` for those of the index.
void ExpectSameAnswers(const View& view, const View& model, const std::set<IndexTerm>& terms,
                       SupplierIds ids = SupplierIds::kAll);

}  // namespace probity::storage::testing

#endif  // PROBITY_STORAGE_TESTING_SAME_ANSWERS_H_
