#include "ingest/validate.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/civil_day.h"
#include "base/errors.h"
#include "ingest/separation.h"

namespace probity::ingest {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr size_t kMaxKeyBytes = 512;
// Longest text of one field.
constexpr size_t kMaxTextBytes = 64 << 10;

// Fields that hold ISO 3166 codes, by their name anywhere in a record.
bool HoldsCountry(const FieldDescriptor* field) {
  const std::string& name = field->name();
  return name == "country" || name == "jurisdiction" || name == "origin" || name == "origins" ||
         name == "input_origins";
}

// Kinds of messages with rules of their own. Asking protobuf for a descriptor
// costs as much as a rule: each is asked for once.
struct MessageTypes {
  const Descriptor* date = v1::Date::descriptor();
  const Descriptor* interval = v1::DateInterval::descriptor();
  const Descriptor* identifier = v1::Identifier::descriptor();
  const Descriptor* position = v1::GeoPoint::descriptor();
  const Descriptor* subject = v1::SubjectRef::descriptor();
};
const MessageTypes& Types() {
  static const auto* const kTypes = new MessageTypes;
  return *kTypes;
}

bool IsAbsent(const v1::Date& date) {
  return date.year() == 0 && date.month() == 0 && date.day() == 0;
}

// Visits what is set in a record. Where it stands is kept as steps and written
// out only for a fault: nearly all records have none.
class Walk {
 public:
  Walk(const Tables& tables, Validation* out) : tables_(tables), out_(out) {}

  void Fault(v1::ErrorReason reason, std::string path, std::string message) {
    out_->faults.push_back({reason, std::move(path), std::move(message)});
  }

  // Every field that is set, depth first, in order of number, to the first fault.
  void Visit(Message* message) {
    if (!out_->faults.empty()) return;
    const Descriptor* type = message->GetDescriptor();
    if (type == types_.date) return VisitDate(*static_cast<v1::Date*>(message));
    if (type == types_.identifier) VisitIdentifier(static_cast<v1::Identifier*>(message));
    if (type == types_.position) VisitPosition(*static_cast<v1::GeoPoint*>(message));
    if (type == types_.subject) VisitSubject(*static_cast<v1::SubjectRef*>(message));
    const Reflection* reflection = message->GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection->ListFields(*message, &fields);
    for (const FieldDescriptor* field : fields) VisitField(*reflection, message, field);
    if (type == types_.interval) VisitInterval(*static_cast<v1::DateInterval*>(message));
  }

 private:
  struct Step {
    const FieldDescriptor* field;
    int index;  // -1: not repeated
  };

  void FaultHere(v1::ErrorReason reason, std::string message) {
    Fault(reason, Path(), std::move(message));
  }

  // "supplier.identifiers[0]"
  std::string Path() const {
    std::string path;
    for (const Step& step : steps_) {
      absl::StrAppend(&path, path.empty() ? "" : ".", step.field->name());
      if (step.index >= 0) absl::StrAppend(&path, "[", step.index, "]");
    }
    return path;
  }

  void VisitField(const Reflection& reflection, Message* message, const FieldDescriptor* field) {
    const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (!is_message && field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) return;
    steps_.push_back({field, -1});
    std::string scratch;
    if (!field->is_repeated()) {
      is_message ? Visit(reflection.MutableMessage(message, field))
                 : VisitText(field, reflection.GetStringReference(*message, field, &scratch));
    } else {
      for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
        steps_.back().index = i;
        is_message
            ? Visit(reflection.MutableRepeatedMessage(message, field, i))
            : VisitText(field, reflection.GetRepeatedStringReference(*message, field, i, &scratch));
      }
    }
    steps_.pop_back();
  }

  void VisitText(const FieldDescriptor* field, const std::string& text) {
    if (text.size() > kMaxTextBytes) {
      return FaultHere(
          v1::ERROR_REASON_ROW_TOO_LONG,
          absl::StrCat("the text has ", text.size(), " bytes, more than ", kMaxTextBytes));
    }
    if (text.find('\0') != std::string::npos) {
      return FaultHere(v1::ERROR_REASON_ROW_VALUE, "the text holds a NUL byte");
    }
    if (HoldsCountry(field) && !tables_.countries.IsCountryOrSubdivision(text)) {
      FaultHere(v1::ERROR_REASON_ROW_COUNTRY,
                absl::StrCat("\"", text, "\" is no ISO 3166-1 alpha-2 or 3166-2 code"));
    }
    if (field->name() == "scheme_id" && tables_.schemes.Find(text) == nullptr) {
      FaultHere(v1::ERROR_REASON_ROW_UNKNOWN_SCHEME,
                absl::StrCat("there is no certification or audit scheme \"", text,
                             "\"; data/schemes.csv lists them"));
    }
  }

