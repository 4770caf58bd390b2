#include "screening/history/field_differences.h"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/civil_day.h"
#include "google/protobuf/text_format.h"
#include "probity/v1/common.pb.h"

namespace probity::screening {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::RepeatedPtrField;

std::string Bytes(const Message& message) {
  std::string bytes;
  message.SerializePartialToString(&bytes);
  return bytes;
}

size_t CountOf(const Message& message, const FieldDescriptor* field) {
  const auto* reflection = message.GetReflection();
  if (!field->is_repeated()) return reflection->HasField(message, field) ? 1 : 0;
  return static_cast<size_t>(reflection->FieldSize(message, field));
}

// Writes a message, or all those of a list, into `bytes`.
void WriteBytes(const Message& message, const FieldDescriptor* field, std::string* bytes) {
  const auto* reflection = message.GetReflection();
  bytes->clear();
  if (!field->is_repeated()) {
    reflection->GetMessage(message, field).AppendPartialToString(bytes);
    return;
  }
  const int size = reflection->FieldSize(message, field);
  for (int i = 0; i < size; ++i) {
    const Message& element = reflection->GetRepeatedMessage(message, field, i);
    bytes->append(absl::StrCat(element.ByteSizeLong(), ":"));
    element.AppendPartialToString(bytes);
  }
}

// The text of one value, which is no message; `index` is -1 outside lists.
std::string TextOf(const Message& message, const FieldDescriptor* field, int index) {
  const auto* reflection = message.GetReflection();
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    std::string text = index < 0 ? reflection->GetString(message, field)
                                 : reflection->GetRepeatedString(message, field, index);
    return field->type() == FieldDescriptor::TYPE_BYTES ? absl::Base64Escape(text) : text;
  }
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM && index < 0) {
    const auto* value =
        field->enum_type()->FindValueByNumber(reflection->GetEnumValue(message, field));
    if (value != nullptr) return value->name();
  }
  std::string text;
  google::protobuf::TextFormat::PrintFieldValueToString(message, field, index, &text);
  return text;
}

// An element of a list, by which it is told from others.
struct Element {
  std::string bytes;                 // its value
  const Message* message = nullptr;  // nullptr: it is none
};

// Its id or scheme; empty: it has none.
std::string NameOf(const Element& of) {
  if (of.message == nullptr) return "";
  const Message& element = *of.message;
  for (const char* name : {"id", "scheme"}) {
    const FieldDescriptor* field = element.GetDescriptor()->FindFieldByName(name);
    if (field == nullptr || field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) continue;
    return element.GetReflection()->GetString(element, field);
  }
  return "";
}

std::vector<Element> ElementsOf(const Message& message, const FieldDescriptor* field) {
  const auto* reflection = message.GetReflection();
  std::vector<Element> elements;
  const int size = reflection->FieldSize(message, field);
  for (int i = 0; i < size; ++i) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      elements.push_back({TextOf(message, field, i), nullptr});
      continue;
    }
    const Message& element = reflection->GetRepeatedMessage(message, field, i);
    elements.push_back({Bytes(element), &element});
  }
  return elements;
}

// Which elements of two lists belong together.
class Pairing {
 public:
  Pairing(const std::vector<Element>& before, const std::vector<Element>& after)
      : partner_(after.size()), taken_(before.size(), false) {
    Pair(before, after, [](const Element& one) { return one.bytes; });
    const bool all_equal = AllPaired();
    moved_ = all_equal && !std::is_sorted(partner_.begin(), partner_.end());
    if (all_equal) return;
    Pair(before, after, &NameOf);
    PairTheRest();
  }

  // Place in `before` of the partner of an element of `after`.
  const std::vector<std::optional<int>>& partners() const { return partner_; }
  bool taken(int i) const { return taken_[i]; }
  // The lists hold the same in another order.
  bool moved() const { return moved_; }

 private:
  template <typename KeyOf>
  void Pair(const std::vector<Element>& before, const std::vector<Element>& after,
            const KeyOf& key_of) {
    std::map<std::string, std::deque<int>> places;
    for (size_t i = 0; i < before.size(); ++i) {
      if (!taken_[i]) places[key_of(before[i])].push_back(static_cast<int>(i));
    }
    for (size_t i = 0; i < after.size(); ++i) {
      const std::string key = key_of(after[i]);
      std::deque<int>& found = places[key];
      if (partner_[i] || found.empty() || (key.empty() && !after[i].bytes.empty())) continue;
      Take(i, found.front());
      found.pop_front();
    }
  }

  void PairTheRest() {
    size_t next = 0;
    for (size_t i = 0; i < partner_.size(); ++i) {
      if (partner_[i]) continue;
      while (next < taken_.size() && taken_[next]) ++next;
      if (next == taken_.size()) return;
      Take(i, static_cast<int>(next));
    }
  }

  void Take(size_t i, int place) {
    partner_[i] = place;
    taken_[place] = true;
  }

  bool AllPaired() const {
    for (const auto& partner : partner_) {
      if (!partner) return false;
    }
    return partner_.size() == taken_.size();
  }

  std::vector<std::optional<int>> partner_;
  std::vector<bool> taken_;
  bool moved_ = false;
};

