"""Measures every strategy by force beside the planner's own choice, on a grid of tables and numbers of labels: how much
longer the choice takes than the best, and what the planner's constants should be on this machine.

A cell's time is that of reading and folding the group's rows, as EXPLAIN ANALYZE tells it, the median of the runs.
"""

import itertools
import json
import statistics
import subprocess

import data

STRATEGIES = ("scan", "lookup", "seek", "reduce")
LABELS = (10, 100, 1_000, 10_000, 100_000)
WINDOWS = ("COUNT(*) OVER 7d IN activity AS rows_7d", "SUM(activity.clicks) OVER 30d AS clicks_30d")
# What is asked for: its metadata, the labels, and the items of the statement.
GROUPS = {
    "profile": ("metadata.yml", "labels.csv", [f"profile.{column}" for column in data.PROFILE]),
    "activity": ("metadata.yml", "labels.csv", [f"activity.{column}" for column in data.ACTIVITY]),
    "windows": ("metadata.yml", "labels.csv", WINDOWS),
    "wide": ("others.yml", "wide.csv", [f"wide.{column}" for column in data.ACTIVITY]),
    "deep": ("others.yml", "deep.csv", [f"deep.{column}" for column in data.ACTIVITY]),
}
TABLES_WITHOUT_INDEX = ("profile", "activity")
UNINDEXED = (*TABLES_WITHOUT_INDEX, "windows")
# What takes longer is none to choose, and need not be waited for.
TIMEOUT = "15s"
# What takes less is run so often in a round: a moment of noise is as long.
SHORT_MILLISECONDS, SHORT_RUNS = 200, 4


class Cell:
    """A group, an engine and a number of labels, and what each strategy took there."""

    def __init__(self, engine, url, group, labels):
        self.engine, self.url, self.group, self.labels = engine, url, group, labels
        self.times = {}  # milliseconds of each run, by strategy; `auto` is the planner's choice
        self.chosen = ""
        self.rows = {}  # rows that were read, by strategy

    def median(self, strategy):
        return statistics.median(self.times[strategy])

    def best(self):
        return min((strategy for strategy in self.times if strategy != "auto"), key=self.median)

    def ratio(self):
        return self.median("auto") / self.median(self.best())

    def ratio_by_force(self):
        """Of the chosen strategy by force to the best: the choice alone, without the noise of another run."""
        return self.median(self.chosen) / self.median(self.best())

    def is_due(self, strategy, turn):
        times = self.times.get(strategy)
        return turn == 0 or bool(times) and times[-1] < SHORT_MILLISECONDS


def cells(every):
    engines = [("SQLite", every.indexed, GROUPS), ("SQLite, no index", every.plain, UNINDEXED),
               ("PostgreSQL", every.server, GROUPS),
               ("PostgreSQL, no index", f"{every.server}&options=-csearch_path%3Dunindexed", UNINDEXED)]
    for engine, url, groups in engines:
        for group, labels in itertools.product(groups, LABELS):
            yield Cell(engine, url, group, labels)


def make_unindexed(psql):
    """Copies of tables of the server, without their indexes, in a schema of their own."""
    data.run_sql(psql, "DROP SCHEMA IF EXISTS unindexed CASCADE")
    data.run_sql(psql, "CREATE SCHEMA unindexed")
    for table in TABLES_WITHOUT_INDEX:
        data.run_sql(psql, f"CREATE TABLE unindexed.{table} AS TABLE public.{table}")
        data.run_sql(psql, f"VACUUM ANALYZE unindexed.{table}")


def write_labels(folder, name, count):
    """The first labels of a file, as a file of their own."""
    path = f"{count}-{name}"
    with open(f"{folder}/{name}", encoding="utf-8") as source, open(f"{folder}/{path}", "w", encoding="utf-8") as file:
        file.writelines(itertools.islice(source, count + 1))
    return path


