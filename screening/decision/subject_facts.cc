#include "screening/decision/subject_facts.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "screening/decision/cluster_path.h"
#include "screening/decision/phoenix.h"
#include "screening/decision/spread.h"
#include "screening/facts.h"
#include "screening/operators.h"
#include "screening/risk_flags.h"
#include "screening/subject_builder.h"

namespace probity::screening {
namespace {

using storage::IndexKind;

// Names of persons leave a fact: the party that it is about is named by its
// record or identifier.
void DropDisplayNames(v1::ListedRiskFlag* listed) {
  if (listed->has_flag() && listed->flag().subject().has_party()) {
    listed->mutable_flag()->mutable_subject()->mutable_party()->clear_display_name();
  }
  if (listed->has_legal_measure() && listed->legal_measure().subject().has_party()) {
    listed->mutable_legal_measure()->mutable_subject()->mutable_party()->clear_display_name();
  }
}

// "records/{key}" is a record of the same dataset.
std::string FullName(const std::string& dataset, const std::string& name) {
  return storage::RecordRef::FromName(name) || name.empty()
             ? name
             : absl::StrCat("datasets/", dataset, "/", name);
}

class SubjectFacts {
 public:
  SubjectFacts(const Shelf& shelf, const When& when, const policy::Needs& needs,
               const Identified& identified, FactIds* ids, v1::SubjectEvidence* evidence)
      : shelf_(shelf),
        when_(when),
        needs_(needs),
        identified_(identified),
        ids_(ids),
        out_(evidence) {}

  absl::Status AddAll() {
    absl::Status status = AddOwn();
    if (status.ok()) status = AddRelated();
    if (status.ok()) status = AddNamesakes();
    if (status.ok() && needs_.findings) status = AddFindings();
    if (status.ok() && needs_.phoenix) {
      status = AddPhoenix(shelf_, when_, identified_, out_);
    }
    if (status.ok()) AddConflicts();
    return status;
  }

 private:
  absl::Status AddOwn() {
    auto said = FindSaid(shelf_.view, identified_.subject.terms, when_.day);
    if (!said.ok()) return said.status();
    AddDeclarations(said->declarations);
    absl::Status status = Add(*std::move(said), /*ended=*/true, [](v1::SubjectFact* fact) {
      fact->set_basis(v1::FACT_BASIS_IDENTITY);
    });
    if (status.ok()) status = AddEdges();
    if (!status.ok()) return status;
    return AddJudgementEdges(shelf_.view, identified_.judged.links, identified_.own_terms, out_);
  }

