#include "benchmarks/traffic.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "absl/synchronization/blocking_counter.h"
#include "absl/time/clock.h"
#include "benchmarks/population.h"
#include "probity/v1/certification_service.grpc.pb.h"
#include "probity/v1/screening_service.grpc.pb.h"
#include "probity/v1/supplier_service.grpc.pb.h"

namespace probity::benchmarks {
namespace {

// Behind which nobody waits for an answer any more.
constexpr absl::Duration kPatience = absl::Seconds(2);

grpc::Status Unless(bool well, const grpc::Status& status, const char* otherwise) {
  if (!status.ok() || well) return status;
  return {grpc::StatusCode::DATA_LOSS, otherwise};
}

template <typename Request, typename Response>
struct Call {
  grpc::ClientContext context;
  Request request;
  Response response;

  Call() { context.set_deadline(absl::ToChronoTime(absl::Now() + kPatience)); }
};

void Fill(const std::string& text, v1::Identifier* identifier) {
  identifier->set_scheme(text.substr(0, text.find(':')));
  identifier->set_value(text.substr(text.find(':') + 1));
}

// Collects the ends of calls, which come on gRPC's threads.
class Ends {
 public:
  void Add(absl::Time due, const grpc::Status& status) {
    const absl::Time now = absl::Now();
    absl::MutexLock lock(&mutex_);
    ends_.push_back({due, now, status});
  }
  std::vector<Outcome> Await(uint64_t calls) {
    const auto all = [this, calls]()
                         ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return ends_.size() >= calls; };
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(&all));
    return std::move(ends_);
  }

 private:
  absl::Mutex mutex_;
  std::vector<Outcome> ends_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

std::vector<double> MillisecondsOf(const std::vector<Outcome>& outcomes) {
  std::vector<double> all;
  all.reserve(outcomes.size());
  for (const Outcome& one : outcomes) all.push_back(one.Milliseconds());
  return all;
}

double Quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1) + 0.5)];
}

Clients::Clients(const std::string& server, int count, uint32_t suppliers, CallAs as)
    : tokens_(std::move(as.tokens)), suppliers_(suppliers) {
  grpc::ChannelArguments arguments;
  // Otherwise all would share one connection.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  for (int i = 0; i < count; ++i) {
    channels_.push_back(grpc::CreateCustomChannel(
        server, as.channel != nullptr ? as.channel : grpc::InsecureChannelCredentials(),
        arguments));
  }
}

bool Clients::Connect() {
  const auto until = absl::ToChronoTime(absl::Now() + absl::Seconds(10));
  return std::all_of(channels_.begin(), channels_.end(),
                     [&until](const auto& channel) { return channel->WaitForConnected(until); });
}

void Clients::ShowToken(uint64_t number, grpc::ClientContext* context) const {
  if (tokens_.empty()) return;
  const std::string& token = tokens_[number % channels_.size() % tokens_.size()];
  context->AddMetadata("authorization", "Bearer " + token);
}

void Clients::Lookup(uint64_t number, Done done) const {
  auto* call = new Call<v1::LookupSuppliersRequest, v1::LookupSuppliersResponse>;
  ShowToken(number, &call->context);
  Fill(LeiOf(SupplierAt(number)), call->request.add_identifiers());
  v1::SupplierService::NewStub(ChannelOf(number))
      ->async()
      ->LookupSuppliers(&call->context, &call->request, &call->response,
                        [call, done = std::move(done)](const grpc::Status& status) {
                          const bool found = call->response.results_size() == 1 &&
                                             call->response.results(0).suppliers_size() == 1;
                          done(Unless(found, status, "a supplier was not found"));
                          delete call;
                        });
}

