// What the watch already knows: what each member came to over head, and whether what its
// decision read is changed. Who is known and not touched need not be decided.
#ifndef PROBITY_SCREENING_PREVIEW_KNOWN_MEMBERS_H_
#define PROBITY_SCREENING_PREVIEW_KNOWN_MEMBERS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "base/civil_day.h"
#include "probity/v1/watch.pb.h"
#include "screening/preview/comparison.h"
#include "screening/watch/watch.h"

namespace probity::screening {

// Some 150 bytes a member.
class KnownMembers {
 public:
  struct Known {
    const std::string* policy = nullptr;  // by which it was decided
    bool touched = false;
    v1::WatchedVerdict verdict;  // of the touched alone
  };
  // As of which point it is asked, and for whom; borrowed but for the point.
  struct Question {
    WatchPoint at;
    const std::map<std::string, BothViews>& views;  // by authority
    const ChangedNames& names;
    int threads = 1;
    std::function<absl::Status()> still_wanted;
  };

  // Reads what `watch` has weighed. Rows of another day or a later revision are left out,
  // and all of them where the watch is not there yet: these members are not known.
  // Errors of still_wanted and of IsTouched().
  absl::Status Read(const Watch& watch, const Question& question);

  // nullptr: not known.
  const Known* Find(const MemberPlace& place) const;

 private:
  struct Row {
    MemberPlace place;
    storage::v1::WatchedReads reads;
  };
  absl::Status Sieve(const Question& question);
  void Keep(const Question& question, const MemberPlace& place,
            const storage::v1::WatchedMemberRow& row);

  std::vector<Row> share_;  // of rows that are not sieved yet
  std::vector<std::pair<MemberPlace, bool>> sieved_;
  size_t next_ = 0;  // in sieved_
  std::set<std::string> policies_;
  absl::flat_hash_map<std::string, Known> members_;
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_PREVIEW_KNOWN_MEMBERS_H_
