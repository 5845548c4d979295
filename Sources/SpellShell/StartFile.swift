import Glibc

/// The script that the shell runs before its first prompt.
enum StartFile {
  /// `$XDG_CONFIG_HOME/spellbook/rc`, by default below `~/.config`; nil if there is no such file.
  static func path(environment: (String) -> String?) -> String? {
    guard let folder = UserFolder.config.path(environment: environment) else { return nil }
    let path = folder + "/rc"
    return access(path, F_OK) == 0 ? path : nil
  }
}
