// swift-tools-version: 6.2
import PackageDescription

// A package of its own, as a user's would be: it sees nothing of Spellbook but its public library.
let package = Package(
  name: "training-table",
  dependencies: [.package(name: "spellbook", path: "../..")],
  targets: [
    .executableTarget(name: "TrainingTable", dependencies: [.product(name: "Spellbook", package: "spellbook")])
  ]
)
