#include "base/text_proto.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace probity {
namespace {

// Levels of messages within messages, as many as on the wire: some texts come from callers,
// and each level takes from the stack.
constexpr int kMostNested = 100;

class FirstFault final : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    if (text_.empty()) text_ = absl::StrCat(line + 1, ":", column + 1, ": ", message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace

std::string ReadTextProto(const std::string& text, google::protobuf::Message* message) {
  FirstFault fault;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&fault);
  parser.SetRecursionLimit(kMostNested);
  if (parser.ParseFromString(text, message)) return "";
  return fault.text().empty() ? "1:1: cannot be read" : fault.text();
}

}  // namespace probity
