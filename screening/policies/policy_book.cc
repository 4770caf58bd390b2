#include "screening/policies/policy_book.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/timestamps.h"

namespace probity::screening {
namespace {

constexpr char kVersionPrefix[] = "policy-version/";
constexpr char kUsePrefix[] = "policy-use/";

std::string NameOf(const policy::PolicyHeader& header) {
  return absl::StrCat("policies/", header.id, "/versions/", header.version);
}

// Authorities that are none have a key too.
std::string UseKey(absl::string_view authority, v1::PolicyLabel label) {
  return absl::StrCat(kUsePrefix, static_cast<int>(label), "/", authority);
}

absl::Status ReleaseFault(absl::string_view what) {
  return absl::FailedPreconditionError(absl::StrCat("a shipped policy cannot be used: ", what));
}

}  // namespace

absl::StatusOr<std::unique_ptr<PolicyBook>> PolicyBook::Open(PolicyBookOptions options) {
  std::unique_ptr<PolicyBook> book(new PolicyBook(std::move(options)));
  absl::Status status = book->ReadStored();
  if (status.ok()) status = book->AddShipped();
  if (!status.ok()) return status;
  return book;
}

// Packs first: what takes them in comes after.
absl::Status PolicyBook::ReadStored() {
  auto rows = options_.store->ListMeta(kVersionPrefix);
  if (!rows.ok()) return rows.status();
  absl::MutexLock lock(&mutex_);
  for (const bool packs : {true, false}) {
    for (const auto& [key, value] : *rows) {
      storage::v1::StoredPolicy stored;
      if (!stored.ParseFromString(value)) return StoreCorrupt(key, "the policy cannot be read");
      if (stored.packs().empty() != packs) continue;
      auto entry = Compile(std::move(stored));
      // A release that reads policies more strictly must not stop the server.
      if (!entry.ok()) continue;
      std::string name = NameOf(entry->header);
      entries_.emplace(std::move(name), *std::move(entry));
    }
  }
  auto uses = options_.store->ListMeta(kUsePrefix);
  if (!uses.ok()) return uses.status();
  for (const auto& [key, value] : *uses) {
    storage::v1::PolicyUse use;
    const std::vector<std::string> parts = absl::StrSplit(
        absl::string_view(key).substr(sizeof(kUsePrefix) - 1), absl::MaxSplits('/', 1));
    if (!use.ParseFromString(value) || parts.size() != 2 || parts[0].size() != 1) {
      return StoreCorrupt(key, "the use of a policy cannot be read");
    }
    uses_[{parts[1], static_cast<v1::PolicyLabel>(parts[0][0] - '0')}] = std::move(use);
  }
  return absl::OkStatus();
}

absl::Status PolicyBook::AddShipped() {
  absl::MutexLock lock(&mutex_);
  for (const bool packs : {true, false}) {
    for (const std::string& text : options_.shipped) {
      const policy::PolicyHeader header = policy::ReadPolicyHeader(text);
      if (!header.faults.empty()) return ReleaseFault(policy::FormatFaults(header.faults));
      if (header.includes.empty() != packs) continue;
      const std::string name = NameOf(header);
      const auto known = entries_.find(name);
      if (known != entries_.end()) {
        if (known->second.stored.text() == text) continue;
        return ReleaseFault(absl::StrCat(name, " differs from the one stored before"));
      }
      storage::v1::StoredPolicy stored;
      stored.set_text(text);
      PinPacks(header, &stored);
      auto entry = Compile(std::move(stored));
      if (!entry.ok()) return ReleaseFault(entry.status().message());
      if (absl::Status kept = Keep(name, *entry); !kept.ok()) return kept;
      entries_.emplace(name, *std::move(entry));
    }
  }
  return absl::OkStatus();
}

// Who takes in "eu" means the shipped law of the European Union.
absl::Status PolicyBook::CheckNotShipped(const policy::PolicyHeader& header) const {
  const std::string prefix = absl::StrCat("policies/", header.id, "/versions/");
  const auto at = entries_.lower_bound(prefix);
  const bool shipped = at != entries_.end() && absl::StartsWith(at->first, prefix) &&
                       at->second.stored.created_by().empty();
  return shipped
             ? InvalidField("text", absl::StrCat("the id ", header.id,
                                                 " is that of a shipped policy; choose another"))
             : absl::OkStatus();
}

void PolicyBook::PinPacks(const policy::PolicyHeader& header,
                          storage::v1::StoredPolicy* stored) const {
  for (const std::string& id : header.includes) {
    auto name = FullName(absl::StrCat("policies/", id));
    if (name.ok()) stored->add_packs(*std::move(name));
  }
}

absl::StatusOr<PolicyBook::Entry> PolicyBook::Compile(storage::v1::StoredPolicy stored) const {
  std::vector<std::string> packs;
  for (const std::string& name : stored.packs()) {
    const auto pack = entries_.find(name);
    if (pack != entries_.end()) packs.push_back(pack->second.stored.text());
  }
  policy::Compilation compiled =
      policy::CompilePolicy(stored.text(), packs, {*options_.countries, *options_.groups});
  if (compiled.policy == nullptr) {
    return PolicyInvalid("text", policy::FormatFaults(compiled.faults));
  }
  policy::PolicyHeader header = policy::ReadPolicyHeader(stored.text());
  return Entry{std::move(stored), std::move(header), compiled.policy, std::move(compiled.warnings)};
}

absl::Status PolicyBook::Keep(const std::string& name, const Entry& entry) {
  return options_.store->PutMeta(absl::StrCat(kVersionPrefix, name),
                                 entry.stored.SerializeAsString());
}

absl::StatusOr<PolicyBook::Made> PolicyBook::Check(const std::string& text) const {
  const policy::PolicyHeader header = policy::ReadPolicyHeader(text);
  if (!header.faults.empty()) return PolicyInvalid("text", policy::FormatFaults(header.faults));
  absl::ReaderMutexLock lock(&mutex_);
  if (absl::Status free = CheckNotShipped(header); !free.ok()) return free;
  storage::v1::StoredPolicy stored;
  stored.set_text(text);
  PinPacks(header, &stored);
  auto entry = Compile(std::move(stored));
  if (!entry.ok()) return entry.status();
  return MadeOf(*entry);
}

PolicyBook::Made PolicyBook::MadeOf(const Entry& entry) const {
  Made made{Describe(NameOf(entry.header), entry, ""), {}, entry.policy};
  for (const policy::PolicyFault& warning : entry.warnings) {
    made.warnings.push_back(policy::FormatFaults({warning}));
  }
  return made;
}

absl::StatusOr<PolicyBook::Made> PolicyBook::Create(const std::string& text,
                                                    const PolicyAuthor& author) {
  const policy::PolicyHeader header = policy::ReadPolicyHeader(text);
  if (!header.faults.empty()) return PolicyInvalid("text", policy::FormatFaults(header.faults));
  const std::string name = NameOf(header);
  absl::MutexLock lock(&mutex_);
  if (absl::Status free = CheckNotShipped(header); !free.ok()) return free;
  const auto known = entries_.find(name);
  if (known != entries_.end()) {
    if (known->second.stored.text() != text) return PolicyExists(name);
    return MadeOf(known->second);
  }
  storage::v1::StoredPolicy stored;
  stored.set_text(text);
  stored.set_created_by(author.principal);
  stored.set_created_at_us(author.now_us);
  PinPacks(header, &stored);
  auto entry = Compile(std::move(stored));
  if (!entry.ok()) return entry.status();
  if (absl::Status kept = Keep(name, *entry); !kept.ok()) return kept;
  return MadeOf(entries_.emplace(name, *std::move(entry)).first->second);
}

// Of several versions the one made last; of equally old ones, as shipped ones
// are, the greatest by name.
absl::StatusOr<std::string> PolicyBook::FullName(absl::string_view name) const {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  const bool versioned = parts.size() == 4 && parts[2] == "versions";
  if (parts[0] != "policies" || (parts.size() != 2 && !versioned) || parts[1].empty()) {
    return InvalidField("policy", "must be policies/{policy} or with /versions/{version}");
  }
  if (versioned) return std::string(name);
  const std::pair<const std::string, Entry>* newest = nullptr;
  const std::string prefix = absl::StrCat(name, "/versions/");
  for (auto at = entries_.lower_bound(prefix);
       at != entries_.end() && absl::StartsWith(at->first, prefix); ++at) {
    const bool newer = newest == nullptr ||
                       at->second.stored.created_at_us() >= newest->second.stored.created_at_us();
    if (newer) newest = &*at;
  }
  if (newest == nullptr) return PolicyNotFound(name);
  return newest->first;
}

absl::StatusOr<const PolicyBook::Entry*> PolicyBook::FindEntry(absl::string_view name) const {
  auto full = FullName(name);
  if (!full.ok()) return full.status();
  const auto entry = entries_.find(*full);
  if (entry == entries_.end()) return PolicyNotFound(name);
  return &entry->second;
}

absl::StatusOr<PolicyPtr> PolicyBook::Find(absl::string_view name) const {
  absl::ReaderMutexLock lock(&mutex_);
  auto entry = FindEntry(name);
  if (!entry.ok()) return entry.status();
  return (*entry)->policy;
}

absl::StatusOr<std::string> PolicyBook::TextOf(absl::string_view name) const {
  absl::ReaderMutexLock lock(&mutex_);
  auto entry = FindEntry(name);
  if (!entry.ok()) return entry.status();
  return (*entry)->stored.text();
}

v1::PolicyVersion PolicyBook::Describe(const std::string& name, const Entry& entry,
                                       absl::string_view authority) const {
  v1::PolicyVersion version;
  version.set_name(name);
  version.set_title(entry.header.title);
  version.set_sha256(ToHex(Sha256(entry.stored.text())));
  version.set_shipped(entry.stored.created_by().empty());
  version.set_pack(entry.header.includes.empty());
  version.set_rules(entry.header.rules);
  version.set_created_by(entry.stored.created_by());
  if (entry.stored.created_at_us() != 0) {
    *version.mutable_create_time() = TimestampOfMicros(entry.stored.created_at_us());
  }
  for (const v1::PolicyLabel label : {v1::POLICY_LABEL_CANDIDATE, v1::POLICY_LABEL_STABLE}) {
    const storage::v1::PolicyUse* use = UseOf(authority, label);
    if (use != nullptr && use->name() == name) version.set_label(label);
  }
  return version;
}

absl::StatusOr<v1::PolicyVersion> PolicyBook::Describe(absl::string_view name,
                                                       absl::string_view authority) const {
  absl::ReaderMutexLock lock(&mutex_);
  auto entry = FindEntry(name);
  if (!entry.ok()) return entry.status();
  return Describe(NameOf((*entry)->header), **entry, authority);
}

std::vector<v1::PolicyVersion> PolicyBook::List(absl::string_view authority) const {
  absl::ReaderMutexLock lock(&mutex_);
  std::vector<v1::PolicyVersion> all;
  for (const auto& [name, entry] : entries_) all.push_back(Describe(name, entry, authority));
  return all;
}

const storage::v1::PolicyUse* PolicyBook::UseOf(absl::string_view authority,
                                                v1::PolicyLabel label) const {
  const auto use = uses_.find({std::string(authority), label});
  return use == uses_.end() || use->second.name().empty() ? nullptr : &use->second;
}

std::vector<PolicyPtr> PolicyBook::InUse() const {
  absl::ReaderMutexLock lock(&mutex_);
  std::set<std::string> names = {options_.default_policy};
  for (const auto& [use, chosen] : uses_) {
    if (use.second == v1::POLICY_LABEL_STABLE) names.insert(chosen.name());
  }
  std::vector<PolicyPtr> policies;
  for (const std::string& name : names) {
    if (name.empty()) continue;
    auto entry = FindEntry(name);
    if (entry.ok() && (*entry)->policy != nullptr) policies.push_back((*entry)->policy);
  }
  return policies;
}

std::set<std::string> PolicyBook::ShippedRuleIds() const {
  absl::ReaderMutexLock lock(&mutex_);
  std::set<std::string> ids;
  for (const auto& [name, entry] : entries_) {
    if (!entry.stored.created_by().empty() || entry.policy == nullptr) continue;
    for (std::string& id : entry.policy->RuleIds()) ids.insert(std::move(id));
  }
  return ids;
}

absl::StatusOr<PolicyPtr> PolicyBook::Stable(absl::string_view authority) const {
  absl::ReaderMutexLock lock(&mutex_);
  const storage::v1::PolicyUse* use = UseOf(authority, v1::POLICY_LABEL_STABLE);
  if (use == nullptr && options_.default_policy.empty()) return NoActivePolicy(authority);
  auto entry = FindEntry(use == nullptr ? options_.default_policy : use->name());
  if (!entry.ok()) return entry.status();
  return (*entry)->policy;
}

std::optional<PolicyBook::CandidateUse> PolicyBook::Candidate(absl::string_view authority) const {
  absl::ReaderMutexLock lock(&mutex_);
  const storage::v1::PolicyUse* use = UseOf(authority, v1::POLICY_LABEL_CANDIDATE);
  if (use == nullptr) return std::nullopt;
  auto entry = FindEntry(use->name());
  if (!entry.ok()) return std::nullopt;
  return CandidateUse{(*entry)->policy, use->set_at_us()};
}

absl::Status PolicyBook::Activate(absl::string_view name, v1::PolicyLabel label,
                                  const PolicyAuthor& author) {
  if (label != v1::POLICY_LABEL_STABLE && label != v1::POLICY_LABEL_CANDIDATE) {
    return InvalidField("label", "must be STABLE or CANDIDATE");
  }
  if (name.empty() && label == v1::POLICY_LABEL_STABLE) {
    return InvalidField("name", "is empty; name the version that is to decide");
  }
  absl::MutexLock lock(&mutex_);
  storage::v1::PolicyUse use;
  if (!name.empty()) {
    auto entry = FindEntry(name);
    if (!entry.ok()) return entry.status();
    use.set_name(NameOf((*entry)->header));
  }
  use.set_set_by(author.principal);
  use.set_set_at_us(author.now_us);
  absl::Status kept =
      options_.store->PutMeta(UseKey(author.authority, label), use.SerializeAsString());
  if (!kept.ok()) return kept;
  uses_[{author.authority, label}] = std::move(use);
  return absl::OkStatus();
}

}  // namespace probity::screening
