/// Who signs requests to services of AWS.
public struct AWSCredentials: Sendable, Hashable {
    /// The public part of the key.
    public let accessKey: String
    /// The part that signs.
    public let secretKey: String
    /// The session of temporary keys.
    public let sessionToken: String?

    /// Credentials from their parts.
    public init(accessKey: String, secretKey: String, sessionToken: String? = nil) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
    }
}
