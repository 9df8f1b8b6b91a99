import Glibc
package import System

/// A file that TensorBoard reads: values under tags, each at a step, as records of TensorFlow's (TFRecord).
///
/// What is added is in the file after ``flush()``, or once there is much of it.
package final class EventFile {
    package let path: String
    private let descriptor: Int32
    private let checkSums = CRC32C()
    private var waiting: [UInt8] = []
    private var isOpen = true

    /// So many bytes are written at once.
    private static let maxWaiting = 64 << 10

    /// Makes the directory where it is missing, and a file in it with a name of its own.
    ///
    /// - Parameter time: Seconds since 1970.
    /// - Throws: ``SystemError``.
    package init(in directory: String, time: Double = WallClock.now()) throws(SystemError) {
        try Directory.make(directory, permissions: 0o755)
        (path, descriptor) = try Self.open(in: directory, time: time)
        // TensorFlow has whole seconds here.
        append(SummaryEvent.head(time: time.rounded(.down)))
        try flush()
    }

    deinit {
        guard isOpen else { return }
        try? flush()
        Glibc.close(descriptor)
    }

    /// Several files may begin in the same second: each takes the first number that is free.
    private static func open(in directory: String, time: Double) throws(SystemError) -> (String, Int32) {
        let beginning = "events.out.tfevents.\(Int(time)).\(hostName).\(getpid())"
        var number = 0
        while true {
            let path = Directory.path("\(beginning).\(number).v2", in: directory)
            let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
            if descriptor >= 0 { return (path, descriptor) }
            let error = SystemError()
            guard error.code == EEXIST || error.code == EINTR else { throw error }
            if error.code == EEXIST { number += 1 }
        }
    }

    /// This machine's name, as far as it can be part of a file's name.
    private static var hostName: String {
        var written = [CChar](repeating: 0, count: 256)
        guard gethostname(&written, written.count - 1) == 0 else { return "localhost" }
        let name = written.prefix { $0 != 0 }.map { character -> UInt8 in
            let byte = UInt8(bitPattern: character)
            return switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                byte
            default: UInt8(ascii: "-")
            }
        }
        return String(decoding: name, as: UTF8.self)
    }

    /// Adds a number.
    ///
    /// - Throws: ``SystemError``, such as for a full disk.
    package func add(
        _ value: Float, _ tag: String, step: Int, time: Double = WallClock.now()
    ) throws(SystemError) {
        append(SummaryEvent.scalar(value, tag, step: step, time: time))
        if waiting.count >= Self.maxWaiting { try flush() }
    }

    /// Adds how numbers are spread.
    ///
    /// - Throws: ``SystemError``, such as for a full disk.
    package func add(
        _ histogram: Histogram, _ tag: String, step: Int, time: Double = WallClock.now()
    ) throws(SystemError) {
        append(SummaryEvent.histogram(histogram, tag, step: step, time: time))
        if waiting.count >= Self.maxWaiting { try flush() }
    }

    /// Writes what was added.
    ///
    /// - Throws: ``SystemError``, such as for a full disk.
    package func flush() throws(SystemError) {
        guard isOpen, !waiting.isEmpty else { return }
        // What could not be written is not tried again: half of it may be in the file.
        defer { waiting = [] }
        try File.write(waiting, to: descriptor)
    }

    /// Writes what was added, and ends the file. Nothing can be added afterwards.
    ///
    /// - Throws: ``SystemError``.
    package func close() throws(SystemError) {
        guard isOpen else { return }
        try flush()
        isOpen = false
        // Some systems of files only say here that the disk is full.
        guard Glibc.close(descriptor) == 0 else { throw SystemError() }
    }

    /// A record: its length, its bytes, and a check sum of each.
    private func append(_ event: [UInt8]) {
        var record = WireWriter()
        record.fixed(UInt64(event.count))
        record.fixed(record.bytes.withUnsafeBytes { checkSums.masked($0) })
        record.append(event)
        record.fixed(event.withUnsafeBytes { checkSums.masked($0) })
        waiting += record.bytes
    }
}
