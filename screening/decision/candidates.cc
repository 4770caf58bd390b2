#include "screening/decision/candidates.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "matching/params.h"
#include "screening/facts.h"
#include "screening/names/explanation.h"
#include "screening/names/name_search.h"
#include "screening/names/record_party.h"
#include "storage/names/party_names.h"

namespace probity::screening {
namespace {

// Below this a candidate is nobody to look at.
constexpr int kLeastCandidateScore = 5000;
// Names on record that are searched besides the one asked: the first ones, which
// are the legal ones.
constexpr int kMaxNamesSearched = 4;

bool HoldsNames(const storage::v1::DatasetState& state) {
  return Holds(state, {v1::Record::kSupplierFieldNumber, v1::Record::kSiteFieldNumber});
}

class CandidateSearch {
 public:
  CandidateSearch(const Shelf& shelf, const When& when, const policy::Needs& needs,
                  const AskedParty& party, PersonalTexts* personal, v1::SubjectEvidence* evidence,
                  std::vector<v1::Supplier>* alerts)
      : shelf_(shelf),
        when_(when),
        needs_(needs),
        party_(party),
        personal_(personal),
        out_(evidence),
        alerts_(alerts) {}

  absl::Status Run() {
    const std::vector<std::string> names = NamesToSearch();
    if (names.empty()) return absl::OkStatus();
    auto known = KnownParty(shelf_, party_);
    if (!known.ok()) return known.status();
    // What identifiers say is seen below: the best names are enough.
    identifiers_ = std::move(known->identifiers);
    known->identifiers.clear();
    const std::vector<std::string> flagged = ListsOfNames(shelf_.view);
    if (flagged.empty() && party_.supplier.has_value()) return absl::OkStatus();
    for (const std::string& name : names) {
      auto normal = ReadName(shelf_.names.comparer.matcher, absl::StrCat(party_.path, ".name"),
                             name, known->facts.kind);
      // A name on record that holds nothing to compare is not the caller's fault.
      if (!normal.ok() && name != party_.asked.name()) continue;
      if (!normal.ok()) return normal.status();
      NameQuestion question;
      question.party = *known;
      question.party.name = *std::move(normal);
      question.min_score = kLeastCandidateScore;
      question.excluded = party_.settled;
      absl::Status searched = SearchBoth(question, flagged);
      if (!searched.ok()) return searched;
    }
    return TakeCandidates();
  }

 private:
  // Names to search: the one asked, then those on record.
  std::vector<std::string> NamesToSearch() const {
    std::vector<std::string> names;
    const auto add = [&names](const std::string& name) {
      if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(name);
      }
    };
    add(party_.asked.name());
    if (party_.supplier.has_value()) {
      add(party_.supplier->display_name());
      for (const v1::Name& name : party_.supplier->names()) {
        if (names.size() >= kMaxNamesSearched) break;
        if (name.type() != v1::NAME_TYPE_AKA_WEAK) add(name.text());
      }
    }
    return names;
  }

  // Among those whom lists name, and, for a subject that is not on record, among all: once
  // where that is the same, as it is without a register.
  absl::Status SearchBoth(NameQuestion question, const std::vector<std::string>& flagged) {
    absl::Status searched;
    const auto& datasets = shelf_.view.manifest().datasets();
    const auto named = std::count_if(datasets.begin(), datasets.end(), &HoldsNames);
    const bool are_all = static_cast<size_t>(named) == flagged.size();
    if (!flagged.empty() && (party_.supplier.has_value() || !are_all)) {
      NameQuestion listed = question;
      listed.datasets = flagged;
      listed.by_fitting_records = true;
      searched = Search(std::move(listed));
    }
    if (searched.ok() && !party_.supplier.has_value()) searched = Search(std::move(question));
    return searched;
  }

  absl::Status Search(NameQuestion asked) {
    const auto question = std::make_shared<const NameQuestion>(std::move(asked));
    auto hits =
        SearchNames(shelf_.names, shelf_.view, *question, when_.asking, kMaxIdentityCandidates);
    if (!hits.ok()) return hits.status();
    if (hits->incomplete) out_->set_candidates_incomplete(true);
    for (Candidate& hit : hits->suppliers) {
      if (IsSubject(hit.supplier.name())) continue;
      hit.identifiers =
          CompareIdentifiers(shelf_.identifiers(), identifiers_, hit.supplier.identifiers());
      hit.score = ScoreWith(hit.identifiers.evidence, hit.name_score);
      AddBest({std::move(hit), question});
    }
    return absl::OkStatus();
  }

  struct Found {
    Candidate candidate;
    std::shared_ptr<const NameQuestion> question;  // shared by what it found
  };

  bool IsSubject(const std::string& supplier) const {
    const auto& found = out_->resolution().suppliers();
    return std::find(found.begin(), found.end(), supplier) != found.end();
  }

  void AddBest(Found found) {
    for (Found& known : found_) {
      if (known.candidate.supplier.name() != found.candidate.supplier.name()) continue;
      if (found.candidate.score > known.candidate.score) known = std::move(found);
      return;
    }
    found_.push_back(std::move(found));
  }

