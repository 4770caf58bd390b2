#include "probity/client/client.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace probity::client {
namespace {

// The vendors of RegisterVendors(), and what came of those that were sent.
class Registering {
 public:
  Registering(Client client, Source<v1::Vendor> vendors)
      : client_(std::move(client)), vendors_(std::move(vendors)) {}

  std::optional<Result<v1::UpsertVendorResult>> Next() {
    while (place_ == results_.size()) {
      if (is_over_ && fault_ != nullptr) std::rethrow_exception(std::exchange(fault_, nullptr));
      if (is_over_) return std::nullopt;
      if (auto failed = Send(); failed.has_value()) return *std::move(failed);
    }
    return results_.Get(place_++);
  }

 private:
  // The next of them, as many as a call may have.
  std::optional<Error> Send() {
    if (limit_ == 0) {
      const auto info = client_.Call(&Server::GetServerInfo, v1::GetServerInfoRequest());
      if (!info.ok()) return info.error();
      limit_ = std::max(1, static_cast<int>(info->max_batch_vendors()));
    }
    v1::BatchUpsertVendorsRequest request;
    Take(&request);
    results_.Clear();
    place_ = 0;
    if (request.vendors().empty()) return std::nullopt;
    const auto answer = client_.Call(&Vendors::BatchUpsertVendors, std::move(request));
    if (!answer.ok()) return answer.error();
    results_ = answer->results();
    return std::nullopt;
  }

  void Take(v1::BatchUpsertVendorsRequest* request) {
    try {
      while (request->vendors_size() < limit_) {
        std::optional<v1::Vendor> vendor = vendors_();
        is_over_ = !vendor.has_value();
        if (is_over_) return;
        *request->add_vendors() = *std::move(vendor);
      }
    } catch (...) {
      is_over_ = true;
      fault_ = std::current_exception();
    }
  }

  const Client client_;
  const Source<v1::Vendor> vendors_;
  int limit_ = 0;  // 0: not known yet
  bool is_over_ = false;
  std::exception_ptr fault_;  // what the source ended with
  google::protobuf::RepeatedPtrField<v1::UpsertVendorResult> results_;
  int place_ = 0;
};

}  // namespace

Client::Client(std::shared_ptr<const internal::Connection> connection)
    : connection_(std::move(connection)) {
  const auto& channel = connection_->channel();
  stubs_ = std::make_shared<const Stubs>(
      v1::CertificationService::NewStub(channel), v1::DatasetService::NewStub(channel),
      v1::PolicyService::NewStub(channel), v1::PortfolioService::NewStub(channel),
      v1::ReviewService::NewStub(channel), v1::RiskService::NewStub(channel),
      v1::ScreeningService::NewStub(channel), v1::ServerService::NewStub(channel),
      v1::SupplierService::NewStub(channel), v1::VendorService::NewStub(channel));
}

Result<Client> Client::Connect(const Options& options) {
  auto connection = internal::Connection::Make(options);
  if (!connection.ok()) return connection.error();
  return Client(*std::move(connection));
}

Result<Client> Client::FromEnvironment() {
  const auto options = Options::FromEnvironment();
  if (!options.ok()) return options.error();
  return Connect(*options);
}

Range<v1::UpsertVendorResult> Client::RegisterVendors(Source<v1::Vendor> vendors) const {
  const auto registering = std::make_shared<Registering>(*this, std::move(vendors));
  return Range<v1::UpsertVendorResult>([registering] { return registering->Next(); });
}

ScreeningStream Client::ScreenStream(const v1::StreamScreenSettings& settings,
                                     Source<v1::BatchScreenItem> items,
                                     const StreamOptions& options) const {
  return {connection_, settings, std::move(items), options};
}

}  // namespace probity::client
