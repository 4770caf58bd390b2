#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/civil_day.h"
#include "ingest/gleif.h"

namespace probity::ingest::gleif {
namespace {

constexpr int kPlaces = 5;

// Makes links of the rows of one file.
class Relationships {
 public:
  Relationships(const Columns& columns, RowSink* sink) : sink_(sink) {
    start_ = Node(columns, "Relationship.StartNode.");
    end_ = Node(columns, "Relationship.EndNode.");
    type_ = columns.Find("Relationship.RelationshipType");
    status_ = columns.Find("Relationship.RelationshipStatus");
    registration_ = columns.Find("Registration.RegistrationStatus");
    updated_ = columns.Find("Registration.LastUpdateDate");
    validation_ = columns.Find("Registration.ValidationSources");
    for (int i = 1; i <= kPlaces; ++i) {
      const std::string period = absl::StrCat("Relationship.Period.", i, ".");
      periods_.push_back({columns.Find(period + "startDate"), columns.Find(period + "endDate"),
                          columns.Find(period + "periodType")});
      // Golden copies of 2019 have these columns under "Qualifiers".
      for (const char* group : {"Quantifiers.", "Qualifiers."}) {
        const std::string share = absl::StrCat("Relationship.", group, i, ".");
        shares_.push_back(
            {columns.Find(share + "QuantifierAmount"), columns.Find(share + "QuantifierUnits")});
      }
    }
  }

  absl::Status Take(const Row& row, const CsvReader::Values& values) {
    if (IsVoid(Cell(values, registration_))) return absl::OkStatus();
    record_.Clear();
    record_.set_key(absl::StrCat(Cell(values, start_.id), "|", Cell(values, type_), "|",
                                 Cell(values, end_.id)));
    std::optional<RowFault> fault = Fill(values, record_.mutable_link());
    return fault.has_value() ? sink_->Refuse(row, *fault) : sink_->Accept(row, &record_);
  }

 private:
  struct NodeColumns {
    size_t id, type;
  };
  struct PeriodColumns {
    size_t start, end, type;
  };
  struct ShareColumns {
    size_t amount, units;
  };

  // The publisher took such records back: they say nothing, and are no fault.
  static bool IsVoid(absl::string_view registration) {
    return registration == "ANNULLED" || registration == "DUPLICATE";
  }

  static NodeColumns Node(const Columns& columns, const std::string& prefix) {
    return {columns.Find(prefix + "NodeID"), columns.Find(prefix + "NodeIDType")};
  }

  std::optional<RowFault> Fill(const CsvReader::Values& values, v1::Link* link) const {
    if (auto fault = FillNode(values, start_, link->mutable_from()); fault) return fault;
    if (auto fault = FillNode(values, end_, link->mutable_to()); fault) return fault;
    const absl::string_view type = Cell(values, type_);
    const int number = EnumNumber<v1::LinkType>(&v1::LinkType_Parse, "LINK_TYPE_", type);
    if (number <= 0) return UnknownValue("Relationship.RelationshipType", type);
    link->set_type(static_cast<v1::LinkType>(number));
    const int checked = EnumNumber<v1::Corroboration>(&v1::Corroboration_Parse, "CORROBORATION_",
                                                      Cell(values, validation_));
    if (checked > 0) link->set_corroboration(static_cast<v1::Corroboration>(checked));
    if (auto fault = FillShare(values, link); fault) return fault;
    return FillPeriod(values, link);
  }

  static std::optional<RowFault> FillNode(const CsvReader::Values& values, const NodeColumns& node,
                                          v1::SubjectRef* subject) {
    const absl::string_view type = Cell(values, node.type);
    if (!type.empty() && type != "LEI") return UnknownValue("NodeIDType", type);
    subject->mutable_identifier()->set_scheme("XI-LEI");
    subject->mutable_identifier()->set_value(std::string(Cell(values, node.id)));
    return std::nullopt;
  }

  std::optional<RowFault> FillShare(const CsvReader::Values& values, v1::Link* link) const {
    for (const ShareColumns& share : shares_) {
      const absl::string_view amount = Cell(values, share.amount);
      if (amount.empty() || Cell(values, share.units) != "PERCENTAGE") continue;
      double percent = -1;
      if (!absl::SimpleAtod(amount, &percent) || !(percent >= 0 && percent <= 100)) {
        return UnknownValue("QuantifierAmount", amount);
      }
      link->set_share_percent(percent);
    }
    return std::nullopt;
  }

  // The period of the relationship itself; those of accounts and documents say
  // what it was read from.
  std::optional<RowFault> FillPeriod(const CsvReader::Values& values, v1::Link* link) const {
    for (const PeriodColumns& period : periods_) {
      if (Cell(values, period.type) != "RELATIONSHIP_PERIOD") continue;
      const absl::string_view start = Cell(values, period.start);
      if (!ReadDayIfAny(start, [&] { return link->mutable_period()->mutable_from(); })) {
        return NotADay("Relationship.Period.startDate", start);
      }
      v1::Date last;
      const absl::string_view end = Cell(values, period.end);
      if (end.empty()) break;
      if (!ReadDay(end, &last)) return NotADay("Relationship.Period.endDate", end);
      *link->mutable_period()->mutable_to() = DateOf(LastDay(last) + 1);
      break;
    }
    return FillStatus(values, link);
  }

  // An ended relationship without its last day had ended by the day on which
  // the publisher last wrote of it; so it never shows as held today.
  std::optional<RowFault> FillStatus(const CsvReader::Values& values, v1::Link* link) const {
    const absl::string_view status = Cell(values, status_);
    if (status == "ACTIVE") return std::nullopt;
    if (status != "INACTIVE" && status != "NULL") {
      return UnknownValue("Relationship.RelationshipStatus", status);
    }
    if (link->period().has_to()) return std::nullopt;
    const absl::string_view updated = Cell(values, updated_);
    if (!ReadDay(updated, link->mutable_period()->mutable_to())) {
      return NotADay("Registration.LastUpdateDate", updated);
    }
    return std::nullopt;
  }

  RowSink* sink_;
  NodeColumns start_, end_;
  size_t type_, status_, registration_, updated_, validation_;
  std::vector<PeriodColumns> periods_;
  std::vector<ShareColumns> shares_;
  v1::Record record_;
};

}  // namespace

absl::Status ReadRelationships(const InputFile& file, const Columns& columns, CsvReader* reader,
                               RowSink* sink) {
  absl::Status complete =
      columns.Require(file, {"Relationship.StartNode.NodeID", "Relationship.EndNode.NodeID",
                             "Relationship.RelationshipType", "Relationship.RelationshipStatus",
                             "Registration.LastUpdateDate"});
  if (!complete.ok()) return complete;
  Relationships relationships(columns, sink);
  return reader->ForEach([&](const Row& row, const CsvReader::Values& values) {
    return relationships.Take(row, values);
  });
}

}  // namespace probity::ingest::gleif
