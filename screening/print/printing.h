// What every part of a printed decision is written with. Internal to print/.
#ifndef PROBITY_SCREENING_PRINT_PRINTING_H_
#define PROBITY_SCREENING_PRINT_PRINTING_H_

#include <map>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/civil_day.h"
#include "google/protobuf/generated_enum_reflection.h"
#include "screening/print/page.h"
#include "screening/print/print_decision.h"

namespace probity::screening {

class Printing {
 public:
  // All borrowed.
  Printing(const TextCatalogue& catalogue, const std::string& language, v1::Audience audience,
           const PrintedDecision& printed);

  const v1::DecisionCore& core() const { return printed_.decision.core(); }
  const v1::EvidenceBundle& bundle() const { return printed_.bundle; }
  const v1::Decision& decision() const { return printed_.decision; }
  const TextCatalogue& catalogue() const { return catalogue_; }
  bool ForSupplier() const { return audience_ == v1::AUDIENCE_SUPPLIER; }
  bool ForAuditor() const { return audience_ == v1::AUDIENCE_AUDITOR; }

  // The text of a key in the language, else in English, else the key.
  std::string Text(absl::string_view key) const;
  std::string Text(absl::string_view key, const Values& values) const;
  std::string Label(absl::string_view key) const { return Text(absl::StrCat("label.", key)); }
  // The sentence of a rule; empty for one that the catalogue does not know.
  std::string RuleText(const std::string& rule_id) const;
  // The word for an enum value, "verdict.CLEAR"; empty for UNSPECIFIED.
  template <typename Enum>
  std::string Word(absl::string_view prefix, Enum value) const {
    return WordOf(prefix, *google::protobuf::GetEnumDescriptor<Enum>(), value);
  }
  // Words of a list, with commas.
  template <typename Enum, typename List>
  std::string Words(absl::string_view prefix, const List& values) const {
    return absl::StrJoin(values, ", ", [&](std::string* out, int value) {
      absl::StrAppend(out, Word(prefix, static_cast<Enum>(value)));
    });
  }

  // The text behind a digest; marked when erased or not to be read. Empty for
  // an empty digest.
  std::string Personal(const v1::PersonalDigest& digest) const;
  const std::vector<v1::PersonalText>& personal() const { return printed_.personal; }
  int personal_count() const { return static_cast<int>(printed_.personal.size()); }
  int erased_count() const;

  // Whether what is about a path of the request may be shown: a supplier sees
  // what concerns it, and nothing of other parties.
  bool Shows(absl::string_view path) const;

 private:
  std::string WordOf(absl::string_view prefix, const google::protobuf::EnumDescriptor& type,
                     int value) const;

  const TextCatalogue& catalogue_;
  const std::string& language_;
  const v1::Audience audience_;
  const PrintedDecision& printed_;
  std::map<std::string, const v1::PersonalText*> by_digest_;
};

// "2026-11-26"; empty for an absent date.
std::string DayText(bool has, const v1::Date& date);
// "2026-11-26 06:30 UTC".
std::string TimeText(const google::protobuf::Timestamp& time);
// "0.87", "60", "49.9": at most two digits behind the point.
std::string NumberText(double value);

// The parts, in order of the document. Each writes its own heading.
void PrintOutcome(const Printing& printing, Page* page);
void PrintGrounds(const Printing& printing, Page* page);
void PrintFacts(const Printing& printing, Page* page);
void PrintIdentity(const Printing& printing, Page* page);
void PrintSources(const Printing& printing, Page* page);
void PrintVersions(const Printing& printing, Page* page);
void PrintPeriods(const Printing& printing, Page* page);
void PrintSelfCleaning(const Printing& printing, Page* page);
void PrintCertificates(const Printing& printing, Page* page);
void PrintOverrides(const Printing& printing, Page* page);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_PRINT_PRINTING_H_
