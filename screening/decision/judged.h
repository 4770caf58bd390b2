// What people judged about a subject before, and what follows from it: whom not to
// search again, and whose facts are the subject's for certain.
#ifndef PROBITY_SCREENING_DECISION_JUDGED_H_
#define PROBITY_SCREENING_DECISION_JUDGED_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "probity/v1/decision.pb.h"
#include "probity/v1/purchase.pb.h"
#include "screening/subject.h"
#include "storage/store.h"

namespace probity::screening {

// A record that a standing judgement says is the subject's.
struct JudgedLink {
  std::string judgement;  // its name
  std::string record;     // datasets/{dataset}/records/{key}
  Subject party;          // whom the record is about
  // True: the name by which the subject was asked is what was judged, so that it does
  // not speak against the record.
  bool by_name = false;
};

struct Judged {
  std::vector<v1::Judgement> all;    // for the bundle: without reasons and names of people
  std::vector<std::string> settled;  // bare ids of suppliers that are no candidates
  std::vector<JudgedLink> links;
};

// Judgements about `subject`, which `asked` led to.
absl::StatusOr<Judged> ReadJudged(const storage::View& view, const Subject& subject,
                                  const v1::ScreenedSubject& asked);

// Makes the links' parties the subject's. Where nobody was found under the reference,
// the first of them is found now; otherwise what was found stays what was found, and
// they add what names the subject. A registration that names nobody stays so.
void JoinLinks(const std::vector<JudgedLink>& links, Subject* subject);

// True when a judgement says who is found.
bool IsFoundByJudgement(const std::vector<JudgedLink>& links,
                        const v1::SubjectResolution& resolution);

// Adds the edges by judgement to facts that are the subject's by one alone.
// `own_terms` are those of the subject before JoinLinks.
absl::Status AddJudgementEdges(const storage::View& view, const std::vector<JudgedLink>& links,
                               const std::set<std::string>& own_terms,
                               v1::SubjectEvidence* evidence);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_DECISION_JUDGED_H_
