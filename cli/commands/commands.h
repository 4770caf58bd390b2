// The commands, one file each. Every function adds its command to `app`; the
// command's callback uses `session`, which outlives `app`.
#ifndef PROBITY_CLI_COMMANDS_COMMANDS_H_
#define PROBITY_CLI_COMMANDS_COMMANDS_H_

#include "CLI/CLI.hpp"
#include "cli/session.h"

namespace probity::cli {

void AddLookup(CLI::App& app, Session& session);
void AddSearch(CLI::App& app, Session& session);
void AddCompare(CLI::App& app, Session& session);
void AddExplainMiss(CLI::App& app, Session& session);
void AddCheckCert(CLI::App& app, Session& session);
void AddCheckAudit(CLI::App& app, Session& session);
void AddFlags(CLI::App& app, Session& session);
void AddCommodityRisk(CLI::App& app, Session& session);
void AddLinks(CLI::App& app, Session& session);
void AddScreen(CLI::App& app, Session& session);
void AddMatch(CLI::App& app, Session& session);
void AddDecision(CLI::App& app, Session& session);
void AddAudit(CLI::App& app, Session& session);
void AddLog(CLI::App& app, Session& session);
// acts, act-receipt and verify-act, of "log".
void AddLogActs(CLI::App* parent, Session& session);
void AddPolicy(CLI::App& app, Session& session);
// preview and differences, of "policy".
void AddPolicyComparing(CLI::App* parent, Session& session);
void AddVendor(CLI::App& app, Session& session);
void AddPortfolio(CLI::App& app, Session& session);
void AddWatch(CLI::App& app, Session& session);
void AddJudge(CLI::App& app, Session& session);
void AddWaiver(CLI::App& app, Session& session);
// reply.cc
void AddReply(CLI::App& app, Session& session);
void AddSelfCleaning(CLI::App& app, Session& session);
void AddImport(CLI::App& app, Session& session);
void AddLoad(CLI::App& app, Session& session);
void AddDataset(CLI::App& app, Session& session);
// rejected, of "dataset" and "load".
void AddRejected(CLI::App* parent, Session& session);
// update, of "dataset".
void AddDatasetUpdate(CLI::App& parent, Session& session);
// revisions, diff and rollback, of "dataset".
void AddDatasetRevisions(CLI::App& parent, Session& session);
// affected, export and hold, of "dataset".
void AddDatasetAffected(CLI::App& parent, Session& session);
void AddDatasetExport(CLI::App& parent, Session& session);
void AddDatasetHold(CLI::App& parent, Session& session);
void AddPut(CLI::App& app, Session& session);
void AddRemove(CLI::App& app, Session& session);
void AddSupplier(CLI::App& app, Session& session);
void AddRedact(CLI::App& app, Session& session);
void AddSubjectReport(CLI::App& app, Session& session);
// backup.cc
void AddBackup(CLI::App& app, Session& session);
void AddCheckStore(CLI::App& app, Session& session);
void AddFormats(CLI::App& app, Session& session);
void AddInfo(CLI::App& app, Session& session);
void AddDoctor(CLI::App& app, Session& session);
// help, man and completion: what the program says of itself.
void AddHelp(CLI::App& app, Session& session);

}  // namespace probity::cli

#endif  // PROBITY_CLI_COMMANDS_COMMANDS_H_
