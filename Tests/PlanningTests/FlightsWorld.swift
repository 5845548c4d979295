/// The tables and the metadata that most tests of planning share.
enum FlightsWorld {
  static let sql = """
    CREATE TABLE weather (airport TEXT, at TEXT, loaded TEXT, temp REAL, humidity INTEGER, note TEXT, seen TEXT);
    CREATE TABLE arrivals (tail_no TEXT, landed_at TEXT, arr_delay REAL, temp REAL);
    CREATE TABLE planes (tailnum TEXT, year INTEGER, Model TEXT);
    CREATE TABLE routes (airport TEXT, tailnum TEXT, at TEXT, n INTEGER);
    CREATE TABLE seats (number INTEGER, taken INTEGER);
    CREATE TABLE ticks (tailnum TEXT, tick INTEGER, made INTEGER, volume INTEGER);
    CREATE TABLE gauges (tailnum TEXT, level REAL, pressure REAL);
    """

  static let metadata = """
    - {kind: entity, name: airport, value_type: str}
    - {kind: entity, name: tailnum, value_type: str}
    - {kind: entity, name: seat, keys: [{name: number, value_type: int}]}
    - kind: group
      name: weather
      entity: airport
      event_timestamp_column: at
      create_timestamp_column: loaded
      ttl: 6h
      features:
        - {name: temp, value_type: float}
        - {name: humidity, value_type: int, description: percent}
        - {name: note}
        - {name: seen, value_type: datetime}
    - kind: group
      name: last_flight
      entity: tailnum
      table: arrivals
      key_columns: {tailnum: tail_no}
      event_timestamp_column: landed_at
      delay: 1h
      features: [{name: arr_delay, value_type: float}, {name: temp, value_type: float}]
    - kind: group
      name: planes
      entity: tailnum
      features: [{name: year, value_type: int}, {name: Model, value_type: str}]
    - kind: group
      name: routes
      entities: [airport, tailnum]
      event_timestamp_column: at
      features: [{name: n, value_type: int}]
    - kind: group
      name: routes_again
      table: routes
      entities: [tailnum, airport]
      event_timestamp_column: at
      features: [{name: trips, column: n, value_type: int}]
    - kind: group
      name: seats
      entity: seat
      features: [{name: taken, value_type: int}]
    - kind: group
      name: ticks
      entity: tailnum
      event_timestamp_column: tick
      create_timestamp_column: made
      features: [{name: volume, value_type: int}]
    - kind: group
      name: gauges
      entity: tailnum
      event_timestamp_column: level
      delay: 2
      features: [{name: pressure, value_type: float}]
    - {kind: feature_set, name: basics, features: [weather.humidity, weather.temp, planes.year]}
    - {kind: feature_set, name: pressure, features: [gauges.pressure]}
    """
}
