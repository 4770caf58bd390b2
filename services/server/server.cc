#include "services/server/server.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/health_check_service_interface.h"
#include "screening/decision/decide.h"
#include "screening/policies/policy_book.h"
#include "screening/preview/previewer.h"
#include "screening/watch/watch.h"
#include "services/access/permissions.h"
#include "services/certification/certification_service.h"
#include "services/dataset/dataset_service.h"
#include "services/dataset/load_preview.h"
#include "services/dataset/redactor.h"
#include "services/identity/identity.h"
#include "services/policy_service/policy_service.h"
#include "services/portfolio/portfolio_service.h"
#include "services/review/review_service.h"
#include "services/risk/risk_service.h"
#include "services/rpc/act_recorder.h"
#include "services/rpc/call_log.h"
#include "services/screening_service/screening_service.h"
#include "services/server/expiry.h"
#include "services/server/grpc_extras.h"
#include "services/server/loaded_tables.h"
#include "services/server/memory_plan.h"
#include "services/server/observability.h"
#include "services/server/open_access.h"
#include "services/server/open_evidence.h"
#include "services/server/open_store.h"
#include "services/server/overload.h"
#include "services/server/published.h"
#include "services/server/replay_backup.h"
#include "services/server/sweeper.h"
#include "services/server_info/server_info_service.h"
#include "services/supplier/supplier_service.h"
#include "services/vendor/vendor_service.h"
#include "storage/names/name_index.h"
#include "storage/redaction_journal.h"
#include "storage/retention/retention.h"
#include "storage/rocksdb/rocksdb_watch_database.h"

namespace probity::server {
namespace {

// Threads for calls that write or read much; a load's commit has its own.
constexpr int kWriterThreads = 4;

class ServerImpl final : public Server {
 public:
  ServerImpl(Clock clock, const StandIns& stand_ins)
      : clock_(std::move(clock)), stand_ins_(stand_ins) {}
  ~ServerImpl() override {
    if (observability_ != nullptr) observability_->Stop();
    if (grpc_ != nullptr) grpc_->Shutdown(std::chrono::system_clock::now());
    // It asks the log, which ends before it.
    if (watch_ != nullptr) watch_->Stop();
    if (info_ != nullptr) info_->Stop();
    expiry_.reset();  // redacts what loads keep, too
    loads_.reset();   // their previews read the log, which ends first
  }

  absl::Status Open(const config::v1::ServerConfig& config, const MoreServices& more) {
    absl::Status opened = OpenTables(config);
    if (opened.ok()) opened = OpenMatcher(config);
    if (!opened.ok()) return opened;
    auto identity = identity::Identity::Open(config, clock_);
    if (!identity.ok()) return identity.status();
    identity_ = *std::move(identity);
    auto store = OpenStore(config, loaded_.identifiers);
    if (!store.ok()) return store.status();
    store_ = *std::move(store);
    if (opened = OpenPolicies(config); !opened.ok()) return opened;
    observability_ = std::make_unique<Observability>(policies_->ShippedRuleIds());
    auto log = OpenEvidenceOf(config, store_.get(), clock_);
    if (!log.ok()) return log.status();
    log_ = *std::move(log);
    retention_ = std::make_unique<storage::Retention>(storage::RetentionOptions{
        store_.get(), log_.get(), config.retained_revisions(),
        absl::Hours(24) * static_cast<int64_t>(config.decision_hold_days())});
    auto stamps = StartTimestamps(config, log_.get());
    if (!stamps.ok()) return stamps.status();
    stamps_ = *std::move(stamps);
    OpenNames(config);
    OpenWatch(config);
    if (opened = OpenRedactions(config); !opened.ok()) return opened;
    if (opened = OpenLoads(config); !opened.ok()) return opened;
    // What was redacted is gone before anybody is answered, also from a store that was
    // restored from an older copy.
    if (opened = redactor_->CarryOn(); !opened.ok()) return opened;
    executor_ = std::make_unique<rpc::Executor>(kWriterThreads);
    const rpc::IdentitySource* callers = identity_.get();
    if (stand_ins_.callers != nullptr) callers = stand_ins_.callers;
    env_ = {store_.get(), callers, executor_.get(), clock_, names_.get()};
    env_.observers.push_back(observability_->calls());
    auto access = OpenAccess(config, clock_);
    if (!access.ok()) return access.status();
    access_ = *std::move(access);
    access_.AddTo(&env_);
    if (absl::Status acts = RecordActs(config); !acts.ok()) return acts;
    if (stand_ins_.gate != nullptr) env_.gates.push_back(stand_ins_.gate);
    guard_ = std::make_unique<Guard>(config);
    guard_->Protect(&env_);  // the last gate
    rpc::LogMessage(Describe(MemoryPlanOf(config), config));
    AddReloads(config);
    observability_->Watch(guard_->admission());
    if (more) more_ = more(env_);
    if (absl::Status listening = Listen(config); !listening.ok()) return listening;
    if (config.retained_revisions() > 0) {
      sweeper_ = std::make_unique<Sweeper>(Sweeper::Options{retention_.get(), clock_});
    }
    return absl::OkStatus();
  }

