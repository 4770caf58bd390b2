#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/names.h"
#include "policy/certificate_causes.h"
#include "policy/commodity.h"

namespace probity::policy {
namespace {

// Examines what a certificate covers, one kind of cause after the other.
class ScopeExaminer {
 public:
  ScopeExaminer(const v1::CheckCertificationRequest& request, const v1::AcceptedScheme& accepted,
                const CertificationFact& fact, const Scheme& scheme, CertificateFindings* out)
      : request_(request),
        accepted_(accepted),
        fact_(fact),
        certification_(fact.certification),
        scheme_(scheme),
        out_(out) {}

  void Run() {
    CheckSite();
    CheckCommodity();
    CheckProcess();
    CheckCocModel();
    CheckGrade();
  }

 private:
  void Fail(v1::CertificationResult result, std::string detail) {
    out_->Fail(result, std::move(detail), fact_.provenance.source_record());
  }
  void NotChecked(const char* field) { out_->not_checked.insert(field); }

  void CheckSite() {
    if (!request_.has_site()) return;
    if (scheme_.assurance == v1::ASSURANCE_TYPE_ACCREDITATION) {
      Fail(v1::CERTIFICATION_RESULT_SITE_NOT_IN_SCOPE,
           absl::StrCat(scheme_.id,
                        " accredits a company's programme and says nothing "
                        "about a site"));
      return;
    }
    if (fact_.site_named) return;
    const bool all =
        certification_.scope().all_sites() && scheme_.subject == SubjectLevel::kCompany;
    if (all && fact_.site_operated_by_holder) return;
    Fail(v1::CERTIFICATION_RESULT_SITE_NOT_IN_SCOPE,
         all ? "it covers all sites of its holder; that the holder operates the asked "
               "site on the asked days is not on record"
             : absl::StrCat("the asked site is not one of those it names, ",
                            certification_.scope().sites_size(), " in all"));
  }

  void CheckCommodity() {
    if (!request_.has_commodity()) return;
    const v1::CertificationScope& scope = certification_.scope();
    const v1::CommodityCode& asked = request_.commodity();
    bool covered = scope.commodities().empty();
    bool comparable = covered;
    for (const v1::CommodityCode& code : scope.commodities()) {
      const CodeRelation relation = Relate(asked, code);
      comparable |= relation != CodeRelation::kOtherScheme;
      covered |= relation == CodeRelation::kEqual || relation == CodeRelation::kInside;
    }
    if (!comparable) NotChecked("scope.commodities");
    if (!covered) FailCommodity("covers", scope.commodities());
    for (const v1::CommodityCode& code : scope.excluded_commodities()) {
      const CodeRelation relation = Relate(asked, code);
      if (relation == CodeRelation::kOtherScheme) NotChecked("scope.excluded_commodities");
      if (relation == CodeRelation::kUnrelated || relation == CodeRelation::kOtherScheme) {
        continue;
      }
      FailCommodity("leaves out", scope.excluded_commodities());
      break;
    }
  }

  void FailCommodity(const char* verb,
                     const google::protobuf::RepeatedPtrField<v1::CommodityCode>& codes) {
    const auto first = codes.begin();
    const auto last = first + std::min(codes.size(), 10);
    auto append = [](std::string* out, const v1::CommodityCode& code) {
      absl::StrAppend(out, code.code());
    };
    Fail(v1::CERTIFICATION_RESULT_COMMODITY_NOT_IN_SCOPE,
         absl::StrCat("it ", verb, " ", absl::StrJoin(first, last, ", ", append), ", asked for ",
                      request_.commodity().code()));
  }

  void CheckProcess() {
    const auto& processes = certification_.scope().processes();
    if (request_.process().empty() || processes.empty()) return;
    const std::string asked = FoldName(request_.process());
    const bool covered =
        std::any_of(processes.begin(), processes.end(),
                    [&](const std::string& process) { return FoldName(process) == asked; });
    if (covered) return;
    Fail(v1::CERTIFICATION_RESULT_PROCESS_NOT_IN_SCOPE,
         absl::StrCat("it covers ", absl::StrJoin(processes, ", "), ", asked for ",
                      request_.process()));
  }

  void CheckCocModel() {
    const v1::CocModel minimum = accepted_.minimum_coc_model();
    const v1::CocModel model = certification_.scope().coc_model();
    if (CocStrength(minimum) == 0) return;
    if (model == v1::COC_MODEL_UNSPECIFIED) NotChecked("scope.coc_model");
    if (CocStrength(model) >= CocStrength(minimum)) return;
    Fail(v1::CERTIFICATION_RESULT_COC_MODEL_TOO_WEAK,
         absl::StrCat("its model is ", v1::CocModel_Name(model), ", asked for at least ",
                      v1::CocModel_Name(minimum)));
  }

  void CheckGrade() {
    const std::string& got = certification_.grade();
    if (!scheme_.Recognises(got)) {
      Fail(v1::CERTIFICATION_RESULT_GRADE_TOO_LOW,
           absl::StrCat(scheme_.id, " does not recognise the grade ", got));
      return;
    }
    if (accepted_.minimum_grade().empty()) return;
    const std::optional<size_t> least = scheme_.GradeRank(accepted_.minimum_grade());
    const std::optional<size_t> grade = scheme_.GradeRank(got);
    if (got.empty()) NotChecked("grade");
    if (least && grade && *grade <= *least) return;
    Fail(v1::CERTIFICATION_RESULT_GRADE_TOO_LOW,
         absl::StrCat("its grade is ", got.empty() ? "not on record" : got, ", asked for at least ",
                      accepted_.minimum_grade()));
  }

  const v1::CheckCertificationRequest& request_;
  const v1::AcceptedScheme& accepted_;
  const CertificationFact& fact_;
  const v1::Certification& certification_;
  const Scheme& scheme_;
  CertificateFindings* out_;
};

}  // namespace

int CocStrength(v1::CocModel model) {
  switch (model) {
    case v1::COC_MODEL_IDENTITY_PRESERVED:
      return 5;
    case v1::COC_MODEL_SEGREGATED:
    case v1::COC_MODEL_TRANSFER:
      return 4;
    case v1::COC_MODEL_CONTROLLED_BLENDING:
      return 3;
    case v1::COC_MODEL_MASS_BALANCE:
    case v1::COC_MODEL_PERCENTAGE:
    case v1::COC_MODEL_CREDIT:
      return 2;
    case v1::COC_MODEL_BOOK_AND_CLAIM:
      return 1;
    default:
      return 0;
  }
}

void ExamineScope(const v1::CheckCertificationRequest& request, const v1::AcceptedScheme& accepted,
                  const CertificationFact& fact, const Scheme& scheme, CertificateFindings* out) {
  ScopeExaminer(request, accepted, fact, scheme, out).Run();
}

}  // namespace probity::policy
