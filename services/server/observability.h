// What operators see of a server: counts of what happens, health, and the pages that show
// both.
#ifndef PROBITY_SERVICES_SERVER_OBSERVABILITY_H_
#define PROBITY_SERVICES_SERVER_OBSERVABILITY_H_

#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "grpcpp/health_check_service_interface.h"
#include "probity/config/v1/server_config.pb.h"
#include "prometheus/registry.h"
#include "services/admission/admission.h"
#include "services/dataset/load_manager.h"
#include "services/health/health_keeper.h"
#include "services/identity/identity.h"
#include "services/metrics/call_metrics.h"
#include "services/metrics/certificate_count.h"
#include "services/metrics/event_metrics.h"
#include "services/metrics/http_endpoint.h"
#include "services/metrics/state_metrics.h"
#include "services/rpc/reloads.h"
#include "services/server/health_port.h"
#include "services/server_info/server_info_service.h"

namespace probity::server {

// Counts from the first call to the last record: it outlives the log, whose end answers
// calls. Everything else begins with Start() and ends with Stop().
class Observability {
 public:
  // `rules` are named in metrics; see DecisionMetrics.
  explicit Observability(const std::set<std::string>& rules)
      : calls_(registry_), decisions_(registry_, rules), loads_(registry_) {}
  ~Observability() { Stop(); }

  rpc::CallObserver* calls() { return &calls_; }
  screening::DecisionObserver* decisions() { return &decisions_; }
  metrics::LoadMetrics* loads() { return &loads_; }

  // All borrowed until Stop().
  struct Parts {
    const storage::Store& store;
    const storage::NameIndex& names;
    const storage::EvidenceLog& log;
    const screening::Watch& watch;
    const screening::PolicyBook& policies;
    const dataset::LoadManager& loads;
    const server_info::ServerInfoService& info;
    const identity::Identity& identity;
    const rpc::Reloads& reloads;
    std::function<absl::Time()> clock;
    std::function<uint64_t()> timestamp_failures;
    grpc::HealthCheckServiceInterface* health;  // of those who call
    std::function<bool()> calls_are_logged;
  };
  // What the pages tell of calls that are too much; before Start(). Borrowed until Stop().
  void Watch(const admission::Admission& admission);
  // Tells health from now on, and shows it and pages where the configuration names addresses.
  // Errors of HealthPort and HttpEndpoint.
  absl::Status Start(const config::v1::ServerConfig& config, const Parts& parts);
  // Nothing is ready from now on; pages say so. May be called before Start().
  void Drain();
  // Shows and tells nothing any more.
  void Stop();

  // Of health in the clear; 0: there is none.
  int health_port() const { return probes_ == nullptr ? 0 : probes_->port(); }
  // Of the pages; 0: there are none.
  int port() const { return pages_ == nullptr ? 0 : pages_->port(); }

 private:
  metrics::StateSources SourcesOf(const config::v1::ServerConfig& config, const Parts& parts);
  metrics::Page Metrics() const;
  metrics::Page Ready() const;

  prometheus::Registry registry_;
  metrics::CallMetrics calls_;
  metrics::DecisionMetrics decisions_;
  metrics::LoadMetrics loads_;
  std::function<metrics::CallFigures()> call_figures_;
  std::unique_ptr<HealthPort> probes_;
  std::unique_ptr<health::HealthKeeper> health_;  // tells those
  std::unique_ptr<metrics::CertificateCount> certificates_;
  std::unique_ptr<metrics::StateMetrics> state_;
  std::unique_ptr<metrics::HttpEndpoint> pages_;  // read all of the above
};

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_OBSERVABILITY_H_
