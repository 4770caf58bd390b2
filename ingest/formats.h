// The formats' entry points, one file each; importer.cc lists them.
#ifndef PROBITY_INGEST_FORMATS_H_
#define PROBITY_INGEST_FORMATS_H_

#include <vector>

#include "absl/status/status.h"
#include "ingest/importer.h"

namespace probity::ingest {

using Files = std::vector<InputFile>;

// One proto3-JSON probity.v1.Record a line.
absl::Status ReadProbityJsonl(const Tables& tables, const Files& files, RowSink* sink);
// Probity's own columns (docs/FORMATS.md).
absl::Status ReadProbityCsv(const Tables& tables, const Files& files, RowSink* sink);
// Any CSV, with a mapping to those columns.
absl::Status ReadMappedCsv(const Tables& tables, const Files& files, RowSink* sink);
// GLEIF golden copy: level-1 records and relationship records.
absl::Status ReadGleifCsv(const Tables& tables, const Files& files, RowSink* sink);
// Lists of the US Office of Foreign Assets Control in CSV: entries, aliases and addresses
// together.
absl::Status ReadOfacCsv(const Tables& tables, const Files& files, RowSink* sink);
// US Department of Labor, List of Goods Produced by Child Labor or Forced Labor.
absl::Status ReadDolGoodsXml(const Tables& tables, const Files& files, RowSink* sink);
// The United Nations Security Council's consolidated list in XML.
absl::Status ReadUnXml(const Tables& tables, const Files& files, RowSink* sink);
// FollowTheMoney entities, one a line.
absl::Status ReadFtmJsonl(const Tables& tables, const Files& files, RowSink* sink);
// Open Contracting Data Standard: packages of releases or records, or their lines.
absl::Status ReadOcdsJson(const Tables& tables, const Files& files, RowSink* sink);
// UN Transparency Protocol: Digital Conformity Credentials.
absl::Status ReadUntpDccJson(const Tables& tables, const Files& files, RowSink* sink);

}  // namespace probity::ingest

#endif  // PROBITY_INGEST_FORMATS_H_
