import CParleySystem
import Glibc
package import JSON
import Prefork

/// The response that a request gets in place of what was asked for.
package struct JobFailure: Error {
    let status: Int
    let reason: String
    let message: String
    var help: String?
    /// What only the server's log says.
    var cause: String?

    static let dataHelp = "https://rasa.com/docs/rasa/training-data-format"

    package static func internalError(_ message: String) -> JobFailure {
        JobFailure(status: 500, reason: "InternalError", message: message)
    }

    var json: JSON {
        [
            "status": .int(status), "reason": .string(reason), "message": .string(message), "details": [:],
            "help": .text(help), "cause": .text(cause),
        ]
    }
}

package enum JobOutput {
    /// - Throws: ``ReportedFailure`` after a failure that was written.
    package static func write(_ job: () throws -> JSON) throws {
        // Where its memory is limited, it says so when that is not enough.
        parley_exit_at_memory_limit(ExitStatus.outOfMemory)
        let result: JSON
        do {
            result = try job()
        } catch {
            let failure = error as? JobFailure ?? .internalError("\(error)")
            Output.write(failure.json.text() + "\n", to: STDOUT_FILENO)
            throw ReportedFailure(status: 1)
        }
        Output.write(result.text() + "\n", to: STDOUT_FILENO)
    }
}
