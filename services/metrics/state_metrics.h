// What is read when somebody asks: how store, names, evidence log, watch, loads, sources and
// backups stand. Takes the store's newest view as any call does; no reader waits for it.
#ifndef PROBITY_SERVICES_METRICS_STATE_METRICS_H_
#define PROBITY_SERVICES_METRICS_STATE_METRICS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "prometheus/collectable.h"
#include "prometheus/metric_family.h"
#include "screening/policies/policy_book.h"
#include "screening/watch/watch.h"
#include "services/metrics/catalogue.h"
#include "services/metrics/certificate_count.h"
#include "storage/evidence/evidence_log.h"
#include "storage/names/name_index.h"
#include "storage/store.h"

namespace probity::metrics {

// What calls were let on, and which were not.
struct CallFigures {
  uint64_t quota_exceeded = 0, overloaded = 0, too_many_streams = 0;  // since the start
  int heavy = 0, writes = 0, longs = 0, streams = 0;                  // in progress
  int heavy_limit = 0;
};

// How the server's TLS stands.
struct TlsState {
  bool files_are_sound = true;
  uint64_t failed_reloads = 0;
  absl::Time certificate_end;  // of the one in use
};

// All borrowed.
struct StateSources {
  const storage::Store& store;
  const storage::NameIndex& names;
  const storage::EvidenceLog& log;
  const screening::Watch& watch;
  const screening::PolicyBook& policies;
  const CertificateCount& certificates;
  std::function<absl::Time()> clock = nullptr;
  std::function<uint64_t()> held_loads = nullptr, timestamp_failures = nullptr;
  bool backups_configured = false;
  std::function<std::optional<absl::Time>()> newest_backup = nullptr;
  // By full name of the service; "" for all of them together.
  std::function<std::map<std::string, bool>()> ready = nullptr;
  std::function<bool()> clock_is_sane = nullptr;
  std::function<CallFigures()> calls = nullptr;
  std::function<std::optional<TlsState>()> tls = nullptr;                // nullopt: no TLS
  std::function<std::optional<bool>()> issuer_keys_are_fresh = nullptr;  // nullopt: no issuers
  std::function<uint64_t()> failed_reloads = nullptr;
  std::string version = {};  // of this release
};

// Metric families of one moment.
class Scrape {
 public:
  using Labels = std::vector<std::pair<std::string, std::string>>;
  void Set(const Metric& metric, double value, const Labels& labels = {});
  std::vector<prometheus::MetricFamily> Take();

 private:
  std::map<std::string, prometheus::MetricFamily> families_;
};

// Acts of administration that are open, and for how long. What cannot be read is not shown.
void AddOpenActs(const storage::EvidenceLog& log, absl::Time now, Scrape* scrape);

// Thread-safe. Its labels are datasets, services and fixed words. Datasets that an authority
// owns are left out: their names would tell whom it looks into; it sees them by GetServerInfo.
class StateMetrics final : public prometheus::Collectable {
 public:
  explicit StateMetrics(StateSources sources) : sources_(std::move(sources)) {}
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  void AddStore(const storage::View& head, Scrape* scrape) const;
  void AddSources(const storage::View& head, absl::Time now, Scrape* scrape) const;
  void AddNames(uint64_t newest, Scrape* scrape) const;
  void AddLog(absl::Time now, Scrape* scrape) const;
  void AddWatch(uint64_t newest, Scrape* scrape) const;
  void AddBackups(absl::Time now, Scrape* scrape) const;
  void AddCalls(Scrape* scrape) const;
  void AddIdentity(Scrape* scrape) const;
  void AddServer(Scrape* scrape) const;

  const StateSources sources_;
};

}  // namespace probity::metrics

#endif  // PROBITY_SERVICES_METRICS_STATE_METRICS_H_
