// Every metric that is exported: its name and what it says. docs/OBSERVABILITY.md has a line
// for each, which a check compares with this file.
#ifndef PROBITY_SERVICES_METRICS_CATALOGUE_H_
#define PROBITY_SERVICES_METRICS_CATALOGUE_H_

#include "prometheus/metric_type.h"

namespace probity::metrics {

struct Metric {
  const char* name;
  prometheus::MetricType type;
  const char* help;
};

inline constexpr auto kCounter = prometheus::MetricType::Counter;
inline constexpr auto kGauge = prometheus::MetricType::Gauge;
inline constexpr auto kHistogram = prometheus::MetricType::Histogram;

// Calls.
inline constexpr Metric kRpcDuration{"probity_rpc_duration_seconds", kHistogram,
                                     "Time of calls that ended, refused ones too"};
inline constexpr Metric kRpcInFlight{"probity_rpc_in_flight", kGauge, "Calls under way"};
inline constexpr Metric kTurnedAway{"probity_calls_turned_away_total", kCounter,
                                    "Calls that were too much, by what was used up"};
inline constexpr Metric kInProgress{"probity_calls_in_progress", kGauge,
                                    "Calls that hold a place, by where they run"};
inline constexpr Metric kHeavyLimit{"probity_heavy_calls_limit", kGauge,
                                    "Places for heavy calls, as measured"};

// Decisions.
inline constexpr Metric kDecisions{"probity_decisions_total", kCounter,
                                   "Decisions recorded, by verdict"};
inline constexpr Metric kRulesFired{"probity_rules_fired_total", kCounter,
                                    "Decisions in which a rule fired, by its gravest effect"};
inline constexpr Metric kMatchScore{"probity_match_score", kHistogram,
                                    "Best score of a party that a name led to, a decision each"};
inline constexpr Metric kNotRecorded{"probity_decisions_not_recorded_total", kCounter,
                                     "Verdicts not given because they could not be recorded"};
inline constexpr Metric kLogEntries{"probity_evidence_log_entries", kGauge,
                                    "Decisions and leaves of acts in the evidence log"};
inline constexpr Metric kActsOpen{"probity_acts_open", kGauge,
                                  "Acts of administration that have begun and not ended"};
inline constexpr Metric kActOpenSeconds{"probity_act_open_seconds", kGauge,
                                        "Time since the oldest of them began; 0: there is none"};
inline constexpr Metric kTimestampFailures{"probity_timestamp_failures_total", kCounter,
                                           "Time stamps that were asked for in vain"};

// Loads and sources.
inline constexpr Metric kLoadsEnded{"probity_loads_ended_total", kCounter,
                                    "Loads that ended, by state"};
inline constexpr Metric kLoadRows{"probity_load_rows_total", kCounter,
                                  "Rows of loads that ended, by outcome"};
inline constexpr Metric kLoadsHeld{"probity_loads_held", kGauge,
                                   "Loads that wait for a second person"};
inline constexpr Metric kSourceAge{"probity_source_age_seconds", kGauge,
                                   "Time since a shared source was last checked"};
inline constexpr Metric kSourceMaxAge{"probity_source_max_age_seconds", kGauge,
                                      "Strictest limit that a policy in use sets to that time"};
inline constexpr Metric kSourceStale{"probity_source_stale", kGauge,
                                     "1: older than the limit, or required and not loaded"};
inline constexpr Metric kCertificatesEnding{"probity_certificates_ending_30d", kGauge,
                                            "Shared certificates whose last day is near"};
inline constexpr Metric kCertificatesCounted{"probity_certificates_counted_timestamp_seconds",
                                             kGauge, "When they were last counted"};

// The store and what stands beside it.
inline constexpr Metric kRevision{"probity_store_revision", kGauge, "Newest revision"};
inline constexpr Metric kRevisionTime{"probity_store_revision_timestamp_seconds", kGauge,
                                      "When it was published"};
inline constexpr Metric kRecords{"probity_store_records", kGauge, "Records of shared datasets"};
inline constexpr Metric kFileBytes{"probity_database_file_bytes", kGauge, "Sorted files"};
inline constexpr Metric kUnwrittenBytes{"probity_database_unwritten_bytes", kGauge,
                                        "Rows in memory that only the log of writes has on disk"};
inline constexpr Metric kCacheBytes{"probity_database_cache_bytes", kGauge, "Block cache in use"};
inline constexpr Metric kCompactionBytes{"probity_database_compaction_bytes", kGauge,
                                         "Bytes that wait to be compacted, estimated"};
inline constexpr Metric kStalls{"probity_database_stalls_total", kCounter,
                                "Times that writes were held up, by kind"};
inline constexpr Metric kWritesStopped{"probity_database_writes_stopped", kGauge,
                                       "1: writes are stopped now"};
inline constexpr Metric kDatabaseErrors{"probity_database_errors_total", kCounter,
                                        "Flushes and compactions that failed"};
inline constexpr Metric kNameSegments{"probity_name_index_segments", kGauge, "Segments"};
inline constexpr Metric kNames{"probity_name_index_names", kGauge, "Names, past ones included"};
inline constexpr Metric kNameBytes{"probity_name_index_bytes", kGauge, "Bytes of the segments"};
inline constexpr Metric kNamesBuilding{"probity_name_index_building", kGauge,
                                       "1: it is being built from the store"};
inline constexpr Metric kNamesLag{"probity_name_index_lag_revisions", kGauge,
                                  "Revisions whose names cannot be searched yet"};
inline constexpr Metric kWatchAvailable{"probity_watch_available", kGauge,
                                        "1: the watch over portfolios can be read"};
inline constexpr Metric kWatchLag{"probity_watch_lag_revisions", kGauge,
                                  "Revisions that the watch has not weighed yet"};
inline constexpr Metric kBackupAge{"probity_backup_age_seconds", kGauge,
                                   "Time since the newest whole backup was begun"};
inline constexpr Metric kBackupConfigured{"probity_backup_configured", kGauge,
                                          "1: the server has a directory for backups"};

// The server.
inline constexpr Metric kReady{"probity_ready", kGauge, "1: ready for calls"};
inline constexpr Metric kClockSane{"probity_clock_sane", kGauge, "1: the clock can be right"};
inline constexpr Metric kTlsFilesSound{
    "probity_tls_files_sound", kGauge,
    "0: the files of TLS are not sound, those before are in use"};
inline constexpr Metric kTlsFailedReloads{"probity_tls_failed_reloads_total", kCounter,
                                          "Times that the files of TLS were found unsound"};
inline constexpr Metric kTlsCertificateEnd{"probity_tls_certificate_end_timestamp_seconds", kGauge,
                                           "When the server's certificate in use ends"};
inline constexpr Metric kIssuerKeysFresh{"probity_issuer_keys_fresh", kGauge,
                                         "0: keys of an issuer of tokens could not be had"};
inline constexpr Metric kFailedReloads{"probity_failed_reloads_total", kCounter,
                                       "Parts that could not be read again when that was asked"};
inline constexpr Metric kBuildInfo{"probity_build_info", kGauge, "1; the release is a label"};

}  // namespace probity::metrics

#endif  // PROBITY_SERVICES_METRICS_CATALOGUE_H_
