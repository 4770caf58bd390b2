// Redactions: personal fields that go from a record, from every version of it and from
// what later loads bring of it. Pure; redaction_journal.h keeps them.
//
// A field that is erased is absent. The record stays with its key, its kind, its dates and
// its source, and Record.redactions says by which redactions fields went: so a flag that
// was redacted still counts.
#ifndef PROBITY_STORAGE_REDACTION_H_
#define PROBITY_STORAGE_REDACTION_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "probity/storage/v1/storage.pb.h"
#include "probity/v1/record.pb.h"

namespace probity::storage {

struct RecordRef;

// What one redaction takes.
struct RedactionRule {
  std::string redaction;  // redactions/{redaction}
  // Paths in Record without places in lists ("risk_flag.reply.text", "supplier.names").
  // Each takes the personal fields at and below it; what ties a fact to its subject
  // only where it is named itself. Empty: all personal fields but those.
  std::vector<std::string> fields;
};

// OK when each of the paths names a field of Record that can be erased, or what holds one.
// INVALID_ARGUMENT / INVALID_FIELD: "fields[1]".
absl::Status CheckRedactedFields(const std::vector<std::string>& fields);

// Takes the fields of `rule` from the record and notes the redaction in it. True when it
// changed.
bool Redact(const RedactionRule& rule, probity::v1::Record* record);
// The texts that would go.
std::set<std::string> TextsRedacted(const RedactionRule& rule, const probity::v1::Record& record);

// All redactions of a store, by record. Immutable once shared.
class RedactionRules {
 public:
  void Add(const RecordRef& ref, RedactionRule rule);

  // True when no record of the dataset has one.
  bool empty(absl::string_view dataset) const;
  // By bare id of the dataset and key; nullptr: none.
  const std::vector<RedactionRule>* Find(absl::string_view dataset, absl::string_view key) const;

  // What the rules leave of a record; true when that is another one.
  bool Apply(absl::string_view dataset, absl::string_view key, probity::v1::Record* record) const;
  // The same of all that a row says, equal neighbours joined.
  bool Apply(absl::string_view dataset, absl::string_view key, v1::RecordRow* row) const;

 private:
  std::map<std::string, std::map<std::string, std::vector<RedactionRule>, std::less<>>, std::less<>>
      rules_;
};
using RedactionRulesPtr = std::shared_ptr<const RedactionRules>;

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_REDACTION_H_
