import Cryptography
import HTTPServer
import Logging
import Prefork
import Synchronization
import System
import Testing

@testable import Server

@Suite("Proxies and the access log, from flags and Sanic's variables")
struct ProxyConfigurationTests {
    private func configuration(
        _ proxies: [String] = [], header: String? = nil, proxyProtocol: Bool = false,
        accessLog: AccessLog.Format? = nil, variables: [String: String] = [:]
    ) throws -> (configuration: ProxyConfiguration, warnings: [String]) {
        let heard = Heard()
        let configuration = try ProxyConfiguration(
            trustedProxies: proxies, forwardedHeader: header, hasProxyProtocol: proxyProtocol, accessLog: accessLog,
            environment: EnvironmentVariables { variables[$0] }, logger: Logger(label: "test") { _ in heard })
        return (configuration, heard.lines.withLock(\.self))
    }

    private final class Heard: LogHandler {
        let lines = Mutex<[String]>([])
        var metadata: Logger.Metadata {
            get { [:] }
            set {}
        }
        var logLevel: Logger.Level {
            get { .trace }
            set {}
        }
        subscript(metadataKey _: String) -> Logger.Metadata.Value? {
            get { nil }
            set {}
        }
        func log(event: LogEvent) { lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") } }
    }

    private func failure(_ body: () throws -> some Any) -> String {
        let error = #expect(throws: BootFailure.self) { _ = try body() }
        return error?.message ?? ""
    }

    @Test("without either nobody is believed and nothing is logged")
    func defaults() throws {
        let made = try configuration()
        guard case .nobody = made.configuration.rules.trust else {
            Issue.record("\(made.configuration.rules.trust)")
            return
        }
        #expect(made.configuration.rules.listing == .addresses(header: "x-forwarded-for"))
        #expect(made.configuration.proxyProtocol == nil)
        #expect(made.configuration.accessLog == nil)
        #expect(made.configuration.idHeader == "x-request-id")
        #expect(made.warnings.isEmpty)
    }

    @Test("flags name proxies, their header and their protocol")
    func flags() throws {
        let proxies = ["10.0.0.0/8", "unix"]
        let made = try configuration(proxies, header: "Forwarded", proxyProtocol: true, accessLog: .json).configuration
        #expect(made.rules.listing == .forwarded)
        #expect(made.proxyProtocol == (try TrustedProxies(proxies)))
        #expect(made.accessLog == .json)
        #expect(failure { try configuration(["10.0.0.1/8"]) }.contains("--trusted-proxies: '10.0.0.1/8'"))
        #expect(failure { try configuration(proxyProtocol: true) }.contains("--trusted-proxies"))
        #expect(failure { try configuration(header: "a b") }.contains("--forwarded-header: 'a b'"))
    }

    @Test("Sanic's variables mean what they mean to Sanic, and the log says what that lets in")
    func variables() throws {
        let made = try configuration(variables: [
            "SANIC_PROXIES_COUNT": "2", "SANIC_REAL_IP_HEADER": "X-Real-IP", "SANIC_FORWARDED_FOR_HEADER": "X-Hops",
            "SANIC_FORWARDED_SECRET": "hush", "SANIC_REQUEST_ID_HEADER": "X-Trace", "SANIC_ACCESS_LOG": "yes",
        ])
        guard case .everyone(place: 2) = made.configuration.rules.trust else {
            Issue.record("\(made.configuration.rules.trust)")
            return
        }
        #expect(made.configuration.rules.addressHeader == "x-real-ip")
        #expect(made.configuration.rules.listing == .addresses(header: "x-hops"))
        #expect(made.configuration.rules.secret?.revealed == "hush")
        #expect(made.configuration.idHeader == "x-trace")
        #expect(made.configuration.accessLog == .common)
        #expect(made.warnings.contains { $0.contains("SANIC_PROXIES_COUNT") })
        #expect(!made.warnings.contains { $0.contains("hush") })
        #expect(try configuration(variables: ["SANIC_ACCESS_LOG": "False"]).configuration.accessLog == nil)
        #expect(
            try configuration(accessLog: .json, variables: ["SANIC_ACCESS_LOG": "off"]).configuration.accessLog == .json
        )
    }

    @Test("networks that are named go before Sanic's count, which is warned of")
    func precedence() throws {
        let made = try configuration(["10.0.0.0/8"], variables: ["SANIC_PROXIES_COUNT": "1"])
        guard case .proxies = made.configuration.rules.trust else {
            Issue.record("\(made.configuration.rules.trust)")
            return
        }
        #expect(made.warnings.contains { $0.contains("SANIC_PROXIES_COUNT has no effect") })
        #expect(
            try configuration(header: "X-Mine", variables: ["SANIC_FORWARDED_FOR_HEADER": "X-Other"]).configuration
                .rules.listing
                == .addresses(header: "x-mine"))
    }

    @Test(
        "variables that cannot be are refused by name",
        arguments: [
            ("SANIC_PROXIES_COUNT", "two"), ("SANIC_PROXIES_COUNT", "-1"), ("SANIC_ACCESS_LOG", "perhaps"),
            ("SANIC_REAL_IP_HEADER", "a b"), ("SANIC_FORWARDED_FOR_HEADER", "é"), ("SANIC_REQUEST_ID_HEADER", "a:b"),
        ])
    func refusals(name: String, value: String) {
        #expect(failure { try configuration(variables: [name: value]) }.contains("\(name) is '\(value)'"))
    }
}
