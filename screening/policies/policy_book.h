// The policies of a server: those shipped and those made by its users, which
// version each authority uses, and each ready to be evaluated. Kept in the store's
// meta table, beside its revisions: a version never changes.
#ifndef PROBITY_SCREENING_POLICIES_POLICY_BOOK_H_
#define PROBITY_SCREENING_POLICIES_POLICY_BOOK_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "policy/compile.h"
#include "probity/storage/v1/storage.pb.h"
#include "probity/v1/policy_service.pb.h"
#include "storage/store.h"

namespace probity::screening {

using PolicyPtr = std::shared_ptr<const policy::CompiledPolicy>;

struct PolicyBookOptions {
  storage::Store* store = nullptr;  // borrowed
  // By which codes of places are read; borrowed.
  const Countries* countries = nullptr;
  const policy::CountryGroups* groups = nullptr;
  // Texts shipped with the release, packs and policies in any order.
  std::vector<std::string> shipped;
  // policies/{policy} for authorities that activated none; empty: none.
  std::string default_policy;
};

// Who changes something, and when.
struct PolicyAuthor {
  std::string principal;
  std::string authority;  // "authorities/{a}", or empty
  int64_t now_us = 0;
};

// Thread-safe.
class PolicyBook {
 public:
  // Stores the shipped versions that are new. FAILED_PRECONDITION when a shipped
  // text has faults or differs from the stored one of its name; errors of the
  // store.
  static absl::StatusOr<std::unique_ptr<PolicyBook>> Open(PolicyBookOptions options);

  struct Made {
    v1::PolicyVersion version;
    std::vector<std::string> warnings;
    PolicyPtr policy;
  };
  // Makes a version, durable when this returns. The packs it takes in are pinned
  // to their newest versions. An equal text made before is no error.
  //   INVALID_ARGUMENT / POLICY_INVALID, or INVALID_FIELD for the id of a shipped
  //   policy; ALREADY_EXISTS / POLICY_EXISTS.
  absl::StatusOr<Made> Create(const std::string& text, const PolicyAuthor& author);
  // The same without keeping it. A version that exists with another text is no
  // error here.
  absl::StatusOr<Made> Check(const std::string& text) const;

  // policies/{policy} (its newest version by time of making) or with
  // /versions/{version}. NOT_FOUND / POLICY_NOT_FOUND; INVALID_ARGUMENT /
  // INVALID_FIELD for another form.
  absl::StatusOr<PolicyPtr> Find(absl::string_view name) const;
  // Its text.
  absl::StatusOr<std::string> TextOf(absl::string_view name) const;
  absl::StatusOr<v1::PolicyVersion> Describe(absl::string_view name,
                                             absl::string_view authority) const;
  // All versions, in order of name.
  std::vector<v1::PolicyVersion> List(absl::string_view authority) const;

  // What decides for the authority. FAILED_PRECONDITION / NO_ACTIVE_POLICY.
  absl::StatusOr<PolicyPtr> Stable(absl::string_view authority) const;
  // What is evaluated beside it, since when; nullopt: nothing.
  struct CandidateUse {
    PolicyPtr policy;
    int64_t since_us = 0;
  };
  std::optional<CandidateUse> Candidate(absl::string_view authority) const;
  // What decides for anybody: the default policy and those that authorities activated.
  std::vector<PolicyPtr> InUse() const;
  // Ids of the rules that came with the release: not written by any user.
  std::set<std::string> ShippedRuleIds() const;
  // Durable when this returns. An empty name ends a candidate.
  absl::Status Activate(absl::string_view name, v1::PolicyLabel label, const PolicyAuthor& author);

 private:
  struct Entry {
    storage::v1::StoredPolicy stored;
    policy::PolicyHeader header;
    PolicyPtr policy;
    std::vector<policy::PolicyFault> warnings;
  };
  using Use = std::pair<std::string, v1::PolicyLabel>;  // authority, label

  explicit PolicyBook(PolicyBookOptions options) : options_(std::move(options)) {}
  absl::Status ReadStored();
  absl::Status AddShipped();
  absl::StatusOr<Entry> Compile(storage::v1::StoredPolicy stored) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  Made MadeOf(const Entry& entry) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  // INVALID_ARGUMENT / INVALID_FIELD where the id is that of a shipped policy.
  absl::Status CheckNotShipped(const policy::PolicyHeader& header) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  // The newest version of packs that a text names, where there are any.
  void PinPacks(const policy::PolicyHeader& header, storage::v1::StoredPolicy* stored) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<std::string> FullName(absl::string_view name) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<const Entry*> FindEntry(absl::string_view name) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  // nullptr: none.
  const storage::v1::PolicyUse* UseOf(absl::string_view authority, v1::PolicyLabel label) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  v1::PolicyVersion Describe(const std::string& name, const Entry& entry,
                             absl::string_view authority) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  absl::Status Keep(const std::string& name, const Entry& entry);

  const PolicyBookOptions options_;
  mutable absl::Mutex mutex_;
  std::map<std::string, Entry> entries_ ABSL_GUARDED_BY(mutex_);  // by full name
  std::map<Use, storage::v1::PolicyUse> uses_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_POLICIES_POLICY_BOOK_H_
