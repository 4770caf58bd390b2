#include "evidence/forms.h"

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/stubs/logging.h"
#include "google/protobuf/util/json_util.h"

namespace probity::evidence {

Finding ParseEitherForm(absl::string_view file, google::protobuf::Message* message) {
  message->Clear();
  const google::protobuf::LogSilencer silencer;  // what is wrong is said by the finding
  const absl::string_view text = absl::StripLeadingAsciiWhitespace(file);
  const bool is_json = !text.empty() && text.front() == '{';
  const bool read =
      is_json
          ? google::protobuf::util::JsonStringToMessage({text.data(), text.size()}, message).ok()
          : message->ParseFromArray(file.data(), static_cast<int>(file.size()));
  if (read && message->ByteSizeLong() > 0) return {};
  message->Clear();
  return {
      v1::EVIDENCE_FAULT_UNREADABLE,
      absl::StrCat("the file is no receipt, or it is cut: ",
                   is_json ? "its JSON cannot be read" : "it is neither the binary form nor JSON")};
}

std::string JsonForm(const google::protobuf::Message& message) {
  std::string json;
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  (void)google::protobuf::util::MessageToJsonString(message, &json, options);
  return json;
}

bool HasUnknownFields(const google::protobuf::Message& message) {
  const std::unique_ptr<google::protobuf::Message> known(message.New());
  known->CopyFrom(message);
  known->DiscardUnknownFields();
  return known->ByteSizeLong() != message.ByteSizeLong();
}

}  // namespace probity::evidence
