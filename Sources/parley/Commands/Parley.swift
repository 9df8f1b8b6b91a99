import ArgumentParser
import RasaCompatibility

/// The whole program: it only chooses a command.
struct Parley: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parley",
        abstract: "Trains and serves assistants of Rasa Open Source 3.6.",
        version: Version.text,
        subcommands: [
            Run.self, Shell.self, ShellNLU.self, Check.self, Health.self, Init.self, Train.self, Test.self,
            DataTools.self, Compare.self, Convert.self, Export.self,
            ServerJob.self,
        ])
}

/// What the program says of itself.
enum Version {
    /// As `GET /version` says it.
    static let parley = "0.1.0"

    /// As `--version` says it: with the commit, and the backends of this build.
    static var text: String {
        let backends = traits.isEmpty ? "without optional backends" : "with \(traits.joined(separator: ", "))"
        return "Parley \(parley) (commit \(Commit.name), \(backends); compatible with Rasa \(RasaVersion.compatible))"
    }

    /// The package's traits that were enabled.
    private static var traits: [String] {
        var traits: [String] = []
        #if PostgreSQL
            traits.append("PostgreSQL")
        #endif
        #if MySQL
            traits.append("MySQL")
        #endif
        #if MongoDB
            traits.append("MongoDB")
        #endif
        #if Kafka
            traits.append("Kafka")
        #endif
        #if RabbitMQ
            traits.append("RabbitMQ")
        #endif
        return traits
    }
}
