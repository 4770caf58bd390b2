#include "screening/decision/free_texts.h"

#include <gmock/gmock.h>

#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/text_proto.h"

namespace probity::screening {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// A bundle with a text at each place; each names a person.
constexpr char kBundle[] = R"(
subjects {
  path: "subject"
  facts {
    id: "f1"
    flag {
      name: "datasets/l/records/a"
      flag {
        summary: "PERSON 1" reply { text: "PERSON 2" }
        remedies { description: "PERSON 3" } remedies { amount_minor: 5 }
      }
      replies {
        text: "PERSON 21" recorded_by: "PERSON 22" reasons: "PERSON 23" assessed_by: "PERSON 24"
      }
    }
    self_cleaning { dossier { reasons: "PERSON 4" assessed_by: "PERSON 5" } }
  }
  facts { id: "f2" flag { legal_measure { regime: "X" } } }
  findings { id: "a1" finding { topic: "Hours" evidence: "PERSON 6" } }
  candidates { matched_name { digest: "d-candidate" } }
  personal { digest: "d-name" }
  personal { }
  waivers {
    rule_id: "R" reason: "PERSON 25" requested_by: "PERSON 26" approved_by: "PERSON 27"
    approval_reason: "PERSON 28"
  }
}
items { item_id: "1" measures { id: "f3" flag { flag { summary: "PERSON 7" } } } }
requirements {
  certification {
    causes {
      result: CERTIFICATION_RESULT_HOLDER_MISMATCH detail: "it is held by PERSON 8"
      status_event { reason: "PERSON 9" source: "PERSON 10" }
    }
    causes { result: CERTIFICATION_RESULT_EXPIRED detail: "it ended on 2026-01-01" }
    checked {
      causes { status_event { reason: "PERSON 11" } }
      certification {
        holder { display_name: "PERSON 12" } scope { sites { display_name: "PERSON 13" } }
        status_events { reason: "PERSON 14" } verified_by: "PERSON 15"
      }
    }
  }
  audit {
    causes { finding { evidence: "PERSON 16" } }
    checked {
      causes { finding { evidence: "PERSON 17" } }
      audit {
        site { display_name: "PERSON 18" } auditee { display_name: "PERSON 19" }
        findings { evidence: "PERSON 20" }
      }
    }
  }
}
)";

v1::EvidenceBundle Bundle() {
  v1::EvidenceBundle bundle;
  EXPECT_EQ(ReadTextProto(kBundle, &bundle), "");
  return bundle;
}

TEST(FreeTextsTest, NoneIsLeftAndEachComesBackToItsPlace) {
  v1::EvidenceBundle bundle = Bundle();
  PersonalTexts personal(NewSalts());
  TakeFreeTexts(&personal, &bundle);
  EXPECT_THAT(bundle.DebugString(), Not(HasSubstr("PERSON")));
  EXPECT_THAT(bundle.DebugString(), HasSubstr("it ended on 2026-01-01"));
  const std::vector<v1::PersonalText> texts = personal.Take();
  ASSERT_EQ(texts.size(), 28u);
  ASSERT_EQ(bundle.texts_size(), 28);
  std::map<std::string, std::string> by_digest;
  for (const v1::PersonalText& text : texts) by_digest[text.digest()] = text.text();
  PutBackFreeTexts([&](const auto& digest) { return by_digest.at(digest.digest()); }, &bundle);
  bundle.clear_texts();
  EXPECT_EQ(bundle.DebugString(), Bundle().DebugString());
}

TEST(FreeTextsTest, ABundleWithoutTextsStaysAsItIs) {
  v1::EvidenceBundle bundle = Bundle(), before;
  PersonalTexts personal(NewSalts());
  TakeFreeTexts(&personal, &bundle);
  personal.Take();
  before = bundle;
  TakeFreeTexts(&personal, &bundle);
  EXPECT_EQ(bundle.SerializeAsString(), before.SerializeAsString());
  EXPECT_THAT(personal.Take(), IsEmpty());
}

