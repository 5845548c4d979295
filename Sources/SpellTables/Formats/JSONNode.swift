import SpellCore

/// A small JSON document, laid out for people too: what holds no other array or object stands on one line.
package indirect enum JSONNode: Sendable {
  case null
  case bool(Bool)
  case int(Int)
  case float(Double)
  case text(String)
  case array([JSONNode])
  case object([(String, JSONNode)])

  /// Writes the document and a line end.
  package func write(to target: any OutputTarget) throws {
    var output = OutputBuffer(target)
    try append(to: &output, depth: 0)
    try output.append("\n")
    try output.flush()
  }

  /// The document on one line.
  package var oneLine: String {
    let target = MemoryTarget()
    do {
      var output = OutputBuffer(target, capacity: 0)
      try append(to: &output, depth: nil)
      try output.flush()
    } catch {
      preconditionFailure("memory takes every byte")
    }
    return String(decoding: target.bytes, as: UTF8.self)
  }

  /// Without a depth everything stands on one line.
  private func append(to output: inout OutputBuffer, depth: Int?) throws {
    switch self {
    case .null: try output.append("null")
    case .bool(let value): try output.append(bool: value)
    case .int(let number): try output.append(integer: Int64(number))
    case .float(let number): try JSONText.append(float: number, to: &output)
    case .text(let text): try withBytes(of: text) { try JSONText.append($0, to: &output) }
    case .array(let items): try append(items.map { (nil, $0) }, between: "[", "]", to: &output, depth: depth)
    case .object(let members): try append(members.map { ($0, $1) }, between: "{", "}", to: &output, depth: depth)
    }
  }

  private func append(
    _ parts: [(name: String?, node: JSONNode)], between open: String, _ close: String, to output: inout OutputBuffer,
    depth: Int?
  ) throws {
    let depth = parts.contains(where: \.node.isComposite) ? depth : nil
    func lineEnd(_ deeper: Int) -> String { depth.map { "\n" + String(repeating: "  ", count: $0 + deeper) } ?? "" }
    try output.append(open)
    for (index, part) in parts.enumerated() {
      if index > 0 { try output.append(depth == nil ? ", " : ",") }
      try output.append(lineEnd(1))
      if let name = part.name {
        try withBytes(of: name) { try JSONText.append($0, to: &output) }
        try output.append(": ")
      }
      try part.node.append(to: &output, depth: depth.map { $0 + 1 })
    }
    try output.append(lineEnd(0))
    try output.append(close)
  }

  private var isComposite: Bool {
    switch self {
    case .array(let items): !items.isEmpty
    case .object(let members): !members.isEmpty
    default: false
    }
  }
}
