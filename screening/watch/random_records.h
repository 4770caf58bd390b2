// Random records for histories of the watch.
#ifndef PROBITY_SCREENING_WATCH_RANDOM_RECORDS_H_
#define PROBITY_SCREENING_WATCH_RANDOM_RECORDS_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "policy/testing.h"
#include "screening/judgements.h"
#include "screening/replies.h"
#include "screening/waivers.h"
#include "screening/watch/testing.h"
#include "storage/own_datasets.h"

namespace probity::screening::testing {

inline constexpr int kKeys = 6;            // k0, k1, ... in each dataset
inline constexpr char kProcedure[] = "P";  // of all purchases and waivers

// Random records of all kinds that meet, part and contradict each other, with dates
// around today.
class RandomRecords {
 public:
  RandomRecords(uint32_t seed, WatchWorld* world) : random_(seed), world_(*world) {}

  int Pick(size_t n) { return static_cast<int>(random_() % n); }
  bool OneIn(size_t n) { return Pick(n) == 0; }

  std::string Name() {
    static const auto* names = new std::vector<std::string>{
        "Kestrel Trading Ltd", "Kestrel Shipping Ltd", "Zenith Cotton Mills",
        "Volga Textile LLC",   "Zenith Cotton Mill",   "Maria Lopez Garcia"};
    return (*names)[Pick(names->size())];
  }
  // Around today, or so long before that a period ends around today.
  std::string Date() {
    static constexpr int kMonths[] = {1, 12, 24, 36, 60};
    DayNumber day = world_.today() + Pick(50) - 30;
    if (OneIn(3)) day = AddMonths(day, -kMonths[Pick(5)]);
    std::string iso = FormatDate(DateOf(day));
    if (OneIn(8)) iso = iso.substr(0, 7);
    return policy::D(iso);
  }
  std::string Maybe(const std::string& field, size_t of, const std::string& value) {
    return OneIn(of) ? absl::StrCat(field, " ", value, " ") : "";
  }
  std::string Interval() {
    return absl::StrCat("{ ", Maybe("from", 2, Date()), Maybe("to", 2, Date()), "}");
  }
  std::string Number() { return absl::StrCat("'0000000", Pick(4), "'"); }
  std::string CompanyNumber() { return "{ scheme: 'GB-COH' value: " + Number() + " }"; }
  std::string Record(const std::string& dataset) {
    return absl::StrCat("'datasets/", dataset, "/records/k", Pick(kKeys), "'");
  }
  std::string Ref() {
    if (OneIn(3)) return "{ identifier " + CompanyNumber() + " }";
    return "{ source_record: " + Record(OneIn(3) ? "reg2" : OneIn(4) ? "own" : "reg") + " }";
  }
  std::string Site() { return "{ source_record: " + Record("papers") + " }"; }

