import Glibc
package import Prefork

/// The syslog server of the flags, spoken to as Python's logging does: a datagram for each line, or, over TCP, a line
/// with a zero byte at its end.
package enum SyslogServer {
    /// A socket for lines, connected before workers are forked, which share it. Nothing waits for the server: lines
    /// that it is too slow for are lost, as those are that come while it is away.
    ///
    /// - Throws: ``BootFailure`` that names the flag to change.
    package static func connect(_ host: String, port: Int, _ transport: String) throws(BootFailure) -> Int32 {
        let failure = { (problem: String) in Self.failure("\(host):\(port) (\(transport))", problem) }
        guard let kind = kinds[transport.uppercased()] else {
            throw BootFailure(
                "--syslog-protocol: '\(transport)' is not known; known are UDP and TCP",
                status: ExitStatus.usage)
        }
        var hints = addrinfo()
        hints.ai_socktype = Int32(kind.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let response = getaddrinfo(host, String(port), &hints, &found)
        defer { if let found { freeaddrinfo(found) } }
        guard response == 0 else { throw failure(String(cString: gai_strerror(response))) }
        var problem = "it has no address"
        var next = found
        while let address = next?.pointee {
            next = address.ai_next
            let descriptor = socket(address.ai_family, address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
            if descriptor >= 0, Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 {
                _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
                return descriptor
            }
            problem = String(cString: strerror(errno))
            close(descriptor)
        }
        throw failure(problem)
    }

    private static let kinds = ["UDP": SOCK_DGRAM, "TCP": SOCK_STREAM]

    private static func failure(_ server: String, _ problem: String) -> BootFailure {
        BootFailure(
            "--use-syslog: cannot reach the syslog server at \(server): \(problem)",
            status: ExitStatus.unavailable)
    }
}
