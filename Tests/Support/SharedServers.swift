import Foundation
import Synchronization

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
