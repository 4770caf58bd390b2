#include "screening/decision/gather.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "screening/check_certification.h"
#include "screening/commodity_risk.h"
#include "screening/decision/free_texts.h"
#include "screening/decision/identity_evidence.h"
#include "screening/decision/purchase_check.h"
#include "screening/decision/subject_facts.h"
#include "screening/decision/waived.h"
#include "screening/facts.h"
#include "screening/risk_flags.h"

namespace probity::screening {
namespace {

// The purchase as a bundle keeps it: who is meant stands in the evidence, what is
// said of persons beside the bundle.
void DropPersonal(v1::ScreenedSubject* subject) {
  subject->clear_name();
  subject->clear_address();
  subject->clear_founded();
  subject->mutable_ref()->clear_display_name();
  if (subject->ref().ref_case() == v1::SubjectRef::REF_NOT_SET) subject->clear_ref();
}

v1::PurchaseContext WithoutPersonal(v1::PurchaseContext purchase) {
  for (v1::PurchaseParty& party : *purchase.mutable_parties()) {
    DropPersonal(party.mutable_subject());
  }
  for (v1::PurchaseItem& item : *purchase.mutable_items()) {
    if (item.has_manufacturer()) DropPersonal(item.mutable_manufacturer());
    if (item.has_site()) item.mutable_site()->clear_display_name();
  }
  for (v1::RequiredEvidence& one : *purchase.mutable_requirements()) {
    if (one.has_site()) one.mutable_site()->clear_display_name();
  }
  return purchase;
}

// Days on which required certificates must hold.
std::vector<v1::Date> ContractDays(const v1::ContractDates& dates) {
  std::vector<v1::Date> days;
  if (dates.has_bid()) days.push_back(dates.bid());
  if (dates.has_award()) days.push_back(dates.award());
  if (dates.has_start()) days.push_back(dates.start());
  if (dates.has_end()) days.push_back(dates.end());
  return days;
}

class Gathering {
 public:
  Gathering(const Shelf& shelf, const When& when, const policy::Needs& needs,
            const v1::ScreenSupplierRequest& request, SaltSource salts)
      : shelf_(shelf),
        when_(when),
        needs_(needs),
        request_(request),
        purchase_(request.purchase()),
        personal_(std::move(salts)),
        bundle_(&result_.bundle) {}

  absl::StatusOr<Gathered> Run() {
    *bundle_->mutable_purchase() = WithoutPersonal(purchase_);
    *bundle_->mutable_subject() = request_.subject();
    DropPersonal(bundle_->mutable_subject());
    bundle_->set_alert_score(needs_.alert_score);
    *bundle_->mutable_as_of() = DateOf(when_.day);
    *bundle_->mutable_revision() = shelf_.view.token();
    absl::Status status = AddSubjects();
    if (status.ok()) status = AddItems();
    if (status.ok()) status = AddRequirements();
    if (!status.ok()) return status;
    AddSources();
    TakeFreeTexts(&personal_, bundle_);
    result_.personal = personal_.Take();
    return std::move(result_);
  }

 private:
  absl::Status AddSubjects() {
    absl::Status status = AddSubject("subject", v1::PARTY_ROLE_LEAD, request_.subject());
    if (!status.ok()) return status;
    v1::SubjectEvidence* lead = bundle_->mutable_subjects(0);
    if (lead->resolution().suppliers_size() == 1)
      result_.supplier = lead->resolution().suppliers(0);
    AddGivenDeclarations(lead);
    for (int i = 0; status.ok() && i < purchase_.parties_size(); ++i) {
      status = AddSubject(absl::StrCat("parties[", i, "].subject"), purchase_.parties(i).role(),
                          purchase_.parties(i).subject());
    }
    for (int i = 0; status.ok() && i < purchase_.items_size(); ++i) status = AddMakers(i);
    return status;
  }

  // Declarations of the request come before older ones on record.
  void AddGivenDeclarations(v1::SubjectEvidence* lead) const {
    google::protobuf::RepeatedPtrField<v1::DeclarationFact> all;
    for (const v1::GivenDeclaration& one : purchase_.declarations()) *all.Add() = FactOf(one);
    all.MergeFrom(lead->declarations());
    SortDeclarations(&all);
    all.Swap(lead->mutable_declarations());
  }

