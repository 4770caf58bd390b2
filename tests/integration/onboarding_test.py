"""docs/ONBOARDING.md, followed word for word: its commands are run as they stand, and
they must print what it says they do. Once with the invented files that it shows, once
with 16,000 real organisations and four real lists, where these are at hand."""
import collections
import csv
import io
import shutil

import document
import harness

SHARED = harness.ROOT / "../shared/data"
LISTS = {**{f"cons_{part}.csv": f"ofac-cons/cons_{part}.csv"
            for part in ("prim", "alt", "add", "comments")},
         "csl.csv": "us-csl-dpl/csl.csv",
         "wro_names.csv": "us-cbp-wro-names/wro_names.csv",
         "lista-suja.csv": "br-lista-suja/companies.csv"}
VENDORS = "uk-msu-organisations/private-organisations.csv"


def read_csv(path, encoding="utf-8-sig"):
    with open(path, encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def write_csv(path, rows, **form):
    with open(path, "w", newline="", encoding=form.pop("encoding", "utf-8")) as file:
        writer = csv.DictWriter(file, list(rows[0]), **form)
        writer.writeheader()
        writer.writerows(rows)


class OnboardingTest(document.DocumentTest):
    document = "docs/ONBOARDING.md"

    # What a person does, by the comments of the document.

    def a_person_fills_in_the_worksheet(self):
        """In a spreadsheet, which saves it in its own way."""
        rows = read_csv(self.folder / "worksheet.csv")
        self.judged = []
        for row in rows:
            if not row["probity_source_record"]:
                continue
            row["decision"], row["reason"] = self.decide(row)
            self.judged.append(row)
        self.assertTrue(self.judged)
        write_csv(self.folder / "worksheet.csv", rows, delimiter=";", encoding="utf-16")
        self.next_editions(self.judged)

    def decide(self, row):
        if row["probity_candidate"].startswith("Invented Heron"):
            return "IS", "same quay, same owner"
        return "IS_NOT", "another firm"

    def next_editions(self, judged):
        """Real lists: what changes is chosen among what was judged. The invented ones
        stand beside the others."""
        if not self.real:
            return
        (self.folder / "next").mkdir()
        for name in LISTS:
            shutil.copy(self.folder / "lists" / name, self.folder / "next" / name)
        self.changed = self.change_births(judged) | self.change_an_identifier(judged)
        self.assertTrue(self.changed)

    def change_births(self, judged):
        """Persons of the screening list who were judged get another day of birth; the
        vendors who are to be looked at again."""
        path = self.folder / "next/csl.csv"
        rows, seen = read_csv(path), set()
        for row in rows:
            key = "|".join(row[column].strip() for column in (
                "source", "entity_number", "name", "federal_register_notice", "start_date"))
            record = f"datasets/us-screening-list/records/{key}"
            again = {one["vendor_number"] for one in judged
                     if one["probity_source_record"] == record}
            if again:
                row["dates_of_birth"] = "1901"
            seen |= again
        write_csv(path, rows)
        return seen

    def change_an_identifier(self, judged):
        """Of one vendor who was judged; the one that was shortened is mended too."""
        vendors = read_csv(self.folder / "vendors.csv")
        first = next((one["vendor_number"] for one in judged if one["identifier"]), None)
        for row in vendors:
            if row["vendor_number"] == first:
                row["identifier"] = "GB-COH:99900099"
            elif "E+" in row["identifier"]:
                row["identifier"] = ""
        write_csv(self.folder / "next/vendors.csv", vendors)
        return {first} - {None}

    # The two runs.

    def test_with_the_invented_files(self):
        self.real = False
        shutil.copytree(harness.ROOT / "data/demo/onboarding", self.folder, dirs_exist_ok=True)
        self.follow(exactly=True)
        self.assertEqual(self.vendors_in("changed.csv"), {"10006", "10007"})

    def test_with_real_organisations_and_lists(self):
        if not (SHARED / VENDORS).exists():
            print("onboarding_test: SKIPPED the real organisations: ../shared/data is absent; the "
                  "invented files were used", flush=True)
            self.skipTest("../shared/data is absent")
        self.real = True
        (self.folder / "lists").mkdir()
        for name, path in LISTS.items():
            shutil.copy(SHARED / path, self.folder / "lists" / name)
        write_csv(self.folder / "vendors.csv", real_vendors())
        self.follow(exactly=False)
        self.assertEqual(self.vendors_in("changed.csv"), self.changed)
        verdicts = collections.Counter(
            row["probity_verdict"] for row in read_csv(self.folder / "result.csv", "utf-8"))
        self.assertEqual(sum(verdicts.values()), 16214)
        self.assertEqual(verdicts["ERROR"], 1)
        self.assertEqual(verdicts["BLOCK"], 0)
        print(f"onboarding_test: {len(self.judged)} rows judged, {dict(verdicts)}", flush=True)

    def vendors_in(self, name):
        return {row["vendor_number"] for row in read_csv(self.folder / name)
                if row["probity_source_record"]}


def real_vendors():
    """Organisations as a vendor master: half of them without an identifier, one with a
    number that a spreadsheet shortened, one twice."""
    text = "".join(line.decode("utf-8", "replace") for line in open(SHARED / VENDORS, "rb"))
    vendors = []
    for i, row in enumerate(csv.DictReader(io.StringIO(text, newline=""))):
        vendors.append({
            "vendor_number": str(10001 + i), "name": row["OrganisationName"].strip(),
            "country": "GB", "kind": "company", "founded": "",
            "address": ", ".join(filter(None, (row["Address1"], row["TownCity"]))),
            "identifier": f"GB-COH:{row['CompanyNumber']}" if i % 2 == 0 else ""})
    vendors.append({**vendors[0], "vendor_number": "99001", "identifier": "GB-COH:4.83E+06"})
    vendors.append(dict(vendors[2]))
    return vendors


if __name__ == "__main__":
    harness.main()
