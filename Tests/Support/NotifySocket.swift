package import Foundation

/// The socket of a service manager, as `NOTIFY_SOCKET` names it.
package final class NotifySocket: Sendable {
    /// A path, or `@` and an abstract name.
    package let address: String
    private let descriptor: Int32

    package init(address: String) throws {
        self.address = address
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard UnixAddress.with(address, { bind(descriptor, $0, $1) }) == 0 else {
            throw TestFailure("bind \(address): errno \(errno)")
        }
    }

    deinit { close(descriptor) }

    /// The next message that came, or comes.
    package func next() throws -> String {
        var bytes = [UInt8](repeating: 0, count: 8192)
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 600_000) == 1 else { throw TestFailure("no message came") }
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count >= 0 else { throw TestFailure("recv: errno \(errno)") }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// The first message from now on that has a line.
    package func message(with line: String) throws -> String {
        while true {
            let message = try next()
            if message.split(separator: "\n").contains(line[...]) { return message }
        }
    }
}

/// Addresses of AF_UNIX.
package enum UnixAddress {
    /// - Parameter address: A path, or `@` and an abstract name.
    package static func with<Result>(
        _ address: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(address.utf8.prefix(107))
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: bytes) }
        let isAbstract = bytes.first == UInt8(ascii: "@")
        if isAbstract { withUnsafeMutableBytes(of: &name.sun_path) { $0[0] = 0 } }
        let length = MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1)
        return withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(length)) }
        }
    }
}
