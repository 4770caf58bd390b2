// What a record must satisfy before it is stored, whatever format it came in
// and also when it comes by itself through PutRecord.
#ifndef PROBITY_INGEST_VALIDATE_H_
#define PROBITY_INGEST_VALIDATE_H_

#include <optional>
#include <vector>

#include "ingest/importer.h"
#include "probity/v1/dataset.pb.h"
#include "probity/v1/record.pb.h"
#include "storage/store.h"

namespace probity::ingest {

struct Validation {
  // Why the record is refused; the first fault in field order. Empty: kept.
  std::vector<RowFault> faults;
  // What is doubtful about a record that is kept: a wrong check digit.
  std::vector<RowFault> warnings;
};

// Normalises identifiers in place (base/identifiers.h) and checks key, body,
// dates and their order, countries, certification schemes and identifier
// schemes. A fault's column is the path of the field, "supplier.founded".
Validation NormalizeAndValidate(const Tables& tables, v1::Record* record);

// Why a dataset cannot take a record that is well by itself; nullopt: it can. Separations
// stand in shared datasets, where they end when they are removed, and name no record that
// an authority alone may see. `view` is that of whoever brings the record.
std::optional<RowFault> FaultInDataset(const storage::View& view, const v1::Dataset& dataset,
                                       const v1::Record& record);

}  // namespace probity::ingest

#endif  // PROBITY_INGEST_VALIDATE_H_
