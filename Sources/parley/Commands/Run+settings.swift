import Channels
import ExactText
import Glibc
import HTTPServer
import Logging
import Prefork
import Server
import Settings
import System

extension Run {
    /// Flags that are known and not supported: better no start than one without what was asked for.
    ///
    /// - Throws: ``BootFailure`` that names the first such flag.
    func refuseUnsupportedFlags() throws(BootFailure) {
        guard logging.loggingConfigFile == nil else {
            throw BootFailure(
                "--logging-config-file: Parley has no logging of Python's to configure; leave the flag out",
                status: ExitStatus.usage)
        }
        if let connector = channels.connector, !ChannelCatalog.supported.contains(exact: connector) {
            throw BootFailure(
                "--connector: \(Credentials.refusal(of: connector, supported: ChannelCatalog.supported))",
                status: ExitStatus.usage)
        }
    }

    /// Flags, environment and configuration files together.
    ///
    /// - Parameter canGoWithout: Whether there may be no model where the flags allow that.
    /// - Throws: ``BootFailure`` that names the flag, variable, or file and line to change.
    func settings(
        _ environment: EnvironmentVariables, _ source: ConfigurationSource, _ logger: Logger, canGoWithout: Bool = true
    ) throws(BootFailure) -> RunSettings {
        let files = ConfigurationFiles(source: source, environment: environment, logger: logger)
        let secrets = environment.withFiles(from: source)
        var settings = try RunSettings(
            version: Version.parley, endpoints: try files.endpoints(endpoints), environment: environment, logger: logger
        )
        settings.interface = server.interface
        settings.port = server.port
        settings.management = try server.managementPort.map { (text) throws(BootFailure) in try ManagementAddress(text)
        }
        settings.storeWait = .seconds(max(0, server.storeWait))
        settings.hasAPI = server.enableApi
        settings.pidFile = server.pidFile
        settings.user = server.user
        settings.group = server.group
        settings.limits.pinsWorkers = server.cpuAffinity
        settings.token = try secrets.secret(server.authToken, else: "PARLEY_AUTH_TOKEN")
        settings.corsOrigins = server.cors
        warnOfPaths(logger)
        settings.tls = try TLSConfigurationSelection(
            certificate: server.sslCertificate, key: server.sslKeyfile, authorities: server.sslCaFile,
            password: try secrets.secret(server.sslPassword, else: "PARLEY_SSL_PASSWORD"), source: source)
        settings.webTokens = try WebTokenConfiguration.verifier(
            secret: try secrets.secret(tokens.jwtSecret, else: "PARLEY_JWT_SECRET"), method: tokens.jwtMethod,
            privateKey: tokens.jwtPrivateKey, source: source)
        settings.allowsMissingComponents = allowMissingComponents
        let sanic = try SanicVariables(environment)
        warnOfVariables(environment, logger)
        settings.requestLimits = try limits.requestLimits(
            backlog: settings.backlog, sanic: sanic,
            budget: MachineMemory.groupLimit.map {
                MemoryBudget(
                    memory: $0, workers: settings.limits.workers, isEncrypted: settings.tls != nil)
            })
        settings.requestLimits.server.announce(logger)
        settings.workerLimits = try limits.workerLimits()
        settings.proxies = try ProxyConfiguration(
            trustedProxies: proxies.trustedProxies, forwardedHeader: proxies.forwardedHeader,
            hasProxyProtocol: proxies.proxyProtocol, accessLog: proxies.accessLog, environment: environment,
            logger: logger)
        settings.channels = try files.supportedChannels(
            channels.credentials, connector: channels.connector, hasAPI: server.enableApi)
        let gracePeriod = server.gracePeriod ?? sanic.gracePeriod
        if let gracePeriod { settings.limits.gracePeriod = .seconds(max(0, gracePeriod)) }
        settings.limits.drainDelay = try DrainDelay.duration(server.drainDelay, environment: environment)
        settings.limits.retireTimeout = .seconds(max(0, server.retireTimeout))
        settings.limits.upgradeLimit = .seconds(max(1, server.upgradeTimeout))
        settings.limits.retireGracePeriod = settings.requestLimits.server.responseTimeout
        settings.limits.jobs.memory = try MachineMemory.limitOfJobs(limits.maxJobMemory)
        settings.remoteStorage = server.remoteStorage
        settings.modelName = positionalModel ?? model
        if settings.endpoints.modelServer == nil, server.remoteStorage == nil {
            settings.archive = try source.lookedUp("the archive") { () throws(BootFailure) in
                try ModelSelection.archive(
                    at: settings.modelName,
                    canGoWithout: (server.enableApi || settings.management != nil) && canGoWithout,
                    logger: logger)
            }
        }
        return settings
    }

    private func warnOfVariables(_ environment: EnvironmentVariables, _ logger: Logger) {
        let names = SanicVariables.unsupported(in: environment)
        guard !names.isEmpty else { return }
        logger.warning(
            "Variables of Sanic that have no effect here are ignored",
            metadata: ["variables": "\(names.joined(separator: ", "))"])
    }

    /// What follows `--cors` is an origin, up to the next flag, which people forget who name the model last.
    private func warnOfPaths(_ logger: Logger) {
        for origin in server.cors where access(origin, F_OK) == 0 {
            logger.warning(
                "An origin of --cors is a path on this machine; name a model before --cors, or by --model",
                metadata: ["origin": "\(origin)"])
        }
    }
}
