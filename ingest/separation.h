// What a separation must satisfy: one of the bodies of validate.h.
#ifndef PROBITY_INGEST_SEPARATION_H_
#define PROBITY_INGEST_SEPARATION_H_

#include <optional>

#include "ingest/importer.h"
#include "probity/v1/dataset.pb.h"
#include "probity/v1/record.pb.h"
#include "storage/store.h"

namespace probity::ingest {

// The first fault of a record that holds one. Whether the records that it names exist does
// not matter: a later load may bring them.
std::optional<RowFault> FaultOfSeparation(const v1::Record& record);
// Why it cannot stand in a dataset, or not name what it names there, for whoever sees `view`.
std::optional<RowFault> FaultOfSeparationIn(const storage::View& view, const v1::Dataset& dataset,
                                            const v1::Separation& separation);

}  // namespace probity::ingest

#endif  // PROBITY_INGEST_SEPARATION_H_
