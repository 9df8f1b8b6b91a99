import ArgumentParser
import HTTPServer

/// The whole program: it only chooses a command.
struct Parley: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parley",
        abstract: "Serves assistants that were trained with Rasa Open Source 3.6.",
        version: "Parley \(Version.parley) (compatible with Rasa \(RasaVersion.served))",
        subcommands: [Run.self, Shell.self])
}

/// The program's version.
enum Version {
    static let parley = "0.1.0"
}
