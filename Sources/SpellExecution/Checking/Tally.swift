/// How many rows have a fault, and what the first of them looks like, if that is of use.
struct Tally {
  private(set) var count = 0
  private(set) var example = ""

  mutating func add(_ example: @autoclosure () -> String = "") {
    if count == 0 { self.example = example() }
    count += 1
  }
}
