import Foundation
import Synchronization

/// A program that a test started, whose output is read line by line; it is killed when it is no longer referenced.
package final class RunningProcess: Sendable {
    /// What became of a process.
    package struct Ending: Sendable {
        /// What it exited with, or the signal that ended it.
        package let status: Int32
        /// All that it wrote.
        package let lines: [String]
    }

    /// The id of the process.
    package let pid: Int32
    private let process: Mutex<Process>
    private let record: ProcessRecord

    /// Starts a program; standard output and standard error are collected together.
    ///
    /// - Parameters:
    ///   - program: A path, or a name that is looked for in `PATH`.
    ///   - variables: What it finds in its environment.
    ///   - inherits: Whether it finds this process' environment there too.
    ///   - directory: Where it works; nil for where this process does.
    ///   - input: A descriptor for its standard input; nil for nothing.
    ///   - output: A descriptor for what it writes, which is not collected then.
    package init(
        _ program: String, _ arguments: [String] = [], environment variables: [String: String] = [:],
        inherits: Bool = true, directory: String? = nil, input: Int32? = nil, output: Int32? = nil
    ) throws {
        let process = Process()
        // `env` looks a name up and is replaced by the program.
        let isPath = program.hasPrefix("/")
        process.executableURL = URL(fileURLWithPath: isPath ? program : "/usr/bin/env")
        process.arguments = (isPath ? [] : [program]) + arguments
        process.environment = (inherits ? ProcessInfo.processInfo.environment : [:]).merging(variables) { $1 }
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        process.standardInput = input.map { FileHandle(fileDescriptor: $0) } ?? FileHandle.nullDevice
        let pipe = Pipe()
        let target = output.map { FileHandle(fileDescriptor: $0) } ?? pipe.fileHandleForWriting
        process.standardOutput = target
        process.standardError = target
        let record = ProcessRecord()
        process.terminationHandler = { ended in record.change { $0.status = ended.terminationStatus } }
        try process.run()
        pid = process.processIdentifier
        self.process = Mutex(process)
        self.record = record
        try pipe.fileHandleForWriting.close()
        Thread.detachNewThread { record.read(pipe.fileHandleForReading) }
    }

    /// Starts a server and waits until it writes one of the marks.
    package convenience init(
        server words: [String], readyAt marks: [String], environment variables: [String: String] = [:],
        inherits: Bool = true
    ) throws {
        try self.init(words[0], Array(words.dropFirst()), environment: variables, inherits: inherits)
        _ = try awaitLine { line in marks.contains { line.contains($0) } ? line : nil }
    }

    deinit { end(SIGKILL) }

    /// Runs a program to its end, which has to be a success.
    package static func run(_ words: [String], environment variables: [String: String] = [:]) throws {
        let ending = try RunningProcess(words[0], Array(words.dropFirst()), environment: variables).ending()
        guard ending.status == 0 else {
            throw TestFailure("\(words[0]) did not do it: \(ending.lines.suffix(60).joined(separator: "\n"))")
        }
    }

    /// The lines written so far.
    package var lines: [String] { record.state.withLock { $0.lines } }

    /// Waits for the first line for which `match` gives a value.
    package func awaitLine<Value>(seconds: Double = 600, _ match: (String) -> Value?) throws -> Value {
        var seen = 0
        var found: Value?
        record.wait(until: Date(timeIntervalSinceNow: seconds)) { state in
            for line in state.lines[seen...] where found == nil { found = match(line) }
            seen = state.lines.count
            return found != nil || state.isClosed
        }
        guard let found else {
            throw TestFailure("the awaited line did not come; there were:\n" + lines.joined(separator: "\n"))
        }
        return found
    }

    /// Waits for the end; kills the process after the time and says so.
    package func ending(within seconds: Double = 600) throws -> Ending {
        record.wait(until: Date(timeIntervalSinceNow: seconds)) { $0.status != nil }
        guard let status = record.state.withLock({ $0.status }) else {
            end(SIGKILL)
            throw TestFailure("still running after \(seconds) s:\n" + lines.joined(separator: "\n"))
        }
        // The last lines may still be on their way; a process that it left behind may hold the pipe open for ever.
        record.wait(until: Date(timeIntervalSinceNow: 30)) { $0.isClosed }
        return Ending(status: status, lines: lines)
    }

    /// Sends a signal to this process alone.
    package func signal(_ number: Int32) { record.send(number, to: pid) }

    /// Ends the process and waits until it is gone.
    package func end(_ signal: Int32) {
        record.send(signal, to: pid)
        record.wait(until: Date(timeIntervalSinceNow: 3600)) { $0.status != nil }
    }
}

/// What is known of a process; its threads keep it alive.
private final class ProcessRecord: Sendable {
    struct State {
        var lines: [String] = []
        /// Whether no more lines come.
        var isClosed = false
        /// Nil while it runs.
        var status: Int32?
    }

    let state = Mutex(State())
    private let changed = NSCondition()

    func change(_ body: (inout State) -> Void) {
        changed.lock()
        state.withLock { body(&$0) }
        changed.broadcast()
        changed.unlock()
    }

    func wait(until limit: Date, _ isOver: (State) -> Bool) {
        changed.lock()
        defer { changed.unlock() }
        while !isOver(state.withLock { $0 }), changed.wait(until: limit) {}
    }

    /// Until it is known to have ended its id is no other's.
    func send(_ signal: Int32, to pid: Int32) {
        state.withLock { if $0.status == nil { kill(pid, signal) } }
    }

    func read(_ pipe: FileHandle) {
        var rest: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Foundation.read(pipe.fileDescriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            rest += buffer[..<count]
            var lines: [String] = []
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                lines.append(String(decoding: rest[..<end], as: UTF8.self))
                rest.removeSubrange(...end)
            }
            if !lines.isEmpty { change { $0.lines += lines } }
        }
        change { state in
            if !rest.isEmpty { state.lines.append(String(decoding: rest, as: UTF8.self)) }
            state.isClosed = true
        }
    }
}
