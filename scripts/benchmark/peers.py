"""One point-in-time join, or five windows, with a Python library, in a process of its own: as the library's documentation
would do it.

    peers.py join|windows LIBRARY sqlite|postgresql SOURCE LABELS OUTPUT
"""

import glob
import sys
import tempfile

PROFILE = "SELECT user_id, ts, age, score, city FROM profile"
ACTIVITY = "SELECT user_id, ts, clicks, amount, rate FROM activity"


def duckdb(engine, source, labels, output):
    connection = open_duckdb(engine, source)
    moment = "epoch_us(l.event_timestamp)" if engine == "sqlite" else "l.event_timestamp"
    connection.execute(f"""
        COPY (
          SELECT l.*, age, score, city, clicks, amount, rate
          FROM read_csv('{labels}', header = true, columns = {{
              label_id: 'BIGINT', user_id: 'BIGINT', event_timestamp: 'TIMESTAMPTZ', label: 'BIGINT'}}) AS l
          ASOF LEFT JOIN store.profile AS p ON l.user_id = p.user_id AND {moment} >= p.ts
          ASOF LEFT JOIN store.activity AS a ON l.user_id = a.user_id AND {moment} >= a.ts
        ) TO '{output}' (HEADER)""")


def duckdb_windows(engine, source, labels, output):
    """Running totals of each user's rows, taken at the moment and where each window begins: an ASOF join each."""
    connection = open_duckdb(engine, source)
    moment = "epoch_us(l.event_timestamp)" if engine == "sqlite" else "l.event_timestamp"

    def begin(days):
        return f"{moment} - {days * 86_400_000_000}" if engine == "sqlite" else f"{moment} - INTERVAL {days} DAY"

    def joined(name, point):
        return f"ASOF LEFT JOIN totals AS {name} ON l.user_id = {name}.user_id AND {point} >= {name}.ts"

    def within(column, name):
        return f"coalesce(t.{column}, 0) - coalesce({name}.{column}, 0)"

    connection.execute(f"""
        COPY (
          WITH totals AS (
            SELECT user_id, ts, count(*) OVER w AS n, sum(clicks) OVER w AS clicks, sum(amount) OVER w AS amount,
              sum(rate) OVER w AS rate
            FROM store.activity
            WINDOW w AS (PARTITION BY user_id ORDER BY ts RANGE UNBOUNDED PRECEDING))
          SELECT l.*, {within("n", "d")} AS rows_1d, {within("n", "w")} AS rows_7d,
            CASE WHEN {within("n", "w")} > 0 THEN {within("clicks", "w")} END AS clicks_7d,
            CASE WHEN {within("n", "m")} > 0 THEN ({within("amount", "m")}) / ({within("n", "m")}) END AS amount_30d,
            CASE WHEN {within("n", "m")} > 0 THEN {within("rate", "m")} END AS rate_30d
          FROM read_csv('{labels}', header = true, columns = {{
              label_id: 'BIGINT', user_id: 'BIGINT', event_timestamp: 'TIMESTAMPTZ', label: 'BIGINT'}}) AS l
          {joined("t", moment)} {joined("d", begin(1))} {joined("w", begin(7))} {joined("m", begin(30))}
        ) TO '{output}' (HEADER)""")


def open_duckdb(engine, source):
    import duckdb

    connection = duckdb.connect()
    load_duckdb_extension(connection, engine)
    kind = {"sqlite": "sqlite", "postgresql": "postgres"}[engine]
    connection.execute(f"ATTACH '{source}' AS store (TYPE {kind}, READ_ONLY)")
    return connection


def load_duckdb_extension(connection, engine):
    """The extension as a Python package brings it, else from DuckDB's own server."""
    name = {"sqlite": "sqlite_scanner", "postgresql": "postgres_scanner"}[engine]
    try:
        folder = __import__(f"duckdb_extension_{name}").__path__[0]
        connection.execute(f"LOAD '{glob.glob(folder + '/extensions/*/*.duckdb_extension')[0]}'")
    except ImportError:
        connection.execute(f"INSTALL {name}")
        connection.execute(f"LOAD {name}")


