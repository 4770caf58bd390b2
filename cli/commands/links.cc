#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/subject_report.h"
#include "probity/v1/supplier_service.grpc.pb.h"

namespace probity::cli {
namespace {

std::string Other(const v1::SupplierLink& link) {
  std::string name = link.other_supplier().empty() ? link.other_site() : link.other_supplier();
  if (name.empty()) name = "no record of it";
  if (link.other_display_name().empty()) return name;
  return link.other_display_name() + "\n" + name;
}

void Render(Session& session, const v1::ListLinksResponse& response) {
  Table table({"link", "other end", "when", "in force"});
  for (const auto& link : response.links()) {
    const bool out = link.direction() == v1::LINK_DIRECTION_OUTGOING;
    table.Add({EnumWords(link.link().type()) + (out ? " ->" : " <-"), Other(link),
               FormatInterval(link.link().period()), link.in_force() ? "yes" : "no"},
              SourceNote(link.provenance()));
  }
  PrintResolution(session, "subject", response.resolved_subject());
  session.Print(table);
  session.Say(response.links().empty()
                  ? "No link on record. That does not say that there is none."
                  : "-> from the subject to the other end, <- the other way round");
  session.PrintStamp(response.stamp());
}

void Links(Session& session, const v1::ListLinksRequest& request) {
  const auto response = session.AskAll(&v1::SupplierService::Stub::ListLinks, request,
                                       &v1::ListLinksResponse::mutable_links);
  if (!response) return;
  session.Finish(response->links().empty() ? kExitBad : kExitGood);
  if (!session.PrintedAsJson(*response)) Render(session, *response);
}

}  // namespace

void AddLinks(CLI::App& app, Session& session) {
  auto request = std::make_shared<v1::ListLinksRequest>();
  Command* command = AddCommand(
      app, "links",
      {"List who owns, operates, supplies or recruits for whom",
       "Links of a supplier or site with others, as the sources state them: ownership, operation, "
       "sub-contracting, labour agents.",
       {{"Who stands behind this company?", "probity links GB-COH:04830352"},
        {"Also those that had ended by then",
         "probity links GB-COH:04830352 --as_of 2024-01-31 --include_ended"}},
       {{0, "links are on record"}, {1, "none is on record, which does not say there is none"}},
       {"flags", "lookup"}});
  AddParsed(command, "SUBJECT", kSubject, &ParseSubject,
            Into(request, &v1::ListLinksRequest::mutable_subject), "The supplier or site")
      ->required();
  AddParsed(command, "--as_of", kDay, &ParseDay,
            Into(request, &v1::ListLinksRequest::mutable_as_of),
            "Day for which links are asked. Without: today");
  AddFlag(command, "--include_ended", Into(request, &v1::ListLinksRequest::set_include_ended),
          "Also those that are not in force");
  command->callback([&session, request] { Links(session, *request); });
}

}  // namespace probity::cli
