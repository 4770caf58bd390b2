// Decisions of a backup derived again from the backup: that it holds what they were made
// from, in a form that can be read.
#ifndef PROBITY_SERVICES_SERVER_REPLAY_BACKUP_H_
#define PROBITY_SERVICES_SERVER_REPLAY_BACKUP_H_

#include "matching/matcher.h"
#include "services/screening_service/operations.h"
#include "services/server_info/backup_keeper.h"

namespace probity::server {

// With the rules, policies and texts of `bench`, and over the store of the backup, whose
// name index is made in memory. `matcher` and what `bench` names are borrowed.
server_info::ReplayDecisions ReplayWith(const screening_service::Bench& bench,
                                        const matching::Matcher& matcher);

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_REPLAY_BACKUP_H_
