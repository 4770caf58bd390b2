#include "screening/decision/phoenix.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/names.h"
#include "screening/facts.h"
#include "screening/names/name_search.h"
#include "screening/resolve.h"
#include "screening/risk_flags.h"
#include "storage/index_terms.h"

namespace probity::screening {
namespace {

using storage::IndexKind;

// Parties that are looked at; a telephone of an agent may be that of thousands.
constexpr size_t kMaxAlike = 50;

// Street, town and country, folded; empty where there is no street.
std::string KeyOf(const v1::Address& address) {
  if (address.lines().empty()) return "";
  std::string key;
  for (const std::string& line : address.lines()) absl::StrAppend(&key, FoldName(line), "\n");
  return absl::StrCat(key, FoldName(address.city()), "\n", address.country());
}

std::set<std::string> AddressesOf(const v1::Supplier& supplier) {
  std::set<std::string> keys;
  for (const v1::Address& address : supplier.addresses()) keys.insert(KeyOf(address));
  keys.erase("");
  return keys;
}

// The day from which a firm was barred: its event, else the decision, else the
// listing.
std::optional<DayNumber> EventOf(const v1::ListedRiskFlag& flag) {
  if (flag.flag().event().has_to()) return LastDay(flag.flag().event().to());
  if (flag.flag().has_decided_on()) return LastDay(flag.flag().decided_on());
  if (flag.legal_measure().has_decided_on()) return LastDay(flag.legal_measure().decided_on());
  for (const v1::DateInterval& one : flag.listing_intervals()) {
    if (one.has_from()) return LastDay(one.from());
  }
  return std::nullopt;
}

// True for what bars a firm, not for what is only said of it.
bool Bars(const v1::ListedRiskFlag& flag) {
  if (flag.state() != v1::FLAG_STATE_IN_FORCE) return false;
  const v1::FlagStage stage = flag.flag().stage();
  return flag.has_legal_measure() ||
         (stage >= v1::FLAG_STAGE_FINAL_ADMIN_DECISION && stage <= v1::FLAG_STAGE_CONVICTION_FINAL);
}

class Phoenix {
 public:
  Phoenix(const Shelf& shelf, const When& when, const Identified& identified)
      : shelf_(shelf), when_(when), identified_(identified), supplier_(*identified.supplier) {}

  absl::Status FindAll() {
    absl::Status status = FindByIdentifier();
    return status.ok() ? FindByDirector() : status;
  }

