import Foundation
import Synchronization
import System

/// A program that a test started: its process, and what it says until it is ready.
final class ServerProcess {
    private var process: pid_t = 0

    /// Starts a program and waits until its output has one of the marks.
    ///
    /// - Parameters:
    ///   - marks: What it says when it is ready; with none, its end is awaited.
    ///   - variables: What it finds in its environment.
    ///   - inherits: Whether it finds this process' environment there too.
    init(
        _ words: [String], readyAt marks: [String], environment variables: [String] = [], inherits: Bool = true
    ) throws {
        var pipe: [Int32] = [0, 0]
        guard Foundation.pipe(&pipe) == 0 else { throw TestServerFailure("pipe: errno \(errno)") }
        for end in pipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, pipe[1], 1)
        posix_spawn_file_actions_adddup2(&actions, pipe[1], 2)
        let arguments = words.map { strdup($0) } + [nil]
        let environment = (variables + (inherits ? Self.inherited : [])).map { strdup($0) } + [nil]
        defer { (arguments + environment).forEach { free($0) } }
        let status = posix_spawnp(&process, words[0], &actions, nil, arguments, environment)
        close(pipe[1])
        guard status == 0 else {
            close(pipe[0])
            throw TestServerFailure("\(words[0]): errno \(status)")
        }
        try wait(pipe[0], words[0], marks)
    }

    deinit { end(SIGKILL) }

    /// The id of the process, which whoever asks ends from now on.
    func detached() -> pid_t {
        defer { process = 0 }
        return process
    }

    /// The id of the process; 0 once it has ended.
    var pid: pid_t { process }

    /// Ends the process and waits until it is gone.
    func end(_ signal: Int32) {
        guard process > 0 else { return }
        kill(process, signal)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        process = 0
    }

    private func wait(_ output: Int32, _ name: String, _ marks: [String]) throws {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(output, &buffer, buffer.count)
            guard count > 0 else { break }
            text += String(decoding: buffer[..<count], as: UTF8.self)
            if marks.contains(where: text.contains) { return drain(output) }
        }
        close(output)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        process = 0
        guard marks.isEmpty, status == 0 else {
            throw TestServerFailure("\(name) did not do it: \(text.suffix(800))")
        }
    }

    /// Reads on, so that the program never waits for a reader.
    private func drain(_ output: Int32) {
        var thread = pthread_t()
        let descriptor = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
        descriptor.initialize(to: output)
        pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let descriptor = argument.assumingMemoryBound(to: Int32.self)
                var buffer = [UInt8](repeating: 0, count: 4096)
                while read(descriptor.pointee, &buffer, buffer.count) > 0 {}
                close(descriptor.pointee)
                descriptor.deallocate()
                return nil
            }, descriptor)
        pthread_detach(thread)
    }

    private static var inherited: [String] {
        var variables: [String] = []
        var entry = environ
        while let variable = entry.pointee {
            variables.append(String(cString: variable))
            entry += 1
        }
        return variables
    }

    /// A new directory under the one for temporary files.
    static func directory() throws -> String {
        let path = try Directory.makeTemporary("/tmp/parley-test-")
        chmod(path, 0o755)
        return path
    }

    /// Deletes a directory that ``directory()`` made.
    static func delete(_ directory: String) {
        guard directory.hasPrefix("/tmp/parley-test-") else { return }
        Directory.delete(directory)
    }
}

/// The servers that all tests of a process share, which end with it.
enum SharedServers {
    private static let ends = Mutex<[@Sendable () -> Void]>([])
    private static let registration: Void = { _ = atexit { SharedServers.endAll() } }()

    /// Does something when the process ends.
    static func atExit(_ end: @escaping @Sendable () -> Void) {
        registration
        ends.withLock { $0.append(end) }
    }

    private static func endAll() {
        for end in ends.withLock({ $0 }) { end() }
    }
}
