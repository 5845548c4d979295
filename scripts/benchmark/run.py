"""Makes the data, runs every contestant of every work in rounds, compares the answers and prints the table."""

import argparse
import datetime
import glob
import os
import re
import shutil
import statistics
import subprocess
import sys

import answers
import data
import planner
import works


# Seconds. Who takes longer runs once: noise is small beside that.
LONG = 60


def say(text):
    print(text, file=sys.stderr, flush=True)


def parse_options():
    parser = argparse.ArgumentParser(prog="scripts/bench")
    for name in ("spellbook", "work", "size", "only", "socket", "psql"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--planner", action="store_true")
    return parser.parse_args()


class Measure:
    """What one run of a program took."""

    def __init__(self, text):
        wall, cpu, kibibytes, code = text.split()
        self.wall, self.cpu, self.mebibytes, self.code = float(wall), float(cpu), int(kibibytes) / 1024, int(code)


def run_once(contestant, tools, folder, ends_at_first_byte):
    result, errors = f"{folder}/measure", f"{folder}/errors"
    measure = [f"{tools}/measure", *(["--first-byte"] if ends_at_first_byte else []), result]
    with open(errors, "wb") as error_file:
        subprocess.run([*measure, *contestant.command], cwd=folder, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=error_file, check=True)
    with open(result, encoding="utf-8") as file:
        measure = Measure(file.read())
    if measure.code == 0:
        contestant.measures.append(measure)
        return
    with open(errors, encoding="utf-8", errors="replace") as file:
        lines = [line.strip() for line in file if line.strip()] or ["it said nothing"]
    contestant.failed = True
    contestant.note = f"failed with exit code {measure.code}: {lines[-1][:200]}"


def run_rounds(work, runs, tools, folder):
    """All contestants once, then all again: what disturbs the machine for a while disturbs them all."""
    for number in range(runs * work.more_runs):
        for contestant in work.contestants:
            is_long = any(measure.wall > LONG for measure in contestant.measures)
            if not contestant.failed and not is_long:
                say(f"{work.name} {number + 1}/{runs * work.more_runs}: {contestant.who}, {contestant.engine}")
                run_once(contestant, tools, folder, work.ends_at_first_byte)


def warm(every):
    """Reads the files and tables once, so that no first round waits for a disk."""
    for path in glob.glob(f"{every.folder}/*.db"):
        with open(path, "rb") as file:
            while file.read(1 << 20):
                pass
    for table in data.tables(every.sizes):
        data.run_sql(every.psql, f"SELECT count(*) FROM {table}")


def compare_answers(work):
    """Notes where answers differ from that of the first Spellbook. Whether all of Spellbook's own agree."""
    ours = [contestant for contestant in work.contestants if contestant.kind == "spellbook"]
    agree = not any(contestant.failed for contestant in ours)
    if not work.key or ours[0].failed:
        return agree
    ours[0].note = "reference"
    for contestant in work.contestants:
        if contestant is ours[0] or contestant.failed or not contestant.answer:
            continue
        say(f"{work.name}: comparing {contestant.who}, {contestant.engine}")
        count, example = answers.difference(ours[0].answer, contestant.answer, work.key, work.values)
        contestant.note = f"{count:,} rows differ, {example}" if count else "same"
        agree = agree and not (count and contestant.kind == "spellbook")
    return agree


def compare_strategies(work, every):
    """Runs the statement under each strategy by force. The lines to print, and whether the answers agree."""
    lines, agree = [], True
    for engine, url in (("SQLite", every.indexed), ("PostgreSQL", every.server)):
        told = []
        for strategy in ("scan", "lookup", "seek", "reduce", "server"):
            answer = every.answer(work.name, engine, strategy)
            command = every.spellbook_command(
                url, "metadata.yml", f"SET strategy = {strategy}", work.forced.format(output=answer))
            done = subprocess.run(command, cwd=every.folder, capture_output=True, text=True)
            if "unknown-strategy" in done.stderr:
                told.append(f"{strategy} is not there")
                continue
            same = done.returncode == 0 and answers.difference(
                work.contestants[0].answer, answer, work.key, work.values)[0] == 0
            told.append(f"{strategy} {'agrees' if same else 'DIFFERS OR FAILS'}")
            agree = agree and same
        lines.append(f"- {work.name}, strategies by force on {engine}: {', '.join(told)}")
    return lines, agree


def median(contestant):
    return statistics.median(measure.wall for measure in contestant.measures)


def seconds(time):
    return f"{time * 1000:.1f} ms" if time < 1 else f"{time:.2f} s"


def ratio(contestant, others):
    """How many times as long as the first of the others on the same engine that ran."""
    for other in others:
        if other.engine == contestant.engine and other.measures:
            return f"{median(contestant) / median(other):.2f}"
    return ""


def table_rows(work):
    ours = [contestant for contestant in work.contestants if contestant.kind == "spellbook"]
    floors = [contestant for contestant in work.contestants if contestant.kind == "floor"]
    for index, contestant in enumerate(work.contestants):
        head = ["" if index else work.title, contestant.who, contestant.engine]
        if not contestant.measures or contestant.failed:
            yield [*head, "failed", "", "", "", "", "", "see below"]
            continue
        walls = [measure.wall for measure in contestant.measures]
        cpu = statistics.median(measure.cpu for measure in contestant.measures)
        peak = max(measure.mebibytes for measure in contestant.measures)
        server = " + server" if contestant.engine == "PostgreSQL" else ""
        answer = "see below" if "differ," in contestant.note else contestant.note
        spread = f"{seconds(min(walls))} - {seconds(max(walls))}" if len(walls) > 1 else "once"
        yield [*head, seconds(median(contestant)), spread,
               seconds(cpu) + server, f"{peak:.0f}{server}", ratio(contestant, ours), ratio(contestant, floors), answer]


def print_table(done):
    head = ["work", "who", "engine", "median", "min - max", "CPU", "peak MiB", "x Spellbook", "x floor", "answer"]
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * 3 + "--:|" * 6 + "---|")
    for work in done:
        for row in table_rows(work):
            print("| " + " | ".join(row) + " |")


