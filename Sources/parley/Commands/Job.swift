import ArgumentParser
import CParleySystem
import Glibc
import Prefork
import System

/// `parley job`: what a server has done outside of its workers. Not for people: the request's body comes in by a file
/// or standard input, and one line of JSON goes out by standard output.
struct ServerJob: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job", abstract: "Does for a server what its workers must not stop for.",
        discussion: """
            Writes one line of JSON: {"model": path} or {"report": …}, and with exit status 1 {"status", "reason", \
            "message", "help"} of the answer that the request gets.
            """,
        shouldDisplay: false, subcommands: [JobTrain.self, JobTestIntents.self, JobTestStories.self])
}

extension ServerJob {
    /// How a job begins: where its memory is limited, it says so when that is not enough.
    static func begin() { parley_exit_at_memory_limit(ExitStatus.outOfMemory) }
}

/// Where a job's request comes from.
struct JobInput: ParsableArguments {
    @Option(help: "The file with the request's body; - for standard input.")
    var body = "-"

    /// The body's bytes.
    func bytes() throws -> [UInt8] {
        do throws(FileFailure) {
            return body == "-" ? try WholeFile.read(from: STDIN_FILENO) : try WholeFile.read(body)
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

    @Option(help: "The directory that the model is put into.")
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

    @Option(help: "The archive of the model; not needed with --folds.")
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

    @Option(help: "The archive of the model.")
    var model: String

    @Flag(help: "Whether messages are understood anew from their texts.")
    var e2e = false

    func run() throws {
        try JobOutput.write { try TrainingJobs.testStories(try input.bytes(), model: model, isEndToEnd: e2e) }
    }
}
