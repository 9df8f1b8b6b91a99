import ArgumentParser

/// The whole program: it only chooses a command.
struct Parley: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parley",
        abstract: "Serves assistants that were trained with Rasa Open Source 3.6.",
        version: "Parley \(Version.parley) (compatible with Rasa \(Version.rasa))",
        subcommands: [Run.self])
}

/// Version numbers.
enum Version {
    /// Of this program.
    static let parley = "0.1.0"
    /// The release whose archives, routes and formats this program shares.
    static let rasa = "3.6.21"
}
