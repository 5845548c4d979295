/// The folders that the XDG base directory specification gives each user.
package enum UserFolder {
  case config, data, state

  private var variable: String {
    switch self {
    case .config: "XDG_CONFIG_HOME"
    case .data: "XDG_DATA_HOME"
    case .state: "XDG_STATE_HOME"
    }
  }

  private var usual: String {
    switch self {
    case .config: ".config"
    case .data: ".local/share"
    case .state: ".local/state"
    }
  }

  /// `$XDG_STATE_HOME/spellbook`, by default below the home folder; nil if neither is known.
  package func path(environment: (String) -> String?) -> String? {
    // A relative folder would be another one in each working directory.
    if let folder = environment(variable), folder.hasPrefix("/") { return folder + "/spellbook" }
    guard let home = environment("HOME"), !home.isEmpty else { return nil }
    return "\(home)/\(usual)/spellbook"
  }
}
