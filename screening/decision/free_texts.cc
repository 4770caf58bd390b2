#include "screening/decision/free_texts.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace probity::screening {
namespace {

// Comes by every place where a free text may stand; calls visit(holder, field, text)
// with the path of the message and the name of its field. Makes no message that was
// not there.
template <typename Visit>
class FreeTexts {
 public:
  explicit FreeTexts(const Visit& visit) : visit_(visit) {}

  void Walk(v1::EvidenceBundle* bundle) const {
    for (int i = 0; i < bundle->subjects_size(); ++i) {
      OfSubject(At("subjects", i), bundle->mutable_subjects(i));
    }
    for (int i = 0; i < bundle->items_size(); ++i) {
      v1::ItemEvidence* item = bundle->mutable_items(i);
      for (int k = 0; k < item->measures_size(); ++k) {
        OfFact(absl::StrCat(At("items", i), ".", At("measures", k)), item->mutable_measures(k));
      }
    }
    for (int i = 0; i < bundle->requirements_size(); ++i) {
      v1::RequirementEvidence* one = bundle->mutable_requirements(i);
      const std::string path = At("requirements", i);
      if (one->has_certification()) {
        OfCertificates(absl::StrCat(path, ".certification"), one->mutable_certification());
      }
      if (one->has_audit()) OfAudits(absl::StrCat(path, ".audit"), one->mutable_audit());
    }
  }

 private:
  static std::string At(absl::string_view list, int place) {
    return absl::StrCat(list, "[", place, "]");
  }

  void OfSubject(const std::string& path, v1::SubjectEvidence* subject) const {
    for (int i = 0; i < subject->facts_size(); ++i) {
      OfFact(absl::StrCat(path, ".", At("facts", i)), subject->mutable_facts(i));
    }
    for (int i = 0; i < subject->findings_size(); ++i) {
      v1::FindingFact* fact = subject->mutable_findings(i);
      if (!fact->has_finding()) continue;
      OfFinding(absl::StrCat(path, ".", At("findings", i), ".finding"), fact->mutable_finding());
    }
    for (int i = 0; i < subject->waivers_size(); ++i) {
      OfWaiver(absl::StrCat(path, ".", At("waivers", i)), subject->mutable_waivers(i));
    }
  }

  void OfWaiver(const std::string& path, v1::Waiver* waiver) const {
    visit_(path, "reason", waiver->mutable_reason());
    visit_(path, "requested_by", waiver->mutable_requested_by());
    visit_(path, "approved_by", waiver->mutable_approved_by());
    visit_(path, "approval_reason", waiver->mutable_approval_reason());
  }

  void OfReply(const std::string& path, v1::Reply* reply) const {
    visit_(path, "text", reply->mutable_text());
    visit_(path, "recorded_by", reply->mutable_recorded_by());
    visit_(path, "reasons", reply->mutable_reasons());
    visit_(path, "assessed_by", reply->mutable_assessed_by());
  }

  void OfFact(const std::string& path, v1::SubjectFact* fact) const {
    if (fact->flag().has_flag()) {
      OfFlag(absl::StrCat(path, ".flag.flag"), fact->mutable_flag()->mutable_flag());
    }
    for (int i = 0; i < fact->flag().replies_size(); ++i) {
      OfReply(absl::StrCat(path, ".flag.", At("replies", i)),
              fact->mutable_flag()->mutable_replies(i));
    }
    for (int i = 0; i < fact->self_cleaning_size(); ++i) {
      v1::SelfCleaning* dossier = fact->mutable_self_cleaning(i)->mutable_dossier();
      const std::string holder = absl::StrCat(path, ".", At("self_cleaning", i), ".dossier");
      visit_(holder, "assessed_by", dossier->mutable_assessed_by());
      visit_(holder, "reasons", dossier->mutable_reasons());
    }
  }

  void OfFlag(const std::string& path, v1::RiskFlag* flag) const {
    for (int i = 0; i < flag->remedies_size(); ++i) {
      visit_(absl::StrCat(path, ".", At("remedies", i)), "description",
             flag->mutable_remedies(i)->mutable_description());
    }
    if (flag->has_reply()) {
      visit_(absl::StrCat(path, ".reply"), "text", flag->mutable_reply()->mutable_text());
    }
    visit_(path, "summary", flag->mutable_summary());
  }

  void OfFinding(const std::string& path, v1::Finding* finding) const {
    visit_(path, "evidence", finding->mutable_evidence());
  }

  void OfName(const std::string& path, v1::SubjectRef* ref) const {
    visit_(path, "display_name", ref->mutable_display_name());
  }

  void OfEvent(const std::string& path, v1::StatusEvent* event) const {
    visit_(path, "reason", event->mutable_reason());
    visit_(path, "source", event->mutable_source());
  }

