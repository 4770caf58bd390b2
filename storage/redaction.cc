#include "storage/redaction.h"

#include <algorithm>
#include <functional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/errors.h"
#include "base/hash.h"
#include "storage/redaction_fields.h"
#include "storage/store.h"

namespace probity::storage {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using probity::v1::Record;

// `path` is `holder` or stands inside it.
bool IsAtOrBelow(absl::string_view path, absl::string_view holder) {
  return path == holder || (absl::StartsWith(path, holder) && path.size() > holder.size() &&
                            path[holder.size()] == '.');
}

bool Takes(const RedactionRule& rule, PersonalField kind, absl::string_view path) {
  if (kind == PersonalField::kNever || kind == PersonalField::kInside) return false;
  const bool always = kind == PersonalField::kAlways;
  if (rule.fields.empty()) return always;
  return std::any_of(rule.fields.begin(), rule.fields.end(), [&](const std::string& named) {
    return path == named || (always && IsAtOrBelow(path, named));
  });
}

using FieldVisitor = std::function<void(Message*, const FieldDescriptor*)>;

// Visits every field that is set and that the rule takes.
void ForEachTaken(const RedactionRule& rule, const std::string& path, Message* message,
                  const FieldVisitor& visit) {
  const Reflection* reflection = message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string at = path.empty() ? field->name() : absl::StrCat(path, ".", field->name());
    // What the table does not know may be personal.
    const PersonalField kind = PersonalFieldOf(*field).value_or(PersonalField::kAlways);
    if (Takes(rule, kind, at)) {
      visit(message, field);
    } else if (kind == PersonalField::kInside && field->is_repeated()) {
      for (int i = 0; i < reflection->FieldSize(*message, field); ++i) {
        ForEachTaken(rule, at, reflection->MutableRepeatedMessage(message, field, i), visit);
      }
    } else if (kind == PersonalField::kInside) {
      ForEachTaken(rule, at, reflection->MutableMessage(message, field), visit);
    }
  }
}

// All texts of one field of a message.
void AddTexts(const Message& message, const FieldDescriptor* field, std::set<std::string>* texts) {
  const Reflection* reflection = message.GetReflection();
  const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
  for (int i = 0; i < count; ++i) {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      texts->insert(field->is_repeated() ? reflection->GetRepeatedString(message, field, i)
                                         : reflection->GetString(message, field));
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      const Message& inner = field->is_repeated()
                                 ? reflection->GetRepeatedMessage(message, field, i)
                                 : reflection->GetMessage(message, field);
      std::vector<const FieldDescriptor*> fields;
      inner.GetReflection()->ListFields(inner, &fields);
      for (const FieldDescriptor* below : fields) AddTexts(inner, below, texts);
    }
  }
}

// Whether a path leads to a field of Record that can be erased, or to what holds some.
bool IsErasable(absl::string_view path) {
  const Descriptor* message = Record::descriptor();
  PersonalField kind = PersonalField::kInside;
  for (const absl::string_view name : absl::StrSplit(path, '.')) {
    if (kind != PersonalField::kInside || message == nullptr) return false;
    const FieldDescriptor* field = message->FindFieldByName(std::string(name));
    if (field == nullptr) return false;
    kind = PersonalFieldOf(*field).value_or(PersonalField::kAlways);
    message = field->message_type();
  }
  return kind != PersonalField::kNever;
}

void Note(const std::string& redaction, Record* record) {
  auto* names = record->mutable_redactions();
  if (std::find(names->begin(), names->end(), redaction) != names->end()) return;
  *names->Add() = redaction;
  std::sort(names->begin(), names->end());
}

// Segments that say the same and meet are one.
void JoinEqualNeighbours(v1::RecordRow* row) {
  v1::RecordRow joined;
  joined.set_first_revision(row->first_revision());
  for (v1::TimelineSegment& segment : *row->mutable_segments()) {
    if (joined.segments_size() > 0) {
      v1::TimelineSegment& last = *joined.mutable_segments(joined.segments_size() - 1);
      const bool meet = last.has_to_day() && last.to_day() == segment.from_day();
      if (meet && CanonicalBytes(last.record()) == CanonicalBytes(segment.record())) {
        last.clear_to_day();
        if (segment.has_to_day()) last.set_to_day(segment.to_day());
        continue;
      }
    }
    *joined.add_segments() = std::move(segment);
  }
  *row = std::move(joined);
}

}  // namespace

absl::Status CheckRedactedFields(const std::vector<std::string>& fields) {
  for (size_t i = 0; i < fields.size(); ++i) {
    if (IsErasable(fields[i])) continue;
    return InvalidField(absl::StrCat("fields[", i, "]"),
                        "names no field of a record that can be erased: write it as "
                        "\"supplier.names\" or \"risk_flag.summary\", without places in lists");
  }
  return absl::OkStatus();
}

bool Redact(const RedactionRule& rule, Record* record) {
  const std::string before = CanonicalBytes(*record);
  ForEachTaken(rule, "", record, [](Message* message, const FieldDescriptor* field) {
    message->GetReflection()->ClearField(message, field);
  });
  Note(rule.redaction, record);
  return CanonicalBytes(*record) != before;
}

std::set<std::string> TextsRedacted(const RedactionRule& rule, const Record& record) {
  std::set<std::string> texts;
  Record copy = record;
  ForEachTaken(rule, "", &copy, [&texts](Message* message, const FieldDescriptor* field) {
    AddTexts(*message, field, &texts);
  });
  texts.erase("");
  return texts;
}

void RedactionRules::Add(const RecordRef& ref, RedactionRule rule) {
  rules_[ref.dataset][ref.key].push_back(std::move(rule));
}

bool RedactionRules::empty(absl::string_view dataset) const {
  return rules_.find(dataset) == rules_.end();
}

const std::vector<RedactionRule>* RedactionRules::Find(absl::string_view dataset,
                                                       absl::string_view key) const {
  const auto records = rules_.find(dataset);
  if (records == rules_.end()) return nullptr;
  const auto found = records->second.find(key);
  return found == records->second.end() ? nullptr : &found->second;
}

bool RedactionRules::Apply(absl::string_view dataset, absl::string_view key, Record* record) const {
  const std::vector<RedactionRule>* rules = Find(dataset, key);
  if (rules == nullptr) return false;
  bool changed = false;
  for (const RedactionRule& rule : *rules) changed = Redact(rule, record) || changed;
  return changed;
}

bool RedactionRules::Apply(absl::string_view dataset, absl::string_view key,
                           v1::RecordRow* row) const {
  bool changed = false;
  for (v1::TimelineSegment& segment : *row->mutable_segments()) {
    changed = Apply(dataset, key, segment.mutable_record()) || changed;
  }
  if (changed) JoinEqualNeighbours(row);
  return changed;
}

}  // namespace probity::storage
