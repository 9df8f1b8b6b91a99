import Glibc
import JSON
import Logging
package import Prefork
import System

package enum LogFormat: String, CaseIterable, Sendable {
    /// For people.
    case text
    /// One JSON object a line.
    case json
}

/// Where log lines go: standard error and, if asked for, a file and a syslog server, each in its own form. Shared by
/// all processes: every line is one `write`, so lines do not mix.
package struct LogOutput: Sendable {
    private var targets: [LogTarget]
    /// Those of them that take lines as they are.
    private var streams: [LogTarget]
    /// The targets that are files, by their paths.
    private var files: [(path: String, target: LogTarget)] = []

    /// Standard error; as text on a terminal, else as JSON, unless a format was chosen.
    ///
    /// - Parameter isJournal: Whether the journal takes a priority from each line's beginning.
    package init(format: LogFormat?, isJournal: Bool = false) {
        let standard: LogFormat = isatty(STDERR_FILENO) == 1 ? .text : .json
        targets = [Self.target(STDERR_FILENO, format ?? standard, hasPriorities: isJournal)]
        streams = targets
    }

    /// Logs to a file too, which is made or continued.
    ///
    /// - Throws: ``BootFailure`` when it cannot be written.
    package mutating func add(file: String, format: LogFormat?) throws(BootFailure) {
        let descriptor = LogTarget.open(file)
        guard descriptor >= 0 else {
            throw BootFailure(
                "cannot write the log file '\(file)' (--log-file): \(String(cString: strerror(errno)))",
                status: ExitStatus.noPermission)
        }
        let target = Self.target(descriptor, format ?? .text)
        // The target has one of its own; a second would keep the file when it is renamed.
        if target.descriptor != descriptor { close(descriptor) }
        targets.append(target)
        streams.append(target)
        files.append((file, target))
    }

    /// Logs to a syslog server too.
    ///
    /// - Parameter descriptor: As ``SyslogServer/connect(_:)`` made it.
    package mutating func add(syslog descriptor: Int32) {
        targets.append(LogTarget(descriptor) { $0.syslog })
    }

    /// Writes to files of the same paths from now on, in this process: those before have been renamed.
    ///
    /// - Parameter logger: Is told of a file that cannot be opened; the one before stays in use then.
    func reopenFiles(_ logger: Logger) {
        for (path, target) in files where !target.reopen(path) {
            logger.error(
                "The log file cannot be opened again; the old one stays in use",
                metadata: ["file": "\(path)", "error": "\(String(cString: strerror(errno)))"])
        }
    }

    private static func target(_ descriptor: Int32, _ format: LogFormat, hasPriorities: Bool = false) -> LogTarget {
        LogTarget(descriptor) { (hasPriorities ? $0.priority : "") + (format == .json ? $0.json : $0.text) }
    }

    func write(_ line: LogLine) { for target in targets { target.write(line) } }

    /// Lines that this process has dropped.
    var dropped: Int { targets.reduce(0) { $0 + $1.dropped } }

    /// Writes a line of the access log, with its end, to standard error and the file. A syslog server gets none.
    func write(accessLine bytes: [UInt8]) { for target in streams { target.write(bytes) } }

    /// Writes what readers were too slow for; to be called now and then.
    func flush() { for target in targets { target.flush() } }

    /// The same at the end of a process, which readers may hold up for a moment only.
    package func finish() {
        let deadline = ContinuousClock.now + .seconds(1)
        for target in targets {
            while !target.flush(), ContinuousClock.now < deadline { target.awaitRoom(milliseconds: 100) }
        }
    }
}

struct LogLine {
    let time: Timestamp
    let level: String
    let source: String
    let message: String
    /// Sorted by key.
    let facts: [(key: String, value: String)]

    /// For people: time, level, sentence, facts.
    var text: String {
        let level = level.uppercased()
        let padding = String(repeating: " ", count: max(0, 8 - level.count))
        return "\(time.text) \(level)\(padding) \(sentence)\n"
    }

    /// What stands before a line for the journal.
    var priority: String { "<\(severity)>" }

    /// For syslog, with Rasa's columns: priority, time, level, process, sentence, facts, and the zero byte at the end.
    var syslog: String {
        let name = (level.uppercased() + "     ").prefix(5)
        return "<\(Self.userFacility + severity)>\(time.text) [\(name)] [\(getpid())] \(sentence)\0"
    }

    private static let userFacility = 8

    private var severity: Int {
        switch level {
        case "critical": 2
        case "error": 3
        case "warning": 4
        case "notice": 5
        case "info": 6
        default: 7
        }
    }

    private var sentence: String {
        Self.flat(message + facts.map { "  \($0.key)=\($0.value)" }.joined())
    }

    /// One JSON object; facts that would hide one of the fixed keys get an underscore.
    var json: String {
        var object: JSONObject = [
            "timestamp": .string(time.text), "level": .string(level), "event": .string(message),
            "logger": .string(source), "pid": .int(Int(getpid())),
        ]
        for fact in facts {
            object[object[fact.key] == nil ? fact.key : "\(fact.key)_"] = .string(fact.value)
        }
        return JSON.object(object).text() + "\n"
    }

    /// Control characters could forge lines or drive a terminal.
    private static func flat(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else { return text }
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? Unicode.Scalar(32) : $0 }))
    }
}
