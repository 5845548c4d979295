"""The data set: the same rows in two SQLite files (one without indexes) and a PostgreSQL server, and the labels as CSV.

A table's rows depend on its name and size only. Times grow strictly, so that no two rows tie.
"""

import csv
import datetime
import os
import random
import sqlite3
import subprocess

VERSION = "1"  # of what is made: data of another version are made again
START = 1_672_531_200_000_000  # 2023-01-01, in microseconds
YEAR = 365 * 86_400_000_000
END = "2024-01-01"
CITIES = ["Amsterdam", "Bogotá", "Cairo", "Delhi", "Edinburgh", "Fukuoka", "Geneva", "Ho Chi Minh City", "Istanbul"]
SCALE = {"small": 100, "medium": 10, "full": 1}

PROFILE = {"age": "int", "score": "float", "city": "str"}
ACTIVITY = {"clicks": "int", "amount": "float", "rate": "float"}
TYPES = {  # value type: of SQLite, of PostgreSQL
    "int": ("INTEGER", "bigint"), "float": ("REAL", "double precision"), "str": ("TEXT", "text"),
}


class Sizes:
    def __init__(self, size):
        scale = SCALE[size]
        self.users = 100_000 // scale
        self.labels = 1_000_000 // scale
        self.profile = 2_000_000 // scale
        self.activity = 10_000_000 // scale
        self.deep = 1_000_000 // scale
        self.wide = 1_000_000 // scale
        self.accounts = 10_000_000 // scale


def profile_features(chance):
    """A whole number, a decimal of one digit that is sometimes missing, a text that is sometimes missing."""
    score = round(chance() * 1000, 1) if chance() > 0.01 else None
    return 18 + int(chance() * 70), score, random_city(chance)


def random_city(chance):
    return CITIES[int(chance() * len(CITIES))] if chance() > 0.01 else None


def activity_features(chance):
    """A whole number, a decimal of two digits, and a float of all its digits."""
    return int(chance() * 1000), round(chance() * 5000, 2), chance()


def tables(sizes):
    """Name: (columns, rows, key of a row, its features). Keys are random, or the same, or counted."""
    return {
        "profile": (PROFILE, sizes.profile, lambda row, chance: 1 + int(chance() * sizes.users), profile_features),
        "activity": (ACTIVITY, sizes.activity, lambda row, chance: 1 + int(chance() * sizes.users), activity_features),
        "deep": (ACTIVITY, sizes.deep, lambda row, chance: 1, activity_features),
        "wide": (ACTIVITY, sizes.wide, lambda row, chance: 1 + row, activity_features),
        "accounts": (ACTIVITY, sizes.accounts, lambda row, chance: 1 + row, activity_features),
    }


def rows(name, count, key, features):
    """(user_id, ts, features …) in order of time, as a log is written."""
    chance = random.Random(name).random
    step = YEAR // count
    for row in range(count):
        yield key(row, chance), START + row * step + int(chance() * step), *features(chance)


def write_labels(path, seed, count, key):
    """A label's time is of the table's year; its key may be one that no row has."""
    chance = random.Random(seed).random
    start = datetime.datetime(2023, 1, 1)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["label_id", "user_id", "event_timestamp", "label"])
        for row in range(count):
            moment = start + datetime.timedelta(seconds=int(chance() * 365 * 86_400))
            writer.writerow([row + 1, key(chance), moment.isoformat() + "Z", int(chance() * 2)])


def make_labels(folder, sizes, names):
    def user(chance):
        return 1 + int(chance() * sizes.users * 1.05)

    kinds = {
        "labels": (sizes.labels, user),
        "hundred": (100, user),
        "tenfold": (10 * sizes.labels, user),
        "deep": (sizes.deep, lambda chance: 1),
        "wide": (sizes.wide, lambda chance: 1 + int(chance() * sizes.wide)),
    }
    for name in names:
        write_labels(f"{folder}/{name}.csv", name, *kinds[name])