  int port() const override { return port_; }
  rpc::Reloads& reloads() override { return reloads_; }
  void Take(const config::v1::ServerConfig& config) override {
    guard_->admission().SetQuotas(QuotasOf(config));
  }
  int metrics_port() const override { return observability_->port(); }
  int health_port() const override { return observability_->health_port(); }

  void Drain(absl::Duration limit) override {
    observability_->Drain();
    grpc_->GetHealthCheckService()->SetServingStatus(false);
    // Streams of the watch end with nobody but their clients.
    portfolios_->Drain();
    grpc_->Shutdown(absl::ToChronoTime(absl::Now() + limit));
    grpc_->Wait();
  }

 private:
  absl::Status OpenTables(const config::v1::ServerConfig& config) {
    const std::string& directory = config.tables_dir();
    if (absl::Status read = ReadTables(directory, &loaded_); !read.ok()) return read;
    auto texts = screening::TextCatalogue::Load(directory);
    if (!texts.ok()) return texts.status();
    texts_ = std::make_unique<const screening::TextCatalogue>(*std::move(texts));
    tables_ = std::make_unique<ingest::Tables>(
        ingest::Tables{loaded_.identifiers, loaded_.countries, loaded_.schemes, directory});
    return absl::OkStatus();
  }

  absl::Status OpenMatcher(const config::v1::ServerConfig& config) {
    matcher_ = stand_ins_.matcher;
    if (matcher_ != nullptr) return absl::OkStatus();
    auto matcher = matching::Matcher::Load(config.tables_dir(), config.rarity_table());
    if (!matcher.ok()) {
      return absl::Status(matcher.status().code(),
                          absl::StrCat("tables of names in ", config.tables_dir(), " ",
                                       config.rarity_table(), ": ", matcher.status().message()));
    }
    own_matcher_ = std::make_unique<const matching::Matcher>(*std::move(matcher));
    matcher_ = own_matcher_.get();
    return absl::OkStatus();
  }

  // Before anybody is answered, what an earlier run left open is ended, whatever the settings
  // say by now. A log that cannot tell does not keep those out who only read.
  absl::Status RecordActs(const config::v1::ServerConfig& config) {
    acts_ = std::make_unique<rpc::ActRecorder>(
        rpc::ActRecorder::Options{log_.get(), access::ActMethods(), &rpc::LogWarning});
    if (absl::Status ended = acts_->EndInterrupted(); !ended.ok()) {
      rpc::LogWarning(absl::StrCat("open acts of administration cannot be read: ", ended.message(),
                                   " (docs/OPERATIONS.md, \"The evidence log is "
                                   "damaged or lost\")"));
    }
    if (!config.record_acts()) return absl::OkStatus();
    env_.acts = acts_.get();
    auto published = PublishedRecorder::Start({store_.get(), log_.get(), &rpc::LogWarning});
    if (!published.ok()) return published.status();
    published_ = *std::move(published);
    return absl::OkStatus();
  }