  std::string Party() {
    std::string text = "supplier { ";
    for (int i = Pick(2); i >= 0; --i) text += "names { text: '" + Name() + "' } ";
    text +=
        Maybe("kind:", 2, "PARTY_KIND_COMPANY") + Maybe("founded", 2, Date()) +
        Maybe("dissolved", 6, Date()) + Maybe("jurisdiction:", 2, "'GB'") +
        Maybe("identifiers", 2, CompanyNumber()) +
        Maybe("identifiers", 3, "{ scheme: 'DE-CR' value: 'B" + std::to_string(Pick(3)) + "' }") +
        Maybe("identifiers", 3, "{ scheme: 'PHONE' value: '+44" + std::to_string(Pick(2)) + "' }");
    if (OneIn(5)) text += "status: ENTITY_STATUS_INACTIVE ";
    if (OneIn(8)) {
      text += "registration_status: REGISTRATION_STATUS_MERGED successor " + CompanyNumber();
    }
    return text + "} " + Maybe("visibility:", 12, "VISIBILITY_RESTRICTED");
  }
  std::string Flag() {
    static const auto* types = new std::vector<std::string>{
        "DEBARMENT", "TRAFFICKING_CONVICTION", "LISTA_SUJA", "LKSG_FINE", "CONTRACT_TERMINATED"};
    return absl::StrCat(
        "risk_flag { subject { party ", Ref(), " } type: FLAG_TYPE_", (*types)[Pick(types->size())],
        OneIn(3) ? " stage: FLAG_STAGE_ALLEGATION " : " stage: FLAG_STAGE_FINAL_ADMIN_DECISION ",
        Maybe("decided_on", 2, Date()), Maybe("event", 2, Interval()),
        Maybe("reported_on", 3, Date()), Maybe("decision_no:", 3, "'D1'"),
        Maybe("listing_intervals", 2, Interval()), "}");
  }
  std::string Measure() {
    return absl::StrCat("legal_measure { subject { party ", Ref(), " } regime: 'EU-57.4A' ",
                        "effect: MEASURE_EFFECT_MUST_EXCLUDE list_status: LIST_STATUS_ACTIVE ",
                        Maybe("in_force", 2, Interval()), Maybe("decided_on", 2, Date()), "}");
  }
  std::string Goods() {
    return absl::StrCat("commodity_risk { publisher_name: 'Cotton' origin: '",
                        OneIn(2) ? "IN" : "CN",
                        "' harms: LABOUR_HARM_FORCED_LABOUR commodities { commodity { scheme: ",
                        "COMMODITY_SCHEME_HS code: '52", OneIn(2) ? "05" : "08", "' } } ",
                        Maybe("listing_intervals", 2, Interval()), "}");
  }
  std::string Link() {
    const bool site = OneIn(3);
    return absl::StrCat("link { from ", Ref(), " to ", site ? Site() : Ref(), " type: LINK_TYPE_",
                        site ? "OPERATES" : "DIRECTOR_OF", " ", Maybe("period", 2, Interval()),
                        "}");
  }
  std::string SiteRecord() {
    return absl::StrCat(
        "site { names { text: '", Name(), "' } ",
        Maybe("operators", 2, "{ operator " + Ref() + " " + Maybe("period", 2, Interval()) + "}"),
        "}");
  }
  std::string Certificate() {
    return absl::StrCat(
        "certification { scheme_id: 'SA8000' certificate_no: 'C", Pick(2), "' holder ", Ref(),
        Maybe("issued_on", 2, Date()), Maybe("expires_on", 2, Date()),
        Maybe("verified_on", 3, Date()),
        Maybe("status_events", 3, "{ status: CERTIFICATION_STATUS_SUSPENDED from " + Date() + " }"),
        "scope { ", OneIn(2) ? "all_sites: true" : "sites " + Site(), " } ",
        "verification_method: VERIFICATION_METHOD_SCHEME_REGISTER }");
  }
  std::string Audit() {
    return absl::StrCat("audit { scheme_id: 'SMETA' site ", Site(), " ",
                        Maybe("ended_on", 2, Date()),
                        "findings { id: '1' severity: FINDING_SEVERITY_CRITICAL ",
                        Maybe("opened_on", 2, Date()), Maybe("closed_on", 2, Date()), "} }");
  }
  std::string Declaration() {
    return absl::StrCat("declaration { subject ", Ref(),
                        " kind: DECLARATION_KIND_MODERN_SLAVERY_STATEMENT declared_on ", Date(),
                        " }");
  }
  std::string Dossier() {
    return absl::StrCat("self_cleaning { subject ", Ref(), " about: ", Record("list"),
                        " outcome: SELF_CLEANING_OUTCOME_ACCEPTED ",
                        Maybe("assessed_on", 2, Date()), "valid_for: 'authorities/x' }");
  }
  std::string Separation() {
    return absl::StrCat("separation { records: ", Record("reg"),
                        " apart_from: ", Record(OneIn(2) ? "reg2" : "reg"), " reason: 'r' }");
  }
  // Of what a dataset may hold.
  std::string Body(const std::string& dataset) {
    if (dataset == "papers") {
      switch (Pick(5)) {
        case 0:
          return Certificate();
        case 1:
          return Audit();
        case 2:
          return Declaration();
        default:
          return SiteRecord();
      }
    }
    if (dataset == "list") {
      switch (Pick(6)) {
        case 0:
          return Party();
        case 1:
          return Measure();
        case 2:
          return Goods();
        case 3:
          return Dossier();
        default:
          return Flag();
      }
    }
    if (OneIn(6)) return Flag();
    if (OneIn(8)) return Separation();
    return OneIn(4) ? Link() : Party();
  }

  v1::Record Vendor(int number) {
    v1::Record record = policy::Parse<v1::Record>(absl::StrCat(
        "vendor { number { number: 'v", number, "' } display_name: '", Name(), "' ",
        OneIn(2) ? "identifier " + CompanyNumber() + " basis: VENDOR_BASIS_ASSERTED"
                 : "basis: VENDOR_BASIS_HUMAN_CONFIRMED source_record: " + Record("reg") +
                       " bound_records: " + Record("reg"),
        " }"));
    record.set_key(storage::VendorKey(record.vendor().number()));
    return record;
  }

