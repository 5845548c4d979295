import SpellCore
import SpellTables

/// A profile as one page of HTML that needs nothing else: no script, no font, no other file. Plots are SVG.
package struct ProfilePage: ~Copyable {
  private let profile: Profile
  private var output: OutputBuffer

  private static let plotWidth = 320.0
  private static let plotHeight = 96.0

  package static func write(_ profile: Profile, to target: any OutputTarget) throws {
    var page = ProfilePage(profile: profile, output: OutputBuffer(target))
    try page.write()
    try page.output.flush()
  }

  private mutating func write() throws {
    let names = profile.groups.map(\.name).joined(separator: ", ")
    try output.append(
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(escaped(names)): profile</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <header>
      <h1>\(escaped(names))</h1>
      <p>\(profile.moment.map { "What was available by \(escaped($0))." } ?? "Every stored row.") \
      Profiled by Spellbook at \(String(TimeText.text(profile.now).prefix(16))) UTC.</p>
      </header>

      """)
    for group in profile.groups { try write(group) }
    try output.append("</body>\n</html>\n")
  }

  // MARK: - Groups

  private mutating func write(_ group: GroupProfile) throws {
    try output.append("<section>\n<h2>\(escaped(group.name))</h2>\n")
    if let description = group.description { try output.append("<p>\(escaped(description))</p>\n") }
    try write(facts: facts(of: group))
    if group.periods.count > 1, let period = group.period {
      try output.append("<figure class=\"wide\"><figcaption>Rows per \(period.rawValue)</figcaption>\n")
      let bars = group.periods.map { start, count in
        Bar(title: "\(Self.name(of: start, period)): \(Count.text(count, "row"))", count: count)
      }
      try plot(
        bars, width: Self.plotWidth * 3, from: Self.name(of: group.periods[0].start, period),
        to: Self.name(of: group.periods[group.periods.count - 1].start, period))
      try output.append("</figure>\n")
    }
    try output.append("<div class=\"cards\">\n")
    for column in group.columns { try write(column, rows: group.rows) }
    try output.append("</div>\n</section>\n")
  }

  private func facts(of group: GroupProfile) -> [(String, String)] {
    var facts = [
      ("rows", Count.grouped(group.rows)), ("keys", (group.areKeysExact ? "" : "~") + Count.grouped(group.keys)),
    ]
    if let each = group.rowsPerKey, !group.isStatic {
      let range = each.least == each.most ? "" : " (\(Count.grouped(each.least)) to \(Count.grouped(each.most)))"
      facts.append(("rows per key", Count.grouped(each.median) + range))
    }
    if let event = group.columns.first(where: { $0.role == .event }), event.count > 0 {
      facts += [("first event", ProfileText.short(event.least)), ("last event", ProfileText.short(event.greatest))]
    }
    if let freshness = group.freshness { facts.append(("freshness", AgeText.text(freshness))) }
    return facts
  }

  private mutating func write(facts: [(String, String)]) throws {
    try output.append("<dl class=\"facts\">\n")
    for (name, value) in facts { try output.append("<div><dt>\(name)</dt><dd>\(escaped(value))</dd></div>\n") }
    try output.append("</dl>\n")
  }

  private static func name(of start: Int64, _ period: GroupProfile.Period) -> String {
    let text = TimeText.text(start)
    return switch period {
    case .hour: String(text.prefix(16))
    case .day: String(text.prefix(10))
    case .month: String(text.prefix(7))
    case .year: String(text.prefix(4))
    }
  }

  // MARK: - Columns

  private mutating func write(_ column: ColumnProfile, rows: Int) throws {
    let kind = column.role == .feature ? column.type.rawValue : "\(column.role.rawValue) · \(column.type.rawValue)"
    try output.append("<article>\n<h3>\(escaped(column.name)) <small>\(kind)</small></h3>\n")
    if let description = column.description { try output.append("<p>\(escaped(description))</p>\n") }
    try writeShares(of: column, rows: rows)
    if column.bins.count > 1 {
      try output.append("<figure>\n")
      let bars = column.bins.map { bin in
        Bar(
          title: "\(edge(bin.low, column)) to \(edge(bin.high, column)): \(Count.grouped(bin.count))", count: bin.count)
      }
      try plot(
        bars, width: Self.plotWidth, from: ProfileText.short(column.least), to: ProfileText.short(column.greatest))
      try output.append("</figure>\n")
    } else if let top = column.top, !top.isEmpty {
      try writeTop(top, of: column)
    }
    try output.append("<table>\n")
    for (name, value) in numbers(of: column) {
      try output.append("<tr><th>\(name)</th><td>\(escaped(value))</td></tr>\n")
    }
    try output.append("</table>\n</article>\n")
  }

  /// A bar of what the rows hold: values, NULL, what does not fit.
  private mutating func writeShares(of column: ColumnProfile, rows: Int) throws {
    let parts = [("value", column.count), ("null", column.nulls), ("invalid", column.invalid)].filter { $0.1 > 0 }
    try output.append("<svg class=\"shares\" viewBox=\"0 0 100 2\" preserveAspectRatio=\"none\" role=\"img\">")
    var start = 0.0
    for (kind, count) in parts {
      let width = Double(count) / Double(max(1, rows)) * 100
      try output.append(
        "<rect class=\"\(kind)\" x=\"\(number(start))\" width=\"\(number(width))\" height=\"2\">"
          + "<title>\(kind): \(Count.grouped(count)), \(ProfileText.percent(width / 100))</title></rect>")
      start += width
    }
    try output.append("</svg>\n")
  }

  private mutating func writeTop(_ top: [(value: Value, count: Int)], of column: ColumnProfile) throws {
    let most = Double(max(1, top[0].count))
    try output.append("<ol class=\"top\">\n")
    for (value, count) in top.prefix(8) {
      let name = escaped(ProfileText.short(value, cells: 32))
      let share = ProfileText.percent(Double(count) / Double(max(1, column.count)))
      try output.append(
        "<li><svg viewBox=\"0 0 100 1\" preserveAspectRatio=\"none\"><rect class=\"bar\" "
          + "width=\"\(number(Double(count) / most * 100))\" height=\"1\"/></svg>"
          + "<span>\(name)</span><b>\(Count.grouped(count)) · \(share)</b></li>\n"
      )
    }
    try output.append("</ol>\n")
  }

  private func numbers(of column: ColumnProfile) -> [(String, String)] {
    var numbers = [("values", Count.grouped(column.count))]
    numbers.append(("NULL", "\(Count.grouped(column.nulls)) · \(ProfileText.percent(column.nullShare))"))
    if column.invalid > 0 { numbers.append(("unfit", Count.grouped(column.invalid))) }
    if column.nans > 0 { numbers.append(("NaN", Count.grouped(column.nans))) }
    numbers.append(("distinct", ProfileText.distinct(column)))
    guard column.least != .null else { return numbers }
    numbers.append(("min", ProfileText.short(column.least)))
    let about = column.isExact ? "" : "~"
    for (name, value) in zip(["lower quartile", "median", "upper quartile"], column.quartiles) {
      numbers.append((name, about + ProfileText.short(value)))
    }
    numbers.append(("max", ProfileText.short(column.greatest)))
    if column.mean != .null { numbers.append(("mean", ProfileText.short(column.mean))) }
    if let deviation = column.standardDeviation { numbers.append(("std. deviation", ProfileText.short(deviation))) }
    return numbers
  }

  private func edge(_ value: Double, _ column: ColumnProfile) -> String {
    switch column.type {
    case .datetime: ProfileText.short(.datetime(Instant(microseconds: Int64(saturating: value))))
    case .date: ProfileText.short(.date(Int64(saturating: value)))
    default: ProfileText.short(value)
    }
  }

  // MARK: - Plots

  private struct Bar {
    var title: String
    var count: Int
  }

  /// Bars from left to right over a base line, with the ends of the axis below and the greatest number above.
  private mutating func plot(_ bars: [Bar], width: Double, from: String, to: String) throws {
    let most = max(1, bars.map(\.count).max() ?? 1)
    let height = Self.plotHeight
    let step = width / Double(bars.count)
    let gap = min(2, step * 0.15)
    try output.append("<svg viewBox=\"0 0 \(number(width)) \(number(height + 34))\" role=\"img\">\n")
    try output.append("<text class=\"most\" x=\"0\" y=\"11\">\(Count.grouped(most))</text>\n")
    let base = number(height + 16)
    try output.append(
      "<line class=\"grid\" x1=\"0\" x2=\"\(number(width))\" y1=\"16\" y2=\"16\"/>"
        + "<line class=\"axis\" x1=\"0\" x2=\"\(number(width))\" y1=\"\(base)\" y2=\"\(base)\"/>\n"
    )
    for (index, bar) in bars.enumerated() where bar.count > 0 {
      // What there is must be seen.
      let length = max(1, Double(bar.count) / Double(most) * height)
      try output.append(
        "<rect class=\"bar\" x=\"\(number(Double(index) * step + gap / 2))\" y=\"\(number(height + 16 - length))\" "
          + "width=\"\(number(step - gap))\" height=\"\(number(length))\"><title>\(escaped(bar.title))</title></rect>\n"
      )
    }
    try output.append(
      "<text x=\"0\" y=\"\(number(height + 31))\">\(escaped(from))</text>"
        + "<text class=\"end\" x=\"\(number(width))\" y=\"\(number(height + 31))\">\(escaped(to))</text>\n</svg>\n")
  }

  /// To a hundredth.
  private func number(_ value: Double) -> String {
    let text = NumberText.floatText((value * 100).rounded() / 100)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private func escaped(_ text: String) -> String { HTMLText.escaped(VisibleText.escaped(text)) }

  private static let style = """
    :root {
      color-scheme: light dark;
      --page: #fbfaf8; --card: #ffffff; --ink: #22262b; --dim: #6d747d; --line: #e4e1dc;
      --bar: #3d6fb4; --null: #d9a441; --invalid: #c2453d;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #15181c; --card: #1d2126; --ink: #e6e8ea; --dim: #9aa2ab; --line: #30363d;
        --bar: #6ea3e8; --null: #c9973c; --invalid: #e0685f;
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 84rem; background: var(--page); color: var(--ink);
      font: 15px/1.5 system-ui, sans-serif;
    }
    h1 { font-size: 1.9rem; margin: 0; letter-spacing: -0.01em; }
    h2 { font-size: 1.35rem; margin: 2.5rem 0 0.25rem; }
    h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
    h3 small, header p, section > p, article > p, dt, th, figcaption { color: var(--dim); font-weight: normal; }
    header p, section > p { margin: 0.25rem 0 0; }
    article > p { margin: 0; font-size: 0.85rem; }
    .facts { display: flex; flex-wrap: wrap; gap: 0.5rem 2.5rem; margin: 1rem 0; }
    .facts dt { font-size: 0.8rem; }
    .facts dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
    .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: 1rem; }
    article, figure.wide {
      background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.1rem;
    }
    article { display: flex; flex-direction: column; gap: 0.6rem; }
    figure { margin: 0; }
    figure.wide { margin-bottom: 1rem; }
    figcaption { font-size: 0.85rem; }
    svg { display: block; width: 100%; height: auto; }
    .shares { height: 5px; border-radius: 3px; }
    .value, .bar { fill: var(--bar); }
    .null { fill: var(--null); }
    .invalid { fill: var(--invalid); }
    .bar:hover { opacity: 0.7; }
    .axis { stroke: var(--dim); stroke-width: 1; }
    .grid { stroke: var(--line); stroke-width: 1; }
    text { fill: var(--dim); font-size: 11px; }
    text.end { text-anchor: end; }
    .top { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.3rem; font-size: 0.85rem; }
    .top li { display: grid; grid-template-columns: 1fr auto; column-gap: 0.75rem; align-items: baseline; }
    .top li svg { grid-column: 1 / 3; height: 4px; }
    .top span { overflow-wrap: anywhere; }
    .top b { font-weight: normal; color: var(--dim); font-variant-numeric: tabular-nums; }
    table { border-collapse: collapse; width: 100%; font-size: 0.85rem; }
    th { text-align: left; }
    td { text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
    th, td { padding: 0.1rem 0; }
    """
}