  void VisitDate(const v1::Date& date) {
    if (IsAbsent(date) || IsValidDate(date)) return;
    FaultHere(v1::ERROR_REASON_ROW_DATE,
              absl::StrCat(date.year(), "-", date.month(), "-", date.day(),
                           " is no day, month or year that exists"));
  }

  // Written so that what is no number is refused too.
  void VisitPosition(const v1::GeoPoint& point) {
    const bool on_earth = point.latitude() >= -90 && point.latitude() <= 90 &&
                          point.longitude() >= -180 && point.longitude() <= 180;
    if (on_earth) return;
    FaultHere(v1::ERROR_REASON_ROW_VALUE,
              absl::StrCat(point.latitude(), ", ", point.longitude(),
                           " is no latitude (-90 to 90) and longitude (-180 to 180)"));
  }

  void VisitInterval(const v1::DateInterval& interval) {
    if (!out_->faults.empty() || IsValidInterval(interval)) return;
    FaultHere(v1::ERROR_REASON_ROW_DATE_ORDER, "the interval ends before it begins");
  }

  void VisitIdentifier(v1::Identifier* identifier) {
    identifier->clear_raw();
    identifier->clear_check();
    absl::StatusOr<v1::Identifier> normal = tables_.identifiers.Normalize(*identifier);
    if (!normal.ok()) {
      const bool unknown = ReasonOf(normal.status()) == v1::ERROR_REASON_UNKNOWN_IDENTIFIER_SCHEME;
      return FaultHere(unknown ? v1::ERROR_REASON_ROW_UNKNOWN_SCHEME : v1::ERROR_REASON_ROW_VALUE,
                       std::string(normal.status().message()));
    }
    if (normal->check() == v1::IDENTIFIER_CHECK_FAILED) {
      out_->warnings.push_back(
          {v1::ERROR_REASON_IDENTIFIER_CHECK_FAILED, Path(),
           absl::StrCat(normal->scheme(), ":", normal->value(),
                        " has a wrong shape or check digit; kept and marked as its publisher "
                        "wrote it")});
    }
    *identifier = *std::move(normal);
  }

  void VisitSubject(const v1::SubjectRef& subject) {
    if (subject.ref_case() == v1::SubjectRef::kSupplier) {
      FaultHere(v1::ERROR_REASON_ROW_VALUE,
                "a record names its subject by identifier or source_record: suppliers are put "
                "together from records, never the other way");
    }
    if (subject.has_vendor()) {
      FaultHere(v1::ERROR_REASON_ROW_VALUE,
                "a record names its subject by identifier or source_record: a vendor number means "
                "something to one authority alone");
    }
  }

  const Tables& tables_;
  Validation* out_;
  const MessageTypes& types_ = Types();
  std::vector<Step> steps_;
};

void CheckKey(const std::string& key, Walk* walk) {
  if (key.empty()) {
    return walk->Fault(v1::ERROR_REASON_ROW_KEY_MISSING, "key",
                       "the record has no key; it names the record for good");
  }
  if (key.size() > kMaxKeyBytes) {
    return walk->Fault(v1::ERROR_REASON_ROW_TOO_LONG, "key",
                       absl::StrCat("the key has ", key.size(), " bytes, more than 512"));
  }
  for (const char c : key) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      return walk->Fault(v1::ERROR_REASON_ROW_VALUE, "key", "the key holds a control character");
    }
  }
}

void CheckOrder(const v1::Date& from, const v1::Date& to, const char* path, const char* message,
                Walk* walk) {
  if (!IsValidDate(from) || !IsValidDate(to) || LastDay(to) >= FirstDay(from)) return;
  walk->Fault(v1::ERROR_REASON_ROW_DATE_ORDER, path, message);
}

void CheckCertification(const v1::Certification& certification, Walk* walk) {
  if (certification.scheme_id().empty()) {
    walk->Fault(v1::ERROR_REASON_ROW_VALUE, "certification.scheme_id", "the scheme is missing");
  }
  CheckOrder(certification.issued_on(), certification.expires_on(), "certification.expires_on",
             "the certificate expires before it is issued", walk);
  CheckOrder(certification.valid_from(), certification.expires_on(), "certification.expires_on",
             "the certificate expires before it is valid", walk);
}