  // A judgement that stands today, if what it is about is on record.
  v1::Record Judgement(const std::string& key) {
    const auto view = world_.View();
    v1::Record record = policy::Parse<v1::Record>(
        absl::StrCat("judgement { source_record: ", Record(OneIn(2) ? "list" : "reg"),
                     " outcome: JUDGEMENT_OUTCOME_IS", OneIn(2) ? "_NOT" : "", " }"));
    record.set_key(key);
    v1::JudgedSubject* subject = record.mutable_judgement()->mutable_subject();
    if (OneIn(2)) {
      v1::JudgedQuery query;
      query.set_name(Name());
      subject->set_query_digest(QueryDigest(query));
    } else if (OneIn(2)) {
      *subject->mutable_vendor() = Vendor(Pick(2)).vendor().number();
    } else {
      *subject = policy::Parse<v1::JudgedSubject>("bound_records: " + Record("reg"));
    }
    const auto of = SubjectFingerprint(*view, *subject).value();
    const auto about = RecordFingerprint(*view, record.judgement().source_record()).value();
    record.mutable_judgement()->set_subject_fingerprint(of.value_or(""));
    record.mutable_judgement()->set_record_fingerprint(about.value_or(""));
    return record;
  }

  // A waiver of the rule that bars, or the approval of one.
  v1::Record Waiver() {
    const std::string key = "w" + std::to_string(Pick(2));
    v1::Record record;
    v1::Waiver* waiver = record.mutable_waiver();
    record.set_key(key);
    if (OneIn(2)) {
      record.set_key("x" + key);
      waiver->set_approves(WaiverName(kAuthority, key));
      *waiver->mutable_in_force_from() = DateOf(world_.today() - 3 + Pick(9));
    }
    waiver->set_rule_id("T-BAR");
    waiver->set_derogation("NEED");
    *waiver->mutable_last_day() = DateOf(world_.today() + Pick(20));
    *waiver->mutable_contract_end() = DateOf(world_.today() + 10);
    waiver->set_procedure(kProcedure);
    // Approvals are found with what they approve.
    *waiver->mutable_subject() = policy::Parse<v1::JudgedSubject>(
        "bound_records: 'datasets/reg/records/k" + key.substr(1) + "'");
    const auto of = SubjectFingerprint(*world_.View(), waiver->subject()).value();
    waiver->set_subject_fingerprint(of.value_or(""));
    return record;
  }

  // What a supplier answers to a flag, or what that was found to be worth.
  v1::Record Reply() {
    const std::string key = "r" + std::to_string(Pick(2));
    v1::Record record =
        policy::Parse<v1::Record>("reply { about: 'datasets/list/records/k" + key.substr(1) +
                                  "' kind: REPLY_KIND_SELF_CLEANING received_on " + Date() + " }");
    record.set_key(key);
    if (!OneIn(2)) return record;
    record.set_key("x" + key);
    record.mutable_reply()->set_assesses(ReplyName(kAuthority, key));
    record.mutable_reply()->set_outcome(v1::SELF_CLEANING_OUTCOME_ACCEPTED);
    *record.mutable_reply()->mutable_assessed_on() = DateOf(world_.today() - Pick(9));
    return record;
  }

  std::string Subject() {
    switch (Pick(6)) {
      case 0:
        return "ref { identifier " + CompanyNumber() + " } name: '" + Name() + "'";
      case 1:
        return "ref { identifier " + CompanyNumber() + " }";
      case 2:
        return "ref { vendor { number: 'v" + std::to_string(Pick(2)) + "' } }";
      case 3:
        return "ref { source_record: " + Record(OneIn(2) ? "reg" : "own") + " }";
      case 4:
        return "name: '" + Name() + "' country: 'GB' address: '1 Mill Lane, Leeds'";
      default:
        return "name: '" + Name() + "'";
    }
  }
  std::string Purchase() {
    const std::string schemes = "accepted_schemes { scheme_id: 'SA8000' } ";
    return absl::StrCat(
        "authority_country: 'GB' purpose: PURPOSE_AWARD no_other_parties: true procedure: '",
        kProcedure, "' ",
        OneIn(2)
            ? absl::StrCat("items { item_id: 'i' commodity { scheme: COMMODITY_SCHEME_HS code: "
                           "'5205' } origin: 'IN' ",
                           OneIn(2) ? "manufacturer { name: '" + Name() + "' } " : "",
                           OneIn(2) ? "site " + Site() : "", " } ")
            : "",
        OneIn(2) ? "requirements { requirement_id: 'r' " + schemes +
                       (OneIn(2) ? "max_age_days: 9 " : "") + "site " + Site() + " } "
                 : "",
        OneIn(3) ? "requirements { requirement_id: 'a' audit: true accepted_schemes { scheme_id: "
                   "'SMETA' } site " +
                       Site() + (OneIn(2) ? " max_age_days: 20 " : "") + " } "
                 : "");
  }

 private:
  std::mt19937 random_;
  WatchWorld& world_;
};

}  // namespace probity::screening::testing

#endif  // PROBITY_SCREENING_WATCH_RANDOM_RECORDS_H_