  // What is read again while the server runs.
  void AddReloads(const config::v1::ServerConfig& config) {
    if (!config.token_file().empty()) {
      reloads_.Add("token_file", [this] { return identity_->ReloadTokens(); });
    }
    if (identity_->tls() != nullptr) {
      reloads_.Add("tls", [this] { return identity_->tls()->Reload(); });
    }
    if (access_.book != nullptr) {
      reloads_.Add("access_file", [this] { return access_.book->Reload(); });
    }
  }

  // The index makes itself ready while the server answers everything else.
  void OpenNames(const config::v1::ServerConfig& config) {
    storage::NameIndexOptions options;
    options.path = config.data_dir() + "/names";
    options.log = &rpc::LogMessage;
    options.warn = &rpc::LogWarning;
    names_ = storage::NameIndex::Open(store_.get(), matcher_, std::move(options));
  }

  absl::Status OpenLoads(const config::v1::ServerConfig& config) {
    dataset::LoadManager::Options options{store_.get(), *tables_, config.data_dir() + "/loads",
                                          clock_};
    options.expiry = absl::Seconds(config.load_expiry().seconds());
    screening::PreviewParts parts{*book_, loaded_.law, loaded_.schemes, goods_, *policies_};
    parts.watch = watch_.get();
    parts.log = log_.get();
    parts.now = clock_;
    previewer_ = std::make_unique<const screening::Previewer>(std::move(parts));
    options.impact = dataset::ImpactBy(previewer_.get());
    options.ended = [loads = observability_->loads()](const v1::Load& load) { loads->Ended(load); };
    options.rollback = [store = store_.get()](const dataset::RollbackQuestion& asked) {
      return dataset::RollbackChanges(*store, asked.base, asked.dataset, asked.target_revision,
                                      asked.directory, asked.keep_going);
    };
    auto loads = dataset::LoadManager::Open(std::move(options));
    if (!loads.ok()) return loads.status();
    loads_ = *std::move(loads);
    return absl::OkStatus();
  }

  absl::Status OpenPolicies(const config::v1::ServerConfig& config) {
    auto shipped = ReadShippedPolicies(config.tables_dir() + "/policies");
    if (!shipped.ok()) return shipped.status();
    auto book = screening::PolicyBook::Open({store_.get(), &loaded_.countries, &loaded_.groups,
                                             *std::move(shipped), config.default_policy()});
    if (!book.ok()) return book.status();
    policies_ = *std::move(book);
    return absl::OkStatus();
  }

  // The watch begins where it stood, in threads of its own.
  void OpenWatch(const config::v1::ServerConfig& config) {
    book_ = std::make_unique<const screening::NameBook>(
        screening::NameBook{*store_, *names_, {*matcher_, loaded_.identifiers}});
    const auto open = [path = config.data_dir() + "/watch"] {
      return storage::OpenRocksdbWatchDatabase({path});
    };
    screening::WatchOptions options{
        *book_, loaded_.law, loaded_.schemes,
        goods_, *policies_,  screening::ThisEngine(book_->comparer.version()),
        open};
    options.now = clock_;
    options.kept_events = config.watch_kept_events();
    options.decisions = log_.get();
    options.log = &rpc::LogMessage;
    options.warn = &rpc::LogWarning;
    watch_ = screening::Watch::Open(std::move(options));
  }

  // From here on the store holds to the journal.
  absl::Status OpenRedactions(const config::v1::ServerConfig& config) {
    auto journal = storage::RedactionJournal::Open(
        absl::StrCat(config.evidence_dir(), "/", storage::kRedactionJournalFile));
    if (!journal.ok()) return journal.status();
    redactions_ = *std::move(journal);
    redactor_ = std::make_unique<dataset::Redactor>(dataset::Redactor::Parts{
        *store_, *redactions_, *log_, *names_, *watch_, clock_,
        [this](const std::set<std::string>& texts) { return loads_->MaskTexts(texts); },
        [this](absl::string_view dataset) { return retention_->HoldOn(dataset); }});
    return absl::OkStatus();
  }

