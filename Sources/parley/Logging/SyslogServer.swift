import Glibc
import Prefork

/// The syslog server of the flags, spoken to as Python's logging does: a datagram for each line, or, over TCP, a line
/// with a zero byte at its end.
enum SyslogServer {
    /// A socket for lines, connected before workers are forked, which share it. Nothing waits for the server: lines
    /// that it is too slow for are lost, as those are that come while it is away.
    ///
    /// - Throws: ``BootFailure`` that names the flag to change.
    static func connect(_ flags: SyslogFlags) throws(BootFailure) -> Int32 {
        guard let kind = kinds[flags.syslogProtocol.uppercased()] else {
            throw BootFailure(
                "--syslog-protocol: '\(flags.syslogProtocol)' is not known; known are UDP and TCP",
                status: ExitStatus.usage)
        }
        var hints = addrinfo()
        hints.ai_socktype = Int32(kind.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let answer = getaddrinfo(flags.syslogAddress, String(flags.syslogPort), &hints, &found)
        defer { if let found { freeaddrinfo(found) } }
        guard answer == 0 else { throw failure(flags, String(cString: gai_strerror(answer))) }
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
        throw failure(flags, problem)
    }

    private static let kinds = ["UDP": SOCK_DGRAM, "TCP": SOCK_STREAM]

    private static func failure(_ flags: SyslogFlags, _ problem: String) -> BootFailure {
        BootFailure(
            "--use-syslog: no way to the syslog server at \(flags.syslogAddress):\(flags.syslogPort) "
                + "(\(flags.syslogProtocol)): \(problem)",
            status: ExitStatus.unavailable)
    }
}
