import Glibc

/// What the operating system says.
package enum SystemError {
  /// The words for an `errno`.
  package static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
