import ExactText
package import Prefork
package import System

/// The variables of Sanic, the web framework that Rasa runs on: it takes each of its settings from `SANIC_…`. They hold
/// where no flag says otherwise.
package struct SanicVariables: Sendable, Hashable {
    /// Seconds, as are the other times.
    package private(set) var gracePeriod: Int?
    package private(set) var keepAliveTimeout: Int?
    package private(set) var requestTimeout: Int?
    package private(set) var responseTimeout: Int?
    /// Bytes.
    package private(set) var maxBodySize: Int?
    /// Bytes.
    package private(set) var maxHeaderSize: Int?

    private static let prefix = "SANIC_"
    private static let supported = Set<ExactString>([
        "SANIC_WORKERS", "SANIC_BACKLOG", "SANIC_GRACEFUL_SHUTDOWN_TIMEOUT", "SANIC_KEEP_ALIVE_TIMEOUT",
        "SANIC_REQUEST_TIMEOUT", "SANIC_RESPONSE_TIMEOUT", "SANIC_REQUEST_MAX_SIZE", "SANIC_REQUEST_MAX_HEADER_SIZE",
        "SANIC_PROXIES_COUNT", "SANIC_REAL_IP_HEADER", "SANIC_FORWARDED_FOR_HEADER", "SANIC_FORWARDED_SECRET",
        "SANIC_REQUEST_ID_HEADER", "SANIC_ACCESS_LOG",
    ])

    /// None.
    package init() {}

    /// - Throws: ``BootFailure`` that names the variable.
    package init(_ environment: EnvironmentVariables) throws(BootFailure) {
        gracePeriod = try Self.number("SANIC_GRACEFUL_SHUTDOWN_TIMEOUT", minimum: 0, environment)
        keepAliveTimeout = try Self.number("SANIC_KEEP_ALIVE_TIMEOUT", minimum: 1, environment)
        requestTimeout = try Self.number("SANIC_REQUEST_TIMEOUT", minimum: 1, environment)
        responseTimeout = try Self.number("SANIC_RESPONSE_TIMEOUT", minimum: 1, environment)
        maxBodySize = try Self.number("SANIC_REQUEST_MAX_SIZE", minimum: 1, environment)
        maxHeaderSize = try Self.number("SANIC_REQUEST_MAX_HEADER_SIZE", minimum: 1, environment)
    }

    /// The variables of Sanic that are set and have no effect here.
    package static func unsupported(in environment: EnvironmentVariables) -> [String] {
        environment.names.filter { $0.exact.hasPrefix(prefix) && !supported.contains($0) }.sortedByCodePoints()
    }

    /// As Sanic: a whole number, or one with a fraction, of which what is begun counts as whole.
    private static func number(
        _ name: String, minimum: Int, _ environment: EnvironmentVariables
    ) throws(BootFailure) -> Int? {
        guard let text = environment[name] else { return nil }
        if let number = Int(text) ?? Double(text).flatMap({ Int(exactly: $0.rounded(.up)) }), number >= minimum {
            return number
        }
        throw BootFailure(
            "\(name) is '\(text)'; it must be a number of at least \(minimum)", status: ExitStatus.configuration)
    }
}