  absl::Status AddMakers(int i) {
    const v1::PurchaseItem& item = purchase_.items(i);
    const std::string path = absl::StrCat("items[", i, "]");
    if (item.has_manufacturer()) {
      makers_[i].push_back(bundle_->subjects_size());
      absl::Status added = AddSubject(absl::StrCat(path, ".manufacturer"),
                                      v1::PARTY_ROLE_MANUFACTURER, item.manufacturer());
      if (!added.ok()) return added;
    }
    if (!item.has_site()) return absl::OkStatus();
    makers_[i].push_back(bundle_->subjects_size());
    v1::ScreenedSubject site;
    *site.mutable_ref() = item.site();
    return AddSubject(absl::StrCat(path, ".site"), v1::PARTY_ROLE_MANUFACTURER, site);
  }

  absl::Status AddSubject(const std::string& path, v1::PartyRole role,
                          const v1::ScreenedSubject& asked) {
    if (absl::Status wanted = when_.asking.still_wanted(); !wanted.ok()) return wanted;
    v1::SubjectEvidence* evidence = bundle_->add_subjects();
    evidence->set_path(path);
    evidence->set_role(role);
    // What the caller wrote stands under "purchase", but for the supplier.
    const std::string field = path == "subject" ? path : absl::StrCat("purchase.", path);
    auto identified = Identify(shelf_, when_, needs_, field, asked, &personal_, evidence);
    if (!identified.ok()) return identified.status();
    absl::Status waived = AddWaivers(shelf_.view, when_.day, *identified, asked, evidence);
    if (!waived.ok()) return waived;
    return AddSubjectFacts(shelf_, when_, needs_, *identified, &ids_, evidence);
  }

