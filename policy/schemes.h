// The catalogue of certification and audit schemes: what a scheme's paper is
// worth, and how its grades and dates are read. The facts stand in
// data/schemes.csv; nothing about a single scheme stands in code.
#ifndef PROBITY_POLICY_SCHEMES_H_
#define PROBITY_POLICY_SCHEMES_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "probity/v1/certification.pb.h"

namespace probity::policy {

// What a scheme's paper is about.
enum class SubjectLevel { kSite, kCompany, kCommodity };

// A grade, and for how long the scheme recognises an audit that ended with it.
struct Grade {
  std::string name;
  int cycle_days = 0;
};

struct Scheme {
  std::string id;
  std::string title;
  v1::AssuranceType assurance = v1::ASSURANCE_TYPE_UNSPECIFIED;
  SubjectLevel subject = SubjectLevel::kSite;
  std::vector<Grade> grades;  // best first; empty: the scheme gives no grades
  int usual_cycle_days = 0;   // 0: the scheme names none
  // A certificate holds only together with an active licence.
  bool requires_licence = false;
  // An overdue surveillance audit ends what a certificate shows.
  bool surveillance_counts = false;
  std::vector<v1::CocModel> coc_models;
  std::string register_url;

  // False for audit reports, verified self-assessments, self-declarations and
  // guidance: they never answer VALID.
  bool GivesCertificates() const;
  // Position of a grade from the best (0), compared without case and
  // punctuation; nullopt for a grade that the scheme does not have.
  std::optional<size_t> GradeRank(absl::string_view grade) const;
  // False for a grade that the scheme gives and does not accept: one with 0
  // days, such as amfori BSCI's E or RMAP's Active.
  bool Recognises(absl::string_view grade) const;
  // How long an audit with this grade is recognised.
  int CycleDays(absl::string_view grade) const;
};

// Immutable once made; thread-safe.
class SchemeCatalogue {
 public:
  // `csv` is the text of data/schemes.csv: id, title, assurance, subject_level
  // (SITE|COMPANY|COMMODITY), grades ("Gold:365|Silver:183", best first, the
  // days optional), usual_cycle_days, requires_licence, surveillance_counts,
  // coc_models ("MASS_BALANCE|SEGREGATED"), register_url.
  // INVALID_ARGUMENT names the scheme and the column.
  static absl::StatusOr<SchemeCatalogue> FromCsv(absl::string_view csv);

  // nullptr when the catalogue has no such scheme. Lives as long as this.
  const Scheme* Find(absl::string_view id) const;
  const std::map<std::string, Scheme, std::less<>>& all() const { return schemes_; }

 private:
  std::map<std::string, Scheme, std::less<>> schemes_;
};

}  // namespace probity::policy

#endif  // PROBITY_POLICY_SCHEMES_H_
