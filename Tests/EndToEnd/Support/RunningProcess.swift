import Foundation
import Synchronization

/// A child process whose output is read line by line; it is ended by its own pid when the value goes away.
final class RunningProcess: Sendable {
    /// What became of a process.
    struct Ending: Sendable {
        let status: Int32
        let lines: [String]
    }

    private struct State {
        var lines: [String] = []
        var isClosed = false
    }

    let pid: pid_t
    private let process: Mutex<Process>
    private let state = Mutex(State())
    private let changed = DispatchSemaphore(value: 0)

    /// Starts `executable`; standard output and standard error are collected together.
    ///
    /// - Parameter input: Its standard input: nothing, unless there is a pipe or a terminal.
    init(
        _ executable: URL, _ arguments: [String], environment: [String: String] = [:], directory: URL? = nil,
        input: Any = FileHandle.nullDevice
    ) throws {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.currentDirectoryURL = directory
        process.standardInput = input
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        pid = process.processIdentifier
        self.process = Mutex(process)
        let descriptor = pipe.fileHandleForReading.fileDescriptor
        Thread.detachNewThread { [self] in
            read(descriptor)
            withExtendedLifetime(pipe) {}
        }
    }

    deinit {
        if process.withLock({ $0.isRunning }) { kill(pid, SIGKILL) }
    }

    private func read(_ descriptor: Int32) {
        var rest: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Foundation.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            rest += buffer[..<count]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: rest[..<end], as: UTF8.self)
                rest.removeSubrange(...end)
                state.withLock { $0.lines.append(line) }
                changed.signal()
            }
        }
        state.withLock {
            if !rest.isEmpty { $0.lines.append(String(decoding: rest, as: UTF8.self)) }
            $0.isClosed = true
        }
        changed.signal()
    }

    /// The lines written so far.
    var lines: [String] { state.withLock { $0.lines } }

    /// Waits for the first line for which `match` gives a value.
    func awaitLine<Value>(seconds: Double = 120, _ match: (String) -> Value?) throws -> Value {
        let deadline = DispatchTime.now() + seconds
        while true {
            let (lines, isClosed) = state.withLock { ($0.lines, $0.isClosed) }
            for line in lines { if let value = match(line) { return value } }
            guard !isClosed, changed.wait(timeout: deadline) == .success else {
                throw EndToEndError("the awaited line did not come; there were:\n" + lines.joined(separator: "\n"))
            }
        }
    }

    /// Waits for the end; ends the process the hard way after the time and says so.
    func ending(within seconds: Double = 120) throws -> Ending {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while process.withLock({ $0.isRunning }) {
            guard ContinuousClock.now < deadline else {
                kill(pid, SIGKILL)
                throw EndToEndError("still running after \(seconds) s:\n" + lines.joined(separator: "\n"))
            }
            usleep(2000)
        }
        // The last lines may still be on their way through the pipe.
        while !state.withLock({ $0.isClosed }), changed.wait(timeout: .now() + 30) == .success {}
        return Ending(status: process.withLock { $0.terminationStatus }, lines: lines)
    }

    /// Sends a signal to this process alone.
    func signal(_ number: Int32) { kill(pid, number) }
}

/// Something that a test could not set up or read.
struct EndToEndError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
