import ArgumentParser
import Glibc
import JSON

/// The answer that a request gets in place of what was asked for.
struct JobFailure: Error {
    let status: Int
    let reason: String
    let message: String
    var help: String?
    /// What only the server's log says.
    var cause: String?

    static let dataHelp = "https://rasa.com/docs/rasa/training-data-format"

    static func internalError(_ message: String) -> JobFailure {
        JobFailure(status: 500, reason: "InternalError", message: message)
    }

    var json: JSON {
        [
            "status": .int(status), "reason": .string(reason), "message": .string(message), "details": [:],
            "help": .text(help), "cause": .text(cause),
        ]
    }
}

/// Writes what a job comes to.
enum JobOutput {
    /// - Throws: `ExitCode(1)` after a failure that was written.
    static func write(_ job: () throws -> JSON) throws {
        ServerJob.begin()
        let result: JSON
        do {
            result = try job()
        } catch {
            let failure = error as? JobFailure ?? .internalError("\(error)")
            Output.write(failure.json.text() + "\n", to: STDOUT_FILENO)
            throw ExitCode(1)
        }
        Output.write(result.text() + "\n", to: STDOUT_FILENO)
    }
}
