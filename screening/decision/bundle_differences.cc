#include "screening/decision/bundle_differences.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"

namespace probity::screening {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;
using Path = std::vector<MessageDifferencer::SpecificField>;

class Lines : public MessageDifferencer::Reporter {
 public:
  explicit Lines(size_t most) : most_(most) {}

  void ReportAdded(const Message& /*before*/, const Message& after, const Path& path) override {
    Add(path, &Step::new_index, absl::StrCat("not there before", Shown(after, path, true)));
  }
  void ReportDeleted(const Message& before, const Message& /*after*/, const Path& path) override {
    Add(path, &Step::index, absl::StrCat("not there after", Shown(before, path, false)));
  }
  // Of messages too, behind what differs in them.
  void ReportModified(const Message& before, const Message& after, const Path& path) override {
    if (path.back().field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) return;
    Add(path, &Step::new_index,
        absl::StrCat(Value(before, path.back(), path.back().index), " before, ",
                     Value(after, path.back(), path.back().new_index), " after"));
  }
  std::vector<std::string> Take() { return std::move(lines_); }

 private:
  using Step = MessageDifferencer::SpecificField;

  // The value of a field in the message that holds it.
  static std::string Value(const Message& holder, const Step& step, int index) {
    std::string text;
    google::protobuf::TextFormat::PrintFieldValueToString(
        holder, step.field, step.field->is_repeated() ? index : -1, &text);
    return text;
  }

  static std::string Shown(const Message& holder, const Path& path, bool is_new) {
    const Step& last = path.back();
    if (last.field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) return "";
    return absl::StrCat(" (", Value(holder, last, is_new ? last.new_index : last.index), ")");
  }

  void Add(const Path& path, int Step::*index, const std::string& what) {
    if (lines_.size() >= most_) return;
    std::string line;
    for (const Step& step : path) {
      absl::StrAppend(&line, line.empty() ? "" : ".", step.field->name());
      if (step.field->is_repeated()) absl::StrAppend(&line, "[", step.*index, "]");
    }
    lines_.push_back(absl::StrCat(line, ": ", what));
  }

  const size_t most_;
  std::vector<std::string> lines_;
};

// What is known by a name of its own is compared with its like, wherever it stands.
void LineUp(MessageDifferencer* differencer) {
  const auto* bundle = v1::EvidenceBundle::descriptor();
  const auto* subject = v1::SubjectEvidence::descriptor();
  const auto by = [&](const FieldDescriptor* list, const char* name) {
    differencer->TreatAsMap(list, list->message_type()->FindFieldByName(name));
  };
  by(bundle->FindFieldByName("subjects"), "path");
  by(bundle->FindFieldByName("sources"), "dataset");
  by(bundle->FindFieldByName("texts"), "path");
  by(subject->FindFieldByName("candidates"), "source_record");
  const FieldDescriptor* flag = v1::SubjectFact::descriptor()->FindFieldByName("flag");
  differencer->TreatAsMapWithMultipleFieldPathsAsKey(
      subject->FindFieldByName("facts"), {{flag, flag->message_type()->FindFieldByName("name")}});
}

}  // namespace

std::vector<std::string> BundleDifferences(const v1::EvidenceBundle& before,
                                           const v1::EvidenceBundle& after, size_t most) {
  Lines lines(most);
  MessageDifferencer differencer;
  LineUp(&differencer);
  differencer.ReportDifferencesTo(&lines);
  differencer.Compare(before, after);
  return lines.Take();
}

}  // namespace probity::screening