def make_sqlite(path, tables, index):
    if os.path.exists(path):
        os.remove(path)
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    for name, (columns, count, key, features) in tables.items():
        types = ", ".join(f"{column} {TYPES[kind][0]}" for column, kind in columns.items())
        database.execute(f"CREATE TABLE {name} (user_id INTEGER NOT NULL, ts INTEGER NOT NULL, {types})")
        places = ", ".join("?" * (2 + len(columns)))
        database.executemany(f"INSERT INTO {name} VALUES ({places})", rows(name, count, key, features))
        if index:
            database.execute(f"CREATE INDEX {name}_user_id_ts ON {name} (user_id, ts)")
    database.commit()
    database.close()


def make_postgresql(psql, tables):
    for name, (columns, count, key, features) in tables.items():
        types = ", ".join(f"{column} {TYPES[kind][1]}" for column, kind in columns.items())
        run_sql(psql, f"DROP TABLE IF EXISTS {name}")
        run_sql(psql, f"CREATE TABLE {name} (user_id bigint NOT NULL, ts bigint NOT NULL, {types})")
        copy = subprocess.Popen([*psql, "-c", f"COPY {name} FROM STDIN (FORMAT csv)"], stdin=subprocess.PIPE,
                                text=True, encoding="utf-8")
        csv.writer(copy.stdin).writerows(rows(name, count, key, features))
        copy.stdin.close()
        if copy.wait() != 0:
            raise SystemExit(f"scripts/bench: the server took no rows of {name}")
        run_sql(psql, f"ALTER TABLE {name} ALTER ts TYPE timestamptz "
                      "USING 'epoch'::timestamptz + ts * interval '1 microsecond'")
        run_sql(psql, f"CREATE INDEX ON {name} (user_id, ts)")
        run_sql(psql, f"VACUUM ANALYZE {name}")


def run_sql(psql, statement):
    subprocess.run([*psql, "-c", statement], check=True, stdout=subprocess.DEVNULL)


def group(name, columns):
    features = ", ".join(f"{{name: {column}, value_type: {kind}}}" for column, kind in columns.items())
    return (f"---\nkind: group\nname: {name}\nentity: user_id\nevent_timestamp_column: ts\n"
            f"timestamp_storage: unix_us\nfeatures: [{features}]\n")


def make_metadata(folder):
    """One file for the joins, one for the tables of one column set, and one with 200 features to start with."""
    entity = "kind: entity\nname: user_id\nvalue_type: int\n"
    files = {
        "metadata.yml": [group("profile", PROFILE), group("activity", ACTIVITY)],
        "others.yml": [group(name, ACTIVITY) for name in ("deep", "wide", "accounts")],
        "catalog.yml": [group(f"group_{i}", {f"feature_{i}_{j}": "float" for j in range(10)}) for i in range(20)],
    }
    for name, groups in files.items():
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(entity + "".join(groups))


def make(folder, size, psql, long, say):
    """Makes what is missing. A part that is whole has a stamp."""
    sizes = Sizes(size)
    every = tables(sizes)
    uniform = {name: every[name] for name in ("profile", "activity")}
    make_metadata(folder)
    parts = {
        "labels": lambda: make_labels(folder, sizes, ["labels", "hundred", "deep", "wide"]),
        "indexed.db": lambda: make_sqlite(f"{folder}/indexed.db", every, index=True),
        "plain.db": lambda: make_sqlite(f"{folder}/plain.db", uniform, index=False),
        "server/tables": lambda: make_postgresql(psql, every),
    }
    if long:
        parts["tenfold"] = lambda: make_labels(folder, sizes, ["tenfold"])
    for name, make_part in parts.items():
        stamp = f"{folder}/{name}.version"
        if os.path.exists(stamp) and open(stamp, encoding="utf-8").read() == VERSION:
            continue
        say(f"generating {name} of size {size}")
        make_part()
        with open(stamp, "w", encoding="utf-8") as file:
            file.write(VERSION)