def print_notes(done, lines):
    print()
    for work in done:
        for contestant in work.contestants:
            if contestant.failed or "differ," in contestant.note:
                print(f"- {work.name}, {contestant.who}, {contestant.engine}: {contestant.note}")
    for line in lines:
        print(line)


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "unknown processor")


def print_machine(options, every):
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = [
        f"Spellbook {output_of(options.spellbook, '--version')}",
        f"SQLite {output_of('sqlite3', '--version').split()[0]}",
        f"PostgreSQL {output_of(*every.psql, '-At', '-c', 'SHOW server_version').split()[0]}",
    ]
    for environment, packages in (("peers", ("duckdb", "polars", "adbc-driver-manager", "pandas")),
                                  ("feast", ("feast",))):
        if os.path.exists(f"{options.work}/{environment}/complete"):
            code = "import sys, importlib.metadata as m; print(*(f'{p} {m.version(p)}' for p in sys.argv[1:]))"
            versions.append(output_of(f"{options.work}/{environment}/bin/python", "-c", code, *packages))
    print(f"{os.cpu_count()} cores of {processor()}, {memory:.0f} GiB, Linux {os.uname().release}, "
          f"{datetime.date.today()}, load before {os.getloadavg()[0]:.2f}; size {options.size}, rounds: {options.runs} "
          f"({4 * options.runs} of works that take milliseconds); warm cache; whole processes, but for the start.")
    print(f"{', '.join(versions)}.\n")


def main():
    options = parse_options()
    folder = f"{options.work}/{options.size}"
    every = works.Works(options, folder)
    chosen = [work for work in every.all() if re.search(options.only, work.name)]
    if not chosen:
        sys.exit(f"scripts/bench: no work matches '{options.only}': {', '.join(work.name for work in every.all())}")
    data.make(folder, options.size, every.psql, options.long, say)
    warm(every)
    print_machine(options, every)
    if options.planner:
        grid = planner.measure(every, options.runs, say)
        planner.print_grid(grid)
        return planner.print_constants(grid)
    agree, lines = True, []
    for work in chosen:
        # Old answers must not stand for missing ones, nor fill the disk.
        shutil.rmtree(f"{folder}/answers", ignore_errors=True)
        os.mkdir(f"{folder}/answers")
        run_rounds(work, options.runs, every.tools, folder)
        agree = compare_answers(work) and agree
        if work.forced and not work.contestants[0].failed:
            more, same = compare_strategies(work, every)
            lines += more
            agree = agree and same
    print_table(chosen)
    print_notes(chosen, lines)
    if not agree:
        sys.exit("scripts/bench: Spellbook failed, or its answers disagree")


main()
