// Probity from C++: may we buy this, from this supplier, today?
//
//   auto client = probity::client::Client::FromEnvironment();
//   v1::ScreenSupplierRequest request;
//   *request.mutable_subject() = ByIdentifier("GB-COH", "01234567");
//   ...
//   const auto answer = client->Call(&Screening::ScreenSupplier, request);
//   if (!MayBuy(answer)) Hold(Explain(answer));
#ifndef PROBITY_CLIENT_CLIENT_H_
#define PROBITY_CLIENT_CLIENT_H_

#include <memory>
#include <tuple>
#include <utility>

#include "probity/client/connection.h"
#include "probity/client/decisions.h"
#include "probity/client/error.h"
#include "probity/client/options.h"
#include "probity/client/requests.h"
#include "probity/client/result.h"
#include "probity/client/stream.h"
#include "probity/v1/certification_service.grpc.pb.h"
#include "probity/v1/dataset_service.grpc.pb.h"
#include "probity/v1/policy_service.grpc.pb.h"
#include "probity/v1/portfolio_service.grpc.pb.h"
#include "probity/v1/review_service.grpc.pb.h"
#include "probity/v1/risk_service.grpc.pb.h"
#include "probity/v1/screening_service.grpc.pb.h"
#include "probity/v1/server_service.grpc.pb.h"
#include "probity/v1/supplier_service.grpc.pb.h"
#include "probity/v1/vendor_service.grpc.pb.h"

namespace probity::client {

// The services: each RPC is a method of its service's stub, as in &Screening::ScreenSupplier. The
// comments of the protos are their reference.
using Certifications = v1::CertificationService::Stub;
using Datasets = v1::DatasetService::Stub;
using Policies = v1::PolicyService::Stub;
using Portfolios = v1::PortfolioService::Stub;
using Reviews = v1::ReviewService::Stub;
using Risks = v1::RiskService::Stub;
using Screening = v1::ScreeningService::Stub;
using Server = v1::ServerService::Stub;
using Suppliers = v1::SupplierService::Stub;
using Vendors = v1::VendorService::Stub;

// Calls one server. Thread-safe; copies share a connection. Keep one for the life of the process.
// It connects with the first call, and again whenever the connection is lost.
//
// A call has the deadline of its options, or else the one that service_config.json gives its RPC;
// streams have none of their own. What may be sent again is, by gRPC and within the deadline:
// lookups, and what carries a request id, which is added where it lacks.
class Client {
 public:
  // Nothing is sent yet: what cannot be used is an error with is_configuration, and whether the
  // server is there shows with the first call.
  static Result<Client> Connect(const Options& options);
  // Goes by Options::FromEnvironment().
  static Result<Client> FromEnvironment();

