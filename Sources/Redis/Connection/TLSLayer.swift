import NIOCore
import NIOSSL

/// Makes the layer that encrypts a connection, and says in words why it could not.
enum TLSLayer {
    /// - Throws: ``RedisError`` with `.unreachable` that names the file which cannot be used.
    static func handler(_ tls: RedisTLS, host: String) throws(RedisError) -> NIOSSLClientHandler {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = tls.checksHostName ? .fullVerification : .noHostnameVerification
        if let path = tls.authorities {
            let found = try reading(path, "ssl_ca_certs", "certificates (PEM)") {
                try NIOSSLCertificate.fromPEMFile(path)
            }
            configuration.trustRoots = .certificates(found)
        }
        if let path = tls.certificate {
            let chain = try reading(path, "ssl_certfile", "certificates (PEM)") {
                try NIOSSLCertificate.fromPEMFile(path)
            }
            configuration.certificateChain = chain.map { .certificate($0) }
            let keyPath = tls.key ?? path
            let key = try reading(keyPath, "ssl_keyfile", "a key without a password (PEM)") {
                [try NIOSSLPrivateKey(file: keyPath, format: .pem) { give in give([UInt8]()) }]
            }
            configuration.privateKey = key.first.map { .privateKey($0) }
        }
        do {
            let context = try NIOSSLContext(configuration: configuration)
            return try NIOSSLClientHandler(context: context, serverHostname: isAddress(host) ? nil : host)
        } catch {
            let files = "'ssl_certfile' and 'ssl_keyfile'"
            throw RedisError(.unreachable, "\(files) do not belong together, or the host name is not valid (\(error))")
        }
    }

    /// What a failure of the encrypted layer means; nil where it is none.
    static func words(of error: any Error) -> String? {
        let text = "\(error)"
        guard error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError else { return nil }
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return "its certificate is not signed by a trusted authority, or is out of date; 'ssl_ca_certs' must name"
                + " the authority's certificate"
        }
        if error is NIOSSLExtraError {
            return "its certificate is for another host name; correct 'url', or leave out 'ssl_check_hostname'"
        }
        if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
            return "it does not speak TLS on this port; leave out 'use_ssl', or correct 'port'"
        }
        if text.contains("CERTIFICATE_REQUIRED") || text.contains("HANDSHAKE_FAILURE") {
            return "it asks for a certificate of the client; set 'ssl_certfile' and 'ssl_keyfile'"
        }
        if text.contains("UNKNOWN_CA") || text.contains("BAD_CERTIFICATE") || text.contains("CERTIFICATE_EXPIRED") {
            return "it does not accept the client's certificate ('ssl_certfile')"
        }
        return "the encrypted connection failed: \(text)"
    }

    private static func reading<Value>(
        _ path: String, _ setting: String, _ content: String, _ read: () throws -> [Value]
    ) throws(RedisError) -> [Value] {
        if let values = try? read(), !values.isEmpty { return values }
        throw RedisError(.unreachable, "'\(setting)': '\(path)' cannot be read, or does not hold \(content)")
    }

    private static func isAddress(_ host: String) -> Bool {
        (try? SocketAddress(ipAddress: host, port: 0)) != nil
    }
}
