#include "screening/facts.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/errors.h"
#include "storage/index_terms.h"
#include "storage/timeline.h"

namespace probity::screening {
namespace {

using storage::IndexKind;
using storage::RecordRef;

// Adds records and their terms to a subject.
class Resolver {
 public:
  explicit Resolver(const storage::View& view) : view_(view) {}

  absl::Status AddIdentifier(const v1::Identifier& identifier) {
    const std::string term =
        storage::IdentifierTerm(identifier.scheme(), identifier.value());
    subject_.terms.insert("i" + term);
    std::vector<RecordRef> found;
    absl::Status status =
        view_.FindRecords(IndexKind::kIdentifier, term, [&found](const RecordRef& ref) {
          found.push_back(ref);
          return true;
        });
    for (const RecordRef& ref : found) {
      if (status.ok()) status = AddRecord(ref);
    }
    return status;
  }

  absl::Status AddRecord(const RecordRef& ref) {
    subject_.terms.insert(TermOf(ref));
    // Parties first: their supplier tells all, so that the record is not read.
    absl::StatusOr<std::optional<storage::StoredSupplier>> supplier = view_.SupplierOf(ref);
    if (!supplier.ok()) return supplier.status();
    if (supplier->has_value()) return AddSupplier(**supplier);
    absl::StatusOr<std::optional<storage::v1::RecordRow>> row = view_.GetRecord(ref);
    if (!row.ok()) return row.status();
    if (!row->has_value()) return absl::OkStatus();
    const v1::Record& record = storage::LatestRecord(**row);
    if (!record.has_site() || record.visibility() == v1::VISIBILITY_RESTRICTED) {
      return absl::OkStatus();
    }
    return AddSite(ref, record.site());
  }

  absl::Status AddSupplier(const storage::StoredSupplier& stored) {
    v1::Supplier supplier;
    if (!supplier.ParseFromString(stored.bytes)) {
      return StoreCorrupt(stored.name, "the supplier cannot be read");
    }
    for (const std::string& name : supplier.source_records()) {
      std::optional<RecordRef> ref = RecordRef::FromName(name);
      if (!ref) continue;
      AddOnce(*ref, &subject_.suppliers);
      subject_.terms.insert(TermOf(*ref));
    }
    AddIdentifiers(supplier.identifiers());
    return absl::OkStatus();
  }

  Subject Finish() { return std::move(subject_); }
  bool found() const { return !subject_.suppliers.empty() || !subject_.sites.empty(); }

 private:
  static std::string TermOf(const RecordRef& ref) {
    return storage::RecordTerm(ref.dataset, ref.key);
  }

  void AddIdentifiers(const google::protobuf::RepeatedPtrField<v1::Identifier>& all) {
    for (const v1::Identifier& id : all) {
      subject_.terms.insert("i" + storage::IdentifierTerm(id.scheme(), id.value()));
    }
  }

