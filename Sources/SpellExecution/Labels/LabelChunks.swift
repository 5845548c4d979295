/// The labels of a join in consecutive chunks that fit the memory.
protocol LabelChunks: ~Copyable {
  /// How moments are compared; known once the first labels are read.
  var coding: AxisCoding { get }
  /// Whether there are labels beyond the chunks that were read.
  var hasMore: Bool { get }
  /// Of the labels that were read.
  var bytesRead: Int { get }

  /// The first labels, as many as the memory allows.
  mutating func first() throws -> LabelTable
  /// The labels that follow those of a chunk.
  mutating func next(after chunk: LabelTable) throws -> LabelTable
}
