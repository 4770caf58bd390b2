#include "matching/facts.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "matching/params.h"

namespace probity::matching {
namespace {

bool Known(int a, int b) { return a != 0 && b != 0; }

// Points for two dates: 0 when one of them is not known.
int DatePoints(const PartialDate& a, const PartialDate& b) {
  if (!Known(a.year, b.year)) return 0;
  if (a.year != b.year) return -kParams.year_conflict;
  const bool full = Known(a.month, b.month) && Known(a.day, b.day);
  if (!full) return kParams.year_agrees;
  if (a.month == b.month && a.day == b.day) return kParams.date_agrees;
  const bool swapped = a.month == b.day && a.day == b.month;
  return swapped ? kParams.year_agrees : -kParams.day_conflict;
}

std::string DateText(const PartialDate& date) {
  return date.year == 0 ? "" : absl::StrCat(date.year, "-", date.month, "-", date.day);
}

bool IsOrganisation(Kind kind) { return kind == Kind::kCompany || kind == Kind::kSite; }

class Correction {
 public:
  Correction(int score, std::vector<Row>* rows) : score_(score), rows_(rows) {}

  void Add(Feature feature, int points, std::string query, std::string candidate) {
    const int before = score_;
    score_ = std::clamp(score_ + points, 0, kFullScore);
    if (rows_ != nullptr && points != 0) {
      rows_->push_back({feature, score_ - before, std::move(query), std::move(candidate)});
    }
  }

  // What agrees may lift a score, but never over what the names alone can reach
  // by a third of what is missing: two of a name in one country are many.
  void Lift(Feature feature, int points, std::string query, std::string candidate) {
    Add(feature, std::min(points, (kFullScore - score_) / 3), std::move(query),
        std::move(candidate));
  }

  void Ceiling(Feature feature, int ceiling) {
    if (score_ > ceiling) Add(feature, ceiling - score_, "", "");
  }

  int score() const { return score_; }

 private:
  int score_;
  std::vector<Row>* rows_;
};

void ApplyCountries(const Facts& query, const Facts& candidate, Correction* out) {
  if (query.countries.empty() || candidate.countries.empty()) return;
  const bool common =
      std::any_of(query.countries.begin(), query.countries.end(), [&](const std::string& country) {
        return std::count(candidate.countries.begin(), candidate.countries.end(), country) > 0;
      });
  const std::string a = absl::StrJoin(query.countries, " ");
  const std::string b = absl::StrJoin(candidate.countries, " ");
  if (common) {
    out->Lift(Feature::kCountry, kParams.country_agrees, a, b);
  } else {
    out->Add(Feature::kCountry, -kParams.country_conflict, a, b);
  }
}

void ApplyKinds(const Facts& query, const Facts& candidate, Correction* out) {
  if (query.kind == Kind::kAny || candidate.kind == Kind::kAny) return;
  if (query.kind == candidate.kind) return;
  if (IsOrganisation(query.kind) && IsOrganisation(candidate.kind)) return;
  out->Add(Feature::kKind, -kParams.kind_conflict, "", "");
}

// For a site its address says as much as its name, and more where it is the
// same: sites are renamed, and rarely moved.
int WithAddress(const Tables& tables, int score, const Facts& query, const Facts& candidate,
                std::vector<Row>* rows) {
  if (query.address.tokens.empty() || candidate.address.tokens.empty()) return score;
  const int address = Score(tables, query.address, candidate.address);
  const bool site = query.kind == Kind::kSite || candidate.kind == Kind::kSite;
  const int of_site = address >= kParams.address_agrees ? kParams.address_of_site_agreeing
                                                        : kParams.address_of_site;
  const int weight = site ? of_site : kParams.address_of_other;
  const int mixed = (score * (100 - weight) + address * weight) / 100;
  if (rows != nullptr) rows->push_back({Feature::kAddress, mixed - score, "", ""});
  return mixed;
}

}  // namespace

int ApplyFacts(const Tables& tables, int score, const Facts& query, const Facts& candidate,
               std::vector<Row>* rows) {
  Correction out(WithAddress(tables, score, query, candidate, rows), rows);
  ApplyCountries(query, candidate, &out);
  const int points = DatePoints(query.date, candidate.date);
  if (points > 0) {
    out.Lift(Feature::kDate, points, DateText(query.date), DateText(candidate.date));
  } else {
    out.Add(Feature::kDate, points, DateText(query.date), DateText(candidate.date));
  }
  ApplyKinds(query, candidate, &out);
  if (query.weak_alias || candidate.weak_alias) {
    out.Ceiling(Feature::kWeakAlias, kParams.weak_alias_ceiling);
  }
  return out.score();
}

}  // namespace probity::matching
