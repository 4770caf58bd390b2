#include "ingest/importer.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/errors.h"
#include "ingest/formats.h"

namespace probity::ingest {

const std::vector<Format>& Formats() {
  static const auto* const kFormats = new std::vector<Format>{
      {"probity-jsonl", "one proto3-JSON probity.v1.Record a line", false, &ReadProbityJsonl},
      {"probity-csv", "Probity's own columns: suppliers, sites, certifications, audits, flags",
       false, &ReadProbityCsv},
      {"mapped-csv", "any CSV, with a mapping file from its columns to Probity's", true,
       &ReadMappedCsv},
      {"gleif-csv", "GLEIF golden copy in CSV: level-1 and relationship records", false,
       &ReadGleifCsv},
      {"dol-goods-xml", "US Department of Labor, goods produced by child or forced labor", false,
       &ReadDolGoodsXml},
      {"un-xml", "United Nations Security Council, consolidated list in XML", false, &ReadUnXml},
      {"ftm-jsonl", "FollowTheMoney entities, one a line: parties, sanctions, owners", false,
       &ReadFtmJsonl},
      {"ocds-json", "Open Contracting releases or records: suppliers, tenderers, payees", false,
       &ReadOcdsJson},
      {"untp-dcc-json", "UN Transparency Protocol: Digital Conformity Credentials", false,
       &ReadUntpDccJson},
      {"ofac-csv", "Lists of the US Office of Foreign Assets Control in CSV: prim, alt and add",
       false, &ReadOfacCsv},
  };
  return *kFormats;
}

absl::StatusOr<const Format*> FindFormat(absl::string_view name) {
  for (const Format& format : Formats()) {
    if (format.name == name) return &format;
  }
  const std::string known = absl::StrJoin(
      Formats(), ", ", [](std::string* out, const Format& f) { absl::StrAppend(out, f.name); });
  return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_UNKNOWN_FORMAT,
                   absl::StrCat("there is no format \"", name, "\"; formats are ", known),
                   {{"field", "load.format"}, {"format", std::string(name)}});
}

}  // namespace probity::ingest
