import Glibc

/// The script that the shell runs before its first prompt.
enum StartFile {
  /// `$XDG_CONFIG_HOME/spellbook/rc`, by default below `~/.config`; nil if there is no such file.
  static func path(environment: (String) -> String?) -> String? {
    var folder = environment("XDG_CONFIG_HOME") ?? ""
    // A relative folder would be another one in each working directory.
    if !folder.hasPrefix("/") {
      guard let home = environment("HOME"), !home.isEmpty else { return nil }
      folder = home + "/.config"
    }
    let path = folder + "/spellbook/rc"
    return access(path, F_OK) == 0 ? path : nil
  }
}