class Comparing {
 public:
  explicit Comparing(RepeatedPtrField<v1::FieldDifference>* differences)
      : differences_(*differences) {}

  void Messages(const std::string& path, const Message& before, const Message& after) {
    if (before.GetDescriptor() == v1::Date::descriptor()) {
      return Add(path, DayOf(before), DayOf(after));
    }
    const google::protobuf::Descriptor& type = *before.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor* const field = type.field(i);
      const size_t was = CountOf(before, field), is = CountOf(after, field);
      if ((was == 0 && is == 0) || (was == is && SayTheSame(field, before, after))) continue;
      const std::string at = path.empty() ? field->name() : absl::StrCat(path, ".", field->name());
      if (field->is_repeated()) {
        Lists(at, field, before, after);
      } else {
        Fields(at, field, before, after);
      }
    }
  }

 private:
  // Most of what a changed record says stands as it was: that is seen soonest by its bytes.
  // Where equal ones had other bytes, it would only take longer.
  bool SayTheSame(const FieldDescriptor* field, const Message& before, const Message& after) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return false;
    WriteBytes(before, field, &before_bytes_);
    WriteBytes(after, field, &after_bytes_);
    return before_bytes_ == after_bytes_;
  }

  static std::string DayOf(const Message& date) {
    const auto& day = static_cast<const v1::Date&>(date);
    return day.year() == 0 ? "" : FormatDate(day);
  }

  void Fields(const std::string& path, const FieldDescriptor* field, const Message& before,
              const Message& after) {
    const auto* reflection = before.GetReflection();
    const bool was = reflection->HasField(before, field);
    const bool is = reflection->HasField(after, field);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      return Messages(path, reflection->GetMessage(before, field),
                      reflection->GetMessage(after, field));
    }
    Add(path, was ? TextOf(before, field, -1) : "", is ? TextOf(after, field, -1) : "");
  }

  void Lists(const std::string& path, const FieldDescriptor* field, const Message& before,
             const Message& after) {
    const auto* reflection = before.GetReflection();
    const int was = reflection->FieldSize(before, field), is = reflection->FieldSize(after, field);
    if (was == 0 || is == 0) {
      for (int i = 0; i < is; ++i) Elements(At(path, i), field, before, -1, after, i);
      for (int i = 0; i < was; ++i) Elements(At(path, i), field, before, i, after, -1);
      return;
    }
    const std::vector<Element> old_ones = ElementsOf(before, field);
    const std::vector<Element> new_ones = ElementsOf(after, field);
    const Pairing pairing(old_ones, new_ones);
    if (pairing.moved()) return AddMoved(path, pairing);
    for (size_t i = 0; i < new_ones.size(); ++i) {
      const std::optional<int>& partner = pairing.partners()[i];
      if (partner && old_ones[*partner].bytes == new_ones[i].bytes) continue;
      Elements(At(path, i), field, before, partner.value_or(-1), after, static_cast<int>(i));
    }
    for (size_t i = 0; i < old_ones.size(); ++i) {
      if (pairing.taken(static_cast<int>(i))) continue;
      Elements(At(path, i), field, before, static_cast<int>(i), after, -1);
    }
  }

  // Places of -1: there is none.
  void Elements(const std::string& path, const FieldDescriptor* field, const Message& before,
                int old_place, const Message& after, int new_place) {
    const auto* reflection = before.GetReflection();
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      return Add(path, old_place < 0 ? "" : TextOf(before, field, old_place),
                 new_place < 0 ? "" : TextOf(after, field, new_place));
    }
    const Message& any = old_place < 0 ? reflection->GetRepeatedMessage(after, field, new_place)
                                       : reflection->GetRepeatedMessage(before, field, old_place);
    const std::unique_ptr<Message> none(any.New());
    Messages(path, old_place < 0 ? *none : any,
             new_place < 0 ? *none : reflection->GetRepeatedMessage(after, field, new_place));
  }

  void AddMoved(const std::string& path, const Pairing& pairing) {
    std::vector<int> places;
    for (size_t i = 0; i < pairing.partners().size(); ++i) places.push_back(static_cast<int>(i));
    const std::string now = absl::StrCat("[", absl::StrJoin(places, ", "), "]");
    for (size_t i = 0; i < places.size(); ++i) places[i] = *pairing.partners()[i];
    Add(path, now, absl::StrCat("[", absl::StrJoin(places, ", "), "]"));
  }

  static std::string At(const std::string& path, size_t place) {
    return absl::StrCat(path, "[", place, "]");
  }

  void Add(const std::string& path, std::string before, std::string after) {
    if (before == after) return;
    v1::FieldDifference& difference = *differences_.Add();
    difference.set_path(path);
    difference.set_before(std::move(before));
    difference.set_after(std::move(after));
  }

  RepeatedPtrField<v1::FieldDifference>& differences_;
  std::string before_bytes_, after_bytes_;  // for one look, and used again
};

}  // namespace

void AddFieldDifferences(const std::string& path, const Message& before, const Message& after,
                         RepeatedPtrField<v1::FieldDifference>* differences) {
  Comparing(differences).Messages(path, before, after);
}

}  // namespace probity::screening