TEST(FreeTextsTest, TextsAreToldByPlaceInTheOrderOfGathering) {
  v1::EvidenceBundle bundle = Bundle();
  PersonalTexts personal(NewSalts());
  TakeFreeTexts(&personal, &bundle);
  const auto texts = personal.Take();
  const auto placed = PlacedTexts(bundle);
  ASSERT_EQ(placed.size(), 30u);
  EXPECT_EQ(placed[0].path, "subjects[0].candidates[0].matched_name");
  EXPECT_EQ(placed[0].digest, "d-candidate");
  EXPECT_EQ(placed[1].path, "subjects[0].personal[0]");
  EXPECT_EQ(placed[2].path, "subjects[0].facts[0].flag.flag.remedies[0].description");
  for (size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(placed[i + 2].digest, texts[i].digest());
}

// All texts that messages under `type` can hold, as "Message.field".
void AddTexts(const google::protobuf::Descriptor* type, std::set<std::string>* seen,
              std::set<std::string>* texts) {
  if (!seen->insert(type->full_name()).second) return;
  for (int i = 0; i < type->field_count(); ++i) {
    const auto* field = type->field(i);
    if (field->type() == google::protobuf::FieldDescriptor::TYPE_STRING) {
      texts->insert(absl::StrCat(type->name(), ".", field->name()));
    }
    if (field->message_type() != nullptr) AddTexts(field->message_type(), seen, texts);
  }
}

// Taken out, in free_texts.cc or while facts are gathered.
constexpr char kTaken[] = R"(
Certification.verified_by CertificationCause.detail Finding.evidence
JudgedQuery.name Judgement.judged_by Judgement.reason
MatchExplanation.candidate_text MatchExplanation.detail MatchExplanation.query_text
Remedy.description Reply.assessed_by Reply.reasons Reply.recorded_by Reply.text RiskFlag.summary ScreenedSubject.address ScreenedSubject.name
SelfCleaning.assessed_by SelfCleaning.reasons StatusEvent.reason StatusEvent.source
SubjectRef.display_name SupplierReply.text Vendor.display_name Vendor.set_by
Waiver.approval_reason Waiver.approved_by Waiver.reason Waiver.requested_by
Waiver.revocation_reason Waiver.revoked_by
)";
// Codes, identifiers, addresses of sources, authorities, accounts of callers, words of
// a publisher's list.
constexpr char kNobody[] = R"(
AcceptedScheme.minimum_grade AcceptedScheme.scheme_id AnswerStamp.call_id
AnswerStamp.matcher_version AnswerStamp.policy_version Audit.auditor_qualifications Audit.firm
Audit.grade Audit.pillars Audit.report_no Audit.scheme_id AuditCause.detail
AuditCause.source_record Certification.certificate_no Certification.document_sha256
Certification.grade Certification.licence_no Certification.scheme_id
Certification.standard_version CertificationBody.accreditation_body CertificationBody.name
CertificationCause.source_record CertificationScope.processes CheckAuditResponse.not_checked
CheckCertificationResponse.not_checked CheckedCertificate.ends_by ClusterEdge.from
ClusterEdge.judgement ClusterEdge.to CommodityCode.code CommodityOrigin.origin CommodityRisk.input_origins
CommodityRisk.input_publisher_name CommodityRisk.origin CommodityRisk.origin_name
CommodityRisk.publisher_name CommodityRisk.rationale CommodityRisk.sector CommodityRiskFact.id
Declaration.document_sha256 Declaration.url Engine.icu_version Engine.matcher_version
Engine.release EvidenceBundle.authority Finding.clause Finding.id Finding.topic FindingFact.id
FindingFact.scheme_id GivenDeclaration.document_sha256 Identifier.raw Identifier.scheme
Identifier.value IdentityCandidate.source_record IdentityCandidate.supplier ItemEvidence.item_id
ItemInput.origin JudgedQuery.country JudgedSubject.bound_records JudgedSubject.supplier
Judgement.name Judgement.source_record Judgement.supplier Judgement.withdrawn_by
Judgement.withdraws KeptText.path LegalMeasure.authority LegalMeasure.binding_in
LegalMeasure.decision_no LegalMeasure.ground_code LegalMeasure.origins LegalMeasure.regime
LegalMeasure.section LegalMeasure.source_url LegalPeriod.counted_from_field
LegalPeriod.legal_basis LegalPeriod.regime ListedRiskFlag.matched_by ListedRiskFlag.name
MatchExplanation.feature Money.currency PhoenixFact.barred_by PhoenixFact.barred_supplier
PhoenixFact.shared PhoenixFact.source_records PolicyRef.name Provenance.source_record
PurchaseContext.authority_country PurchaseContext.buyer_bound_by PurchaseContext.procedure
PurchaseItem.item_id PurchaseItem.origin Redirect.source_record RelationStep.other
RelationStep.source_record Remedy.currency Reply.about Reply.assesses Reply.assessment
Reply.evidence Reply.name Reply.withdrawn_by Reply.withdraws RequiredEvidence.item_id RequiredEvidence.process
RequiredEvidence.requirement_id RequirementEvidence.requirement_id RevisionToken.revision_digest
RevisionToken.store_lineage RiskFlag.decided_by RiskFlag.decision_no RiskFlag.jurisdiction
RiskFlag.legal_measure RiskFlag.source_url ScreenedSubject.country SelfCleaning.about
SelfCleaning.evidence SelfCleaning.valid_for SourceEdition.dataset SourceEdition.licence
SourceEdition.publisher SourceEdition.sha256 SourceEdition.title SourceEdition.url
SourceEvidence.dataset SubjectEvidence.conflicts SubjectEvidence.country
SubjectEvidence.not_consulted SubjectEvidence.path SubjectFact.id SubjectRef.source_record
SubjectRef.supplier SubjectResolution.sites SubjectResolution.suppliers Vendor.bound_records
Vendor.country Vendor.name Vendor.source_record Vendor.supplier Vendor.suppliers
VendorNumber.company_code VendorNumber.number VendorNumber.system Waiver.approval Waiver.approves
Waiver.derogation Waiver.legal_basis Waiver.name Waiver.policy Waiver.procedure Waiver.revocation
Waiver.revokes Waiver.rule_id Waiver.to_confirm
)";

std::set<std::string> Words(absl::string_view text) {
  return absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty());
}

// Whoever adds a text to what bundles hold says above that it names no person, or
// takes it out.
TEST(FreeTextsTest, EveryTextThatBundlesCanHoldIsKnown) {
  std::set<std::string> seen, texts, known = Words(kTaken);
  AddTexts(v1::EvidenceBundle::descriptor(), &seen, &texts);
  known.merge(Words(kNobody));
  EXPECT_EQ(texts, known);
}

TEST(NewSaltsTest, NoneComesTwiceAlsoNotFromACopy) {
  const SaltSource salts = NewSalts(), copy = salts;
  std::set<std::string> drawn;
  for (int i = 0; i < 40; ++i) {
    const std::string one = salts(), other = copy();
    EXPECT_EQ(one.size(), 32u);
    drawn.insert(one);
    drawn.insert(other);
  }
  EXPECT_EQ(drawn.size(), 80u);
}

}  // namespace
}  // namespace probity::screening