  template <typename Answer>
  void OfCauses(const std::string& path, Answer* answer) const {
    for (int i = 0; i < answer->causes_size(); ++i) {
      OfCause(absl::StrCat(path, ".", At("causes", i)), answer->mutable_causes(i));
    }
  }
  // Its detail names the holder, where that is somebody else.
  void OfCause(const std::string& path, v1::CertificationCause* cause) const {
    if (cause->has_status_event()) {
      OfEvent(absl::StrCat(path, ".status_event"), cause->mutable_status_event());
    }
    if (cause->result() == v1::CERTIFICATION_RESULT_HOLDER_MISMATCH) {
      visit_(path, "detail", cause->mutable_detail());
    }
  }
  void OfCause(const std::string& path, v1::AuditCause* cause) const {
    if (cause->has_finding()) OfFinding(absl::StrCat(path, ".finding"), cause->mutable_finding());
  }

  void OfCertificates(const std::string& path, v1::CheckCertificationResponse* answer) const {
    OfCauses(path, answer);
    for (int i = 0; i < answer->checked_size(); ++i) {
      v1::CheckedCertificate* checked = answer->mutable_checked(i);
      const std::string at = absl::StrCat(path, ".", At("checked", i));
      OfCauses(at, checked);
      OfCertification(absl::StrCat(at, ".certification"), checked->mutable_certification());
    }
  }

  void OfCertification(const std::string& path, v1::Certification* one) const {
    if (one->has_holder()) OfName(absl::StrCat(path, ".holder"), one->mutable_holder());
    for (int i = 0; i < one->scope().sites_size(); ++i) {
      OfName(absl::StrCat(path, ".scope.", At("sites", i)), one->mutable_scope()->mutable_sites(i));
    }
    for (int i = 0; i < one->status_events_size(); ++i) {
      OfEvent(absl::StrCat(path, ".", At("status_events", i)), one->mutable_status_events(i));
    }
    visit_(path, "verified_by", one->mutable_verified_by());
  }

  void OfAudits(const std::string& path, v1::CheckAuditResponse* answer) const {
    OfCauses(path, answer);
    for (int i = 0; i < answer->checked_size(); ++i) {
      v1::CheckedAudit* checked = answer->mutable_checked(i);
      const std::string at = absl::StrCat(path, ".", At("checked", i));
      OfCauses(at, checked);
      OfAudit(absl::StrCat(at, ".audit"), checked->mutable_audit());
    }
  }

  void OfAudit(const std::string& path, v1::Audit* audit) const {
    if (audit->has_site()) OfName(absl::StrCat(path, ".site"), audit->mutable_site());
    if (audit->has_auditee()) OfName(absl::StrCat(path, ".auditee"), audit->mutable_auditee());
    for (int i = 0; i < audit->findings_size(); ++i) {
      OfFinding(absl::StrCat(path, ".", At("findings", i)), audit->mutable_findings(i));
    }
  }

  const Visit& visit_;
};

template <typename Visit>
void WalkFreeTexts(v1::EvidenceBundle* bundle, const Visit& visit) {
  FreeTexts<Visit>(visit).Walk(bundle);
}

}  // namespace

void TakeFreeTexts(PersonalTexts* personal, v1::EvidenceBundle* bundle) {
  WalkFreeTexts(bundle, [&](const std::string& holder, const char* field, std::string* text) {
    if (text->empty()) return;
    v1::KeptText* kept = bundle->add_texts();
    kept->set_path(absl::StrCat(holder, ".", field));
    *kept->mutable_text() = personal->Keep(*text);
    text->clear();
  });
}

void PutBackFreeTexts(const std::function<std::string(const v1::PersonalDigest&)>& text_of,
                      v1::EvidenceBundle* bundle) {
  std::map<std::string, const v1::PersonalDigest*> digests;
  for (const v1::KeptText& kept : bundle->texts()) digests[kept.path()] = &kept.text();
  WalkFreeTexts(bundle, [&](const std::string& holder, const char* field, std::string* text) {
    const auto found = digests.find(absl::StrCat(holder, ".", field));
    if (found != digests.end()) *text = text_of(*found->second);
  });
}

std::vector<PlacedText> PlacedTexts(const v1::EvidenceBundle& bundle) {
  std::vector<PlacedText> texts;
  const auto add = [&](std::string path, const v1::PersonalDigest& kept) {
    if (!kept.digest().empty()) texts.push_back({std::move(path), kept.digest()});
  };
  for (int i = 0; i < bundle.subjects_size(); ++i) {
    const v1::SubjectEvidence& subject = bundle.subjects(i);
    const std::string path = absl::StrCat("subjects[", i, "].");
    for (int k = 0; k < subject.candidates_size(); ++k) {
      add(absl::StrCat(path, "candidates[", k, "].matched_name"),
          subject.candidates(k).matched_name());
    }
    for (int k = 0; k < subject.personal_size(); ++k) {
      add(absl::StrCat(path, "personal[", k, "]"), subject.personal(k));
    }
  }
  for (const v1::KeptText& kept : bundle.texts()) add(kept.path(), kept.text());
  return texts;
}

}  // namespace probity::screening