  // Which records had to be one party for the facts to be about the subject.
  absl::Status AddEdges() const {
    if (!identified_.supplier.has_value() || out_->facts().empty()) return absl::OkStatus();
    auto cluster = ClusterPaths::Of(shelf_.view, *identified_.supplier);
    if (!cluster.ok()) return cluster.status();
    for (v1::SubjectFact& fact : *out_->mutable_facts()) {
      for (v1::ClusterEdge& edge :
           cluster->Between(identified_.subject.asked_term, fact.flag().matched_by())) {
        *fact.add_edges() = std::move(edge);
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddRelated() {
    auto relations = FindRelations(shelf_, when_, needs_, identified_.subject);
    if (!relations.ok()) return relations.status();
    if (relations->incomplete) out_->add_not_consulted("links");
    for (const Related& related : relations->related) {
      absl::Status added = Add(related.subject.terms, /*ended=*/true, [&](v1::SubjectFact* fact) {
        fact->set_basis(v1::FACT_BASIS_IDENTITY);
        *fact->mutable_path() = related.path;
      });
      if (!added.ok()) return added;
    }
    return absl::OkStatus();
  }

  // Facts of those whose name alone is alike: a reason to look, in force alone.
  absl::Status AddNamesakes() {
    for (size_t i = 0; i < identified_.alerts.size(); ++i) {
      const int before = out_->facts_size();
      const auto mark = [i](v1::SubjectFact* fact) {
        fact->set_basis(v1::FACT_BASIS_NAME);
        fact->set_candidate(static_cast<int>(i));
      };
      absl::Status added = Add(TermsOf(identified_.alerts[i]), /*ended=*/false, mark);
      if (!added.ok()) return added;
      out_->mutable_candidates(static_cast<int>(i))->set_adverse(out_->facts_size() > before);
    }
    return absl::OkStatus();
  }

  template <typename Mark>
  absl::Status Add(const std::set<std::string>& terms, bool ended, const Mark& mark) {
    auto said = FindSaid(shelf_.view, terms, when_.day);
    if (!said.ok()) return said.status();
    return Add(*std::move(said), ended, mark);
  }

  template <typename Mark>
  absl::Status Add(Said said, bool ended, const Mark& mark) {
    auto flags = ListFlags(shelf_.view, shelf_.law, std::move(said.flags), when_.day, ended);
    if (!flags.ok()) return flags.status();
    for (v1::ListedRiskFlag& flag : *flags) {
      if (out_->facts_size() >= static_cast<int>(kMaxSubjectFacts)) {
        out_->add_not_consulted("flags");
        return absl::OkStatus();
      }
      v1::SubjectFact* fact = out_->add_facts();
      fact->set_id(absl::StrCat("f", ++ids_->facts));
      *fact->mutable_flag() = std::move(flag);
      DropDisplayNames(fact->mutable_flag());
      mark(fact);
      AddDossiers(said.self_cleaning, fact);
      AddOwnDossiers(fact);
    }
    return absl::OkStatus();
  }

  // Dossiers that were not assessed later.
  void AddDossiers(const std::vector<Fact>& dossiers, v1::SubjectFact* fact) const {
    const std::string& flag = fact->flag().name();
    const std::string measure =
        FullName(storage::RecordRef::FromName(flag)->dataset, fact->flag().flag().legal_measure());
    for (const Fact& dossier : dossiers) {
      const v1::SelfCleaning& said = dossier.record.self_cleaning();
      if (said.has_assessed_on() && LastDay(said.assessed_on()) > when_.day) continue;
      const std::string about = FullName(dossier.ref.dataset, said.about());
      if (about != flag && (measure.empty() || about != measure)) continue;
      v1::SelfCleaningFact* one = fact->add_self_cleaning();
      *one->mutable_dossier() = said;
      one->mutable_dossier()->mutable_subject()->clear_display_name();
      *one->mutable_provenance() = dossier.provenance;
    }
  }

  // Those that the authority received itself; what it made of them is told there, and
  // not in the reply too.
  void AddOwnDossiers(v1::SubjectFact* fact) const {
    for (v1::Reply& reply : *fact->mutable_flag()->mutable_replies()) {
      if (reply.kind() != v1::REPLY_KIND_SELF_CLEANING) continue;
      v1::SelfCleaningFact* one = fact->add_self_cleaning();
      v1::SelfCleaning* dossier = one->mutable_dossier();
      dossier->set_about(reply.about());
      *dossier->mutable_elements() = reply.elements();
      *dossier->mutable_evidence() = reply.evidence();
      if (reply.has_assessed_on()) *dossier->mutable_assessed_on() = reply.assessed_on();
      dossier->set_outcome(reply.outcome());
      dossier->set_assessed_by(std::move(*reply.mutable_assessed_by()));
      dossier->set_reasons(std::move(*reply.mutable_reasons()));
      const absl::string_view authority = shelf_.view.authority();
      if (!authority.empty()) dossier->add_valid_for(std::string(authority));
      one->mutable_provenance()->set_source_record(reply.name());
      reply.clear_assessed_by();
      reply.clear_reasons();
    }
  }

  void AddDeclarations(const std::vector<Fact>& declarations) {
    for (const Fact& fact : declarations) {
      v1::DeclarationFact* one = out_->add_declarations();
      *one->mutable_declaration() = fact.record.declaration();
      one->mutable_declaration()->clear_subject();
      *one->mutable_provenance() = fact.provenance;
    }
    SortDeclarations(out_->mutable_declarations());
  }

  // Findings of the audits of its sites that had ended by the day.
  absl::Status AddFindings() {
    std::set<std::string> terms = identified_.subject.terms;
    auto sites = SitesOf(shelf_.view, identified_.subject, when_.day, {when_.day});
    if (!sites.ok()) return sites.status();
    for (const storage::RecordRef& ref : *sites) {
      auto site = SubjectOf(shelf_.view, ref);
      if (!site.ok()) return site.status();
      terms.insert(site->terms.begin(), site->terms.end());
    }
    auto audits = FindFacts(shelf_.view, IndexKind::kAuditSite, terms, when_.day);
    if (!audits.ok()) return audits.status();
    for (const Fact& fact : *audits) {
      if (!fact.record.has_audit()) continue;
      const v1::Audit& audit = fact.record.audit();
      if (audit.has_ended_on() && LastDay(audit.ended_on()) > when_.day) continue;
      for (const v1::Finding& finding : audit.findings()) AddFinding(fact, finding);
    }
    return absl::OkStatus();
  }

  // One list says of a decision that it holds, another that it ended.
  void AddConflicts() {
    for (const v1::SubjectFact& one : out_->facts()) {
      for (const v1::SubjectFact& other : out_->facts()) {
        if (!SameDecision(one, other) || one.flag().state() != v1::FLAG_STATE_IN_FORCE ||
            other.flag().state() != v1::FLAG_STATE_ENDED) {
          continue;
        }
        out_->add_conflicts(absl::StrCat(one.flag().name(), " ", other.flag().name()));
      }
    }
  }

  // The same number of the same authority, told by two lists.
  static bool SameDecision(const v1::SubjectFact& one, const v1::SubjectFact& other) {
    const std::string& number = DecisionOf(one.flag());
    return !number.empty() && number == DecisionOf(other.flag()) &&
           AuthorityOf(one.flag()) == AuthorityOf(other.flag()) &&
           one.flag().provenance().edition().dataset() !=
               other.flag().provenance().edition().dataset();
  }
  static const std::string& DecisionOf(const v1::ListedRiskFlag& listed) {
    return listed.has_legal_measure() ? listed.legal_measure().decision_no()
                                      : listed.flag().decision_no();
  }
  static const std::string& AuthorityOf(const v1::ListedRiskFlag& listed) {
    return listed.has_legal_measure() ? listed.legal_measure().authority()
                                      : listed.flag().decided_by();
  }

  void AddFinding(const Fact& fact, const v1::Finding& finding) {
    v1::FindingFact* one = out_->add_findings();
    one->set_id(absl::StrCat("a", ++ids_->findings));
    *one->mutable_finding() = finding;
    one->set_scheme_id(fact.record.audit().scheme_id());
    if (fact.record.audit().has_ended_on()) *one->mutable_ended() = fact.record.audit().ended_on();
    *one->mutable_provenance() = fact.provenance;
  }

  const Shelf& shelf_;
  const When& when_;
  const policy::Needs& needs_;
  const Identified& identified_;
  FactIds* const ids_;
  v1::SubjectEvidence* const out_;
};

}  // namespace

absl::Status AddSubjectFacts(const Shelf& shelf, const When& when, const policy::Needs& needs,
                             const Identified& identified, FactIds* ids,
                             v1::SubjectEvidence* evidence) {
  return SubjectFacts(shelf, when, needs, identified, ids, evidence).AddAll();
}

void SortDeclarations(google::protobuf::RepeatedPtrField<v1::DeclarationFact>* declarations) {
  const auto latest_day = [](const v1::DeclarationFact& fact) {
    const v1::Declaration& one = fact.declaration();
    return one.has_declared_on() ? LastDay(one.declared_on()) : kMinDay;
  };
  std::stable_sort(declarations->begin(), declarations->end(),
                   [&](const auto& a, const auto& b) { return latest_day(a) > latest_day(b); });
}

v1::DeclarationFact FactOf(const v1::GivenDeclaration& given) {
  v1::DeclarationFact fact;
  v1::Declaration* declaration = fact.mutable_declaration();
  declaration->set_kind(given.kind());
  *declaration->mutable_declared_on() = given.declared_on();
  declaration->set_document_sha256(given.document_sha256());
  if (given.has_board_approved()) declaration->set_board_approved(given.board_approved());
  if (given.has_signed_()) declaration->set_signed_(given.signed_());
  return fact;
}

}  // namespace probity::screening
