"""What is measured: each work has contestants, and each contestant is one program to run."""

import dataclasses
import os

import data

READ = {
    "profile": "SELECT user_id, ts, age, score, city FROM profile",
    "activity": "SELECT user_id, ts, clicks, amount, rate FROM activity",
}
FEATURES = ["age", "score", "city", "clicks", "amount", "rate"]
OTHERS = ["clicks", "amount", "rate"]
WINDOWS = {
    "rows_1d": "COUNT(*) OVER 1d", "rows_7d": "COUNT(*) OVER 7d", "clicks_7d": "SUM(clicks) OVER 7d",
    "amount_30d": "AVG(activity.amount) OVER 30d", "rate_30d": "SUM(activity.rate) OVER 30d",
}
END = f"'{data.END}'"
END_MICROSECONDS = data.START + data.YEAR


@dataclasses.dataclass
class Contestant:
    """Who does a work on which engine. An answer is a CSV file; a reader and a floor have none."""

    who: str
    engine: str
    command: list
    kind: str = "peer"  # spellbook | floor | peer
    answer: str = ""
    measures: list = dataclasses.field(default_factory=list)
    note: str = ""
    failed: bool = False


@dataclasses.dataclass
class Work:
    """`key` is the column that tells the answer's rows apart; `values` are what must agree."""

    name: str
    title: str
    contestants: list
    key: str = ""
    values: tuple = ()
    more_runs: int = 1  # works of milliseconds are run more often
    forced: str = ""  # a statement whose answer must not depend on the strategy
    ends_at_first_byte: bool = False  # of what is printed, and not with the end of the program


