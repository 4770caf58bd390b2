#include "screening/decision/replay.h"

#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/civil_day.h"
#include "base/errors.h"
#include "base/hash.h"
#include "screening/decision/free_texts.h"

namespace probity::screening {
namespace {

// Places in SubjectEvidence.personal.
enum PersonalPlace { kName = 0, kAddress = 1, kFounded = 2, kNameOnRecord = 3 };

class TextsByDigest {
 public:
  explicit TextsByDigest(const Recorded& recorded) {
    for (const v1::PersonalText& text : recorded.personal) texts_[text.digest()] = &text;
  }

  std::string At(const v1::SubjectEvidence& evidence, PersonalPlace place) const {
    if (evidence.personal_size() <= place) return "";
    const auto text = texts_.find(evidence.personal(place).digest());
    return text == texts_.end() ? "" : text->second->text();
  }

  void AddSalt(const std::string& digest, std::vector<std::string>* salts) const {
    const auto text = texts_.find(digest);
    if (text != texts_.end()) salts->push_back(text->second->salt());
  }

  void PutBack(const v1::SubjectEvidence& evidence, v1::ScreenedSubject* subject) const {
    subject->set_name(At(evidence, kName));
    subject->set_address(At(evidence, kAddress));
    const std::string founded = At(evidence, kFounded);
    auto date = ParseDate(founded);
    if (!founded.empty() && date.ok()) *subject->mutable_founded() = *date;
  }

 private:
  std::map<std::string, const v1::PersonalText*> texts_;
};

// A line for each finding, by which cores are compared and told apart.
std::map<std::string, std::string> FindingsOf(const v1::DecisionCore& core) {
  std::map<std::string, std::string> lines;
  for (const v1::RuleFinding& finding : core.findings()) {
    const std::string about = absl::StrCat(
        finding.rule_id(), " about ",
        finding.subject().empty() ? (finding.item_id().empty() ? "the purchase" : finding.item_id())
                                  : finding.subject(),
        finding.dataset().empty() ? "" : absl::StrCat(" (", finding.dataset(), ")"));
    lines[about] = v1::RuleEffect_Name(finding.purchase_effect()).substr(sizeof("RULE_EFFECT"));
  }
  return lines;
}

class Differences {
 public:
  explicit Differences(size_t most) : most_(most) {}

  void Add(std::string line) {
    if (lines_.size() < most_) lines_.push_back(std::move(line));
  }
  template <typename Value>
  void Compare(absl::string_view what, const Value& before, const Value& after) {
    if (before != after) Add(absl::StrCat(what, ": ", before, " before, ", after, " after"));
  }
  std::vector<std::string> Take() { return std::move(lines_); }

