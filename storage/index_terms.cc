#include "storage/index_terms.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/names.h"
#include "storage/own_datasets.h"
#include "storage/timeline.h"

namespace probity::storage {
namespace {

using probity::v1::Certification;
using probity::v1::CommodityCode;
using probity::v1::CommodityRisk;
using probity::v1::FlagSubject;
using probity::v1::Identifier;
using probity::v1::Link;
using probity::v1::Record;
using probity::v1::SubjectRef;

constexpr absl::string_view kNul("\0", 1);

// Collects the terms of one record.
class Collector {
 public:
  explicit Collector(absl::string_view dataset) : dataset_(dataset) {}

  void Add(IndexKind kind, std::string term) { terms_.push_back({kind, std::move(term)}); }

  void AddSubject(IndexKind kind, const SubjectRef& ref) {
    std::string term = SubjectTerm(dataset_, ref);
    if (!term.empty()) Add(kind, std::move(term));
  }

  void AddIdentifiers(const google::protobuf::RepeatedPtrField<Identifier>& identifiers) {
    for (const Identifier& id : identifiers) {
      Add(IndexKind::kIdentifier, IdentifierTerm(id.scheme(), id.value()));
    }
  }

  void AddCertification(const Certification& certification) {
    if (!certification.certificate_no().empty()) {
      Add(IndexKind::kCertificateNumber,
          CertificateNumberTerm(certification.scheme_id(), certification.certificate_no()));
    }
    AddSubject(IndexKind::kCertificateParty, certification.holder());
    for (const SubjectRef& site : certification.scope().sites()) {
      AddSubject(IndexKind::kCertificateParty, site);
    }
  }

  void AddCommodityRisk(const CommodityRisk& risk) {
    Add(IndexKind::kCommodityOrigin, risk.origin());
    CommodityCode own;
    own.set_scheme(probity::v1::COMMODITY_SCHEME_PUBLISHER);
    own.set_code(risk.publisher_name());
    Add(IndexKind::kCommodityCode, CommodityTerm(own));
    for (const auto& mapped : risk.commodities()) {
      Add(IndexKind::kCommodityCode, CommodityTerm(mapped.commodity()));
    }
  }

  void AddFlagSubject(const FlagSubject& subject) {
    if (subject.has_party()) AddSubject(IndexKind::kFlagSubject, subject.party());
    if (subject.has_commodity_origin()) {
      // A region is found by its country too.
      const std::string& origin = subject.commodity_origin().origin();
      Add(IndexKind::kCommodityOrigin, origin);
      Add(IndexKind::kCommodityOrigin, origin.substr(0, 2));
      for (const CommodityCode& code : subject.commodity_origin().commodities()) {
        Add(IndexKind::kCommodityCode, CommodityTerm(code));
      }
    }
  }

  void AddVendor(const probity::v1::Vendor& vendor) {
    SubjectRef ref;
    if (vendor.has_identifier()) {
      *ref.mutable_identifier() = vendor.identifier();
      AddSubject(IndexKind::kVendorParty, ref);
    }
    for (const std::string& record : vendor.bound_records()) {
      ref.set_source_record(record);
      AddSubject(IndexKind::kVendorParty, ref);
    }
  }

  void AddJudgement(const probity::v1::Judgement& judgement) {
    for (const std::string& term : JudgementTerms(judgement.subject())) {
      Add(IndexKind::kJudgementSubject, term);
    }
    SubjectRef record;
    record.set_source_record(judgement.source_record());
    AddSubject(IndexKind::kJudgementRecord, record);
  }

  void AddWaiver(const probity::v1::Waiver& waiver) {
    for (const std::string& term : JudgementTerms(waiver.subject())) {
      Add(IndexKind::kWaiverSubject, term);
    }
  }

  void AddSeparation(const probity::v1::Separation& separation) {
    SubjectRef record;
    for (const auto* side : {&separation.records(), &separation.apart_from()}) {
      for (const std::string& name : *side) {
        record.set_source_record(name);
        AddSubject(IndexKind::kSeparated, record);
      }
    }
  }

  void AddReply(const probity::v1::Reply& reply) {
    SubjectRef about;
    about.set_source_record(reply.about());
    AddSubject(IndexKind::kReplyAbout, about);
  }

