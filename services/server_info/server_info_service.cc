#include "services/server_info/server_info_service.h"

#include <utility>
#include <vector>

#include "base/timestamps.h"
#include "ingest/importer.h"
#include "matching/params.h"
#include "screening/facts.h"
#include "screening/identity.h"
#include "screening/names/limits.h"
#include "screening/policies/source_ages.h"
#include "services/rpc/limits.h"
#include "services/rpc/view.h"
#include "services/server_info/operations.h"

namespace probity::server_info {
namespace {

void AddFormats(v1::GetServerInfoResponse* info) {
  for (const ingest::Format& format : ingest::Formats()) {
    v1::ImportFormat* shown = info->add_formats();
    shown->set_name(std::string(format.name));
    shown->set_description(std::string(format.description));
    shown->set_needs_mapping(format.needs_mapping);
  }
}

void AddSchemes(const policy::SchemeCatalogue& schemes, v1::GetServerInfoResponse* info) {
  for (const auto& [id, scheme] : schemes.all()) {
    v1::SchemeInfo* shown = info->add_schemes();
    shown->set_scheme_id(id);
    shown->set_title(scheme.title);
    shown->set_assurance_type(scheme.assurance);
    for (const policy::Grade& grade : scheme.grades) shown->add_grades(grade.name);
    shown->set_register_url(scheme.register_url);
  }
}

void AddData(const storage::View& view, v1::GetServerInfoResponse* info) {
  *info->mutable_revision() = view.token();
  const storage::v1::Manifest& manifest = view.manifest();
  *info->mutable_published_at() = TimestampOfMicros(manifest.published_at_us());
  info->set_supplier_count(manifest.supplier_count());
  uint64_t records = 0;
  for (const storage::v1::DatasetState& state : manifest.datasets()) {
    *info->add_datasets() = screening::EditionOf(state);
    records += state.record_count();
  }
  info->set_record_count(records);
}

// By the caller's own policy: that of others is none of its business.
void AddFreshness(const storage::View& view, const screening::PolicyBook& policies, absl::Time now,
                  v1::GetServerInfoResponse* info) {
  std::vector<screening::PolicyPtr> in_force;
  if (auto policy = policies.Stable(view.authority()); policy.ok()) in_force.push_back(*policy);
  for (const screening::SourceAge& source :
       screening::AgesOf(view, screening::AgeLimits(in_force), now)) {
    v1::SourceFreshness* shown = info->add_source_freshness();
    shown->set_dataset(source.dataset);
    shown->set_loaded(source.loaded);
    if (source.age) shown->set_age_seconds(absl::ToInt64Seconds(*source.age));
    shown->set_max_age_days(source.max_age_days);
    shown->set_stale(source.stale);
  }
}

void AddNameLimits(const matching::Matcher& matcher, const IdentifierCatalogue& identifiers,
                   v1::GetServerInfoResponse* info) {
  constexpr double kOne = matching::kFullScore;
  info->set_matcher_version(screening::MatcherVersion(matcher, identifiers));
  info->set_match_threshold(matching::kThreshold / kOne);
  info->set_name_only_ceiling(screening::kNameAloneCeiling / kOne);
  info->set_max_name_bytes(static_cast<int32_t>(screening::kMaxNameBytes));
  info->set_max_search_page_size(rpc::kMaxSearchPageSize);
  info->set_max_search_hits(screening::kMaxSearchHits);
}

// Sizes are left out: they would tell of datasets that the caller does not see.
void AddScreenLimits(v1::GetServerInfoResponse* info) {
  info->set_max_batch_screen(rpc::kMaxBatchScreen);
  info->set_max_stream_screen_in_flight(static_cast<int32_t>(rpc::kMaxStreamScreenInFlight));
  info->set_stream_screen_resume_every(static_cast<int32_t>(rpc::kStreamScreenResumeEvery));
}

void AddNames(const storage::NameIndex& names, uint64_t newest, v1::NameIndexInfo* info) {
  const storage::NameIndex::Stats stats = names.stats();
  info->set_covered_revision(stats.covered);
  info->set_ready(stats.covered >= newest);
  info->set_building(stats.building);
}

void AddEvidence(const storage::EvidenceLog& log, v1::EvidenceLogInfo* info) {
  const v1::LogHead head = log.Head();
  info->set_tree_size(head.tree_size());
  info->set_not_recorded(log.stats().not_recorded);
  info->set_key_id(head.key_id());
  info->set_log_id(head.log_id());
  const auto continuations = log.Continuations();
  if (!continuations.empty()) *info->mutable_continuation() = continuations.back();
  // A log that cannot be read is told of by what reads it.
  const auto stamped = log.NewestTimestamp();
  if (stamped.ok() && stamped->has_value()) {
    info->set_timestamped_tree_size((*stamped)->head().tree_size());
  }
}

// Fills `response` with what was found, or gives the error.
template <typename Found>
absl::Status Answer(absl::StatusOr<Found> found, Found* response) {
  if (!found.ok()) return found.status();
  *response = *std::move(found);
  return absl::OkStatus();
}

}  // namespace

ServerInfoService::ServerInfoService(const rpc::Environment& env,
                                     const policy::SchemeCatalogue& schemes,
                                     const matching::Matcher& matcher,
                                     const screening::PolicyBook& policies,
                                     const storage::EvidenceLog& log, BackupOptions backups,
                                     std::function<uint64_t()> timestamp_failures)
    : env_(env),
      schemes_(schemes),
      matcher_(matcher),
      policies_(policies),
      log_(log),
      timestamp_failures_(std::move(timestamp_failures)),
      backups_(
          [&backups] {
            backups.version = PROBITY_VERSION;
            return std::move(backups);
          }(),
          *env.store, log),
      slow_(1, kNiceness),
      slow_env_(env) {
  slow_env_.executor = &slow_;
}

void ServerInfoService::Stop() {
  backups_.Stop();
  slow_.AwaitAdded();
}

grpc::ServerUnaryReactor* ServerInfoService::CreateBackup(grpc::CallbackServerContext* context,
                                                          const v1::CreateBackupRequest* request,
                                                          v1::Backup* response) {
  return rpc::UnaryWrite(env_, context, "ServerService.CreateBackup", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* backup) {
                           return Answer(backups_.Create(call.caller, asked.request_id()), backup);
                         });
}