def polars(engine, source, labels, output):
    import polars as pl

    table = pl.read_csv(labels)
    moment = pl.col("event_timestamp").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us", time_zone="UTC")
    table = table.with_columns(moment=moment.dt.epoch("us") if engine == "sqlite" else moment).sort("moment")
    uri = f"sqlite:///{source}" if engine == "sqlite" else source
    for query in (PROFILE, ACTIVITY):
        features = pl.read_database_uri(query, uri, engine="adbc").sort("ts")
        # The check of sortedness cannot look into groups, and would only warn.
        table = table.join_asof(features, left_on="moment", right_on="ts", by="user_id", check_sortedness=False)
        table = table.drop("ts", strict=False)
    table.drop("moment").write_csv(output)


def pandas(engine, source, labels, output):
    import pandas as pd

    table = pd.read_csv(labels)
    moment = pd.to_datetime(table["event_timestamp"], utc=True).astype("datetime64[us, UTC]")
    table["moment"] = moment.astype("int64") if engine == "sqlite" else moment
    table = table.sort_values("moment")
    connection = open_for_pandas(engine, source)
    for query in (PROFILE, ACTIVITY):
        features = pd.read_sql(query, connection).sort_values("ts")
        table = pd.merge_asof(table, features, left_on="moment", right_on="ts", by="user_id").drop(columns="ts")
    table.drop(columns="moment").to_csv(output, index=False)


def open_for_pandas(engine, source):
    if engine == "sqlite":
        import sqlite3

        return sqlite3.connect(source)
    import sqlalchemy

    return sqlalchemy.create_engine(source.replace("postgresql://", "postgresql+psycopg://"))


def feast(engine, source, labels, output):
    """With its registry in a folder that is thrown away; its table for the labels is in the server."""
    import pandas as pd
    from feast import Entity, FeatureStore, FeatureView, Field, RepoConfig, ValueType
    from feast.infra.offline_stores.contrib.postgres_offline_store.postgres_source import PostgreSQLSource
    from feast.types import Float64, Int64, String

    user = Entity(name="user", join_keys=["user_id"], value_type=ValueType.INT64)

    def view(name, query, **features):
        return FeatureView(
            name=name, entities=[user], ttl=None,
            schema=[Field(name="user_id", dtype=Int64), *(Field(name=key, dtype=features[key]) for key in features)],
            source=PostgreSQLSource(name=f"{name}_source", query=query, timestamp_field="ts"))

    with tempfile.TemporaryDirectory() as folder:
        server = {"type": "postgres", "host": source.split("host=")[1], "port": 5432, "database": "postgres",
                  "db_schema": "public", "user": "bench", "password": "none"}
        store = FeatureStore(config=RepoConfig(
            project="bench", provider="local", registry=f"{folder}/registry.db", offline_store=server,
            online_store={"type": "sqlite", "path": f"{folder}/online.db"}, entity_key_serialization_version=3))
        store.apply([
            user, view("profile", PROFILE, age=Int64, score=Float64, city=String),
            view("activity", ACTIVITY, clicks=Int64, amount=Float64, rate=Float64),
        ])
        table = pd.read_csv(labels)
        table["event_timestamp"] = pd.to_datetime(table["event_timestamp"], utc=True)
        names = ["profile:age", "profile:score", "profile:city", "activity:clicks", "activity:amount", "activity:rate"]
        store.get_historical_features(entity_df=table, features=names).to_df().to_csv(output, index=False)


if __name__ == "__main__":
    work, library, *arguments = sys.argv[1:]
    joins = {"duckdb": duckdb, "polars": polars, "pandas": pandas, "feast": feast}
    {"join": joins, "windows": {"duckdb": duckdb_windows}}[work][library](*arguments)
