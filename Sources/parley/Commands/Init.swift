import ArgumentParser
import Operations

/// `parley init`: the flags of `rasa init` 3.6.21.
struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a starter project and trains its model.",
        discussion: "Takes every flag of `rasa init`. Files that are there already are never replaced.")

    @Flag(help: "Asks nothing: makes the project in the current directory unless --init-dir names another, and trains.")
    var noPrompt = false

    @Option(help: "The directory of the project; it is made where it is missing.", completion: .file())
    var initDir: String?

    @OptionGroup(title: "Logging")
    var logging: LoggingFlags

    func run() throws { try ProjectSetup(directory: initDir, asks: !noPrompt).run() }
}