grpc::ServerUnaryReactor* ServerInfoService::GetBackup(grpc::CallbackServerContext* context,
                                                       const v1::GetBackupRequest* request,
                                                       v1::Backup* response) {
  return rpc::UnaryWrite(env_, context, "ServerService.GetBackup", request, response,
                         [this](const rpc::CallContext&, const auto& asked, auto* backup) {
                           return Answer(backups_.Get(asked.name()), backup);
                         });
}

grpc::ServerUnaryReactor* ServerInfoService::ListBackups(grpc::CallbackServerContext* context,
                                                         const v1::ListBackupsRequest* request,
                                                         v1::ListBackupsResponse* response) {
  return rpc::UnaryWrite(env_, context, "ServerService.ListBackups", request, response,
                         [this](const rpc::CallContext&, const auto&, auto* listed) {
                           auto backups = backups_.List();
                           if (!backups.ok()) return backups.status();
                           for (v1::Backup& backup : *backups) {
                             *listed->add_backups() = std::move(backup);
                           }
                           return absl::OkStatus();
                         });
}

grpc::ServerUnaryReactor* ServerInfoService::DeleteBackups(grpc::CallbackServerContext* context,
                                                           const v1::DeleteBackupsRequest* request,
                                                           v1::DeleteBackupsResponse* response) {
  return rpc::UnaryWrite(slow_env_, context, "ServerService.DeleteBackups", request, response,
                         [this](const rpc::CallContext&, const auto& asked, auto* deleted) {
                           return server_info::DeleteBackups(backups_, asked, deleted);
                         });
}

grpc::ServerUnaryReactor* ServerInfoService::VerifyBackup(grpc::CallbackServerContext* context,
                                                          const v1::VerifyBackupRequest* request,
                                                          v1::VerifyBackupResponse* response) {
  return rpc::UnaryWrite(slow_env_, context, "ServerService.VerifyBackup", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* verified) {
                           return server_info::VerifyBackup(backups_, call, asked, verified);
                         });
}

grpc::ServerUnaryReactor* ServerInfoService::CheckStore(grpc::CallbackServerContext* context,
                                                        const v1::CheckStoreRequest* request,
                                                        v1::CheckStoreResponse* response) {
  return rpc::UnaryWrite(slow_env_, context, "ServerService.CheckStore", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* report) {
                           return server_info::CheckStore(*env_.store, log_, call, asked, report);
                         });
}

grpc::ServerUnaryReactor* ServerInfoService::GetServerInfo(grpc::CallbackServerContext* context,
                                                           const v1::GetServerInfoRequest* request,
                                                           v1::GetServerInfoResponse* response) {
  return rpc::Unary(env_, context, "ServerService.GetServerInfo", request, response,
                    [this](const rpc::CallContext& call, const auto&, auto* info) {
                      info->set_version(PROBITY_VERSION);
                      info->set_earliest_revision(env_.store->EarliestRevision());
                      AddNameLimits(matcher_, env_.store->identifiers(), info);
                      info->set_max_batch_lookup(rpc::kMaxBatchLookup);
                      info->set_max_batch_check(rpc::kMaxBatchCheck);
                      AddScreenLimits(info);
                      info->set_max_batch_vendors(rpc::kMaxBatchVendors);
                      info->set_max_batch_judgements(rpc::kMaxBatchJudgements);
                      info->set_max_batch_members(rpc::kMaxBatchMembers);
                      info->set_max_request_bytes(rpc::kMaxRequestBytes);
                      info->set_max_chunk_bytes(static_cast<int32_t>(rpc::kMaxChunkBytes));
                      AddFormats(info);
                      AddSchemes(schemes_, info);
                      const auto head = env_.store->Head(call.caller.authority);
                      AddData(*head, info);
                      AddFreshness(*head, policies_, call.received_at, info);
                      AddNames(*env_.names, info->revision().revision(),
                               info->mutable_name_index());
                      info->mutable_evidence_log()->set_timestamp_failures(timestamp_failures_());
                      AddEvidence(log_, info->mutable_evidence_log());
                      return absl::OkStatus();
                    });
}

}  // namespace probity::server_info
