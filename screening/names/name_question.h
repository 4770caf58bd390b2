// What a search for names asks, and what it is answered from.
#ifndef PROBITY_SCREENING_NAMES_NAME_QUESTION_H_
#define PROBITY_SCREENING_NAMES_NAME_QUESTION_H_

#include <string>
#include <vector>

#include "probity/v1/supplier_service.pb.h"
#include "screening/names/party.h"
#include "storage/names/name_index.h"
#include "storage/store.h"

namespace probity::screening {

// What name questions are answered from. Borrowed.
struct NameBook {
  const storage::Store& store;
  const storage::NameIndex& index;
  Comparer comparer;
};

struct NameQuestion {
  Party party;
  int min_score = 0;
  v1::ExplanationLevel level = v1::EXPLANATION_LEVEL_REASONS;
  std::string country;                // filter; empty: none
  std::vector<v1::PartyKind> kinds;   // filter
  std::vector<std::string> datasets;  // filter: "datasets/{dataset}"
  std::vector<std::string> excluded;  // bare ids of suppliers
  // True: only names of records that fit the filters lead to a supplier; false: those
  // of its other records too.
  bool by_fitting_records = false;
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_NAMES_NAME_QUESTION_H_
