#include <string>

#include "cli/app.h"
#include "cli/commands/commands.h"
#include "cli/parse.h"
#include "cli/text.h"
#include "probity/v1/supplier_service.grpc.pb.h"

namespace probity::cli {
namespace {

constexpr char kExamples[] =
    "  probity links GB-COH:04830352\n"
    "  probity links suppliers/ID --as_of 2024-01-31 --include_ended";
constexpr char kExitCodes[] =
    "  0 links are on record\n"
    "  1 none is on record, which does not say that there is none";

struct Options {
  std::string subject, as_of;
  bool include_ended = false;
};

absl::StatusOr<v1::ListLinksRequest> Request(const Options& options) {
  v1::ListLinksRequest request;
  auto subject = ParseSubject(options.subject);
  if (!subject.ok()) return subject.status();
  *request.mutable_subject() = *std::move(subject);
  if (!options.as_of.empty()) {
    auto day = ParseDay(options.as_of);
    if (!day.ok()) return day.status();
    *request.mutable_as_of() = *std::move(day);
  }
  request.set_include_ended(options.include_ended);
  request.set_page_size(1000);
  return request;
}

std::string Other(const v1::SupplierLink& link) {
  const std::string& name = link.other_supplier().empty() ? link.other_site()
                                                           : link.other_supplier();
  if (link.other_display_name().empty()) return name.empty() ? "no record of it" : name;
  return link.other_display_name() + "\n" + (name.empty() ? "no record of it" : name);
}

void Render(Session& session, const v1::ListLinksResponse& response) {
  Table table({"link", "other end", "when", "in force", "source"});
  for (const auto& link : response.links()) {
    const bool out = link.direction() == v1::LINK_DIRECTION_OUTGOING;
    table.Add({EnumWords(link.link().type()) + (out ? " ->" : " <-"), Other(link),
               FormatInterval(link.link().period()), link.in_force() ? "yes" : "no",
               FormatProvenance(link.provenance())});
  }
  session.Print(table);
  if (response.links().empty()) {
    session.Say("No link on record. That does not say that there is none.");
  } else {
    session.Say("-> from the subject to the other end, <- the other way round");
  }
  session.PrintStamp(response.stamp());
}

void Links(Session& session, const Options& options) {
  auto request = Request(options);
  auto response = session.Ask(&v1::SupplierService::Stub::ListLinks, request);
  while (response && !response->next_page_token().empty()) {
    request->set_page_token(response->next_page_token());
    const auto page = session.Ask(&v1::SupplierService::Stub::ListLinks, request);
    if (!page) return;
    response->mutable_links()->MergeFrom(page->links());
    response->set_next_page_token(page->next_page_token());
  }
  if (!response) return;
  session.Finish(response->links().empty() ? kExitBad : kExitGood);
  if (!session.PrintedAsJson(*response)) Render(session, *response);
}

}  // namespace

void AddLinks(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = AddCommand(app, "links",
                                 "List who owns, operates, supplies or recruits for whom",
                                 kExamples, kExitCodes);
  command->add_option("SUBJECT", options->subject,
                      "SCHEME:VALUE, suppliers/ID or datasets/D/records/KEY")
      ->required();
  command->add_option("--as_of", options->as_of, "Day for which links are asked; today");
  command->add_flag("--include_ended", options->include_ended, "Also those not in force");
  command->callback([&session, options] { Links(session, *options); });
}

}  // namespace probity::cli