  absl::Status Fill(v1::SubjectEvidence* evidence) {
    for (auto& [name, alike] : alike_) {
      absl::Status status = FillOne(name, alike, evidence);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

 private:
  struct Alike {
    std::set<std::string> shared;
    std::set<std::string> records;
  };

  void Add(const std::string& supplier, const std::string& shared, const std::string& record) {
    if (supplier == supplier_.name()) return;
    if (alike_.size() >= kMaxAlike && alike_.count(supplier) == 0) return;
    alike_[supplier].shared.insert(shared);
    alike_[supplier].records.insert(record);
  }

  absl::Status FindByIdentifier() {
    for (const v1::Identifier& identifier : supplier_.identifiers()) {
      const bool phone = identifier.scheme() == "PHONE";
      if (!phone && identifier.scheme() != "BANK-SHA256") continue;
      absl::Status status;
      absl::Status found = shelf_.view.FindRecords(
          IndexKind::kIdentifier, storage::IdentifierTerm(identifier.scheme(), identifier.value()),
          [&](const storage::RecordRef& ref) {
            auto stored = shelf_.view.SupplierOf(ref);
            if (!stored.ok()) status = stored.status();
            if (!status.ok()) return false;
            if (stored->has_value()) {
              Add((*stored)->name, phone ? "phone" : "bank_account", ref.Name());
            }
            return alike_.size() < kMaxAlike;
          });
      if (!found.ok()) return found;
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  // Whoever directs the subject, now or once, and what else he directs or did.
  absl::Status FindByDirector() {
    auto directors = Links(IndexKind::kLinkTo, identified_.subject);
    if (!directors.ok()) return directors.status();
    for (const Fact& fact : *directors) {
      auto director = ResolveRecordRef(shelf_.view, fact.ref.dataset, fact.record.link().from());
      if (!director.ok()) return director.status();
      if (director->IsAmbiguous()) continue;
      auto directed = Links(IndexKind::kLinkFrom, *director);
      if (!directed.ok()) return directed.status();
      for (const Fact& other : *directed) {
        auto firm = ResolveRecordRef(shelf_.view, other.ref.dataset, other.record.link().to());
        if (!firm.ok()) return firm.status();
        if (firm->resolution.suppliers_size() != 1) continue;
        Add(firm->resolution.suppliers(0), "director", fact.ref.Name());
        Add(firm->resolution.suppliers(0), "director", other.ref.Name());
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<Fact>> Links(IndexKind kind, const Subject& subject) const {
    auto facts = FindFacts(shelf_.view, kind, subject.terms, when_.day, /*include_past=*/true);
    if (!facts.ok()) return facts.status();
    facts->erase(std::remove_if(facts->begin(), facts->end(),
                                [](const Fact& fact) {
                                  return fact.record.link().type() != v1::LINK_TYPE_DIRECTOR_OF;
                                }),
                 facts->end());
    return facts;
  }

  absl::Status FillOne(const std::string& name, Alike& alike, v1::SubjectEvidence* evidence) {
    v1::SubjectRef ref;
    ref.set_supplier(name);
    auto firm = ResolveSubject(shelf_.view, shelf_.identifiers(), ref, "supplier");
    if (!firm.ok()) return firm.status();
    auto flags =
        FindFlags(shelf_.view, shelf_.law, firm->terms, when_.day, /*include_ended=*/false);
    if (!flags.ok()) return flags.status();
    const DayNumber founded = FirstDay(supplier_.founded());
    for (const v1::ListedRiskFlag& flag : *flags) {
      const std::optional<DayNumber> event = EventOf(flag);
      if (!Bars(flag) || !event.has_value() || founded <= *event) continue;
      absl::Status compared = CompareAddress(name, &alike);
      if (!compared.ok()) return compared;
      v1::PhoenixFact* fact = evidence->add_phoenix();
      fact->set_barred_supplier(name);
      fact->set_barred_by(flag.name());
      *fact->mutable_event() = DateOf(*event);
      for (const std::string& one : alike.shared) fact->add_shared(one);
      for (const std::string& one : alike.records) fact->add_source_records(one);
      return absl::OkStatus();
    }
    return absl::OkStatus();
  }

  absl::Status CompareAddress(const std::string& name, Alike* alike) const {
    auto stored = shelf_.view.GetSupplier(name.substr(name.find('/') + 1));
    if (!stored.ok()) return stored.status();
    if (!stored->has_value()) return absl::OkStatus();
    auto other = ReadSupplier(**stored);
    if (!other.ok()) return other.status();
    const std::set<std::string> mine = AddressesOf(supplier_);
    for (const std::string& address : AddressesOf(*other)) {
      if (mine.count(address) == 0) continue;
      alike->shared.insert("address");
      alike->records.insert(other->source_records(0));
    }
    return absl::OkStatus();
  }

  const Shelf& shelf_;
  const When& when_;
  const Identified& identified_;
  const v1::Supplier& supplier_;
  std::map<std::string, Alike> alike_;  // by name of supplier
};

}  // namespace

absl::Status AddPhoenix(const Shelf& shelf, const When& when, const Identified& identified,
                        v1::SubjectEvidence* evidence) {
  if (!identified.supplier.has_value() || !identified.supplier->has_founded()) {
    return absl::OkStatus();
  }
  Phoenix phoenix(shelf, when, identified);
  absl::Status status = phoenix.FindAll();
  return status.ok() ? phoenix.Fill(evidence) : status;
}

}  // namespace probity::screening
