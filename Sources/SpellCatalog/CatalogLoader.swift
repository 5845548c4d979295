import SpellCore

/// The catalog of some metadata and everything there is to say about it. An error among the diagnostics means that the
/// catalog must not be used.
package struct LoadedCatalog: Sendable {
  package var catalog: Catalog
  /// Errors and warnings, in order of file and position.
  package var diagnostics: [Diagnostic]

  package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

/// Reads metadata.
package enum CatalogLoader {
  /// Reads files and folders of `*.yml` and `*.yaml`, and reports the problems of all of them.
  package static func load(paths: [String], environment: (String) -> String?) -> LoadedCatalog {
    withoutActuallyEscaping(environment) { environment in
      let log = ProblemLog()
      var files = MetadataFiles(log: log)
      var declarations = Declarations()
      for path in paths {
        let found = files.files(of: path)
        if found.isEmpty { declarations.lost.everything = true }
        for file in found {
          let (bytes, isRepeated) = files.read(file)
          if let bytes {
            read(bytes, path: file, environment, into: &declarations, log: log)
          } else if !isRepeated {
            declarations.lost.everything = true
          }
        }
      }
      let catalog = CatalogChecks.resolve(declarations, log: log)
      return LoadedCatalog(catalog: catalog, diagnostics: log.diagnostics())
    }
  }

  private static func read(
    _ bytes: [UInt8], path: String, _ environment: @escaping (String) -> String?,
    into declarations: inout Declarations, log: ProblemLog
  ) {
    let source = SourceText(name: path, bytes: SecretMask.starred(bytes))
    log.register(source)
    if let (problem, span) = unreadableCharacter(in: bytes) {
      log.add(problem, at: SourceLocation(source: source, span: span))
      declarations.lost.everything = true
      return
    }
    var reader = YAMLReader(bytes, source: source, environment: environment, log: log)
    let documents = reader.documents()
    if reader.hasLostDocuments { declarations.lost.everything = true }
    let folder = PathParts.split(path).folder
    for document in documents {
      switch document.content {
      case .null: continue
      case .sequence(let items):
        for item in items { DocumentKind.read(item, folder: folder, into: &declarations, log: log) }
      default: DocumentKind.read(document, folder: folder, into: &declarations, log: log)
      }
    }
  }

  /// The first byte that is not UTF-8, or the first character that YAML does not allow.
  private static func unreadableCharacter(in bytes: [UInt8]) -> (FileProblem, SourceSpan)? {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte >= 0x20 && byte < 0x7F || byte == 0x09 || byte == 0x0A || byte == 0x0D {
        index += 1
        continue
      }
      guard let (scalar, length) = scalar(in: bytes, at: index) else {
        return (.notUTF8(byte: byte), SourceSpan(index, index + 1))
      }
      let isAllowed = scalar.value >= 0xA0 && scalar.value & 0xFFFE != 0xFFFE || scalar.value == 0x85
      guard isAllowed || scalar.value > 0xFFFF else {
        return (.controlCharacter(scalar), SourceSpan(index, index + length))
      }
      index += length
    }
    return nil
  }

  private static func scalar(in bytes: [UInt8], at index: Int) -> (Unicode.Scalar, length: Int)? {
    var decoder = UTF8()
    var iterator = bytes[index..<min(index + 4, bytes.count)].makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
    return (scalar, UTF8.width(scalar))
  }
}