  absl::Status AddItems() {
    for (int i = 0; i < purchase_.items_size(); ++i) {
      const v1::PurchaseItem& item = purchase_.items(i);
      absl::Status status = AddGoods(i, 0, item.has_commodity(), item.commodity(), item.origin());
      for (int k = 0; status.ok() && k < item.inputs_size(); ++k) {
        status = AddGoods(i, k + 1, true, item.inputs(k).commodity(), item.inputs(k).origin());
      }
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status AddGoods(int i, int input, bool has_code, const v1::CommodityCode& code,
                        const std::string& origin) {
    v1::ItemEvidence* out = bundle_->add_items();
    out->set_item_id(purchase_.items(i).item_id());
    out->set_input(input);
    for (int maker : makers_[i]) out->add_subjects(maker);
    if (!has_code || origin.empty()) return absl::OkStatus();
    v1::CheckCommodityRiskRequest request;
    *request.mutable_commodity() = code;
    request.set_origin(origin);
    *request.mutable_as_of() = DateOf(when_.day);
    auto risk = CheckCommodityRisk(shelf_.view, shelf_.goods, shelf_.law, request, when_.day);
    if (!risk.ok()) return risk.status();
    out->set_result(risk->result());
    for (v1::CommodityRiskMatch& match : *risk->mutable_matches()) {
      v1::CommodityRiskFact* fact = out->add_risks();
      fact->set_id(absl::StrCat("c", ++ids_.risks));
      *fact->mutable_match() = std::move(match);
    }
    for (v1::ListedRiskFlag& measure : *risk->mutable_measures()) {
      v1::SubjectFact* fact = out->add_measures();
      fact->set_id(absl::StrCat("f", ++ids_.facts));
      fact->set_basis(v1::FACT_BASIS_IDENTITY);
      *fact->mutable_flag() = std::move(measure);
    }
    return absl::OkStatus();
  }

  absl::Status AddRequirements() {
    for (int i = 0; i < purchase_.requirements_size(); ++i) {
      const v1::RequiredEvidence& required = purchase_.requirements(i);
      v1::RequirementEvidence* out = bundle_->add_requirements();
      out->set_requirement_id(required.requirement_id());
      absl::Status status =
          required.audit() ? CheckRequiredAudit(required, out) : CheckCertificate(required, out);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  // The item that a requirement is about; nullptr: none.
  const v1::PurchaseItem* ItemOf(const v1::RequiredEvidence& required) const {
    for (const v1::PurchaseItem& item : purchase_.items()) {
      if (!required.item_id().empty() && item.item_id() == required.item_id()) return &item;
    }
    return nullptr;
  }

  // The site that must be covered: the requirement's, else the item's.
  const v1::SubjectRef* SiteOf(const v1::RequiredEvidence& required) const {
    if (required.has_site()) return &required.site();
    const v1::PurchaseItem* item = ItemOf(required);
    return item != nullptr && item->has_site() ? &item->site() : nullptr;
  }

  // Without a reference of the supplier nothing can hold for it.
  absl::Status CheckCertificate(const v1::RequiredEvidence& required,
                                v1::RequirementEvidence* out) const {
    v1::CheckCertificationResponse* answer = out->mutable_certification();
    const v1::SubjectRef* site = SiteOf(required);
    if (!request_.subject().has_ref() && site == nullptr) {
      answer->set_result(v1::CERTIFICATION_RESULT_UNKNOWN_CERTIFICATE);
      answer->add_not_checked("subject.ref");
      return absl::OkStatus();
    }
    v1::CheckCertificationRequest request;
    *request.mutable_subject() = request_.subject().has_ref() ? request_.subject().ref() : *site;
    *request.mutable_accepted_schemes() = required.accepted_schemes();
    if (site != nullptr) *request.mutable_site() = *site;
    const v1::PurchaseItem* item = ItemOf(required);
    if (item != nullptr && item->has_commodity()) *request.mutable_commodity() = item->commodity();
    request.set_process(required.process());
    request.set_max_status_age_days(required.max_age_days());
    for (v1::Date& day : ContractDays(purchase_.dates())) {
      *request.add_on_dates() = std::move(day);
    }
    auto checked =
        CheckCertification(shelf_.view, shelf_.schemes, shelf_.identifiers(), request, when_.day);
    if (!checked.ok()) return checked.status();
    *answer = *std::move(checked);
    return absl::OkStatus();
  }

  absl::Status CheckRequiredAudit(const v1::RequiredEvidence& required,
                                  v1::RequirementEvidence* out) const {
    const v1::SubjectRef* site = SiteOf(required);
    if (site == nullptr) {
      out->mutable_audit()->set_result(v1::AUDIT_RESULT_NONE_ON_RECORD);
      out->mutable_audit()->add_not_checked("site");
      return absl::OkStatus();
    }
    v1::CheckAuditRequest request;
    *request.mutable_site() = *site;
    *request.mutable_accepted_schemes() = required.accepted_schemes();
    request.set_max_age_days(required.max_age_days());
    request.set_unannounced(required.unannounced());
    *request.mutable_as_of() = DateOf(when_.day);
    auto checked =
        CheckAudit(shelf_.view, shelf_.schemes, shelf_.identifiers(), request, when_.day);
    if (!checked.ok()) return checked.status();
    *out->mutable_audit() = *std::move(checked);
    return absl::OkStatus();
  }

  // Lists that can speak of anything here, and those that the policy requires.
  void AddSources() {
    std::map<std::string, v1::SourceEvidence> sources;
    for (v1::SourceEdition& edition : EditionsWith(
             shelf_.view,
             {v1::Record::kRiskFlagFieldNumber, v1::Record::kLegalMeasureFieldNumber,
              v1::Record::kCommodityRiskFieldNumber, v1::Record::kSelfCleaningFieldNumber})) {
      v1::SourceEvidence& source = sources[edition.dataset()];
      source.set_searched(true);
      AddEdition(std::move(edition), &source);
    }
    for (const v1::RequiredSource& required : needs_.required_sources) {
      v1::SourceEvidence& source = sources[required.dataset()];
      const auto* state = shelf_.view.FindDataset(storage::BareDatasetId(required.dataset()));
      if (!source.has_edition() && state != nullptr) AddEdition(EditionOf(*state), &source);
    }
    for (auto& [dataset, source] : sources) {
      source.set_dataset(dataset);
      *bundle_->add_sources() = std::move(source);
    }
  }

  void AddEdition(v1::SourceEdition edition, v1::SourceEvidence* source) const {
    const DayNumber checked = DayOfSeconds(edition.checked_at().seconds());
    source->set_age_days(std::max(0, when_.day - checked));
    *source->mutable_edition() = std::move(edition);
  }

  const Shelf& shelf_;
  const When& when_;
  const policy::Needs& needs_;
  const v1::ScreenSupplierRequest& request_;
  const v1::PurchaseContext& purchase_;
  PersonalTexts personal_;
  FactIds ids_;
  std::map<int, std::vector<int>> makers_;  // item -> places in bundle.subjects
  Gathered result_;
  v1::EvidenceBundle* const bundle_;
};

}  // namespace

absl::StatusOr<Gathered> Gather(const Shelf& shelf, const When& when, const policy::Needs& needs,
                                const v1::ScreenSupplierRequest& request, SaltSource salts) {
  if (absl::Status well = CheckPurchase(shelf.schemes, request); !well.ok()) return well;
  return Gathering(shelf, when, needs, request, std::move(salts)).Run();
}

}  // namespace probity::screening