class Works:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.indexed = f"{folder}/indexed.db"
        self.plain = f"{folder}/plain.db"
        self.server = f"postgresql://bench@/postgres?host={options.socket}"
        self.psql = [options.psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.server]
        self.tools = f"{options.work}/tools"
        self.sizes = data.Sizes(options.size)

    def all(self):
        works = [
            self.join(), self.hundred(), self.windows(), self.snapshot(), self.export(), self.start(),
            self.one_group("deep", f"one key with {self.sizes.deep:,} versions, {self.sizes.deep:,} labels"),
            self.one_group("wide", f"{self.sizes.wide:,} keys with one version, {self.sizes.wide:,} labels"),
        ]
        return works + [self.tenfold()] if self.options.long else works

    # Works

    def join(self):
        sizes = self.sizes
        title = f"join: {sizes.labels:,} labels x ({sizes.profile:,} + {sizes.activity:,} rows)"
        statement = self.join_statement("labels.csv")
        contestants = [
            self.spellbook("join", "SQLite", statement),
            self.spellbook("join", "SQLite", statement, who="Spellbook, no index", file=self.plain),
            self.spellbook("join", "PostgreSQL", statement),
            *self.floors(*READ.values()),
            *self.readers(),
            self.plain_sqlite("join", SQLITE_JOIN.format(labels="labels.csv", output="{output}")),
            self.plain_postgresql("join", POSTGRESQL_JOIN.format(labels="labels.csv", output="{output}")),
        ]
        for library, version in (("duckdb", "DuckDB attached"), ("polars", "Polars + ADBC"), ("pandas", "pandas")):
            contestants += self.python_peers("peers", library, version, ["SQLite", "PostgreSQL"])
        contestants += self.python_peers("feast", "feast", "Feast", ["PostgreSQL"])
        return Work("join", title, contestants, "label_id", FEATURES)

    def hundred(self):
        statement = self.join_statement("hundred.csv")
        contestants = [
            self.spellbook("hundred", "SQLite", statement),
            self.spellbook("hundred", "PostgreSQL", statement),
            self.plain_sqlite("hundred", SQLITE_JOIN.format(labels="hundred.csv", output="{output}")),
            self.plain_postgresql("hundred", POSTGRESQL_JOIN.format(labels="hundred.csv", output="{output}")),
        ]
        return Work("hundred", "join: 100 labels, indexed", contestants, "label_id", FEATURES, 4, statement)

    def windows(self):
        """Five additive windows over one group; the floor is the plain join of that group."""
        items = ", ".join(f"{window} IN activity AS {name}" for name, window in WINDOWS.items())
        plain = f"SELECT FEATURES {', '.join(OTHERS)} JOIN labels.csv INTO '{{output}}' OVERWRITE"
        contestants = []
        for engine in ("SQLite", "PostgreSQL"):
            statement = f"SELECT FEATURES {items} JOIN labels.csv INTO '{{output}}' OVERWRITE"
            contestants.append(self.spellbook("windows", engine, statement))
        for engine in ("SQLite", "PostgreSQL"):
            floor = self.spellbook("windows", engine, plain, who="floor: plain join of the group")
            contestants.append(dataclasses.replace(floor, kind="floor", answer=""))
        contestants += self.python_peers("peers", "duckdb", "DuckDB attached", ["SQLite", "PostgreSQL"], "windows")
        title = f"five windows: {self.sizes.labels:,} labels x {self.sizes.activity:,} rows"
        return Work("windows", title, contestants, "label_id", list(WINDOWS))

    def tenfold(self):
        statement = self.join_statement("tenfold.csv")
        contestants = [self.spellbook("tenfold", engine, statement) for engine in ("SQLite", "PostgreSQL")]
        title = f"join: {10 * self.sizes.labels:,} labels x the same"
        return Work("tenfold", title, contestants + self.floors(*READ.values()), "label_id", FEATURES)

    def snapshot(self):
        statement = f"SELECT FEATURES {', '.join(FEATURES)} AS OF {END} INTO '{{output}}' OVERWRITE"
        contestants = [
            self.spellbook("snapshot", "SQLite", statement),
            self.spellbook("snapshot", "PostgreSQL", statement),
            *self.floors(*READ.values()),
            self.plain_sqlite("snapshot", SQLITE_SNAPSHOT),
            self.plain_postgresql("snapshot", POSTGRESQL_SNAPSHOT),
        ]
        title = f"snapshot of {self.sizes.users:,} users"
        return Work("snapshot", title, contestants, "user_id", FEATURES)

    def export(self):
        statement = f"SELECT FEATURES accounts.* AS OF {END} ORDER BY user_id INTO '{{output}}' OVERWRITE"
        query = f"SELECT user_id, {', '.join(OTHERS)} FROM accounts ORDER BY user_id"
        contestants = [
            self.spellbook("export", "SQLite", statement, metadata="others.yml"),
            self.spellbook("export", "PostgreSQL", statement, metadata="others.yml"),
            *self.floors(f"SELECT user_id, ts, {', '.join(OTHERS)} FROM accounts"),
            self.plain_sqlite("export", f".headers on\n.mode csv\n.once '{{output}}'\n{query};\n", who="sqlite3 -csv"),
            self.plain_postgresql("export", f"\\copy ({query}) TO '{{output}}' (FORMAT csv, HEADER)\n",
                                  who="psql \\copy"),
        ]
        title = f"export of one group of {self.sizes.accounts:,} keys, ordered"
        return Work("export", title, contestants, "user_id", OTHERS)

    def start(self):
        show = self.spellbook_command(self.indexed, "catalog.yml", "SHOW GROUPS")
        contestants = [
            Contestant("Spellbook", "SQLite", show, "spellbook"),
            Contestant("sqlite3 'SELECT 1'", "SQLite", ["sqlite3", "-readonly", self.indexed, "SELECT 1"]),
            Contestant("psql -c 'SELECT 1'", "PostgreSQL", [*self.psql, "-c", "SELECT 1"]),
        ]
        title = "start to first byte: SHOW GROUPS, 200 features"
        return Work("start", title, contestants, more_runs=4, ends_at_first_byte=True)

    def one_group(self, name, title):
        features = ", ".join(f"{name}.{feature}" for feature in OTHERS)
        statement = f"SELECT FEATURES {features} JOIN {name}.csv INTO '{{output}}' OVERWRITE"
        contestants = [
            self.spellbook(name, "SQLite", statement, metadata="others.yml"),
            self.spellbook(name, "PostgreSQL", statement, metadata="others.yml"),
            *self.floors(f"SELECT user_id, ts, {', '.join(OTHERS)} FROM {name}"),
        ]
        return Work(name, title, contestants, "label_id", OTHERS)

    # Contestants

    def join_statement(self, labels):
        return f"SELECT FEATURES {', '.join(FEATURES)} JOIN {labels} INTO '{{output}}' OVERWRITE"

    def spellbook_command(self, engine, metadata, *statements):
        command = [self.options.spellbook, "-q", "--metadata", metadata, "--engine", engine]
        return command + [part for statement in statements for part in ("-c", statement)]

    def spellbook(self, work, engine, statement, who="Spellbook", file="", metadata="metadata.yml"):
        answer = self.answer(work, engine, who)
        url = file or {"SQLite": self.indexed, "PostgreSQL": self.server}[engine]
        command = self.spellbook_command(url, metadata, statement.format(output=answer))
        return Contestant(who, engine, command, "spellbook", answer)

    def floors(self, *queries):
        return [
            Contestant("floor: one serial stepping", "SQLite",
                       [f"{self.tools}/sqlite_floor", self.indexed, *queries], "floor"),
            Contestant("floor: one serial COPY binary", "PostgreSQL",
                       [f"{self.tools}/postgresql_floor", self.server, *queries], "floor"),
        ]

    def readers(self):
        """The engines' own clients, which only read and print the rows."""
        return [
            Contestant("sqlite3 -csv (only reads)", "SQLite",
                       ["sqlite3", "-readonly", "-csv", self.indexed, *READ.values()]),
            Contestant("psql \\copy (only reads)", "PostgreSQL",
                       [*self.psql, *(part for query in READ.values()
                                      for part in ("-c", f"\\copy ({query}) TO '/dev/null' (FORMAT csv)"))]),
        ]

    def plain_sqlite(self, work, script, who="plain SQL (sqlite3)"):
        answer = self.answer(work, "SQLite", "plain-sql")
        path = self.write(f"{work}.sqlite.sql", script.format(output=answer))
        command = ["sqlite3", "-bail", "-readonly", self.indexed, f".read {path}"]
        return Contestant(who, "SQLite", command, "peer", answer)

    def plain_postgresql(self, work, script, who="plain SQL (psql)"):
        answer = self.answer(work, "PostgreSQL", "plain-sql")
        path = self.write(f"{work}.postgresql.sql", script.format(output=answer))
        return Contestant(who, "PostgreSQL", [*self.psql, "-f", path], "peer", answer)

    def python_peers(self, environment, library, who, engines, work="join"):
        python = f"{self.options.work}/{environment}/bin/python"
        if not os.path.exists(f"{self.options.work}/{environment}/complete"):
            return []
        contestants = []
        for engine in engines:
            answer = self.answer(work, engine, library)
            source = {"SQLite": self.indexed, "PostgreSQL": self.server}[engine]
            script = os.path.join(os.path.dirname(__file__), "peers.py")
            command = [python, script, work, library, engine.lower(), source, f"{self.folder}/labels.csv", answer]
            contestants.append(Contestant(who, engine, command, "peer", answer))
        return contestants

    def answer(self, work, engine, who):
        words = "".join(letter if letter.isalnum() else "-" for letter in f"{work}-{engine}-{who}".lower())
        return f"{self.folder}/answers/{words}.csv"

    def write(self, name, text):
        path = f"{self.folder}/{name}"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path


