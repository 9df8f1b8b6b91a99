import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Why a connection failed, in words that people know.
enum FailureText {
    /// The reason alone, without the address.
    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { reason($0.error) } ?? "the host name cannot be resolved"
        case let error as HTTPClientError where error == .connectTimeout: "the connection was not made in time"
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            "it closed the connection without a response"
        case is HTTPParserError: "its response is not HTTP"
        case NIOSSLError.handshakeFailed(let reason): encryption("\(reason)")
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            "its certificate is for another name than the address has"
        default: "\(error)"
        }
    }

    /// Why TLS failed, from the words of its library, which name the place in the library too.
    private static func encryption(_ words: String) -> String {
        if words.contains("CERTIFICATE_VERIFY_FAILED") {
            return "its certificate is not of an authority that is trusted, or not valid now"
        }
        if ["EOF during handshake", "WRONG_VERSION_NUMBER", "HTTP_REQUEST"].contains(where: words.contains) {
            return "it does not speak TLS on this port"
        }
        let reason = words.firstMatch(of: /OPENSSL_internal:([A-Z0-9_]+)/)?.1
        return "it shares no version or cipher of TLS" + (reason.map { " (\($0))" } ?? "")
    }
}
