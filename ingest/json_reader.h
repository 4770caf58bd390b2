// Reads JSON files in bounded memory: line by line, or object by object out of a
// list of any length. nlohmann-json reads each object.
#ifndef PROBITY_INGEST_JSON_READER_H_
#define PROBITY_INGEST_JSON_READER_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ingest/importer.h"
#include "nlohmann/json.hpp"

namespace probity::ingest {

using Json = nlohmann::json;

// Objects and lists inside each other; publishers' files need ten.
inline constexpr int kMaxJsonDepth = 64;
// Bytes of one object of a list; a longer one is refused as ROW_TOO_LONG and skipped
// without being held in memory.
inline constexpr size_t kMaxObjectBytes = size_t{4} << 20;

// INVALID_ARGUMENT says why the text is not one value in JSON: byte, not UTF-8, nested
// too deeply.
absl::StatusOr<Json> ParseJson(absl::string_view text);

// Takes a row; what it returns ends the reading unless OK. `value` may be changed.
using VisitJson = std::function<absl::Status(const Row& row, Json& value)>;

// Calls `visit` for each line that is not blank. Lines that are no JSON (ROW_SYNTAX), not
// UTF-8 (ROW_ENCODING) or too long (ROW_TOO_LONG) are refused. INVALID_ARGUMENT /
// EMPTY_FILE; TRUNCATED_FILE when the file ends inside a line.
absl::Status ForEachJsonLine(const InputFile& file, RowSink* sink, const VisitJson& visit);
// The same for lines that somebody else reads: `visit` gets them as UTF-8.
absl::Status ForEachLine(const InputFile& file, RowSink* sink,
                         const std::function<absl::Status(const Row& row)>& visit);

// How objects stand in a file.
struct JsonLists {
  // Members of an object at the top whose lists hold the rows: "releases".
  std::vector<absl::string_view> lists;
  // Members of an object at the top that are a row themselves: "compiledRelease".
  std::vector<absl::string_view> objects;
};
// Calls `visit` for each row of a file that holds, one behind the other or in one list:
// objects with such members, whose rows are given, and objects without, which are rows.
// Rows are refused as above; more than kMaxObjectBytes are ROW_TOO_LONG.
// INVALID_ARGUMENT / EMPTY_FILE, TRUNCATED_FILE; ROW_SYNTAX where something other than
// an object stands in a list or at the top.
absl::Status ForEachObject(const InputFile& file, const JsonLists& where, RowSink* sink,
                           const VisitJson& visit);

// A first reading of a file that is read twice: it takes nothing, and ends when the load
// is given up.
class FirstReading final : public RowSink {
 public:
  explicit FirstReading(RowSink* sink) : sink_(sink) {}
  absl::Status Accept(const Row&, v1::Record*) override { return absl::OkStatus(); }
  absl::Status Refuse(const Row&, const RowFault&) override { return absl::OkStatus(); }
  absl::Status Warn(const Row&, const RowFault&) override { return absl::OkStatus(); }
  absl::Status Advance(uint64_t) override { return sink_->Advance(0); }

 private:
  RowSink* sink_;
};

// A member of an object; null when there is none, or `object` is no object.
const Json& Member(const Json& object, const char* name);
// A text without the spaces around it, or a whole number as digits; else empty.
std::string TextOf(const Json& value);
inline std::string Text(const Json& object, const char* name) {
  return TextOf(Member(object, name));
}
// The beginning of a text in UTF-8, of at most `bytes`.
std::string CutText(std::string text, size_t bytes);
// The values of a list; a value that is no list counts as a list of itself, null as an
// empty one.
std::vector<const Json*> ValuesOf(const Json& value);
inline std::vector<const Json*> Values(const Json& object, const char* name) {
  return ValuesOf(Member(object, name));
}

}  // namespace probity::ingest

#endif  // PROBITY_INGEST_JSON_READER_H_
