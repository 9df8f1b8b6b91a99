import Foundation
import Synchronization

/// Sockets of the loopback interface.
package enum Loopback {
    /// Ports that this process gave away; a server that a test ended may come back to its own.
    private static let given = Mutex<Set<Int>>([])

    /// A port that nothing listens on and that stays so until whoever asked uses it: the system gives connections other
    /// ports (from 32768 on), and no test is given it again.
    package static func sparePort() throws -> Int {
        while true {
            let port = Int.random(in: 12_000..<32_000)
            guard given.withLock({ $0.insert(port).inserted }) else { continue }
            guard let (descriptor, _) = try? bound(port) else { continue }
            close(descriptor)
            return port
        }
    }

    /// A socket that listens on a spare port.
    package static func listen() throws -> (descriptor: Int32, port: Int) {
        let (descriptor, port) = try bound(0)
        guard Foundation.listen(descriptor, 100) == 0 else { throw TestFailure("listen: errno \(errno)") }
        return (descriptor, port)
    }

    /// A socket that no program inherits: one that another test starts would keep a connection open which its owner has
    /// closed.
    static func socket() -> Int32 {
        Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    }

    /// The next connection, which no program inherits; negative where there is none any more.
    static func accept(_ listener: Int32) -> Int32 {
        let connection = Foundation.accept(listener, nil, nil)
        if connection >= 0 { _ = fcntl(connection, F_SETFD, FD_CLOEXEC) }
        return connection
    }

    /// A connection to a port.
    package static func connect(to port: Int) throws -> Int32 {
        let descriptor = socket()
        guard withAddress(port, { Foundation.connect(descriptor, $0, $1) }) == 0 else {
            let failure = TestFailure("no connection to port \(port): errno \(errno)")
            close(descriptor)
            throw failure
        }
        return descriptor
    }

    /// Waits until something listens on a port, for servers that say they are up a moment before they are.
    package static func awaitListener(on port: Int) throws {
        let isThere = eventually {
            guard let connection = try? connect(to: port) else { return false }
            close(connection)
            return true
        }
        guard isThere else { throw TestFailure("nobody listens on port \(port)") }
    }

    /// Sends all bytes; false where the other side has gone.
    package static func send(_ bytes: some Collection<UInt8>, to descriptor: Int32) -> Bool {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// A socket that is bound to a port; 0 stands for one that the system chooses.
    private static func bound(_ port: Int) throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket()
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound =
            withAddress(port) { bind(descriptor, $0, $1) == 0 }
            && withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) == 0 }
            }
        guard isBound else {
            let failure = TestFailure("no spare port: errno \(errno)")
            close(descriptor)
            throw failure
        }
        return (descriptor, Int(in_port_t(bigEndian: address.sin_port)))
    }

    private static func withAddress<Result>(
        _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

/// Something that a test could not set up or read.
package struct TestFailure: Error, CustomStringConvertible {
    /// What happened.
    package let description: String

    package init(_ description: String) { self.description = description }
}
