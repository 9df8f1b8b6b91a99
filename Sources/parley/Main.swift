import ArgumentParser
import CParleySystem
import Glibc
import Operations
import Prefork
import Server
import System

/// Where the program begins. Synchronous, because the supervisor must never have run a Swift task.
@main
enum Main {
    static func main() {
        LibraryTraces.delete()
        // The default handlers write a report for seconds, during which the dead worker's connections stay open.
        // With SWIFT_BACKTRACE=enable=yes the long report is back.
        if getenv("SWIFT_BACKTRACE") == nil { parley_crash_at_once() }
        do {
            let arguments = try Arguments.normalized(OwnArguments.words)
            try RefusedCommands.check(arguments)
            var command = try Parley.parseAsRoot(arguments)
            try command.run()
        } catch let failure as BootFailure {
            end(failure)
        } catch let failure as ReportedFailure {
            parley_exit(failure.status)
        } catch let code as ExitCode {
            parley_exit(code.rawValue)
        } catch {
            let status = Parley.exitCode(for: error)
            // Help and version are no failures.
            guard !status.isSuccess else { Parley.exit(withError: error) }
            end(BootFailure(Parley.message(for: error), status: status.rawValue))
        }
    }

    private static func end(_ failure: BootFailure) -> Never {
        let priority = JournalStream.isStandardError(environment: .process) ? "<3>" : ""
        let line = Array("\(priority)parley: \(failure.message)\n".utf8)
        // Who does not read does not keep the program from ending.
        var entry = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        if poll(&entry, 1, 1000) == 1 { write(STDERR_FILENO, line, line.count) }
        parley_exit(failure.status)
    }
}