  // A site and the other records of it: those that share an identifier.
  absl::Status AddSite(const RecordRef& ref, const v1::SiteRecord& site) {
    AddOnce(ref, &subject_.sites);
    AddIdentifiers(site.identifiers());
    for (const v1::Identifier& id : site.identifiers()) {
      absl::Status status = view_.FindRecords(
          IndexKind::kIdentifier, storage::IdentifierTerm(id.scheme(), id.value()),
          [this](const RecordRef& other) {
            subject_.terms.insert(TermOf(other));
            return true;
          });
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  static void AddOnce(const RecordRef& ref, std::vector<RecordRef>* refs) {
    if (std::find(refs->begin(), refs->end(), ref) == refs->end()) refs->push_back(ref);
  }

  const storage::View& view_;
  Subject subject_;
};

absl::StatusOr<Subject> ResolveIdentifier(const storage::View& view,
                                          const IdentifierCatalogue& identifiers,
                                          const v1::Identifier& asked,
                                          absl::string_view field) {
  absl::StatusOr<v1::Identifier> normal = identifiers.Normalize(asked);
  if (!normal.ok()) {
    if (ReasonOf(normal.status()) != v1::ERROR_REASON_INVALID_FIELD) return normal.status();
    return InvalidField(absl::StrCat(field, ".identifier.value"), normal.status().message());
  }
  Resolver resolver(view);
  if (absl::Status status = resolver.AddIdentifier(*normal); !status.ok()) return status;
  if (normal->check() == v1::IDENTIFIER_CHECK_FAILED && !resolver.found()) {
    return IdentifierCheckFailed(normal->scheme(), normal->value());
  }
  return resolver.Finish();
}

absl::StatusOr<Subject> ResolveName(const storage::View& view, const std::string& name,
                                    absl::string_view field) {
  std::optional<RecordRef> ref = RecordRef::FromName(name);
  if (!ref) {
    return InvalidField(absl::StrCat(field, ".source_record"),
                        "must be datasets/{dataset}/records/{key}");
  }
  Resolver resolver(view);
  if (absl::Status status = resolver.AddRecord(*ref); !status.ok()) return status;
  return resolver.Finish();
}

absl::StatusOr<Subject> ResolveSupplier(const storage::View& view, const std::string& name,
                                        absl::string_view field) {
  absl::string_view id = name;
  if (!absl::ConsumePrefix(&id, "suppliers/") || id.empty()) {
    return InvalidField(absl::StrCat(field, ".supplier"), "must be suppliers/{supplier}");
  }
  absl::StatusOr<std::optional<storage::StoredSupplier>> stored = view.GetSupplier(id);
  if (!stored.ok()) return stored.status();
  if (!stored->has_value()) return SupplierNotFound(name);
  Resolver resolver(view);
  if (absl::Status status = resolver.AddSupplier(**stored); !status.ok()) return status;
  return resolver.Finish();
}

// What the row says on `day`; with `include_past` else what it said last before
// it, else what it said first: the record's own dates tell whether it applies.
const v1::Record* ReadRow(const storage::v1::RecordRow& row, DayNumber day,
                          bool include_past) {
  const v1::Record* record = storage::RecordAt(row, day);
  if (record != nullptr || !include_past) return record;
  if (row.segments_size() > 0) record = &row.segments(0).record();
  for (const storage::v1::TimelineSegment& segment : row.segments()) {
    if (segment.undated() || segment.from_day() <= day) record = &segment.record();
  }
  return record;
}

}  // namespace

bool Subject::IsNamedBy(absl::string_view dataset, const v1::SubjectRef& ref) const {
  const std::string term = storage::SubjectTerm(dataset, ref);
  return !term.empty() && Has(term);
}

absl::StatusOr<Subject> ResolveSubject(const storage::View& view,
                                       const IdentifierCatalogue& identifiers,
                                       const v1::SubjectRef& ref, absl::string_view field) {
  switch (ref.ref_case()) {
    case v1::SubjectRef::kIdentifier:
      return ResolveIdentifier(view, identifiers, ref.identifier(), field);
    case v1::SubjectRef::kSourceRecord: return ResolveName(view, ref.source_record(), field);
    case v1::SubjectRef::kSupplier: return ResolveSupplier(view, ref.supplier(), field);
    case v1::SubjectRef::REF_NOT_SET: break;
  }
  return InvalidField(field, "name a supplier, a source record or an identifier");
}

absl::StatusOr<Subject> ResolveRecordRef(const storage::View& view,
                                         absl::string_view dataset,
                                         const v1::SubjectRef& ref) {
  Resolver resolver(view);
  absl::Status status;
  if (ref.has_identifier()) {
    status = resolver.AddIdentifier(ref.identifier());
  } else if (ref.has_source_record()) {
    std::string name = ref.source_record();
    if (absl::string_view(name).substr(0, 8) == "records/") {
      name = absl::StrCat("datasets/", dataset, "/", name);
    }
    if (std::optional<RecordRef> target = RecordRef::FromName(name)) {
      status = resolver.AddRecord(*target);
    }
  }
  if (!status.ok()) return status;
  return resolver.Finish();
}

absl::StatusOr<std::optional<Fact>> GetFact(const storage::View& view, const RecordRef& ref,
                                            DayNumber day, bool include_past) {
  absl::StatusOr<std::optional<storage::v1::RecordRow>> row = view.GetRecord(ref);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return std::optional<Fact>();
  const v1::Record* record = ReadRow(**row, day, include_past);
  if (record == nullptr || record->visibility() == v1::VISIBILITY_RESTRICTED) {
    return std::optional<Fact>();
  }
  Fact fact{ref, {}, {}, storage::ListingIntervals(**row)};
  // The row is ours: what it says is moved out of it, not copied.
  fact.record = std::move(*const_cast<v1::Record*>(record));
  fact.provenance.set_source_record(ref.Name());
  if (const storage::v1::DatasetState* state = view.FindDataset(ref.dataset)) {
    *fact.provenance.mutable_edition() = EditionOf(*state);
  }
  return std::optional<Fact>(std::move(fact));
}

absl::StatusOr<std::vector<Fact>> FindFacts(const storage::View& view, IndexKind kind,
                                            const std::set<std::string>& terms,
                                            DayNumber day, bool include_past) {
  std::set<RecordRef> refs;
  for (const std::string& term : terms) {
    absl::Status status = view.FindRecords(kind, term, [&refs](const RecordRef& ref) {
      refs.insert(ref);
      return true;
    });
    if (!status.ok()) return status;
  }
  std::vector<Fact> facts;
  for (const RecordRef& ref : refs) {
    absl::StatusOr<std::optional<Fact>> fact = GetFact(view, ref, day, include_past);
    if (!fact.ok()) return fact.status();
    if (fact->has_value()) facts.push_back(**std::move(fact));
  }
  return facts;
}

absl::StatusOr<std::vector<RecordRef>> SitesOf(const storage::View& view,
                                               const Subject& subject, DayNumber today,
                                               std::optional<DayNumber> day) {
  absl::StatusOr<std::vector<Fact>> facts =
      FindFacts(view, IndexKind::kSiteOperator, subject.terms, today);
  if (!facts.ok()) return facts.status();
  std::vector<RecordRef> sites;
  for (const Fact& fact : *facts) {
    const auto& operators = fact.record.site().operators();
    const bool operates =
        std::any_of(operators.begin(), operators.end(), [&](const v1::SiteOperator& one) {
          return subject.IsNamedBy(fact.ref.dataset, one.operator_()) &&
                 (!day || Contains(one.period(), *day));
        });
    if (operates) sites.push_back(fact.ref);
  }
  return sites;
}

v1::SourceEdition EditionOf(const storage::v1::DatasetState& state) {
  v1::SourceEdition edition = state.edition();
  const v1::Dataset& dataset = state.dataset();
  edition.set_dataset(dataset.name());
  edition.set_title(dataset.title());
  edition.set_publisher(dataset.publisher());
  edition.set_url(dataset.url());
  edition.set_licence(dataset.licence());
  edition.set_reliability(dataset.reliability());
  edition.set_redistributable(dataset.redistributable());
  edition.set_invented(dataset.invented());
  edition.set_version(state.version());
  return edition;
}

std::vector<v1::SourceEdition> EditionsWith(const storage::View& view,
                                            const std::vector<int>& bodies) {
  std::vector<v1::SourceEdition> editions;
  for (const storage::v1::DatasetState& state : view.manifest().datasets()) {
    const bool holds = std::any_of(bodies.begin(), bodies.end(), [&](int body) {
      auto count = state.body_counts().find(body);
      return count != state.body_counts().end() && count->second > 0;
    });
    // A masked view's manifest may name datasets that it does not show.
    absl::string_view id = state.dataset().name();
    absl::ConsumePrefix(&id, "datasets/");
    if (holds && view.FindDataset(id) != nullptr) editions.push_back(EditionOf(state));
  }
  return editions;
}

absl::StatusOr<DayNumber> ReadAsOf(bool has, const v1::Date& date, DayNumber today) {
  if (!has) return today;
  if (!IsFullDay(date)) return InvalidField("as_of", "must be a full day that exists");
  if (FirstDay(date) > today) return AsOfInFuture("as_of");
  return FirstDay(date);
}

}  // namespace probity::screening
