#include "screening/names/explanation.h"

#include <cstdlib>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "matching/params.h"
#include "matching/text.h"

namespace probity::screening {
namespace {

using matching::Feature;
using matching::Row;

// REASONS leaves out what moved the score by less.
constexpr int kLeastReason = 100;
// Not a feature of the matcher's.
constexpr char kTruncated[] = "truncated";

std::string Quoted(absl::string_view text) { return absl::StrCat("\"", text, "\""); }

std::string Both(const Row& row, absl::string_view what) {
  return absl::StrCat(Quoted(row.query), " and ", Quoted(row.candidate), " ", what);
}

// `agrees` or `differs`, by what the row does to the score.
std::string Facing(const Row& row, absl::string_view agrees, absl::string_view differs) {
  const absl::string_view says = row.contribution < 0 ? differs : agrees;
  if (row.query.empty() || row.candidate.empty()) return std::string(says);
  return absl::StrCat(says, ": ", row.query, " and ", row.candidate);
}

std::string LegalForms(const Row& row) {
  if (row.query.empty() || row.candidate.empty()) return "only one name has a legal form";
  if (row.query == row.candidate) return absl::StrCat("the legal form is the same: ", row.query);
  return absl::StrCat("the legal forms differ: ", row.query, " and ", row.candidate);
}

std::string DetailOfWords(const Row& row) {
  switch (row.feature) {
    case Feature::kSameWord:
      return absl::StrCat("both have ", Quoted(row.candidate));
    case Feature::kSameMeaning:
      return Both(row, "mean the same");
    case Feature::kGivenName:
      return Both(row, "are variants of one given name");
    case Feature::kSimilarWord:
      return Both(row, "are spelt or sound alike");
    case Feature::kPlural:
      return Both(row, "are one word in singular and plural");
    case Feature::kAbbreviation:
      return Both(row, "are a word and its abbreviation");
    case Feature::kInitial:
      return Both(row, "are a name and its initial");
    case Feature::kJoinedWords:
      return Both(row, "differ in where words are joined or split");
    case Feature::kAcronym:
      return Both(row, "are words and their first letters");
    case Feature::kQueryOnly:
      return absl::StrCat("only the name asked for has ", Quoted(row.query));
    case Feature::kCandidateOnly:
      return absl::StrCat("only the name on record has ", Quoted(row.candidate));
    default:
      return "";
  }
}

std::string DetailOfFacts(const Row& row) {
  switch (row.feature) {
    case Feature::kCountry:
      return Facing(row, "the country agrees", "the countries differ");
    case Feature::kDate:
      return Facing(row, "the date agrees", "the dates differ");
    case Feature::kKind:
      return "they are parties of different kinds, such as a person and a company";
    case Feature::kAddress:
      return Facing(row, "the addresses are alike", "the addresses differ");
    case Feature::kWeakAlias:
      return "the list itself calls this name weak";
    default:
      return "";
  }
}

std::string DetailOf(const Row& row) {
  switch (row.feature) {
    case Feature::kLegalForm:
      return LegalForms(row);
    case Feature::kNumber:
      return "the numbers in the names differ, or only one has any";
    case Feature::kDirection:
      return "words such as north, new or upper differ, or only one name has any";
    case Feature::kGeneration:
      return "Junior, Senior or III differ, or only one name has any";
    case Feature::kWordOrder:
      return "the words stand in another order";
    case Feature::kWholeName:
      return "written without spaces the names are alike";
    case Feature::kLookalikes:
      return "letters of another script stand in for the ones they look like; read as those";
    case Feature::kThinEvidence:
      return "what agrees is too common to prove anything";
    default:
      const std::string words = DetailOfWords(row);
      return words.empty() ? DetailOfFacts(row) : words;
  }
}

bool IsShown(const Row& row, v1::ExplanationLevel level) {
  if (level == v1::EXPLANATION_LEVEL_FULL) return true;
  return std::abs(row.contribution) >= kLeastReason || row.feature == Feature::kLookalikes;
}

v1::MatchExplanation* Add(absl::string_view feature, int contribution, std::string detail,
                          Explanations* out) {
  v1::MatchExplanation* shown = out->Add();
  shown->set_feature(std::string(feature));
  shown->set_contribution(Shown(contribution));
  shown->set_detail(std::move(detail));
  return shown;
}

void AddRow(const Row& row, Explanations* out) {
  v1::MatchExplanation* shown =
      Add(matching::FeatureName(row.feature), row.contribution, DetailOf(row), out);
  shown->set_query_text(row.query);
  shown->set_candidate_text(row.candidate);
}

std::string DetailOf(const IdentifierFinding& finding) {
  switch (finding.evidence) {
    case IdentifierEvidence::kConfirms:
      return "the identifier is the same: the identity is certain";
    case IdentifierEvidence::kSupports:
      return "the number is the same; several parties may share one of its kind";
    case IdentifierEvidence::kContradicts:
      return "the identifiers differ: most likely another party, or one of them is wrong";
    case IdentifierEvidence::kDisputed:
      return "an identifier is the same, but another differs or several carry it: a person has to "
             "look";
    case IdentifierEvidence::kNone:
      return "its check digits are wrong, so it counts for nothing";
  }
  return "";
}

int RowsOf(const matching::Matcher& matcher, const Party& query,
           const matching::NormalizedName& name, const matching::Facts& facts,
           std::vector<Row>* rows) {
  const int score = matcher.Explain(query.name, name, rows);
  return matching::ApplyFacts(matcher.tables(), score, query.facts, facts, rows);
}

}  // namespace

double Shown(int score) { return static_cast<double>(score) / matching::kFullScore; }
bool IsMatch(int score) { return score >= matching::kThreshold; }

int ScoreNames(const matching::Matcher& matcher, const Party& query,
               const matching::NormalizedName& name, const matching::Facts& facts,
               v1::ExplanationLevel level, Explanations* out) {
  if (level == v1::EXPLANATION_LEVEL_NONE || out == nullptr) {
    const int score = matcher.Score(query.name, name);
    return matching::ApplyFacts(matcher.tables(), score, query.facts, facts, nullptr);
  }
  std::vector<Row> rows;
  const int score = RowsOf(matcher, query, name, facts, &rows);
  for (const Row& row : rows) {
    if (IsShown(row, level)) AddRow(row, out);
  }
  if (query.name.truncated || name.truncated) {
    Add(kTruncated, 0, absl::StrCat("only the first ", matching::kMaxWords, " words were compared"),
        out);
  }
  return score;
}

std::vector<Reason> ReasonsFor(const matching::Matcher& matcher, const Party& query,
                               const matching::NormalizedName& name, const matching::Facts& facts) {
  std::vector<Row> rows;
  RowsOf(matcher, query, name, facts, &rows);
  std::vector<Reason> reasons;
  for (const Row& row : rows) {
    if (!IsShown(row, v1::EXPLANATION_LEVEL_REASONS)) continue;
    reasons.push_back({std::string(matching::FeatureName(row.feature)), row.contribution});
  }
  if (query.name.truncated || name.truncated) reasons.push_back({kTruncated, 0});
  return reasons;
}

void ExplainIdentifiers(const IdentifierFinding& finding, int name_score, Explanations* out) {
  const int score = ScoreWith(finding.evidence, name_score);
  if (!finding.query.empty()) {
    v1::MatchExplanation* row = Add("identifier", score - name_score, DetailOf(finding), out);
    row->set_query_text(finding.query);
    row->set_candidate_text(finding.candidate);
  } else if (score != name_score) {
    Add("name_alone", score - name_score, "a name alone never makes an identity certain", out);
  }
}

void ExplainSite(v1::LinkType role, Explanations* out) {
  const absl::string_view verb = role == v1::LINK_TYPE_OPERATES ? "operates or operated"
                                 : role == v1::LINK_TYPE_OWNS   ? "owns or owned"
                                                                : "operates or owns, or did";
  Add("site", 0, absl::StrCat("the name is that of a site that it ", verb), out);
}

absl::Status ReadLevel(v1::ExplanationLevel* level) {
  if (*level == v1::EXPLANATION_LEVEL_UNSPECIFIED) *level = v1::EXPLANATION_LEVEL_REASONS;
  if (v1::ExplanationLevel_IsValid(*level)) return absl::OkStatus();
  return InvalidField("explanation", "is not a level that this server knows");
}

}  // namespace probity::screening
