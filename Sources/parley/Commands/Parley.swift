import ArgumentParser
import HTTPServer
import RasaCompatibility

/// The whole program: it only chooses a command.
struct Parley: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parley",
        abstract: "Serves assistants of Rasa Open Source 3.6, and trains those that need no neural network.",
        version: "Parley \(Version.parley) (compatible with Rasa \(RasaVersion.compatible))",
        subcommands: [
            Run.self, Shell.self, ShellUnderstanding.self, Check.self, Train.self, Export.self, ServerJob.self,
        ])
}

/// The program's version.
enum Version {
    static let parley = "0.1.0"
}
