"""Compares two answers, which are CSV files with a header: rows by their key, fields as numbers where they are."""

import csv
import filecmp
import itertools
import math


def rows(path, key, values):
    """(key, fields) of each row."""
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader)
        places = [header.index(value) for value in values]
        key_place = header.index(key)
        for row in reader:
            yield int(row[key_place]), [row[place] for place in places]


def same_field(one, other, tolerance=0.0):
    """The same text, or the same double; an empty field is NULL and equals nothing else."""
    if one == other:
        return True
    try:
        return math.isclose(float(one), float(other), rel_tol=tolerance)
    except ValueError:
        return False


def same_fields(one, other, tolerance=0.0):
    if one is None or other is None:
        return False
    return one == other or all(same_field(left, right, tolerance) for left, right in zip(one, other))


def pairs_in_order(one, other):
    """The rows side by side, by key; None where the order differs."""
    for left, right in itertools.zip_longest(one, other, fillvalue=(None, None)):
        yield (left[0], left[1], right[1]) if left[0] == right[0] else None


def pairs_by_key(one, other):
    """The same for files in any order; a row that the other file lacks, or has twice, stands beside None."""
    remaining = {}
    for key, right in other:
        if key in remaining:
            yield key, None, right
        remaining[key] = right
    for key, left in one:
        yield key, left, remaining.pop(key, None)
    for key, right in remaining.items():
        yield key, None, right


def count_differences(pairs):
    """How many rows differ and in what, or None where the order differs."""
    count, rounded, example = 0, 0, ""
    for pair in pairs:
        if pair is None:
            return None
        key, left, right = pair
        if not same_fields(left, right):
            count += 1
            rounded += same_fields(left, right, tolerance=1e-12)
            example = example or f"{describe(left)} against {describe(right)}"
    return count, f"{rounded:,} by rounding alone; the first is {example}" if count else ""


def describe(fields):
    return "no such row" if fields is None else f"`{','.join(fields)}`"


def difference(one, other, key, values):
    """How many rows of two files differ, and a text that tells in what."""
    if filecmp.cmp(one, other, shallow=False):
        return 0, ""
    found = count_differences(pairs_in_order(rows(one, key, values), rows(other, key, values)))
    if found is None:
        found = count_differences(pairs_by_key(rows(one, key, values), rows(other, key, values)))
    return found
