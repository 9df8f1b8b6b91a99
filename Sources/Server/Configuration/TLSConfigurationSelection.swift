import Dialogue
import HTTPServer
import Logging
package import Prefork
import System

/// What connections are encrypted with, from the flags.
package struct TLSConfigurationSelection: Sendable {
    private let certificate: String
    private let key: String
    private let authorities: String?
    private let password: String?
    /// As it was when the server started.
    private let first: TLSMaterial

    /// - Returns: Nil where no flag asks for TLS.
    /// - Throws: ``BootFailure`` where a flag says something about TLS, but no certificate is named. Rasa serves plain
    ///   HTTP then.
    package init?(
        certificate: String?, key: String?, authorities: String?, password: String?,
        source: ConfigurationSource = ConfigurationSource()
    ) throws(BootFailure) {
        guard let certificate else {
            let given = [
                ("--ssl-keyfile", key), ("--ssl-ca-file", authorities), ("--ssl-password", password),
            ]
            guard let (flag, _) = given.first(where: { $0.1 != nil }) else { return nil }
            throw Self.failure(flag, "TLS needs a certificate; give it by --ssl-certificate")
        }
        self.certificate = certificate
        self.key = key ?? certificate
        self.authorities = authorities
        self.password = password
        first = try Self.material(certificate, self.key, authorities, password, source)
        // Faults are told before anything is loaded; workers make contexts of their own. What was found to be good then
        // may have expired since.
        if !source.isRecorded { _ = try Self.context(first) }
    }

    /// A context for this process.
    ///
    /// - Parameter old: What a server that runs on was given; where the files are unchanged since, nothing is made.
    /// - Throws: ``BootFailure`` that names flag and file.
    func context(insteadOf old: TLSMaterial) throws(BootFailure) -> (TLSContext, TLSMaterial)? {
        let read = try Self.material(certificate, key, authorities, password, ConfigurationSource())
        return read == old ? nil : (try Self.context(read), read)
    }

    /// A context for a worker that starts: with the files as they are now, or as they were where they are at fault now.
    func context(logger: Logger) throws(BootFailure) -> (TLSContext, TLSMaterial) {
        do {
            if let changed = try context(insteadOf: first) { return changed }
        } catch {
            logger.error(
                "The certificate cannot be read again; the old one stays in use", metadata: ["error": "\(error)"])
        }
        // What has expired meanwhile is still better than no worker.
        return (try Self.context(first, at: nil), first)
    }

    private static func material(
        _ certificate: String, _ key: String, _ authorities: String?, _ password: String?,
        _ source: ConfigurationSource
    ) throws(BootFailure) -> TLSMaterial {
        var material = TLSMaterial(
            certificate: try file(certificate, "--ssl-certificate", source),
            key: try file(key, "--ssl-keyfile", source), password: password)
        if let authorities { material.authorities = try file(authorities, "--ssl-ca-file", source) }
        return material
    }

    private static func context(
        _ material: TLSMaterial, at time: Double? = WallClock.now()
    ) throws(BootFailure) -> TLSContext {
        do {
            return try TLSContext(material, now: time)
        } catch {
            let flag =
                switch error.part {
                case .certificate: "--ssl-certificate"
                case .key: "--ssl-keyfile"
                case .authorities: "--ssl-ca-file"
                case .password: "--ssl-password"
                }
            throw failure(flag, error.description)
        }
    }

    private static func file(
        _ path: String, _ flag: String, _ source: ConfigurationSource
    ) throws(BootFailure) -> TLSMaterial.File {
        do {
            return TLSMaterial.File(path: path, content: try SmallFile.read(path, from: source))
        } catch {
            throw failure(flag, "'\(path)' cannot be read: \(error)")
        }
    }

    private static func failure(_ flag: String, _ sentence: String) -> BootFailure {
        BootFailure("\(flag): \(sentence)", status: ExitStatus.configuration)
    }
}
