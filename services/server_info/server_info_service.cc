#include "services/server_info/server_info_service.h"

#include "ingest/importer.h"
#include "matching/params.h"
#include "screening/facts.h"
#include "screening/identity.h"
#include "screening/names/limits.h"
#include "services/rpc/limits.h"
#include "services/rpc/view.h"

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
  *info->mutable_published_at() =
      rpc::TimestampOf(absl::FromUnixMicros(manifest.published_at_us()));
  info->set_supplier_count(manifest.supplier_count());
  uint64_t records = 0;
  for (const storage::v1::DatasetState& state : manifest.datasets()) {
    *info->add_datasets() = screening::EditionOf(state);
    records += state.record_count();
  }
  info->set_record_count(records);
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
  // A log that cannot be read is told of by what reads it.
  const auto stamped = log.NewestTimestamp();
  if (stamped.ok() && stamped->has_value()) {
    info->set_timestamped_tree_size((*stamped)->head().tree_size());
  }
}

}  // namespace

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
                      AddData(*env_.store->Head(call.caller.authority), info);
                      AddNames(*env_.names, info->revision().revision(),
                               info->mutable_name_index());
                      info->mutable_evidence_log()->set_timestamp_failures(timestamp_failures_());
                      AddEvidence(log_, info->mutable_evidence_log());
                      return absl::OkStatus();
                    });
}

}  // namespace probity::server_info
