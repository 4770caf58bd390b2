// Reads policies and suites in text format, with the line of every fault.
#ifndef PROBITY_POLICY_POLICY_TEXT_H_
#define PROBITY_POLICY_POLICY_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"

namespace probity::policy {

// Something wrong in a text, or worth a look.
struct PolicyFault {
  // Id of the policy or suite as the text says, else its place: "pack 2".
  std::string text;
  // From 1; 0: about the whole.
  int line = 0;
  // Path of the field, for example "rules[3].when.all.conditions[0]"; may be
  // empty for faults of the form.
  std::string field;
  // What is wrong and what to do, in English.
  std::string problem;
};

// "eu: line 12: rules[3].legal_basis: ...", one fault a line.
std::string FormatFaults(const std::vector<PolicyFault>& faults);

// Longest text that is read, and deepest nesting.
inline constexpr size_t kMaxPolicyText = 4 << 20;
inline constexpr int kMaxPolicyDepth = 64;

// Reads `text` into `message` and where its fields stand into `places`. Returns
// every fault that can be told apart: unknown fields and unknown enum values do
// not hide what comes after them, a fault of the form ends the reading.
std::vector<PolicyFault> ReadPolicyText(absl::string_view text, google::protobuf::Message* message,
                                        google::protobuf::TextFormat::ParseInfoTree* places);

// A field of a parsed text: knows its path and its line.
class TextPlace {
 public:
  // `root` and its tree must outlive every place made from it.
  TextPlace(const google::protobuf::Message& root,
            const google::protobuf::TextFormat::ParseInfoTree& tree);

  // The field `name` of this message; `index` for a repeated one. Of a field
  // that is not set the place is that of the message.
  TextPlace At(absl::string_view name, int index = -1) const;

  const std::string& path() const { return path_; }
  int line() const { return line_; }
  PolicyFault Fault(absl::string_view problem) const;

 private:
  TextPlace() = default;

  const google::protobuf::Descriptor* type_ = nullptr;
  const google::protobuf::TextFormat::ParseInfoTree* tree_ = nullptr;
  std::string path_;
  int line_ = 1;
};

// Every enum field of `message` that holds a number its enum does not have, and
// every UNSPECIFIED in a list.
std::vector<PolicyFault> CheckEnums(const google::protobuf::Message& message,
                                    const TextPlace& place);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_POLICY_TEXT_H_
