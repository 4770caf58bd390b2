#include "screening/decision/judged.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/errors.h"
#include "screening/decision/cluster_path.h"
#include "screening/judgements.h"
#include "screening/names/name_search.h"
#include "screening/subject_builder.h"
#include "storage/index_terms.h"

namespace probity::screening {
namespace {

using storage::RecordRef;

// Terms under which judgements of a subject stand.
std::set<std::string> TermsOf(const Subject& subject, const v1::ScreenedSubject& asked) {
  v1::JudgedSubject judged;
  if (asked.ref().has_vendor()) {
    *judged.mutable_vendor() = asked.ref().vendor();
  } else if (!asked.has_ref()) {
    v1::JudgedQuery query;
    query.set_name(asked.name());
    query.set_country(asked.country());
    query.set_kind(asked.kind());
    judged.set_query_digest(QueryDigest(query));
  }
  std::set<std::string> terms = storage::JudgementTerms(judged);
  terms.insert(subject.terms.begin(), subject.terms.end());
  return terms;
}

// The name asked is part of what was judged: of a query always, of a vendor unless the
// request names it otherwise.
bool IsByName(const v1::Judgement& judgement, const v1::ScreenedSubject& asked) {
  return !judgement.subject().query_digest().empty() ||
         (judgement.subject().has_vendor() && asked.name().empty());
}

absl::StatusOr<JudgedLink> LinkOf(const storage::View& view, const v1::Judgement& judgement,
                                  const v1::ScreenedSubject& asked) {
  SubjectBuilder builder(view);
  absl::Status added = builder.AddRecord(*RecordRef::FromName(judgement.source_record()));
  if (!added.ok()) return added;
  return JudgedLink{judgement.name(), judgement.source_record(), builder.Finish(),
                    IsByName(judgement, asked)};
}

// A term as ListedRiskFlag.matched_by writes it.
std::string MatchedBy(absl::string_view term) {
  const size_t nul = term.find('\0');
  if (term.empty() || nul == absl::string_view::npos) return "";
  const absl::string_view first = term.substr(1, nul - 1), second = term.substr(nul + 1);
  return term[0] == 'i' ? absl::StrCat(first, ":", second)
                        : RecordRef{std::string(first), std::string(second)}.Name();
}

bool Names(const std::set<std::string>& terms, const std::string& matched_by) {
  return std::any_of(terms.begin(), terms.end(),
                     [&](const std::string& term) { return MatchedBy(term) == matched_by; });
}

// Why a fact under `matched_by` is the subject's: the judgement, then how the judged
// record and the one that the fact names are one supplier.
absl::Status AddEdges(const storage::View& view, const JudgedLink& link, v1::SubjectFact* fact) {
  v1::ClusterEdge* edge = fact->add_edges();
  edge->set_to(link.record);
  edge->set_basis(v1::EDGE_BASIS_JUDGEMENT);
  edge->set_judgement(link.judgement);
  if (link.party.resolution.suppliers_size() != 1) return absl::OkStatus();
  const std::string& name = link.party.resolution.suppliers(0);
  auto supplier = ReadSupplierNamed(view, name);
  if (!supplier.ok()) return supplier.status();
  auto paths = ClusterPaths::Of(view, *supplier);
  if (!paths.ok()) return paths.status();
  for (v1::ClusterEdge& one : paths->Between(link.party.asked_term, fact->flag().matched_by())) {
    *fact->add_edges() = std::move(one);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Judged> ReadJudged(const storage::View& view, const Subject& subject,
                                  const v1::ScreenedSubject& asked) {
  Judged judged;
  auto all = JudgementsAbout(view, TermsOf(subject, asked));
  if (!all.ok()) return all.status();
  for (v1::Judgement& one : *all) {
    if (one.state() == v1::JUDGEMENT_STATE_STANDING) {
      judged.settled.push_back(one.supplier().substr(one.supplier().find('/') + 1));
      if (one.outcome() == v1::JUDGEMENT_OUTCOME_IS) {
        auto link = LinkOf(view, one, asked);
        if (!link.ok()) return link.status();
        judged.links.push_back(*std::move(link));
      }
    }
    one.clear_reason();
    one.clear_judged_by();
    // Hashes without a salt: whoever has them could try which name is meant, also
    // when it was erased.
    one.clear_subject_fingerprint();
    one.clear_record_fingerprint();
    one.mutable_subject()->clear_query_digest();
    judged.all.push_back(std::move(one));
  }
  return judged;
}

void JoinLinks(const std::vector<JudgedLink>& links, Subject* subject) {
  for (const JudgedLink& link : links) {
    v1::SubjectResolution& resolution = subject->resolution;
    if (resolution.outcome() == v1::LOOKUP_OUTCOME_NOT_FOUND) {
      resolution.set_outcome(v1::LOOKUP_OUTCOME_FOUND);
      *resolution.mutable_suppliers() = link.party.resolution.suppliers();
      subject->asked_term = link.party.asked_term;
    }
    subject->terms.insert(link.party.terms.begin(), link.party.terms.end());
    for (const RecordRef& ref : link.party.suppliers) {
      auto& known = subject->suppliers;
      if (std::find(known.begin(), known.end(), ref) == known.end()) known.push_back(ref);
    }
  }
}

bool IsFoundByJudgement(const std::vector<JudgedLink>& links,
                        const v1::SubjectResolution& resolution) {
  if (resolution.suppliers_size() != 1) return false;
  return std::any_of(links.begin(), links.end(), [&](const JudgedLink& link) {
    const auto& suppliers = link.party.resolution.suppliers();
    return suppliers.size() == 1 && suppliers.Get(0) == resolution.suppliers(0);
  });
}

absl::Status AddJudgementEdges(const storage::View& view, const std::vector<JudgedLink>& links,
                               const std::set<std::string>& own_terms,
                               v1::SubjectEvidence* evidence) {
  if (links.empty()) return absl::OkStatus();
  for (v1::SubjectFact& fact : *evidence->mutable_facts()) {
    const std::string& matched_by = fact.flag().matched_by();
    if (Names(own_terms, matched_by)) continue;
    for (const JudgedLink& link : links) {
      if (!Names(link.party.terms, matched_by)) continue;
      fact.clear_edges();
      absl::Status added = AddEdges(view, link, &fact);
      if (!added.ok()) return added;
      break;
    }
  }
  return absl::OkStatus();
}

}  // namespace probity::screening
