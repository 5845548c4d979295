/// The small shop that shells of tests look at.
enum Shop {
  static let metadata = """
    kind: engine
    url: sqlite:///shop.db
    ---
    kind: entity
    name: user
    value_type: int
    ---
    kind: group
    name: spending
    entity: user
    event_timestamp_column: at
    features: [{name: amount, value_type: float}, {name: city, value_type: str}]

    """
}