  // One call: Call(&Suppliers::GetSupplier, request).
  template <typename Stub, typename Request, typename Response>
  Result<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                     Response*),
                        Request request, const CallOptions& options = {}) const {
    grpc::ClientContext context;
    auto refused = connection_->Prepare(*Request::descriptor(), options, &context);
    if (refused.has_value()) return *std::move(refused);
    internal::AddIds(&request);
    Response response;
    const grpc::Status status = (StubOf<Stub>().*method)(&context, request, &response);
    if (status.ok()) return response;
    return connection_->Failed(status, *Request::descriptor(), &request, context);
  }

  // The answers of a call that streams them: Stream(&Datasets::ExportDataset, request). Leaving
  // the range gives the call up.
  template <typename Stub, typename Request, typename Response>
  Range<Response> Stream(std::unique_ptr<grpc::ClientReader<Response>> (Stub::*method)(
                             grpc::ClientContext*, const Request&),
                         const Request& request, const CallOptions& options = {}) const {
    auto call = std::make_shared<Reading<Response>>();
    auto refused = connection_->Prepare(*Request::descriptor(), options, &call->context);
    if (refused.has_value()) return Once<Response>(*std::move(refused));
    call->reader = (StubOf<Stub>().*method)(&call->context, request);
    return Range<Response>([call, client = *this]() -> std::optional<Result<Response>> {
      Response response;
      if (call->is_over) return std::nullopt;
      if (call->reader->Read(&response)) return response;
      call->is_over = true;
      const grpc::Status status = call->reader->Finish();
      if (status.ok()) return std::nullopt;
      return client.connection_->Failed(status, *Request::descriptor(), nullptr, call->context);
    });
  }

  // The answers of a listing, from the request's own page token on, each asked for when it is
  // needed and of one revision: Pages(&Vendors::ListVendors, request).
  template <typename Stub, typename Request, typename Response>
  Range<Response> Pages(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                     Response*),
                        Request request, const CallOptions& options = {}) const {
    return Range<Response>(
        [=, client = *this, more = true]() mutable -> std::optional<Result<Response>> {
          if (!more) return std::nullopt;
          Result<Response> page = client.Call(method, request, options);
          more = page.ok() && !page->next_page_token().empty();
          if (more) internal::SetPageToken(page->next_page_token(), &request);
          return page;
        });
  }

  // What a listing names, over all its pages. The last argument takes it out of an answer:
  // Items(&Vendors::ListVendors, request, &v1::ListVendorsResponse::vendors).
  template <typename Stub, typename Request, typename Response, typename Item>
  Range<Item> Items(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    Request request,
                    const google::protobuf::RepeatedPtrField<Item>& (Response::*of)() const,
                    const CallOptions& options = {}) const {
    return Range<Item>([pages = Pages(method, std::move(request), options),
                        page = std::optional<Result<Response>>(), place = 0,
                        of]() mutable -> std::optional<Result<Item>> {
      for (;;) {
        if (page.has_value()) {
          const auto& known = ((**page).*of)();
          if (place < known.size()) return known.Get(place++);
        }
        page = pages.Next();
        place = 0;
        if (!page.has_value()) return std::nullopt;
        if (!page->ok()) return page->error();
      }
    });
  }

  // Makes vendor numbers known, in as many calls as the server's limit asks for, and gives one
  // result for each, in order. An entry that fails carries its own error (ItemFailure). An error
  // of a call ends it; what was sent before is kept, and sent again changes nothing.
  Range<v1::UpsertVendorResult> RegisterVendors(Source<v1::Vendor> vendors) const;

  // A stream of purchases; VendorItems() are such items. `settings` say what all of them share.
  // Give a stream_id to send the same run again from its first item, a resume_token to go on with
  // one that was left.
  ScreeningStream ScreenStream(const v1::StreamScreenSettings& settings,
                               Source<v1::BatchScreenItem> items,
                               const StreamOptions& options = {}) const;

  // The channel, for code that has its own way to call.
  std::shared_ptr<grpc::Channel> channel() const { return connection_->channel(); }

 private:
  template <typename Response>
  struct Reading {
    ~Reading() {
      if (reader == nullptr || is_over) return;
      context.TryCancel();
      Response left;
      while (reader->Read(&left)) {
      }
      reader->Finish();
    }
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<Response>> reader;
    bool is_over = false;
  };

  using Stubs =
      std::tuple<std::unique_ptr<Certifications>, std::unique_ptr<Datasets>,
                 std::unique_ptr<Policies>, std::unique_ptr<Portfolios>, std::unique_ptr<Reviews>,
                 std::unique_ptr<Risks>, std::unique_ptr<Screening>, std::unique_ptr<Server>,
                 std::unique_ptr<Suppliers>, std::unique_ptr<Vendors>>;

  explicit Client(std::shared_ptr<const internal::Connection> connection);

  template <typename Stub>
  Stub& StubOf() const {
    return *std::get<std::unique_ptr<Stub>>(*stubs_);
  }

  template <typename Response>
  static Range<Response> Once(Error error) {
    return Range<Response>([error = std::move(error)] { return Result<Response>(error); });
  }

  std::shared_ptr<const internal::Connection> connection_;
  std::shared_ptr<const Stubs> stubs_;
};

}  // namespace probity::client

#endif  // PROBITY_CLIENT_CLIENT_H_
