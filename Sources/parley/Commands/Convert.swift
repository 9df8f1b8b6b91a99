import ArgumentParser
import Operations
import Server
import System

/// `parley convert`: older archives in the form of today's.
struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes an archive of Rasa 3.0 to 3.6.20 in the form of 3.6.21.",
        discussion: """
            Older archives hold Python's pickles. Parley serves them as they are, without running any code; this writes \
            what they say as JSON and safetensors, so that Rasa 3.6.21 loads the model too. What the model has learned \
            stays the same. For a CRFEntityExtractor 3.6.21 keeps the training data and trains at each start: name the \
            examples with --data, and the archive is written if they lead to the same weights.
            """)

    @Argument(help: "The archive to read.", completion: .file(extensions: ["gz"]))
    var old: String

    @Argument(help: "The archive to write, NAME.tar.gz; it must not exist.")
    var new: String

    @Option(
        parsing: .upToNextOption, help: "The examples that the model was trained on; for a CRFEntityExtractor only.",
        completion: .file())
    var data: [String] = []

    @OptionGroup(title: "Logging")
    var logging: LoggingFlags

    func run() throws {
        let log = try LoggingSetup.start(logging, environment: .process)
        defer { log.finish() }
        try Conversion(old, to: new, data: data).run()
    }
}
