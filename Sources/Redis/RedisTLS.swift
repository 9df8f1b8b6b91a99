/// How a connection to Redis is encrypted. The files are read anew for every connection, so exchanged ones take effect.
package struct RedisTLS: Sendable, Hashable {
    /// The file with the certificates of trusted authorities (PEM); nil for those of the system.
    package var authorities: String?
    /// The file with the client's own certificate and those that signed it (PEM); nil where the server asks for none.
    package var certificate: String?
    /// The file with the key of the client's certificate (PEM); nil where it is in the same file.
    package var key: String?
    /// Whether the server's certificate must be for its host's name too; false by default, as in redis-py.
    package var checksHostName: Bool

    /// Encryption with the system's authorities and no certificate of the client, unless told otherwise.
    package init(
        authorities: String? = nil, certificate: String? = nil, key: String? = nil, checksHostName: Bool = false
    ) {
        self.authorities = authorities
        self.certificate = certificate
        self.key = key
        self.checksHostName = checksHostName
    }
}
