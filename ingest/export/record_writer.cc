#include "ingest/export/record_writer.h"

#include "base/errors.h"
#include "google/protobuf/util/json_util.h"

namespace probity::ingest {
namespace {

class JsonlWriter final : public RecordWriter {
 public:
  void Begin(std::string*) override {}
  Written Write(const v1::Record& record, std::string* out) override {
    std::string line;
    if (!google::protobuf::util::MessageToJsonString(record, &line).ok()) return {false, 1};
    out->append(line).push_back('\n');
    return {};
  }
};

}  // namespace

std::unique_ptr<RecordWriter> MakeJsonlWriter() { return std::make_unique<JsonlWriter>(); }

absl::StatusOr<std::unique_ptr<RecordWriter>> MakeRecordWriter(v1::ExportFormat format,
                                                               const ExportedDataset& dataset) {
  switch (format) {
    case v1::EXPORT_FORMAT_JSONL:
      return MakeJsonlWriter();
    case v1::EXPORT_FORMAT_CSV:
      return MakeCsvWriter(dataset);
    case v1::EXPORT_FORMAT_FTM:
      return MakeFtmWriter(dataset);
    default:
      return InvalidField("format", "must be JSONL, CSV or FTM");
  }
}

}  // namespace probity::ingest
