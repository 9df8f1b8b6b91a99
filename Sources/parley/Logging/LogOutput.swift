import Glibc
import JSON
import Prefork
import System

/// Where log lines go: standard error and, if asked for, a file and a syslog server, each in its own form. Shared by
/// all processes: every line is one `write`, so lines do not mix.
struct LogOutput: Sendable {
    private var targets: [LogTarget]

    /// Standard error; as text on a terminal, else as JSON, unless a format was chosen.
    init(format: LogFormat?) {
        let standard: LogFormat = isatty(STDERR_FILENO) == 1 ? .text : .json
        targets = [Self.target(STDERR_FILENO, format ?? standard)]
    }

    /// Logs to a file too, which is made or continued.
    ///
    /// - Throws: ``BootFailure`` when it cannot be written.
    mutating func add(file: String, format: LogFormat?) throws(BootFailure) {
        let descriptor = open(file, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw BootFailure(
                "cannot write the log file '\(file)' (--log-file): \(String(cString: strerror(errno)))",
                status: ExitStatus.noPermission)
        }
        targets.append(Self.target(descriptor, format ?? .text))
    }

    /// Logs to a syslog server too.
    ///
    /// - Parameter descriptor: As ``SyslogServer/connect(_:)`` made it.
    mutating func add(syslog descriptor: Int32) {
        targets.append(LogTarget(descriptor) { $0.syslog })
    }

    private static func target(_ descriptor: Int32, _ format: LogFormat) -> LogTarget {
        LogTarget(descriptor) { format == .json ? $0.json : $0.text }
    }

    /// Writes one line to every target.
    func write(_ line: LogLine) {
        for target in targets { target.write(line) }
    }

    /// Writes what readers were too slow for; to be called now and then.
    func flush() {
        for target in targets { target.flush() }
    }

    /// The same at the end of a process, which readers may hold up for a moment only.
    func finish() {
        let deadline = ContinuousClock.now + .seconds(1)
        for target in targets {
            while !target.flush(), ContinuousClock.now < deadline { target.awaitRoom(milliseconds: 100) }
        }
    }
}

/// One line of the log.
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