void CheckShare(const v1::Link& link, Walk* walk) {
  if (link.share_percent() >= 0 && link.share_percent() <= 100) return;
  walk->Fault(v1::ERROR_REASON_ROW_VALUE, "link.share_percent",
              absl::StrCat(link.share_percent(), " is no share from 0 to 100 per cent"));
}

void CheckBody(const v1::Record& record, Walk* walk) {
  const auto needs = [walk](bool there, const char* path, const char* what) {
    if (!there) walk->Fault(v1::ERROR_REASON_ROW_VALUE, path, absl::StrCat(what, " is missing"));
  };
  const auto named = [](const auto& names) { return names.size() > 0 && !names[0].text().empty(); };
  switch (record.body_case()) {
    case v1::Record::kSupplier:
      if (record.visibility() == v1::VISIBILITY_RESTRICTED) {
        walk->Fault(v1::ERROR_REASON_ROW_VALUE, "visibility",
                    "a party cannot be RESTRICTED in this release: its names would show in the "
                    "supplier that it joins; restrict the facts about it, or load it into a "
                    "dataset of the authority's own");
      }
      return needs(named(record.supplier().names()), "supplier.names", "the name");
    case v1::Record::kSite:
      return needs(named(record.site().names()), "site.names", "the name");
    case v1::Record::kCertification:
      return CheckCertification(record.certification(), walk);
    case v1::Record::kAudit:
      needs(!record.audit().scheme_id().empty(), "audit.scheme_id", "the scheme");
      needs(record.audit().has_site(), "audit.site", "the audited site");
      return CheckOrder(record.audit().started_on(), record.audit().ended_on(), "audit.ended_on",
                        "the audit ends before it starts", walk);
    case v1::Record::kRiskFlag:
      needs(record.risk_flag().has_subject(), "risk_flag.subject", "the subject");
      return needs(record.risk_flag().type() != 0, "risk_flag.type", "the type");
    case v1::Record::kLegalMeasure:
      return needs(record.legal_measure().has_subject(), "legal_measure.subject", "the subject");
    case v1::Record::kLink:
      needs(record.link().has_from(), "link.from", "where the link starts");
      needs(record.link().has_to(), "link.to", "where the link ends");
      CheckShare(record.link(), walk);
      return needs(record.link().type() != 0, "link.type", "the type");
    case v1::Record::kVendor:
      return walk->Fault(v1::ERROR_REASON_ROW_VALUE, "vendor",
                         "vendor numbers come in through VendorService, which says what they are "
                         "worth: probity vendor import");
    case v1::Record::kJudgement:
      return walk->Fault(v1::ERROR_REASON_ROW_VALUE, "judgement",
                         "judgements come in through ReviewService, which says who judged");
    case v1::Record::kPortfolio:
      return walk->Fault(v1::ERROR_REASON_ROW_VALUE, "portfolio",
                         "portfolios come in through PortfolioService, which says who set them: "
                         "probity portfolio put");
    case v1::Record::kPortfolioMember:
      return walk->Fault(v1::ERROR_REASON_ROW_VALUE, "portfolio_member",
                         "members of portfolios come in through PortfolioService, which checks "
                         "them as a screening does: probity portfolio add");
    case v1::Record::kWaiver:
      return walk->Fault(v1::ERROR_REASON_ROW_VALUE, "waiver",
                         "waivers come in through ReviewService: two persons are needed");
    case v1::Record::kReply:
      return walk->Fault(v1::ERROR_REASON_ROW_VALUE, "reply",
                         "replies come in through ReviewService, which says who recorded them; a "
                         "reply that its publisher knows stands in risk_flag.reply");
    case v1::Record::kSeparation:
      if (auto fault = FaultOfSeparation(record)) {
        walk->Fault(fault->reason, std::move(fault->column), std::move(fault->message));
      }
      return;
    default:
      return;
  }
}

}  // namespace

Validation NormalizeAndValidate(const Tables& tables, v1::Record* record) {
  Validation result;
  Walk walk(tables, &result);
  record->clear_redactions();  // the server's own word
  CheckKey(record->key(), &walk);
  if (record->body_case() == v1::Record::BODY_NOT_SET) {
    walk.Fault(v1::ERROR_REASON_ROW_VALUE, "body", "the record says nothing but its key");
  }
  walk.Visit(record);
  if (result.faults.empty()) CheckBody(*record, &walk);
  return result;
}

std::optional<RowFault> FaultInDataset(const storage::View& view, const v1::Dataset& dataset,
                                       const v1::Record& record) {
  if (!record.has_separation()) return std::nullopt;
  return FaultOfSeparationIn(view, dataset, record.separation());
}

}  // namespace probity::ingest
