#include <utility>

#include "screening/list_certifications.h"
#include "services/certification/operations.h"
#include "services/rpc/page_token.h"
#include "services/rpc/view.h"

namespace probity::certification {

absl::Status Get(const Question& from, const v1::GetCertificationRequest& request,
                 v1::GetCertificationResponse* response) {
  absl::StatusOr<rpc::ViewPtr> view = rpc::ViewFor(from.store, from.call, request.consistency());
  if (!view.ok()) return view.status();
  auto answer = screening::GetCertification(**view, request, from.call.Today());
  if (!answer.ok()) return answer.status();
  *response = *std::move(answer);
  *response->mutable_stamp() = rpc::StampOf(**view, from.call, from.call.Today());
  return absl::OkStatus();
}

absl::Status List(const Question& from, const v1::ListCertificationsRequest& request,
                  v1::ListCertificationsResponse* response) {
  absl::StatusOr<rpc::Page> page = rpc::OpenPage(from.store, from.call, request);
  if (!page.ok()) return page.status();
  auto answer = screening::ListCertifications(*page->view, from.schemes, from.store.identifiers(),
                                              request, from.call.Today());
  if (!answer.ok()) return answer.status();
  *response = *std::move(answer);
  response->set_next_page_token(page->NextToken(response->certifications_size()));
  rpc::KeepPage(*page, response->mutable_certifications());
  *response->mutable_stamp() = rpc::StampOf(*page->view, from.call, from.call.Today());
  return absl::OkStatus();
}

absl::Status List(const Question& from, const v1::ListAuditsRequest& request,
                  v1::ListAuditsResponse* response) {
  absl::StatusOr<rpc::Page> page = rpc::OpenPage(from.store, from.call, request);
  if (!page.ok()) return page.status();
  auto answer = screening::ListAudits(*page->view, from.schemes, from.store.identifiers(), request,
                                      from.call.Today());
  if (!answer.ok()) return answer.status();
  *response = *std::move(answer);
  response->set_next_page_token(page->NextToken(response->audits_size()));
  rpc::KeepPage(*page, response->mutable_audits());
  *response->mutable_stamp() = rpc::StampOf(*page->view, from.call, from.call.Today());
  return absl::OkStatus();
}

}  // namespace probity::certification
