#include "services/metrics/state_metrics.h"

#include <algorithm>
#include <memory>

#include "screening/policies/source_ages.h"
#include "storage/maintenance.h"

namespace probity::metrics {
namespace {

double Number(uint64_t value) { return static_cast<double>(value); }

uint64_t Behind(uint64_t newest, uint64_t reached) {
  return newest > reached ? newest - reached : 0;
}

void AddDatabase(const char* database, const storage::Maintenance* maintenance, Scrape* scrape) {
  if (maintenance == nullptr) return;
  const storage::FileStatistics files = maintenance->Statistics();
  const Scrape::Labels labels = {{"database", database}};
  scrape->Set(kFileBytes, Number(files.file_bytes), labels);
  scrape->Set(kUnwrittenBytes, Number(files.unwritten_bytes), labels);
  scrape->Set(kCacheBytes, Number(files.cache_bytes), labels);
  scrape->Set(kCompactionBytes, Number(files.compaction_bytes), labels);
  scrape->Set(kStalls, Number(files.slowdowns), {{"database", database}, {"kind", "slowdown"}});
  scrape->Set(kStalls, Number(files.stops), {{"database", database}, {"kind", "stop"}});
  scrape->Set(kDatabaseErrors, Number(files.errors), labels);
  scrape->Set(kWritesStopped, files.stopped ? 1 : 0, labels);
}

}  // namespace

void Scrape::Set(const Metric& metric, double value, const Labels& labels) {
  prometheus::MetricFamily& family = families_[metric.name];
  family.name = metric.name;
  family.help = metric.help;
  family.type = metric.type;
  prometheus::ClientMetric& sample = family.metric.emplace_back();
  for (const auto& [name, text] : labels) sample.label.push_back({name, text});
  if (metric.type == prometheus::MetricType::Counter) {
    sample.counter.value = value;
  } else {
    sample.gauge.value = value;
  }
}

std::vector<prometheus::MetricFamily> Scrape::Take() {
  std::vector<prometheus::MetricFamily> families;
  for (auto& [name, family] : families_) families.push_back(std::move(family));
  families_.clear();
  return families;
}

void AddOpenActs(const storage::EvidenceLog& log, absl::Time now, Scrape* scrape) {
  const auto open = log.OpenActs();
  if (!open.ok()) return;
  absl::Duration age;
  if (!open->empty()) {
    const auto oldest = log.GetAct(open->front());
    if (!oldest.ok()) return;
    age = now - absl::FromUnixMicros(oldest->recorded.time_us);
  }
  scrape->Set(kActsOpen, Number(open->size()));
  scrape->Set(kActOpenSeconds, std::max(0.0, absl::ToDoubleSeconds(age)));
}

std::vector<prometheus::MetricFamily> StateMetrics::Collect() const {
  Scrape scrape;
  const absl::Time now = sources_.clock();
  const std::shared_ptr<const storage::View> head = sources_.store.Head("");
  const uint64_t newest = head->token().revision();
  AddStore(*head, &scrape);
  AddSources(*head, now, &scrape);
  AddNames(newest, &scrape);
  AddLog(now, &scrape);
  AddWatch(newest, &scrape);
  AddBackups(now, &scrape);
  AddCalls(&scrape);
  AddIdentity(&scrape);
  AddServer(&scrape);
  return scrape.Take();
}

void StateMetrics::AddStore(const storage::View& head, Scrape* scrape) const {
  const storage::v1::Manifest& manifest = head.manifest();
  uint64_t records = 0;
  for (const storage::v1::DatasetState& state : manifest.datasets()) {
    records += state.record_count();
  }
  scrape->Set(kRevision, Number(head.token().revision()));
  scrape->Set(kRevisionTime, static_cast<double>(manifest.published_at_us()) / 1e6);
  scrape->Set(kRecords, Number(records));
  AddDatabase("store", sources_.store.maintenance(), scrape);
}

void StateMetrics::AddSources(const storage::View& head, absl::Time now, Scrape* scrape) const {
  const auto limits = screening::AgeLimits(sources_.policies.InUse());
  std::vector<screening::PolicyPtr> shared;
  if (auto policy = sources_.policies.Stable(""); policy.ok()) shared.push_back(*policy);
  const auto shared_limits = screening::AgeLimits(shared);
  for (const screening::SourceAge& source : screening::AgesOf(head, limits, now)) {
    // A list that an authority's policy requires may be its own, which is not seen here.
    if (!source.loaded && shared_limits.count(source.dataset) == 0) continue;
    const Scrape::Labels labels = {{"dataset", source.dataset}};
    scrape->Set(kSourceStale, source.stale ? 1 : 0, labels);
    if (source.age) scrape->Set(kSourceAge, absl::ToDoubleSeconds(*source.age), labels);
    if (source.max_age_days > 0) {
      scrape->Set(kSourceMaxAge, source.max_age_days * static_cast<double>(kSecondsPerDay), labels);
    }
  }
  if (const auto counted = sources_.certificates.newest()) {
    scrape->Set(kCertificatesEnding, Number(counted->ending));
    scrape->Set(kCertificatesCounted, absl::ToDoubleSeconds(counted->at - absl::UnixEpoch()));
  }
  scrape->Set(kLoadsHeld, Number(sources_.held_loads()));
}

void StateMetrics::AddNames(uint64_t newest, Scrape* scrape) const {
  const storage::NameIndex::Stats stats = sources_.names.stats();
  scrape->Set(kNameSegments, Number(stats.segments));
  scrape->Set(kNames, Number(stats.names));
  scrape->Set(kNameBytes, Number(stats.bytes));
  scrape->Set(kNamesBuilding, stats.building ? 1 : 0);
  scrape->Set(kNamesLag, Number(Behind(newest, stats.covered)));
}

void StateMetrics::AddLog(absl::Time now, Scrape* scrape) const {
  scrape->Set(kLogEntries, Number(sources_.log.Head().tree_size()));
  scrape->Set(kNotRecorded, Number(sources_.log.stats().not_recorded));
  scrape->Set(kTimestampFailures, Number(sources_.timestamp_failures()));
  AddOpenActs(sources_.log, now, scrape);
  AddDatabase("evidence", sources_.log.maintenance(), scrape);
}

void StateMetrics::AddWatch(uint64_t newest, Scrape* scrape) const {
  // Of a portfolio that nobody has: how far the watch is stands in front of every answer.
  const auto frame = sources_.watch.StatusOf("", "");
  scrape->Set(kWatchAvailable, frame.ok() ? 1 : 0);
  if (frame.ok()) scrape->Set(kWatchLag, Number(Behind(newest, frame->weighed.revision)));
}

void StateMetrics::AddBackups(absl::Time now, Scrape* scrape) const {
  scrape->Set(kBackupConfigured, sources_.backups_configured ? 1 : 0);
  const std::optional<absl::Time> newest = sources_.newest_backup();
  if (!newest) return;
  const absl::Duration age = std::max(absl::ZeroDuration(), now - *newest);
  scrape->Set(kBackupAge, absl::ToDoubleSeconds(age));
}

void StateMetrics::AddCalls(Scrape* scrape) const {
  const CallFigures calls = sources_.calls();
  scrape->Set(kTurnedAway, Number(calls.quota_exceeded), {{"why", "quota_exceeded"}});
  scrape->Set(kTurnedAway, Number(calls.overloaded), {{"why", "overloaded"}});
  scrape->Set(kTurnedAway, Number(calls.too_many_streams), {{"why", "too_many_streams"}});
  scrape->Set(kInProgress, calls.heavy, {{"lane", "heavy"}});
  scrape->Set(kInProgress, calls.writes, {{"lane", "write"}});
  scrape->Set(kInProgress, calls.longs, {{"lane", "long"}});
  scrape->Set(kInProgress, calls.streams, {{"lane", "stream"}});
  scrape->Set(kHeavyLimit, calls.heavy_limit);
}

void StateMetrics::AddIdentity(Scrape* scrape) const {
  if (const std::optional<TlsState> tls = sources_.tls()) {
    scrape->Set(kTlsFilesSound, tls->files_are_sound ? 1 : 0);
    scrape->Set(kTlsFailedReloads, Number(tls->failed_reloads));
    scrape->Set(kTlsCertificateEnd,
                absl::ToDoubleSeconds(tls->certificate_end - absl::UnixEpoch()));
  }
  if (const std::optional<bool> fresh = sources_.issuer_keys_are_fresh()) {
    scrape->Set(kIssuerKeysFresh, *fresh ? 1 : 0);
  }
}

void StateMetrics::AddServer(Scrape* scrape) const {
  for (const auto& [service, ready] : sources_.ready()) {
    scrape->Set(kReady, ready ? 1 : 0, {{"service", service.empty() ? "all" : service}});
  }
  scrape->Set(kClockSane, sources_.clock_is_sane() ? 1 : 0);
  scrape->Set(kFailedReloads, Number(sources_.failed_reloads()));
  scrape->Set(kBuildInfo, 1, {{"version", sources_.version}});
}

}  // namespace probity::metrics