  // References, numbers and commodities: everything but identity.
  void AddReferences(const Record& record) {
    switch (record.body_case()) {
      case Record::kSite:
        for (const auto& op : record.site().operators()) {
          AddSubject(IndexKind::kSiteOperator, op.operator_());
        }
        break;
      case Record::kCertification:
        AddCertification(record.certification());
        break;
      case Record::kAudit:
        AddSubject(IndexKind::kAuditSite, record.audit().site());
        break;
      case Record::kRiskFlag:
        AddFlagSubject(record.risk_flag().subject());
        break;
      case Record::kLegalMeasure:
        AddFlagSubject(record.legal_measure().subject());
        break;
      case Record::kSelfCleaning:
        AddSubject(IndexKind::kFlagSubject, record.self_cleaning().subject());
        break;
      case Record::kDeclaration:
        AddSubject(IndexKind::kFlagSubject, record.declaration().subject());
        break;
      case Record::kCommodityRisk:
        AddCommodityRisk(record.commodity_risk());
        break;
      case Record::kLink:
        AddSubject(IndexKind::kLinkFrom, record.link().from());
        AddSubject(IndexKind::kLinkTo, record.link().to());
        break;
      case Record::kVendor:
        AddVendor(record.vendor());
        break;
      case Record::kJudgement:
        AddJudgement(record.judgement());
        break;
      case Record::kPortfolio:
        Add(IndexKind::kPortfolio, PortfolioTerm(record.portfolio().name()));
        break;
      case Record::kPortfolioMember:
        Add(IndexKind::kPortfolio, PortfolioTerm(record.portfolio_member().name()));
        break;
      case Record::kWaiver:
        AddWaiver(record.waiver());
        break;
      case Record::kReply:
        AddReply(record.reply());
        break;
      case Record::kSupplier:
      case Record::kSeparation:
      case Record::BODY_NOT_SET:
        break;
    }
  }

  std::vector<IndexTerm> Finish() {
    std::sort(terms_.begin(), terms_.end());
    terms_.erase(std::unique(terms_.begin(), terms_.end()), terms_.end());
    return std::move(terms_);
  }

 private:
  absl::string_view dataset_;
  std::vector<IndexTerm> terms_;
};

std::string Digits(absl::string_view code) {
  std::string digits;
  for (char c : code) {
    if (c >= '0' && c <= '9') digits.push_back(c);
  }
  return digits;
}

}  // namespace

std::vector<IndexTerm> IndexTermsOf(absl::string_view dataset, const v1::RecordRow& row) {
  Collector collector(dataset);
  const Record& latest = LatestRecord(row);
  if (latest.has_supplier()) {
    collector.AddIdentifiers(latest.supplier().identifiers());
  } else if (latest.has_site()) {
    collector.AddIdentifiers(latest.site().identifiers());
  } else if (latest.has_separation()) {
    collector.AddSeparation(latest.separation());
  }
  for (const v1::TimelineSegment& segment : row.segments()) {
    collector.AddReferences(segment.record());
  }
  return collector.Finish();
}

std::string IdentifierTerm(absl::string_view scheme, absl::string_view value) {
  return absl::StrCat(scheme, kNul, value);
}

std::string SubjectTerm(absl::string_view dataset, const SubjectRef& ref) {
  if (ref.has_identifier()) {
    return absl::StrCat("i", IdentifierTerm(ref.identifier().scheme(), ref.identifier().value()));
  }
  if (!ref.has_source_record()) return "";
  constexpr absl::string_view kRelative = "records/";
  absl::string_view name = ref.source_record();
  if (name.substr(0, kRelative.size()) == kRelative) {
    return RecordTerm(dataset, name.substr(kRelative.size()));
  }
  std::optional<RecordRef> target = RecordRef::FromName(name);
  return target ? RecordTerm(target->dataset, target->key) : "";
}

std::string RecordTerm(absl::string_view dataset, absl::string_view key) {
  return absl::StrCat("r", dataset, kNul, key);
}

std::set<std::string> JudgementTerms(const probity::v1::JudgedSubject& subject) {
  if (subject.has_vendor()) return {absl::StrCat("v", VendorKey(subject.vendor()))};
  if (!subject.query_digest().empty()) return {absl::StrCat("q", subject.query_digest())};
  SubjectRef ref;
  std::set<std::string> terms;
  if (subject.has_identifier()) {
    *ref.mutable_identifier() = subject.identifier();
    terms.insert(SubjectTerm("", ref));
  }
  for (const std::string& record : subject.bound_records()) {
    ref.set_source_record(record);
    terms.insert(SubjectTerm("", ref));
  }
  return terms;
}

std::string PortfolioTerm(absl::string_view name) {
  // Two parts less: "portfolios/textiles", "members/0004711".
  for (int part = 0; part < 2; ++part) {
    const size_t slash = name.rfind('/');
    name = name.substr(0, slash == absl::string_view::npos ? 0 : slash);
  }
  return std::string(name);
}

std::string CommodityTerm(const CommodityCode& code) {
  switch (code.scheme()) {
    case probity::v1::COMMODITY_SCHEME_HS:
      return absl::StrCat("HS", kNul, Digits(code.code()));
    case probity::v1::COMMODITY_SCHEME_CPV: {
      // 8 digits without the check digit; trailing zeros only pad the level.
      std::string digits = Digits(code.code()).substr(0, 8);
      while (digits.size() > 2 && digits.back() == '0') digits.pop_back();
      return absl::StrCat("CPV", kNul, digits);
    }
    default:
      return absl::StrCat("PUBLISHER", kNul, FoldName(code.code()));
  }
}

std::string CertificateNumberTerm(absl::string_view scheme_id, absl::string_view number) {
  std::string folded = FoldName(number);
  folded.erase(std::remove(folded.begin(), folded.end(), ' '), folded.end());
  return absl::StrCat(scheme_id, kNul, folded);
}

}  // namespace probity::storage
