import Cryptography
import ExactText
import HTTPServer
import Prefork
import System

/// The variables by which Sanic, on which Rasa runs, is told of proxies and of its access log.
struct SanicProxyVariables {
    /// `SANIC_PROXIES_COUNT`: the client's place in the list of addresses, from its end.
    let proxiesCount: Int?
    /// `SANIC_REAL_IP_HEADER`.
    let addressHeader: String?
    /// `SANIC_FORWARDED_FOR_HEADER`.
    let listHeader: String?
    /// `SANIC_FORWARDED_SECRET`.
    let secret: Secret?
    /// `SANIC_REQUEST_ID_HEADER`.
    let idHeader: String
    /// `SANIC_ACCESS_LOG`; nil where it is not set.
    let hasAccessLog: Bool?

    /// - Throws: ``BootFailure`` that names the variable.
    init(_ environment: EnvironmentVariables) throws(BootFailure) {
        let count = try environment.number("SANIC_PROXIES_COUNT", minimum: 0, fallback: 0)
        proxiesCount = count == 0 ? nil : count
        addressHeader = try Self.header("SANIC_REAL_IP_HEADER", environment)
        listHeader = try Self.header("SANIC_FORWARDED_FOR_HEADER", environment)
        idHeader = try Self.header("SANIC_REQUEST_ID_HEADER", environment) ?? "x-request-id"
        secret = environment["SANIC_FORWARDED_SECRET"].flatMap { $0.isEmpty ? nil : Secret($0) }
        hasAccessLog = try Self.truth("SANIC_ACCESS_LOG", environment)
    }

    /// The name of a header, in lower case.
    private static func header(
        _ variable: String, _ environment: EnvironmentVariables
    ) throws(BootFailure) -> String? {
        guard let text = environment[variable], !text.isEmpty else { return nil }
        guard let name = HeaderName(text) else {
            throw BootFailure(
                "\(variable) is '\(text)'; it must be the name of a header, such as X-Forwarded-For",
                status: ExitStatus.configuration)
        }
        return name.text
    }

    private static func truth(_ variable: String, _ environment: EnvironmentVariables) throws(BootFailure) -> Bool? {
        guard let text = environment[variable], !text.isEmpty else { return nil }
        if yes.contains(text.lowercased()) { return true }
        if no.contains(text.lowercased()) { return false }
        throw BootFailure(
            "\(variable) is '\(text)'; it must be true, false, or another word for them that Sanic knows",
            status: ExitStatus.configuration)
    }

    /// Sanic's words.
    private static let yes: Set<ExactString> = [
        "y", "yes", "yep", "yup", "t", "true", "on", "enable", "enabled", "1",
    ]
    private static let no: Set<ExactString> = ["n", "no", "f", "false", "off", "disable", "disabled", "0"]
}
