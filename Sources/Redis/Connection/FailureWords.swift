import Glibc
import NIOCore
import NIOPosix

/// Why a connection failed, in words that people know.
enum FailureWords {
    static func of(_ error: any Error) -> String {
        switch error {
        case let error as IOError: return String(cString: strerror(error.errnoCode))
        case let failure as NIOConnectionError:
            if let attempt = failure.connectionErrors.first { return of(attempt.error) }
            if let lookup = failure.dnsAError ?? failure.dnsAAAAError {
                return "the host name is not known (\(lookup))"
            }
            return "no address of the host responded"
        default: return TLSLayer.words(of: error) ?? "\(error)"
        }
    }
}
