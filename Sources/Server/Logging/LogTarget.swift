import Glibc
import NIOConcurrencyHelpers
import System

/// One place that log lines go to. Nobody ever waits for it: what its reader is too slow for is kept up to a bound, and
/// dropped beyond; how much, it is told once it reads again.
final class LogTarget: Sendable {
    /// How a line is handed to the system without waiting.
    private enum Way {
        /// The descriptor is a file, or does not block.
        case write
        /// The descriptor is a socket that others have too.
        case send
        /// The descriptor may block, and is others' too: it is asked first, and given no more than it takes at once.
        case writeIfReady
    }

    private struct State {
        /// Lines that wait, the first without what has been written of it.
        var waiting: [[UInt8]] = []
        var waitingBytes = 0
        var dropped = 0
        /// The same since the process began.
        var droppedInAll = 0
        /// Whose lines wait: a forked process must not write those of its parent.
        var process = getpid()
    }

    /// Bytes of the lines that wait.
    static let maxWaiting = 1 << 18
    /// What a pipe that is ready takes at once.
    private static let pipeRoom = 4096

    let descriptor: Int32
    private let way: Way
    private let text: @Sendable (LogLine) -> String
    /// Not a `Mutex`: that remembers the number of the thread that uses it, which after a fork is the parent's, and traps
    /// in the child where two threads meet. Nothing that the supervisor touches may be one.
    private let state = NIOLockedValueBox(State())

    /// - Parameters:
    ///   - descriptor: Open for writing; stays open for as long as the process lives.
    ///   - text: A line as it is written.
    init(_ descriptor: Int32, text: @escaping @Sendable (LogLine) -> String) {
        (self.descriptor, way) = Self.open(descriptor)
        self.text = text
    }

    /// A descriptor for the file at a path, which is made or continued; negative where there is none.
    static func open(_ path: String) -> Int32 {
        Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0o640)
    }

    /// Writes to the file at a path from now on, unless this is no file but a pipe or the like.
    ///
    /// - Returns: Whether that went well; `errno` says why not.
    func reopen(_ path: String) -> Bool {
        guard way == .write, Self.isFile(descriptor) else { return true }
        let new = Self.open(path)
        guard new >= 0 else { return false }
        defer { close(new) }
        // Whoever writes meanwhile writes to the one or the other.
        guard dup2(new, descriptor) >= 0 else { return false }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return true
    }

    private static func isFile(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Writes a line, or keeps it, or drops it.
    func write(_ line: LogLine) { write(Array(text(line).utf8)) }

    /// The same for a line that is bytes already.
    func write(_ bytes: [UInt8]) {
        state.withLockedValue { state in
            if state.process != getpid() { state = State() }
            flush(&state)
            guard !state.waiting.isEmpty || state.dropped > 0 else {
                let written = hand(bytes[...])
                if written < bytes.count { keep(Array(bytes[written...]), &state) }
                return
            }
            if state.dropped > 0 || state.waitingBytes + bytes.count > Self.maxWaiting {
                state.dropped += 1
                state.droppedInAll += 1
            } else {
                keep(bytes, &state)
            }
        }
    }

    /// Lines that this process has dropped.
    var dropped: Int { state.withLockedValue { $0.process == getpid() ? $0.droppedInAll : 0 } }

    /// Writes what waits, as far as that goes without waiting.
    ///
    /// - Returns: Whether nothing waits any more.
    @discardableResult
    func flush() -> Bool {
        state.withLockedValue { state in
            flush(&state)
            return state.waiting.isEmpty && state.dropped == 0
        }
    }

    /// Waits until a line may be written.
    func awaitRoom(milliseconds: Int32) {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&entry, 1, milliseconds)
    }

    private func keep(_ bytes: [UInt8], _ state: inout State) {
        state.waiting.append(bytes)
        state.waitingBytes += bytes.count
    }

    private func flush(_ state: inout State) {
        if state.waiting.isEmpty, state.dropped == 0 { return }
        if state.process != getpid() { state = State() }
        var done = 0
        defer { state.waiting.removeFirst(done) }
        while done < state.waiting.count {
            let line = state.waiting[done]
            let written = hand(line[...])
            state.waitingBytes -= written
            guard written == line.count else {
                state.waiting[done].removeFirst(written)
                return
            }
            done += 1
        }
        guard state.dropped > 0 else { return }
        let notice = Array(
            text(
                LogLine(
                    time: Timestamp(), level: "warning", source: "parley.log",
                    message: "Log lines were dropped, since their reader was too slow",
                    facts: [("lines", "\(state.dropped)")])
            ).utf8)
        let written = hand(notice[...])
        guard written > 0 else { return }
        state.dropped = 0
        if written < notice.count { keep(Array(notice[written...]), &state) }
    }

    /// Hands bytes to the system.
    ///
    /// - Returns: How many it has taken; all, where it will never take them.
    private func hand(_ bytes: ArraySlice<UInt8>) -> Int {
        var rest = bytes
        while !rest.isEmpty {
            var part = rest
            if way == .writeIfReady {
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard poll(&entry, 1, 0) == 1 else { return bytes.count - rest.count }
                part = rest.prefix(Self.pipeRoom)
            }
            let count = part.withUnsafeBytes { buffer in
                way == .send
                    ? Glibc.send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
                    : Glibc.write(descriptor, buffer.baseAddress, buffer.count)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN || errno == EWOULDBLOCK { return bytes.count - rest.count }
            // There is nobody, or no room on the disk: what cannot be written is not waited with.
            guard count > 0 else { return bytes.count }
            rest = rest.dropFirst(count)
        }
        return bytes.count
    }

    /// A descriptor of the same file that does not block, where there can be one without changing that of others.
    private static func open(_ descriptor: Int32) -> (Int32, Way) {
        let own = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard own >= 0 else { return (descriptor, .writeIfReady) }
        var status = stat()
        guard fstat(own, &status) == 0 else { return (own, .writeIfReady) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return (own, .write)
        case S_IFSOCK: return (own, .send)
        default:
            let opened = Glibc.open("/proc/self/fd/\(own)", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
            guard opened >= 0 else { return (own, .writeIfReady) }
            close(own)
            return (opened, .write)
        }
    }
}
