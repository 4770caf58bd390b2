// Who was found, in which lists, and what made the answer: parts 4 to 6.
#include "absl/strings/escaping.h"
#include "screening/print/printing.h"

namespace probity::screening {
namespace {

// Names and addresses: as asked, then as on record.
void PrintNames(const Printing& printing, const v1::SubjectEvidence& subject, Page* page) {
  for (const v1::PersonalDigest& digest : subject.personal()) {
    page->Field(printing.Label("name"), printing.Personal(digest), 2);
  }
}

void PrintCandidates(const Printing& printing, const v1::SubjectEvidence& subject, Page* page) {
  if (subject.candidates().empty()) return;
  if (printing.ForSupplier()) return page->Line(printing.Text("omitted.internal"), 2);
  for (const v1::IdentityCandidate& candidate : subject.candidates()) {
    std::string name = printing.Personal(candidate.matched_name());
    page->Line(
        printing.Text("text.candidate", {{"name", name.empty() ? candidate.source_record() : name},
                                         {"score", NumberText(candidate.score())}}),
        2);
    page->Field(printing.Label("found"), candidate.supplier(), 3);
    page->Field(printing.Label("record"), candidate.source_record(), 3);
    if (!printing.ForAuditor()) continue;
    for (const v1::MatchExplanation& row : candidate.explanations()) {
      page->Field(row.feature(), NumberText(row.contribution()), 3);
    }
  }
}

// What people said of like names before; only for those inside.
void PrintJudgements(const Printing& printing, const v1::SubjectEvidence& subject, Page* page) {
  if (printing.ForSupplier()) return;
  for (const v1::Judgement& one : subject.judgements()) {
    page->Line(
        printing.Text("text.judgement", {{"outcome", printing.Word("judged", one.outcome())},
                                         {"state", printing.Word("judgement", one.state())}}),
        2);
    page->Field(printing.Label("record"), one.source_record(), 3);
    page->Field(printing.Label("judgement"), one.name(), 3);
  }
}

void PrintSubject(const Printing& printing, const v1::SubjectEvidence& subject, Page* page) {
  page->Gap();
  page->Line(absl::StrCat(subject.path(), ": ", printing.Word("role", subject.role())));
  if (!printing.Shows(subject.path())) {
    return page->Line(printing.Text("omitted.other_party"), 2);
  }
  page->Line(printing.Word("identity", subject.identity()), 2);
  PrintNames(printing, subject, page);
  page->Field(printing.Label("faults"),
              printing.Words<v1::IdentityFault>("fault", subject.faults()), 2);
  if (subject.has_name_agreement()) {
    page->Field(printing.Label("score"), NumberText(subject.name_agreement()), 2);
  }
  page->Field(printing.Label("found"), absl::StrJoin(subject.resolution().suppliers(), ", "), 2);
  page->Field(printing.Label("found"), absl::StrJoin(subject.resolution().sites(), ", "), 2);
  PrintCandidates(printing, subject, page);
  PrintJudgements(printing, subject, page);
}

// What a list does not say of itself.
std::string OrDash(const std::string& text) { return text.empty() ? "–" : text; }

void PrintSource(const Printing& printing, const v1::SourceEvidence& source, Page* page) {
  page->Gap();
  if (!source.has_edition()) {
    return page->Line(printing.Text("text.missing_source", {{"dataset", source.dataset()}}));
  }
  const v1::SourceEdition& edition = source.edition();
  page->Line(absl::StrCat(source.dataset(), " ", edition.version()));
  page->Line(printing.Text("text.source",
                           {{"publisher", OrDash(edition.publisher())},
                            {"title", OrDash(edition.title())},
                            {"edition", OrDash(DayText(edition.has_edition(), edition.edition()))},
                            {"age", absl::StrCat(source.age_days())},
                            {"sha256", absl::StrJoin(edition.sha256(), ", ")}}),
             2);
  page->Field(printing.Label("url"), edition.url(), 2);
  if (edition.has_retrieved_at()) {
    page->Field(printing.Label("retrieved"), TimeText(edition.retrieved_at()), 2);
  }
  if (edition.invented()) page->Line(printing.Text("text.invented"), 2);
}

void PrintEngine(const Printing& printing, const v1::Engine& engine, Page* page) {
  if (!printing.ForAuditor()) return;
  page->Field(printing.Label("matcher"), engine.matcher_version());
  page->Field("ICU", engine.icu_version());
}

}  // namespace

void PrintIdentity(const Printing& printing, Page* page) {
  page->Heading(printing.Text("heading.identity"));
  for (const v1::SubjectEvidence& subject : printing.bundle().subjects()) {
    PrintSubject(printing, subject, page);
  }
}

void PrintSources(const Printing& printing, Page* page) {
  page->Heading(printing.Text("heading.sources"));
  if (printing.bundle().sources().empty()) page->Line(printing.Text("text.none"));
  for (const v1::SourceEvidence& source : printing.bundle().sources()) {
    PrintSource(printing, source, page);
  }
}

void PrintVersions(const Printing& printing, Page* page) {
  const v1::DecisionCore& core = printing.core();
  page->Heading(printing.Text("heading.time"));
  page->Line(
      printing.Text("text.as_of", {{"as_of", DayText(core.has_as_of(), core.as_of())},
                                   {"revision", absl::StrCat(core.revision().revision())},
                                   {"generated", TimeText(printing.decision().recorded_at())}}));
  if (printing.ForAuditor()) {
    page->Line(
        absl::StrCat(core.revision().store_lineage(), " ", core.revision().revision_digest()));
  }
  for (const v1::PolicyRef& policy : core.policies()) {
    page->Line(
        printing.Text("text.versions", {{"engine", core.engine().release()},
                                        {"policy", policy.name()},
                                        {"digest", absl::BytesToHexString(policy.digest())}}));
  }
  PrintEngine(printing, core.engine(), page);
}

}  // namespace probity::screening
