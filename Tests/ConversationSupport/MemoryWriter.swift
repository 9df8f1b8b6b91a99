import HTTPServer
import Synchronization

/// Keeps what is written.
package final class MemoryWriter: BodyWriter {
    private let written = Mutex<[String]>([])

    /// A writer that has got nothing yet.
    package init() {}

    /// The writes in order.
    package var parts: [String] { written.withLock { $0 } }

    /// Takes everything.
    package func write(_ bytes: [UInt8]) async -> Bool {
        written.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
        return true
    }
}