  // What decisions are made with.
  screening_service::Bench Bench(const config::v1::ServerConfig& config) {
    return {*store_,
            *book_,
            loaded_.law,
            loaded_.schemes,
            goods_,
            *policies_,
            *log_,
            *texts_,
            screening::ThisEngine(book_->comparer.version()),
            observability_->decisions(),
            config.decision_page_uri()};
  }

  // What the past is read with.
  dataset::HistoryDesk HistoryDesk() {
    return {
        *book_,     loaded_.law, loaded_.schemes, goods_,
        *policies_, *log_,       *retention_,     screening::ThisEngine(book_->comparer.version())};
  }

  server_info::BackupOptions Backups(const config::v1::ServerConfig& config) {
    server_info::BackupOptions options;
    options.directory = config.backup_dir();
    options.bytes_per_second = uint64_t{config.backup_mib_per_second()} << 20;
    options.redaction_journal_path =
        absl::StrCat(config.evidence_dir(), "/", storage::kRedactionJournalFile);
    options.clock = clock_;
    options.replay = ReplayWith(Bench(config), *matcher_);
    options.log = &rpc::LogMessage;
    options.warn = &rpc::LogWarning;
    return options;
  }

  absl::Status Listen(const config::v1::ServerConfig& config) {
    suppliers_ = std::make_unique<supplier::SupplierService>(env_, *matcher_);
    certifications_ = std::make_unique<certification::CertificationService>(env_, loaded_.schemes);
    risks_ = std::make_unique<risk::RiskService>(env_, loaded_.law, goods_);
    datasets_ = std::make_unique<dataset::DatasetService>(env_, *loads_, *tables_, HistoryDesk(),
                                                          *redactor_);
    decisions_ = std::make_unique<screening_service::ScreeningService>(env_, Bench(config));
    policy_service_ = std::make_unique<policy_service::PolicyService>(
        env_, policy_service::PolicyShelf{*policies_, *log_, *store_, *book_, loaded_.law,
                                          loaded_.schemes, goods_});
    vendors_ = std::make_unique<vendor::VendorService>(env_);
    reviews_ = std::make_unique<review::ReviewService>(env_, *policies_);
    portfolios_ = std::make_unique<portfolio::PortfolioService>(
        env_, portfolio::Desk{*store_, book_->comparer, loaded_.schemes, *policies_, *watch_},
        std::chrono::seconds(config.watch_checkpoint_seconds()));
    const auto timestamp_failures = [this] { return stamps_ == nullptr ? 0 : stamps_->failures(); };
    info_ = std::make_unique<server_info::ServerInfoService>(
        env_, loaded_.schemes, *matcher_, *policies_, *log_, Backups(config), timestamp_failures);
    grpc::EnableDefaultHealthCheckService(true);
    grpc::ServerBuilder builder;
    LimitTransport(config, &builder);
    builder.AddListeningPort(config.listen(), identity_->Credentials(), &port_);
    KeepWantedExtras(config, &builder);
    for (grpc::Service* service :
         {static_cast<grpc::Service*>(suppliers_.get()),
          static_cast<grpc::Service*>(certifications_.get()),
          static_cast<grpc::Service*>(risks_.get()), static_cast<grpc::Service*>(datasets_.get()),
          static_cast<grpc::Service*>(decisions_.get()),
          static_cast<grpc::Service*>(policy_service_.get()),
          static_cast<grpc::Service*>(vendors_.get()), static_cast<grpc::Service*>(reviews_.get()),
          static_cast<grpc::Service*>(portfolios_.get()),
          static_cast<grpc::Service*>(info_.get())}) {
      builder.RegisterService(service);
    }
    for (const auto& service : more_) builder.RegisterService(service.get());
    grpc_ = builder.BuildAndStart();
    if (grpc_ == nullptr || port_ == 0) {
      return absl::UnavailableError(
          absl::StrCat("cannot listen on ", config.listen(), ": is another server running there?"));
    }
    expiry_ = std::make_unique<Expiry>(redactor_.get(), clock_);
    return observability_->Start(
        config, {*store_, *names_, *log_, *watch_, *policies_, *loads_, *info_, *identity_,
                 reloads_, clock_, timestamp_failures, grpc_->GetHealthCheckService(),
                 [log = access_.log.get()] { return log->IsWritable(); }});
  }

