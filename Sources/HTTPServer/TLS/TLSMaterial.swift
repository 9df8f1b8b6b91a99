/// What a server needs to speak TLS: the contents of the files, and their paths for error messages.
public struct TLSMaterial: Sendable, Hashable {
    /// A file that was read.
    public struct File: Sendable, Hashable {
        /// Where it was.
        public let path: String
        /// All of it, in PEM.
        public let content: [UInt8]

        /// A file from its path and content.
        public init(path: String, content: [UInt8]) {
            self.path = path
            self.content = content
        }
    }

    /// The server's certificate, followed by those that lead from it to its authority. Rasa's `--ssl-certificate`.
    public var certificate: File
    /// The certificate's private key; may be the same file. Rasa's `--ssl-keyfile`.
    public var key: File
    /// The authorities of clients' certificates; nil asks clients for none. Rasa's `--ssl-ca-file`.
    public var authorities: File?
    /// The password of the private key. Rasa's `--ssl-password`.
    public var password: String?

    /// Material from its parts.
    public init(certificate: File, key: File, authorities: File? = nil, password: String? = nil) {
        self.certificate = certificate
        self.key = key
        self.authorities = authorities
        self.password = password
    }
}

/// TLS material that cannot be served. Never holds keys or passwords.
public struct TLSError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The part at fault.
    public enum Part: Sendable, Hashable { case certificate, key, authorities, password }

    /// What is to be changed.
    public let part: Part
    /// What is wrong and what would be right.
    public let description: String

    init(_ part: Part, _ description: String) {
        self.part = part
        self.description = description
    }
}
