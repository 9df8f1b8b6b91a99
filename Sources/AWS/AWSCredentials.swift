/// Who signs requests to services of AWS.
package struct AWSCredentials: Sendable, Hashable {
    /// The public part of the key.
    package let accessKey: String
    package let secretKey: String
    /// The session of temporary keys.
    package let sessionToken: String?

    package init(accessKey: String, secretKey: String, sessionToken: String? = nil) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
    }
}