  // In the order in which each needs those above it; gRPC goes first.
  const Clock clock_;
  const StandIns stand_ins_;
  std::unique_ptr<Observability> observability_;  // hears of calls until the last has ended
  LoadedTables loaded_;
  const screening::GoodsAtRisk goods_{};
  std::unique_ptr<ingest::Tables> tables_;
  std::unique_ptr<const screening::TextCatalogue> texts_;
  std::unique_ptr<const matching::Matcher> own_matcher_;
  const matching::Matcher* matcher_ = nullptr;  // own_matcher_ or one that stands in
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<storage::NameIndex> names_;
  std::unique_ptr<storage::Retention> retention_;
  std::unique_ptr<screening::PolicyBook> policies_;
  std::unique_ptr<const screening::NameBook> book_;
  std::unique_ptr<screening::Watch> watch_;
  std::unique_ptr<const screening::Previewer> previewer_;
  std::unique_ptr<dataset::LoadManager> loads_;
  std::unique_ptr<storage::RedactionJournal> redactions_;
  std::unique_ptr<dataset::Redactor> redactor_;
  std::unique_ptr<identity::Identity> identity_;
  rpc::Reloads reloads_;
  std::unique_ptr<rpc::Executor> executor_;
  Access access_;
  std::unique_ptr<Guard> guard_;
  std::unique_ptr<rpc::ActRecorder> acts_;
  rpc::Environment env_;
  std::unique_ptr<supplier::SupplierService> suppliers_;
  std::unique_ptr<certification::CertificationService> certifications_;
  std::unique_ptr<risk::RiskService> risks_;
  std::unique_ptr<dataset::DatasetService> datasets_;
  std::unique_ptr<screening_service::ScreeningService> decisions_;
  std::unique_ptr<policy_service::PolicyService> policy_service_;
  std::unique_ptr<vendor::VendorService> vendors_;
  std::unique_ptr<review::ReviewService> reviews_;
  std::unique_ptr<portfolio::PortfolioService> portfolios_;
  std::unique_ptr<server_info::ServerInfoService> info_;
  std::vector<std::unique_ptr<grpc::Service>> more_;
  std::unique_ptr<grpc::Server> grpc_;
  // Calls that wait for a record end with the log, while what they answer to is
  // there.
  std::unique_ptr<storage::EvidenceLog> log_;
  std::unique_ptr<PublishedRecorder> published_;     // null where no acts are recorded
  std::unique_ptr<Sweeper> sweeper_;                 // null where all revisions are kept
  std::unique_ptr<timestamps::Timestamper> stamps_;  // of the log; may be null
  std::unique_ptr<Expiry> expiry_;                   // ends before what it redacts
  int port_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const config::v1::ServerConfig& config,
                                                      const MoreServices& more, const Clock& clock,
                                                      const StandIns& stand_ins) {
#ifdef NDEBUG
  // As packaged by Debian, Abseil looks for circles at each lock, gRPC's among them, under a
  // lock that all threads share. Builds for tests leave it on.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
#endif
  auto server = std::make_unique<ServerImpl>(clock, stand_ins);
  if (absl::Status opened = server->Open(config, more); !opened.ok()) return opened;
  return server;
}

}  // namespace probity::server
