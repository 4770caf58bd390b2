#include "policy/schemes.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/errors.h"
#include "base/names.h"
#include "base/tables.h"

namespace probity::policy {
namespace {

absl::Status BadCell(absl::string_view scheme, absl::string_view column, absl::string_view value) {
  return InvalidField(absl::StrCat("schemes.csv: ", scheme, ".", column),
                      absl::StrCat("\"", value, "\" is not understood"));
}

// The cells of one row; remembers the first that could not be read.
class Cells {
 public:
  explicit Cells(const TableRow& row) : row_(row), id_(Text("id")) {}

  std::string Text(const std::string& column) const {
    auto found = row_.find(column);
    return found == row_.end() ? "" : found->second;
  }

  std::vector<std::string> List(const std::string& column) const {
    return absl::StrSplit(Text(column), '|', absl::SkipWhitespace());
  }

  int Number(const std::string& column, absl::string_view text) {
    int value = 0;
    if (!absl::SimpleAtoi(text, &value) || value < 0) Fail(column, text);
    return value;
  }

  bool Bool(const std::string& column) {
    const std::string text = Text(column);
    if (text != "true" && text != "false") Fail(column, text);
    return text == "true";
  }

  void Fail(absl::string_view column, absl::string_view value) {
    if (status_.ok()) status_ = BadCell(id_, column, value);
  }
  const absl::Status& status() const { return status_; }

 private:
  const TableRow& row_;
  std::string id_;
  absl::Status status_;
};

SubjectLevel ReadLevel(Cells& cells) {
  const std::string text = cells.Text("subject_level");
  if (text == "COMPANY") return SubjectLevel::kCompany;
  if (text == "COMMODITY") return SubjectLevel::kCommodity;
  if (text != "SITE") cells.Fail("subject_level", text);
  return SubjectLevel::kSite;
}

std::vector<Grade> ReadGrades(Cells& cells, int usual_cycle_days) {
  std::vector<Grade> grades;
  for (const std::string& text : cells.List("grades")) {
    std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits(':', 1));
    int days = parts.size() > 1 ? cells.Number("grades", parts[1]) : usual_cycle_days;
    grades.push_back({parts[0], days});
  }
  return grades;
}

std::vector<v1::CocModel> ReadCocModels(Cells& cells) {
  std::vector<v1::CocModel> models;
  for (const std::string& text : cells.List("coc_models")) {
    v1::CocModel model = v1::COC_MODEL_UNSPECIFIED;
    if (!v1::CocModel_Parse(absl::StrCat("COC_MODEL_", text), &model)) {
      cells.Fail("coc_models", text);
    }
    models.push_back(model);
  }
  return models;
}

absl::StatusOr<Scheme> ReadScheme(const TableRow& row) {
  Cells cells(row);
  Scheme scheme;
  scheme.id = cells.Text("id");
  if (scheme.id.empty()) cells.Fail("id", "");
  scheme.title = cells.Text("title");
  const std::string assurance = cells.Text("assurance");
  if (!v1::AssuranceType_Parse(absl::StrCat("ASSURANCE_TYPE_", assurance), &scheme.assurance)) {
    cells.Fail("assurance", assurance);
  }
  scheme.subject = ReadLevel(cells);
  scheme.usual_cycle_days = cells.Number("usual_cycle_days", cells.Text("usual_cycle_days"));
  scheme.grades = ReadGrades(cells, scheme.usual_cycle_days);
  scheme.requires_licence = cells.Bool("requires_licence");
  scheme.surveillance_counts = cells.Bool("surveillance_counts");
  scheme.coc_models = ReadCocModels(cells);
  scheme.register_url = cells.Text("register_url");
  if (!cells.status().ok()) return cells.status();
  return scheme;
}

}  // namespace

bool Scheme::GivesCertificates() const {
  switch (assurance) {
    case v1::ASSURANCE_TYPE_CERTIFICATION:
    case v1::ASSURANCE_TYPE_RECOGNITION:
    case v1::ASSURANCE_TYPE_ACCREDITATION:
    case v1::ASSURANCE_TYPE_LIST_CONFORMANCE:
      return true;
    default:
      return false;
  }
}

std::optional<size_t> Scheme::GradeRank(absl::string_view grade) const {
  const std::string folded = FoldName(grade);
  for (size_t i = 0; i < grades.size(); ++i) {
    if (FoldName(grades[i].name) == folded) return i;
  }
  return std::nullopt;
}

bool Scheme::Recognises(absl::string_view grade) const {
  const std::optional<size_t> rank = GradeRank(grade);
  return !rank || grades[*rank].cycle_days > 0;
}

int Scheme::CycleDays(absl::string_view grade) const {
  std::optional<size_t> rank = GradeRank(grade);
  return rank ? grades[*rank].cycle_days : usual_cycle_days;
}

absl::StatusOr<SchemeCatalogue> SchemeCatalogue::FromCsv(absl::string_view csv) {
  absl::StatusOr<std::vector<TableRow>> rows = ParseTable(csv);
  if (!rows.ok()) return rows.status();
  SchemeCatalogue catalogue;
  for (const TableRow& row : *rows) {
    absl::StatusOr<Scheme> scheme = ReadScheme(row);
    if (!scheme.ok()) return scheme.status();
    const std::string id = scheme->id;
    if (!catalogue.schemes_.emplace(id, *std::move(scheme)).second) {
      return InvalidField(absl::StrCat("schemes.csv: ", id), "stands there twice");
    }
  }
  return catalogue;
}

const Scheme* SchemeCatalogue::Find(absl::string_view id) const {
  auto found = schemes_.find(id);
  return found == schemes_.end() ? nullptr : &found->second;
}

}  // namespace probity::policy
