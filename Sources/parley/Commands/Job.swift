import ArgumentParser
import Glibc
import Operations
import System

/// `parley job`: what a server has done outside of its workers. Not for people: the request's body comes in by a file
/// or standard input, and one line of JSON goes out by standard output.
struct ServerJob: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job", abstract: "Runs a job for a server, which starts it.",
        discussion: """
            Writes one line of JSON: {"model": path} or {"report": …}, and with exit status 1 {"status", "reason", \
            "message", "help"} of the response that the request gets.
            """,
        shouldDisplay: false, subcommands: [JobTrain.self, JobTestIntents.self, JobTestStories.self])
}

struct JobInput: ParsableArguments {
    @Option(help: "The file with the request's body; - for standard input.")
    var body = "-"

    func bytes() throws -> [UInt8] {
        do throws(SystemError) {
            return body == "-" ? try File.read(from: STDIN_FILENO) : try File.read(body)
        } catch {
            throw JobFailure.internalError("the body cannot be read: \(error)")
        }
    }
}

/// `POST /model/train`.
struct JobTrain: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "train")

    @OptionGroup
    var input: JobInput

    @Option(help: "The directory that the model is put into.", completion: .file())
    var out: String

    @Option(help: "The value of 'augmentation'.")
    var augmentation = 50

    func run() throws {
        try JobOutput.write { try TrainingJobs.train(try input.bytes(), out: out, augmentation: augmentation) }
    }
}

/// `POST /model/test/intents`.
struct JobTestIntents: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "test-intents")

    @OptionGroup
    var input: JobInput

    @Option(help: "The archive of the model; not needed with --folds.", completion: .file())
    var model: String?

    @Option(help: "The value of 'cross_validation_folds'.")
    var folds: Int?

    func run() throws {
        try JobOutput.write { try TrainingJobs.testIntents(try input.bytes(), model: model, folds: folds) }
    }
}

/// `POST /model/test/stories`.
struct JobTestStories: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "test-stories")

    @OptionGroup
    var input: JobInput

    @Option(help: "The archive of the model.", completion: .file())
    var model: String

    @Flag(help: "Whether messages are parsed again from their texts.")
    var e2e = false

    func run() throws {
        try JobOutput.write { try TrainingJobs.testStories(try input.bytes(), model: model, isEndToEnd: e2e) }
    }
}
