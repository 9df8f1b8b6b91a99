import ExactText
package import HTTPServer
package import Logging
package import Prefork
package import System

/// What is known of the proxies before the server, and what is logged of each request: flags, and Sanic's variables.
package struct ProxyConfiguration: Sendable {
    /// Who is believed what.
    let rules: ForwardingRules
    /// Who begins connections with a header of the PROXY protocol; nil for nobody.
    let proxyProtocol: TrustedProxies?
    /// Nil for no access log.
    let accessLog: AccessLog.Format?
    let idHeader: String

    /// - Parameters:
    ///   - trustedProxies: The words of `--trusted-proxies`.
    ///   - forwardedHeader: `--forwarded-header`.
    ///   - hasProxyProtocol: `--proxy-protocol`.
    ///   - accessLog: `--access-log`.
    /// - Throws: ``BootFailure`` that names the flag or variable.
    package init(
        trustedProxies: [String], forwardedHeader: String?, hasProxyProtocol: Bool, accessLog: AccessLog.Format?,
        environment: EnvironmentVariables, logger: Logger
    ) throws(BootFailure) {
        let sanic = try SanicProxyVariables(environment)
        let proxies = try Self.proxies(trustedProxies)
        guard !hasProxyProtocol || proxies != nil else {
            throw BootFailure(
                "--proxy-protocol: name the networks whose connections begin with its header by --trusted-proxies",
                status: ExitStatus.usage)
        }
        var rules = ForwardingRules()
        if let header = forwardedHeader ?? sanic.listHeader {
            guard let name = HeaderName(header) else {
                throw BootFailure(
                    "--forwarded-header: '\(header)' is not the name of a header; give X-Forwarded-For, Forwarded or the like",
                    status: ExitStatus.usage)
            }
            rules.listing = name.text.exact == "forwarded" ? .forwarded : .addresses(header: name.text)
        }
        rules.addressHeader = sanic.addressHeader
        rules.secret = sanic.secret
        if let proxies {
            rules.trust = .proxies(proxies)
            if sanic.proxiesCount != nil {
                logger.warning("SANIC_PROXIES_COUNT has no effect beside --trusted-proxies, which says more")
            }
        } else if sanic.proxiesCount != nil || sanic.addressHeader != nil {
            rules.trust = .everyone(place: sanic.proxiesCount)
            logger.warning(
                "Every client is believed who it says it is; name the proxies by --trusted-proxies",
                metadata: [
                    "variable": sanic.proxiesCount == nil ? "SANIC_REAL_IP_HEADER" : "SANIC_PROXIES_COUNT"
                ])
        }
        self.rules = rules
        proxyProtocol = hasProxyProtocol ? proxies : nil
        self.accessLog = accessLog ?? (sanic.hasAccessLog == true ? .common : nil)
        idHeader = sanic.idHeader
    }

    private static func proxies(_ words: [String]) throws(BootFailure) -> TrustedProxies? {
        guard !words.isEmpty else { return nil }
        do throws(NetworkError) {
            return try TrustedProxies(words)
        } catch {
            throw BootFailure("--trusted-proxies: \(error)", status: ExitStatus.usage)
        }
    }

    /// The access log as a worker's server writes it.
    func accessLog(to output: LogOutput?) -> AccessLog? {
        guard let accessLog, let output else { return nil }
        return AccessLog(
            format: accessLog, rules: rules, idHeader: idHeader, plainQueryItems: Self.plainQueryItems
        ) { output.write(accessLine: $0) }
    }

    /// What the API, the REST channel and Socket.IO take in a query that is neither secret nor written by users. The
    /// session of a client of Socket.IO (`sid`) is a secret: who knows it speaks for that client.
    private static let plainQueryItems: Set<ExactString> = [
        "EIO", "all_sessions", "augmentation", "cross_validation_folds", "e2e", "emulation_mode",
        "execute_side_effects", "force_training", "include_events", "num_threads", "output_channel",
        "save_to_default_model_directory", "stream", "transport", "until",
    ]
}
