"""Asks the same questions of Probity's name index, RapidFuzz and pg_trgm, in turn.

All three hold the same invented names. A question is answered when the party
that is meant is among the first ten parties. CPU is that of the thread (of the
backend process, for PostgreSQL) that answers. The last line is a JSON object:
by how much more CPU the fastest setting of a rival takes that finds as much as
Probity, or, where none does, the one that finds most.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import time

import psycopg
from rapidfuzz import distance, fuzz, process, utils

WANTED = 10
ASKED = 30  # names, since a party has several
WARM_UP = 3

RAPIDFUZZ = [("ratio", fuzz.ratio, 50), ("ratio", fuzz.ratio, 80),
             ("token_sort_ratio", fuzz.token_sort_ratio, 60),
             ("token_sort_ratio", fuzz.token_sort_ratio, 80),
             ("token_set_ratio", fuzz.token_set_ratio, 70),
             ("token_ratio", fuzz.token_ratio, 80), ("partial_ratio", fuzz.partial_ratio, 80),
             ("WRatio", fuzz.WRatio, 60), ("WRatio", fuzz.WRatio, 85),
             ("JaroWinkler", distance.JaroWinkler.normalized_similarity, 0.8)]
# Operator, its setting, the distance that orders by it, threshold.
PG_TRGM = [("%", "similarity", "<->", 0.2), ("%", "similarity", "<->", 0.3),
           ("%", "similarity", "<->", 0.4), ("%", "similarity", "<->", 0.5),
           ("%", "similarity", "<->", 0.6), ("<%", "word_similarity", "<<->", 0.3),
           ("<%", "word_similarity", "<<->", 0.5), ("<%", "word_similarity", "<<->", 0.7)]


class Probity:
    def __init__(self, bench, names, segment):
        self.name = "probity"
        self.process = subprocess.Popen([bench, "answer", "--names", str(names), "--file", segment],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, question):
        """Seconds of CPU, and the keys of parties, best first."""
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        micros, keys = self.process.stdout.readline().rstrip("\n").split("\t")
        return float(micros) / 1e6, keys.split()


class RapidFuzz:
    def __init__(self, setting, keys, texts):
        self.scorer_name, self.scorer, self.cutoff = setting
        self.name = f"rapidfuzz {self.scorer_name} >= {self.cutoff}"
        self.keys, self.texts = keys, texts

    def ask(self, question):
        begun = time.thread_time()
        found = process.extract(utils.default_process(question), self.texts, scorer=self.scorer,
                                limit=ASKED, score_cutoff=self.cutoff)
        keys = [self.keys[index] for _, _, index in found]
        return time.thread_time() - begun, keys


class PgTrgm:
    def __init__(self, setting, connection):
        operator, self.variable, order, self.threshold = setting
        self.name = f"pg_trgm {operator} {self.threshold}"
        self.connection = connection
        self.statement = (f"SELECT party FROM names WHERE %s {operator.replace('%', '%%')} name "
                          f"ORDER BY %s {order} name LIMIT {ASKED}")
        self.schedule = pathlib.Path(f"/proc/{connection.info.backend_pid}/schedstat")

    def backend_cpu(self):
        return int(self.schedule.read_text(encoding="ascii").split()[0]) / 1e9

    def ask(self, question):
        self.connection.execute(f"SET pg_trgm.{self.variable}_threshold = {self.threshold}")
        begun = self.backend_cpu()
        rows = self.connection.execute(self.statement, (question, question)).fetchall()
        return self.backend_cpu() - begun, [key for key, in rows]


class Tally:
    def __init__(self, system):
        self.system, self.seconds, self.found = system, [], 0

    def ask(self, party, question):
        seconds, keys = self.system.ask(question)
        self.seconds.append(seconds)
        self.found += party in list(dict.fromkeys(keys))[:WANTED]

    def recall(self):
        return self.found / len(self.seconds)

    def mean(self):
        return statistics.fmean(self.seconds)

    def line(self, ours):
        ordered = sorted(self.seconds)
        return (f"    {self.system.name:34} {self.recall():7.3f} {self.mean() * 1e3:10.3f} "
                f"{ordered[len(ordered) // 2] * 1e3:10.3f} {ordered[-1] * 1e3:10.3f} "
                f"{self.mean() / ours.mean():9.0f}")


def lines_of(*command):
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        for line in run.stdout:
            yield line.rstrip("\n").split("\t")
    if run.returncode:
        raise SystemExit(f"{command} failed")


def fill_postgres(socket, rows):
    connection = psycopg.connect(host=socket, user="bench", dbname="postgres", autocommit=True)
    connection.execute("CREATE EXTENSION pg_trgm")
    connection.execute("CREATE TABLE names (party text, name text)")
    with connection.cursor() as cursor:
        with cursor.copy("COPY names FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    connection.execute("CREATE INDEX ON names USING gin (name gin_trgm_ops)")
    connection.execute("VACUUM ANALYZE names")
    return connection


def rival(tallies, ours):
    """The fastest setting that finds as much as ours, else the one that finds most."""
    equals = [tally for tally in tallies if tally.recall() >= ours.recall()]
    if equals:
        return min(equals, key=Tally.mean)
    return max(tallies, key=lambda tally: (tally.recall(), -tally.mean()))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--socket", required=True, help="directory of PostgreSQL's socket")
    parser.add_argument("--bench", required=True, help="probity_names_bench")
    parser.add_argument("--segment", required=True)
    parser.add_argument("--names", type=int, required=True)
    parser.add_argument("--questions", type=int, required=True)
    args = parser.parse_args()

    rows = list(lines_of(args.bench, "names", "--names", str(args.names)))
    questions = list(lines_of(args.bench, "questions", "--names", str(args.names), "--queries",
                              str(args.questions)))
    connection = fill_postgres(args.socket, rows)
    keys = [key for key, _ in rows]
    texts = [utils.default_process(text) for _, text in rows]
    ours = Tally(Probity(args.bench, args.names, args.segment))
    fuzzy = [Tally(RapidFuzz(setting, keys, texts)) for setting in RAPIDFUZZ]
    trigrams = [Tally(PgTrgm(setting, connection)) for setting in PG_TRGM]
    everybody = [ours, *fuzzy, *trigrams]

    for _, _, question in questions[:WARM_UP]:
        for tally in everybody:
            tally.system.ask(question)
    for _, party, question in questions:
        for tally in everybody:
            tally.ask(party, question)

    print(f"{len(rows)} names, {len(questions)} questions, each asked of all systems in turn")
    print(f"    {'system and setting':34} recall10    mean ms     p50 ms     max ms    x ours")
    for tally in everybody:
        print(tally.line(ours))
    figures = {}
    for name, tallies in (("rapidfuzz", fuzzy), ("pg_trgm", trigrams)):
        best = rival(tallies, ours)
        print(f"compared with {best.system.name}: recall@10 {best.recall():.3f}, ours "
              f"{ours.recall():.3f}; {best.mean() / ours.mean():.0f} times our CPU, aim >= 100")
        figures[f"speedup_vs_{name}_1m"] = round(best.mean() / ours.mean(), 1)
        figures[f"recall10_{name}"] = round(best.recall(), 4)
    figures["recall10_ours"] = round(ours.recall(), 4)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
