#include <algorithm>

#include "absl/strings/str_cat.h"
#include "matching/compare.h"
#include "matching/params.h"
#include "matching/parts.h"

namespace probity::matching {
namespace {

int Share(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<int>(part * kFullScore / whole);
}

std::string Words(const std::vector<Token>& tokens, size_t from, size_t count) {
  std::string out;
  for (size_t i = from; i < from + count; ++i) {
    const Token& token = tokens[i];
    absl::StrAppend(&out, i == from ? "" : " ", token.native.empty() ? token.text : token.native);
  }
  return out;
}

std::string LeftWords(const std::vector<Token>& tokens, uint64_t left) {
  std::string out;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if ((left >> i & 1) != 0) absl::StrAppend(&out, out.empty() ? "" : " ", tokens[i].text);
  }
  return out;
}

std::string Forms(const Tables& tables, const NormalizedName& name) {
  std::string out;
  for (uint16_t form : name.legal_forms) {
    absl::StrAppend(&out, out.empty() ? "" : " ", tables.form(form).id);
  }
  return out;
}

class Explainer {
 public:
  Explainer(const Tables& tables, const NormalizedName& query, const NormalizedName& candidate,
            std::vector<Row>* rows)
      : tables_(tables), query_(query), candidate_(candidate), rows_(rows) {}

  int Run() {
    rows_->clear();
    parts_ = CompareParts(tables_, query_, candidate_);
    AddLinks();
    AddLeft();
    AddCorrections();
    Calibrate();
    SumUp();
    return parts_.score;
  }

 private:
  void Add(Feature feature, int contribution, std::string query, std::string candidate) {
    rows_->push_back({feature, contribution, std::move(query), std::move(candidate)});
  }

  // The links share the full score by weight; each pays for what it lacks.
  void AddLinks() {
    const int64_t linked = int64_t{parts_.agreed} + parts_.differing;
    const int64_t all = linked + parts_.loss;
    for (const Link& link : parts_.alignment.links) {
      const int64_t weight = LinkWeight(query_, candidate_, link);
      const int64_t lacking = weight * (kFullSimilarity - link.similarity);
      Add(link.feature, Share(weight * kFullSimilarity, linked) - Share(lacking, all),
          Words(query_.tokens, link.query, link.query_count),
          Words(candidate_.tokens, link.candidate, link.candidate_count));
    }
  }

  void AddLeft() {
    const int64_t linked = int64_t{parts_.agreed} + parts_.differing;
    const int loss = linked == 0 ? 0 : Share(parts_.loss, linked + parts_.loss);
    const int weight = parts_.query.weight + parts_.candidate.weight;
    const int of_query = weight == 0 ? 0 : loss * parts_.query.weight / weight;
    if (parts_.alignment.query_left != 0) {
      Add(Feature::kQueryOnly, -of_query, LeftWords(query_.tokens, parts_.alignment.query_left),
          "");
    }
    if (parts_.alignment.candidate_left != 0) {
      Add(Feature::kCandidateOnly, of_query - loss, "",
          LeftWords(candidate_.tokens, parts_.alignment.candidate_left));
    }
  }

  void AddCorrections() {
    AddIf(Feature::kWholeName, parts_.whole);
    if (!query_.legal_forms.empty() || !candidate_.legal_forms.empty()) {
      Add(Feature::kLegalForm, -parts_.form, Forms(tables_, query_), Forms(tables_, candidate_));
    }
    AddIf(Feature::kNumber, -parts_.number);
    AddIf(Feature::kDirection, -parts_.direction);
    AddIf(Feature::kGeneration, -parts_.generation);
    AddIf(Feature::kWordOrder, -parts_.order);
    AddIf(Feature::kThinEvidence, -parts_.ceiling);
    if (query_.lookalikes || candidate_.lookalikes) {
      Add(Feature::kLookalikes, 0, query_.lookalikes ? "letters of another script" : "",
          candidate_.lookalikes ? "letters of another script" : "");
    }
  }

  void AddIf(Feature feature, int contribution) {
    if (contribution != 0) Add(feature, contribution, "", "");
  }

  void Calibrate() {
    if (parts_.raw == 0) return;
    for (Row& row : *rows_) row.contribution = row.contribution * parts_.score / parts_.raw;
  }

  // What rounding and the bounds of the score leave goes to the largest row.
  void SumUp() {
    if (rows_->empty()) return;
    int sum = 0;
    for (const Row& row : *rows_) sum += row.contribution;
    auto largest = std::max_element(rows_->begin(), rows_->end(), [](const Row& a, const Row& b) {
      return std::abs(a.contribution) < std::abs(b.contribution);
    });
    largest->contribution += parts_.score - sum;
  }

  const Tables& tables_;
  const NormalizedName& query_;
  const NormalizedName& candidate_;
  std::vector<Row>* rows_;
  Parts parts_;
};

}  // namespace

int Explain(const Tables& tables, const NormalizedName& query, const NormalizedName& candidate,
            std::vector<Row>* rows) {
  return Explainer(tables, query, candidate, rows).Run();
}

}  // namespace probity::matching