def run(every, cell, strategy):
    metadata, labels, items = GROUPS[cell.group]
    path = write_labels(every.folder, labels, cell.labels)
    command = every.spellbook_command(
        cell.url, metadata, f"SET timeout = '{TIMEOUT}'", f"SET strategy = {strategy}",
        f"EXPLAIN ANALYZE SELECT FEATURES {', '.join(items)} JOIN {path} FORMAT json")
    done = subprocess.run(command, cwd=every.folder, capture_output=True, text=True)
    if "error[timeout]" in done.stderr:
        return
    done.check_returncode()
    use = json.loads(done.stdout)["uses"][0]
    if strategy == "auto":
        cell.chosen = use["strategy"]
    elif use["strategy"] != strategy:
        return
    cell.times.setdefault(strategy, []).append(use["measured"]["milliseconds"])
    cell.rows[strategy] = use["measured"]["rows"]


def strategies(cell):
    # Without an index, a lookup is a scan for each thousand keys.
    without = ("lookup", "seek") if cell.engine.endswith("no index") else ()
    return ("auto", *(strategy for strategy in STRATEGIES if strategy not in without))


def measure(every, runs, say):
    make_unindexed(every.psql)
    grid = list(cells(every))
    for number in range(runs):
        for cell in grid:
            say(f"planner {number + 1}/{runs}: {cell.engine}, {cell.group}, {cell.labels:,} labels")
            # What the first one reads is warm for the others: it runs twice, and counts once.
            run(every, cell, "auto")
            if "auto" in cell.times:
                cell.times["auto"].pop()
            for turn, strategy in itertools.product(range(SHORT_RUNS), strategies(cell)):
                if (number == 0 or strategy in cell.times) and cell.is_due(strategy, turn):
                    run(every, cell, strategy)
    return grid


def milliseconds(time):
    return f"{time:.1f}" if time < 100 else f"{time:,.0f}"


def print_grid(grid):
    print("| engine | group | labels | " + " | ".join(f"{strategy} ms" for strategy in STRATEGIES)
          + " | chosen | chosen ms | x best |")
    print("|---|---|" + "--:|" * (1 + len(STRATEGIES)) + "---|--:|--:|")
    for cell in grid:
        times = [milliseconds(cell.median(strategy)) if strategy in cell.times else "" for strategy in STRATEGIES]
        print(f"| {cell.engine} | {cell.group} | {cell.labels:,} | " + " | ".join(times)
              + f" | {cell.chosen} | {milliseconds(cell.median('auto'))} | {cell.ratio():.2f} |")
    ratios = sorted(cell.ratio() for cell in grid)
    by_force = max(cell.ratio_by_force() for cell in grid)
    print(f"\n{len(grid)} cells; the choice took {statistics.median(ratios):.2f} times the best in the median, "
          f"{ratios[-1]:.2f} at most; by force, what it chose took {by_force:.2f} times the best at most.\n")


def least_squares(points):
    """The two factors that take the points' first two coordinates nearest to the third, each point by its size."""
    points = [(x / z, y / z, 1) for x, y, z in points]
    xx, xy, yy = (sum(p[i] * p[j] for p in points) for i, j in ((0, 0), (0, 1), (1, 1)))
    x, y = (sum(p[i] for p in points) for i in (0, 1))
    determinant = xx * yy - xy * xy
    return (x * yy - y * xy) / determinant, (y * xx - x * xy) / determinant


def print_constants(grid):
    """As `AccessCosts` has them. The labels' keys are nearly all distinct, but for the deep table with its one."""
    print("| engine | statement | scannedRow | key | foundRow | moment |\n|---|" + "--:|" * 5)
    for engine in ("SQLite", "PostgreSQL"):
        mine = [cell for cell in grid if cell.engine == engine and cell.group != "windows"]
        scans = [cell.median("scan") / cell.rows["scan"] for cell in mine if "scan" in cell.times]
        lookups = [(1 if cell.group == "deep" else cell.labels, cell.rows["lookup"], cell.median("lookup"))
                   for cell in mine if "lookup" in cell.times and cell.labels >= 1_000]
        seeks = [cell.median("seek") / cell.labels for cell in mine if "seek" in cell.times and cell.labels >= 1_000]
        least = min(cell.median("lookup") for cell in mine if "lookup" in cell.times)
        key, found = least_squares(lookups)
        print(f"| {engine} | {least:.2f} | {statistics.median(scans):.5f} | {key:.4f} | {found:.4f} | "
              f"{statistics.median(seeks):.4f} |")