void Clients::Search(uint64_t number, Done done) const {
  auto* call = new Call<v1::SearchSuppliersRequest, v1::SearchSuppliersResponse>;
  ShowToken(number, &call->context);
  call->request.set_query(NameOf(SupplierAt(number)));
  v1::SupplierService::NewStub(ChannelOf(number))
      ->async()
      ->SearchSuppliers(
          &call->context, &call->request, &call->response,
          [call, done = std::move(done)](const grpc::Status& status) {
            done(Unless(call->response.hits_size() > 0, status, "a name was not found"));
            delete call;
          });
}

void Clients::Check(uint64_t number, Done done) const {
  auto* call = new Call<v1::CheckCertificationRequest, v1::CheckCertificationResponse>;
  ShowToken(number, &call->context);
  const uint32_t supplier = SupplierAt(number);
  call->request.add_accepted_schemes()->set_scheme_id(SchemeOf(supplier));
  call->request.set_certificate_no(CertificateNoOf(supplier));
  v1::CertificationService::NewStub(ChannelOf(number))
      ->async()
      ->CheckCertification(&call->context, &call->request, &call->response,
                           [call, done = std::move(done)](const grpc::Status& status) {
                             const bool answered =
                                 call->response.result() != v1::CERTIFICATION_RESULT_UNSPECIFIED;
                             done(Unless(answered, status, "a check said nothing"));
                             delete call;
                           });
}

void Clients::Screen(uint64_t number, Done done) const {
  auto* call = new Call<v1::ScreenSupplierRequest, v1::ScreenSupplierResponse>;
  ShowToken(number, &call->context);
  Fill(LeiOf(SupplierAt(number)),
       call->request.mutable_subject()->mutable_ref()->mutable_identifier());
  call->request.mutable_purchase()->set_authority_country("DE");
  call->request.mutable_purchase()->set_purpose(v1::PURPOSE_QUALIFICATION);
  v1::ScreeningService::NewStub(ChannelOf(number))
      ->async()
      ->ScreenSupplier(&call->context, &call->request, &call->response,
                       [call, done = std::move(done)](const grpc::Status& status) {
                         const bool decided =
                             call->response.decision().core().verdict() != v1::VERDICT_UNSPECIFIED;
                         done(Unless(decided, status, "a decision has no verdict"));
                         delete call;
                       });
}

Arrived RunOpenLoop(const std::vector<Arrivals>& kinds, absl::Duration length) {
  Arrived arrived;
  std::vector<Ends> ends(kinds.size());
  std::vector<uint64_t> begun(kinds.size());
  const absl::Time begin = absl::Now();
  const auto due_of = [&](size_t kind) {
    return begin + absl::Seconds(static_cast<double>(begun[kind]) / kinds[kind].per_second);
  };
  while (true) {
    size_t next = 0;
    for (size_t kind = 1; kind < kinds.size(); ++kind) {
      if (due_of(kind) < due_of(next)) next = kind;
    }
    const absl::Time due = due_of(next);
    if (due - begin >= length) break;
    absl::SleepFor(due - absl::Now());
    arrived.lag_ms.push_back(absl::ToDoubleMilliseconds(absl::Now() - due));
    Ends* end = &ends[next];
    kinds[next].begin(begun[next]++,
                      [end, due](const grpc::Status& status) { end->Add(due, status); });
  }
  for (size_t kind = 0; kind < kinds.size(); ++kind) {
    arrived.outcomes.push_back(ends[kind].Await(begun[kind]));
  }
  return arrived;
}

std::vector<Outcome> RunClosedLoop(int callers, absl::Duration length,
                                   const std::function<void(uint64_t, Clients::Done)>& begin) {
  Ends ends;
  std::atomic<uint64_t> begun{0};
  absl::BlockingCounter running(callers);
  const absl::Time until = absl::Now() + length;
  std::function<void()> next = [&] {
    const absl::Time due = absl::Now();
    if (due >= until) return running.DecrementCount();
    begin(begun++, [&ends, &next, due](const grpc::Status& status) {
      ends.Add(due, status);
      next();
    });
  };
  for (int i = 0; i < callers; ++i) next();
  running.Wait();
  return ends.Await(begun);
}

}  // namespace probity::benchmarks
