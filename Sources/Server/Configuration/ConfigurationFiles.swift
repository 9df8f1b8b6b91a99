package import Channels
import ExactText
package import Logging
package import Prefork
import Redis
package import Settings
package import System
import YAML

/// Reads `endpoints.yml` and `credentials.yml`, or what the flags name instead.
package struct ConfigurationFiles {
    private let logger: Logger
    private let source: ConfigurationSource
    /// What `${NAME}` stands for.
    private let environment: EnvironmentVariables

    /// - Parameters:
    ///   - source: Where the files are read, those of secrets included.
    ///   - logger: Takes what is passed over or corrected.
    package init(
        source: ConfigurationSource = ConfigurationSource(), environment: EnvironmentVariables = .process,
        logger: Logger
    ) {
        self.source = source
        self.environment = environment.withFiles(from: source)
        self.logger = logger
    }

    /// - Throws: ``BootFailure`` with file and line.
    package func endpoints(_ given: String?) throws(BootFailure) -> Endpoints {
        guard let path = path(given: given, fallback: Endpoints.defaultPath, flag: "--endpoints") else {
            return Endpoints()
        }
        do {
            let endpoints = try Endpoints(path: path, environment: environment, content: content)
            warn(endpoints.warnings)
            warnOfPrefixes(endpoints)
            return endpoints
        } catch {
            throw failure(error)
        }
    }

    /// As Rasa: such a prefix is left out, so that the keys in Redis stay what they were.
    private func warnOfPrefixes(_ endpoints: Endpoints) {
        var servers: [(part: String, settings: RedisSettings)] = []
        if case .redis(let redis) = endpoints.lockStore { servers.append(("lock_store", redis)) }
        if case .redis(let redis) = endpoints.trackerStore { servers.append(("tracker_store", redis)) }
        for (part, redis) in servers where RedisKeyPrefix(redis.keyPrefix).wasRefused {
            logger.warning(
                "A 'key_prefix' may have letters and digits only; it is left out, and keys are those without a prefix",
                metadata: ["part": "\(part)", "key_prefix": "\(redis.keyPrefix ?? "")"])
        }
    }

    private func warn(_ warnings: [SettingsWarning]) {
        for warning in warnings {
            logger.warning("A setting is ignored or corrected", metadata: ["setting": "\(warning)"])
        }
    }

    /// The channels to serve: those of the settings but for what has no credentials, if there is anything else.
    ///
    /// - Parameter hasAPI: Whether the HTTP API is available too.
    /// - Throws: ``BootFailure`` with file and line.
    package func supportedChannels(
        _ credentials: String?, connector: String?, hasAPI: Bool
    ) throws(BootFailure) -> [ChannelSettings] {
        let channels = try channels(credentials, connector: connector)
        let supported = channels.filter { $0.blank == nil }
        let blank = channels.compactMap(\.blank)
        if let first = blank.first, connector != nil || !hasAPI && supported.isEmpty {
            throw BootFailure("\(first)", status: ExitStatus.configuration)
        }
        for warning in blank {
            logger.warning("A channel without credentials is left out", metadata: ["setting": "\(warning)"])
        }
        do throws(SourceError) {
            for channel in supported { warn(try channel.warnings()) }
        } catch {
            throw failure(error)
        }
        return supported
    }

    /// All channels of the settings. Without a file it is the REST channel: unlike Rasa, which then talks to its own
    /// terminal, a server has to be reached somehow.
    ///
    /// - Throws: ``BootFailure`` with file and line.
    package func channels(_ given: String?, connector: String?) throws(BootFailure) -> [ChannelSettings] {
        let path = path(given: given, fallback: Credentials.defaultPath, flag: "--credentials")
        guard let path else { return [ChannelSettings(name: connector ?? "rest")] }
        let credentials: Credentials
        do {
            credentials = try Credentials(
                path: path, supported: ChannelCatalog.supported, only: connector, environment: environment,
                content: content)
        } catch {
            throw failure(error)
        }
        warn(credentials.warnings)
        if let connector {
            return [
                credentials.channels[connector].map { ChannelSettings(name: connector, $0) }
                    ?? ChannelSettings(name: connector, file: path)
            ]
        }
        return credentials.channels.map { ChannelSettings(name: $0.string, $1) }
    }

    private var content: YAMLReader.FileReading {
        { [source] (path, limit) throws(SystemError) in try source.read(path, atMost: limit) }
    }

    private func path(given: String?, fallback: String, flag: String) -> String? {
        let choice = SettingsFile.choose(given: given, fallback: fallback) { source.exists($0) }
        switch choice {
        case .fallback(let path, insteadOf: let missing):
            logger.warning(
                "The file of \(flag) does not exist; the default one is read instead",
                metadata: ["missing": "\(missing)", "file": "\(path)"])
        case .none(asked: let missing?):
            logger.warning("The file of \(flag) does not exist; none is read", metadata: ["missing": "\(missing)"])
        case .file, .none: break
        }
        return choice.path
    }

    private func failure(_ error: SourceError) -> BootFailure {
        BootFailure("\(error)", status: error.code == .unreadable ? ExitStatus.noInput : ExitStatus.configuration)
    }
}