 private:
  const size_t most_;
  std::vector<std::string> lines_;
};

void CompareFindings(const v1::DecisionCore& before, const v1::DecisionCore& after,
                     Differences* differences) {
  const auto old_lines = FindingsOf(before);
  const auto new_lines = FindingsOf(after);
  for (const auto& [about, effect] : old_lines) {
    const auto other = new_lines.find(about);
    if (other == new_lines.end()) {
      differences->Add(absl::StrCat(about, ": fired before (", effect, "), does not now"));
    } else {
      differences->Compare(about, effect, other->second);
    }
  }
  for (const auto& [about, effect] : new_lines) {
    if (old_lines.count(about) == 0) {
      differences->Add(absl::StrCat(about, ": fires now (", effect, "), did not before"));
    }
  }
}

std::string PoliciesOf(const v1::DecisionCore& core) {
  return absl::StrJoin(core.policies(), ", ", [](std::string* out, const v1::PolicyRef& ref) {
    absl::StrAppend(out, ref.name());
  });
}

}  // namespace

absl::StatusOr<Recorded> ReadRecorded(const std::string& name, const std::string& core_bytes,
                                      const std::string& bundle_bytes,
                                      std::vector<v1::PersonalText> personal) {
  Recorded recorded;
  recorded.bundle_bytes = bundle_bytes;
  recorded.personal = std::move(personal);
  if (!recorded.core.ParseFromString(core_bytes) ||
      !recorded.bundle.ParseFromString(bundle_bytes)) {
    return StoreCorrupt(name, "the decision cannot be read");
  }
  if (recorded.core.bundle_digest() != Sha256(bundle_bytes)) {
    return StoreCorrupt(name, "the bundle is not the one that was decided on");
  }
  return recorded;
}

int ErasedTexts(const Recorded& recorded) {
  int erased = 0;
  for (const v1::PersonalText& text : recorded.personal) erased += text.has_erase_time() ? 1 : 0;
  return erased;
}

bool AskedTextsErased(const Recorded& recorded) {
  std::set<std::string> erased;
  for (const v1::PersonalText& text : recorded.personal) {
    if (text.has_erase_time()) erased.insert(text.digest());
  }
  for (const v1::SubjectEvidence& evidence : recorded.bundle.subjects()) {
    for (const v1::PersonalDigest& one : evidence.personal()) {
      if (erased.count(one.digest()) > 0) return true;
    }
  }
  return false;
}

v1::ScreenSupplierRequest RequestOf(const Recorded& recorded) {
  const TextsByDigest texts(recorded);
  const v1::EvidenceBundle& bundle = recorded.bundle;
  v1::ScreenSupplierRequest request;
  *request.mutable_purchase() = bundle.purchase();
  *request.mutable_subject() = bundle.subject();
  *request.mutable_as_of() = bundle.as_of();
  std::map<std::string, v1::ScreenedSubject*> subjects{{"subject", request.mutable_subject()}};
  for (int i = 0; i < bundle.purchase().parties_size(); ++i) {
    subjects[absl::StrCat("parties[", i, "].subject")] =
        request.mutable_purchase()->mutable_parties(i)->mutable_subject();
  }
  for (int i = 0; i < bundle.purchase().items_size(); ++i) {
    subjects[absl::StrCat("items[", i, "].manufacturer")] =
        request.mutable_purchase()->mutable_items(i)->mutable_manufacturer();
  }
  for (const v1::SubjectEvidence& evidence : bundle.subjects()) {
    const auto subject = subjects.find(evidence.path());
    if (subject != subjects.end()) texts.PutBack(evidence, subject->second);
  }
  for (int i = 0; i < bundle.purchase().items_size(); ++i) {
    if (!bundle.purchase().items(i).has_manufacturer()) {
      request.mutable_purchase()->mutable_items(i)->clear_manufacturer();
    }
  }
  return request;
}

std::string DisplayNameOf(const Recorded& recorded) {
  if (recorded.bundle.subjects().empty()) return "";
  const TextsByDigest texts(recorded);
  const v1::SubjectEvidence& supplier = recorded.bundle.subjects(0);
  const std::string asked = texts.At(supplier, kName);
  return asked.empty() ? texts.At(supplier, kNameOnRecord) : asked;
}

absl::StatusOr<Decided> DecideAgain(const Shelf& shelf, const When& when,
                                    const policy::CompiledPolicy& policy, const v1::Engine& engine,
                                    const Recorded& recorded, SaltSource salts) {
  v1::ScreenSupplierRequest request = RequestOf(recorded);
  *request.mutable_as_of() = DateOf(when.day);
  return Decide(shelf, when, {policy, recorded.bundle.authority(), engine}, request,
                std::move(salts));
}

SaltSource SaltsOf(const Recorded& recorded) {
  const TextsByDigest texts(recorded);
  std::vector<std::string> salts;
  for (const PlacedText& placed : PlacedTexts(recorded.bundle)) {
    texts.AddSalt(placed.digest, &salts);
  }
  auto next = std::make_shared<size_t>(0);
  return [next, salts = std::move(salts)] {
    const size_t at = (*next)++;
    return at < salts.size() ? salts[at] : std::string();
  };
}

std::vector<std::string> DifferencesOf(const v1::DecisionCore& before,
                                       const v1::DecisionCore& after, size_t most) {
  Differences differences(most);
  differences.Compare("verdict", v1::Verdict_Name(before.verdict()),
                      v1::Verdict_Name(after.verdict()));
  differences.Compare("identity", v1::IdentityState_Name(before.identity()),
                      v1::IdentityState_Name(after.identity()));
  differences.Compare("evidence", v1::EvidenceState_Name(before.evidence()),
                      v1::EvidenceState_Name(after.evidence()));
  differences.Compare("risk", v1::RiskState_Name(before.risk()), v1::RiskState_Name(after.risk()));
  CompareFindings(before, after, &differences);
  differences.Compare("missing lists", absl::StrJoin(before.missing_sources(), ", "),
                      absl::StrJoin(after.missing_sources(), ", "));
  differences.Compare("policies", PoliciesOf(before), PoliciesOf(after));
  differences.Compare("as_of", FormatDate(before.as_of()), FormatDate(after.as_of()));
  differences.Compare("revision", before.revision().revision(), after.revision().revision());
  return differences.Take();
}

}  // namespace probity::screening
