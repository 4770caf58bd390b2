#include "services/server/observability.h"

#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "prometheus/text_serializer.h"
#include "services/rpc/call_log.h"

namespace probity::server {
namespace {

metrics::CallFigures Shown(const admission::AdmissionFigures& figures) {
  metrics::CallFigures shown;
  shown.quota_exceeded = figures.quota_exceeded;
  shown.overloaded = figures.overloaded;
  shown.too_many_streams = figures.too_many_streams;
  shown.heavy = figures.heavy_in_progress;
  shown.writes = figures.writes_in_progress;
  shown.longs = figures.long_in_progress;
  shown.streams = figures.streams;
  shown.heavy_limit = figures.heavy_limit;
  return shown;
}

std::optional<metrics::TlsState> TlsOf(const identity::Identity& identity) {
  if (identity.tls() == nullptr) return std::nullopt;
  const identity::TlsStatus status = identity.tls()->status();
  return metrics::TlsState{status.last_reload_ok, status.failed_reloads, status.certificate_end};
}

std::optional<bool> HasFreshKeys(const identity::Identity& identity) {
  if (identity.jwt() == nullptr) return std::nullopt;
  return identity.jwt()->has_fresh_keys();
}

}  // namespace

void Observability::Watch(const admission::Admission& admission) {
  call_figures_ = [&admission] { return Shown(admission.Figures()); };
}

absl::Status Observability::Start(const config::v1::ServerConfig& config, const Parts& parts) {
  health::HealthKeeper::Options options{
      {parts.store, parts.names, parts.clock, parts.calls_are_logged}};
  if (!config.health_listen().empty()) {
    auto probes = HealthPort::Open(config.health_listen());
    if (!probes.ok()) return probes.status();
    probes_ = *std::move(probes);
    rpc::LogMessage(absl::StrCat("health on port ", probes_->port()));
  }
  options.set_status = [this, health = parts.health](const std::string& service, bool serves) {
    health->SetServingStatus(service, serves);
    if (probes_ != nullptr) probes_->health()->SetServingStatus(service, serves);
  };
  options.log = &rpc::LogMessage;
  options.warn = &rpc::LogWarning;
  health_ = std::make_unique<health::HealthKeeper>(std::move(options));
  if (config.metrics_listen().empty()) return absl::OkStatus();
  certificates_ = std::make_unique<metrics::CertificateCount>(
      metrics::CertificateCount::Options{parts.store, parts.clock, &rpc::LogWarning});
  state_ = std::make_unique<metrics::StateMetrics>(SourcesOf(config, parts));
  auto pages = metrics::HttpEndpoint::Open(config.metrics_listen(),
                                           {{"/metrics", [this] { return Metrics(); }},
                                            {"/healthz/live",
                                             [] {
                                               return metrics::Page{200, "live\n"};
                                             }},
                                            {"/healthz/ready", [this] { return Ready(); }}});
  if (!pages.ok()) return pages.status();
  pages_ = *std::move(pages);
  rpc::LogMessage(absl::StrCat("metrics on port ", pages_->port()));
  return absl::OkStatus();
}

metrics::StateSources Observability::SourcesOf(const config::v1::ServerConfig& config,
                                               const Parts& parts) {
  metrics::StateSources sources{parts.store, parts.names,    parts.log,
                                parts.watch, parts.policies, *certificates_};
  sources.clock = parts.clock;
  sources.held_loads = [loads = &parts.loads] { return loads->CountHeld(); };
  sources.timestamp_failures = parts.timestamp_failures;
  sources.backups_configured = !config.backup_dir().empty();
  sources.newest_backup = [info = &parts.info] { return info->newest_backup(); };
  sources.ready = [health = health_.get()] { return health::ByService(health->now()); };
  sources.clock_is_sane = [health = health_.get()] { return health->now().clock_is_sane; };
  sources.calls = call_figures_;
  sources.tls = [identity = &parts.identity] { return TlsOf(*identity); };
  sources.issuer_keys_are_fresh = [identity = &parts.identity] { return HasFreshKeys(*identity); };
  sources.failed_reloads = [reloads = &parts.reloads] { return reloads->failures(); };
  sources.version = PROBITY_VERSION;
  return sources;
}

metrics::Page Observability::Metrics() const {
  std::vector<prometheus::MetricFamily> families = registry_.Collect();
  std::vector<prometheus::MetricFamily> state = state_->Collect();
  std::move(state.begin(), state.end(), std::back_inserter(families));
  return {200, prometheus::TextSerializer().Serialize(families)};
}

metrics::Page Observability::Ready() const {
  const std::string why = health_->now().Why();
  return why.empty() ? metrics::Page{200, "ready\n"} : metrics::Page{503, absl::StrCat(why, "\n")};
}

void Observability::Drain() {
  if (health_ != nullptr) health_->Drain();
}

void Observability::Stop() {
  pages_.reset();
  state_.reset();
  certificates_.reset();
  health_.reset();
  probes_.reset();
}

}  // namespace probity::server