SQLITE_JOIN = """\
CREATE TEMP TABLE labels (label_id INTEGER, user_id INTEGER, event_timestamp TEXT, label INTEGER);
.import --csv --skip 1 --schema temp {labels} labels
.headers on
.mode csv
.once '{output}'
SELECT l.label_id, l.user_id, l.event_timestamp, l.label, age, score, city, clicks, amount, rate
FROM (
  SELECT labels.*,
    (SELECT rowid FROM profile WHERE user_id = labels.user_id AND ts <= unixepoch(event_timestamp) * 1000000
     ORDER BY ts DESC LIMIT 1) AS profile_row,
    (SELECT rowid FROM activity WHERE user_id = labels.user_id AND ts <= unixepoch(event_timestamp) * 1000000
     ORDER BY ts DESC LIMIT 1) AS activity_row
  FROM labels
) AS l
LEFT JOIN profile AS p ON p.rowid = profile_row
LEFT JOIN activity AS a ON a.rowid = activity_row;
"""

POSTGRESQL_JOIN = """\
CREATE TEMP TABLE labels (label_id bigint, user_id bigint, event_timestamp timestamptz, label bigint);
\\copy labels FROM '{labels}' (FORMAT csv, HEADER)
ANALYZE labels;
CREATE TEMP VIEW answer AS
SELECT l.*, age, score, city, clicks, amount, rate
FROM labels AS l
LEFT JOIN LATERAL (
  SELECT * FROM profile WHERE user_id = l.user_id AND ts <= l.event_timestamp ORDER BY ts DESC LIMIT 1) AS p ON true
LEFT JOIN LATERAL (
  SELECT * FROM activity WHERE user_id = l.user_id AND ts <= l.event_timestamp ORDER BY ts DESC LIMIT 1) AS a ON true;
\\copy (SELECT * FROM answer) TO '{output}' (FORMAT csv, HEADER)
"""

# SQLite takes the other columns from the row of the greatest time.
SQLITE_SNAPSHOT = f"""\
.headers on
.mode csv
.once '{{output}}'
SELECT user_id, age, score, city, clicks, amount, rate
FROM (SELECT user_id, age, score, city, max(ts) FROM profile WHERE ts <= {END_MICROSECONDS} GROUP BY user_id)
FULL JOIN (SELECT user_id, clicks, amount, rate, max(ts) FROM activity WHERE ts <= {END_MICROSECONDS} GROUP BY user_id)
USING (user_id);
"""

POSTGRESQL_SNAPSHOT = f"""\
CREATE TEMP VIEW answer AS
SELECT user_id, age, score, city, clicks, amount, rate
FROM (SELECT DISTINCT ON (user_id) * FROM profile WHERE ts <= {END} ORDER BY user_id, ts DESC) AS p
FULL JOIN (SELECT DISTINCT ON (user_id) * FROM activity WHERE ts <= {END} ORDER BY user_id, ts DESC) AS a
USING (user_id);
\\copy (SELECT * FROM answer) TO '{{output}}' (FORMAT csv, HEADER)
"""