  absl::Status TakeCandidates() {
    std::sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) {
      if (a.candidate.score != b.candidate.score) return a.candidate.score > b.candidate.score;
      return a.candidate.supplier.name() < b.candidate.supplier.name();
    });
    if (found_.size() > kMaxIdentityCandidates) found_.resize(kMaxIdentityCandidates);
    for (Found& found : found_) {
      if (absl::Status added = TakeCandidate(&found); !added.ok()) return added;
    }
    return absl::OkStatus();
  }

  absl::Status TakeCandidate(Found* found) {
    Candidate& hit = found->candidate;
    v1::IdentityCandidate* shown = out_->add_candidates();
    shown->set_supplier(hit.supplier.name());
    shown->set_score(Shown(hit.score));
    shown->set_name_score(Shown(hit.name_score));
    shown->set_basis(BasisOf(hit.identifiers.evidence));
    shown->set_source_record(hit.ref.Name());
    if (hit.score < AlertScore()) return absl::OkStatus();
    absl::Status named = NameAndExplain(*found, shown);
    alerts_->push_back(std::move(hit.supplier));
    return named;
  }

  // Whom a person must look at: the name that is like the one asked, and why.
  absl::Status NameAndExplain(const Found& found, v1::IdentityCandidate* shown) {
    const auto ordinal = static_cast<size_t>(found.candidate.ordinal);
    std::optional<RecordParty> record;
    if (ordinal == 0) record = PartyOfOnlyRecord(found.candidate.supplier, found.candidate.ref);
    if (!record.has_value()) {
      auto read = ReadRecordParty(shelf_.view, found.candidate.ref);
      if (!read.ok()) return read.status();
      record = *std::move(read);
    }
    if (!record.has_value() || ordinal >= record->names.size()) return absl::OkStatus();
    const v1::Name& name = record->names[ordinal];
    *shown->mutable_matched_name() = personal_->Keep(name.text());
    Explain(found, *record, name, shown);
    return absl::OkStatus();
  }

  // The two features that moved the score most, without the names themselves.
  void Explain(const Found& found, const RecordParty& record, const v1::Name& name,
               v1::IdentityCandidate* shown) const {
    std::vector<Reason> reasons =
        ReasonsForRecordName(shelf_.names.comparer, *found.question, record, name);
    std::stable_sort(reasons.begin(), reasons.end(), [](const Reason& a, const Reason& b) {
      return std::abs(a.contribution) > std::abs(b.contribution);
    });
    for (size_t i = 0; i < std::min<size_t>(2, reasons.size()); ++i) {
      v1::MatchExplanation* row = shown->add_explanations();
      row->set_feature(std::move(reasons[i].feature));
      row->set_contribution(Shown(reasons[i].contribution));
    }
  }

  int AlertScore() const {
    return static_cast<int>(std::lround(needs_.alert_score * matching::kFullScore));
  }

  const Shelf& shelf_;
  const When& when_;
  const policy::Needs& needs_;
  const AskedParty& party_;
  PersonalTexts* const personal_;
  v1::SubjectEvidence* const out_;
  std::vector<v1::Supplier>* const alerts_;
  std::vector<v1::Identifier> identifiers_;  // of the party, normalised
  std::vector<Found> found_;
};

}  // namespace

std::vector<std::string> ListsOfNames(const storage::View& view) {
  std::set<absl::string_view> flagged;
  for (const storage::v1::DatasetState& state : view.manifest().datasets()) {
    for (const auto& [dataset, count] : state.flagged_datasets()) flagged.insert(dataset);
  }
  std::vector<std::string> lists;
  for (const storage::v1::DatasetState& state : view.manifest().datasets()) {
    const std::string& name = state.dataset().name();
    const bool flags =
        Holds(state, {v1::Record::kRiskFlagFieldNumber, v1::Record::kLegalMeasureFieldNumber}) ||
        flagged.count(storage::BareDatasetId(name)) > 0;
    if (flags && HoldsNames(state)) lists.push_back(name);
  }
  return lists;
}

absl::StatusOr<Party> KnownParty(const Shelf& shelf, const AskedParty& party_asked) {
  const v1::ScreenedSubject& asked = party_asked.asked;
  const std::optional<v1::Supplier>& supplier = party_asked.supplier;
  v1::PartyFacts facts;
  if (!asked.country().empty()) facts.add_countries(asked.country());
  facts.set_address(asked.address());
  *facts.mutable_date() = asked.founded();
  Party party;
  absl::Status read = ReadFacts(shelf.names.comparer, party_asked.path, facts, &party);
  if (!read.ok()) return read;
  v1::PartyKind kind = asked.kind();
  if (supplier.has_value()) {
    const v1::Supplier& known = *supplier;
    if (kind == v1::PARTY_KIND_UNSPECIFIED) kind = known.kind();
    party.identifiers.assign(known.identifiers().begin(), known.identifiers().end());
    if (party.facts.countries.empty() && !known.jurisdiction().empty()) {
      party.facts.countries.push_back(known.jurisdiction().substr(0, 2));
    }
  } else if (asked.ref().has_identifier()) {
    auto normal = shelf.identifiers().Normalize(asked.ref().identifier());
    if (!normal.ok()) return normal.status();
    party.identifiers.push_back(*std::move(normal));
  }
  if (kind != v1::PARTY_KIND_UNSPECIFIED) party.facts.kind = storage::KindOf(kind);
  return party;
}

absl::Status FindCandidates(const Shelf& shelf, const When& when, const policy::Needs& needs,
                            const AskedParty& party, PersonalTexts* personal,
                            v1::SubjectEvidence* evidence, std::vector<v1::Supplier>* alerts) {
  return CandidateSearch(shelf, when, needs, party, personal, evidence, alerts).Run();
}

}  // namespace probity::screening
