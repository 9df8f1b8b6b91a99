package import Cryptography
package import ExactText
package import OrderedCollections

/// A server that is called over HTTP, such as the action server (Rasa's `EndpointConfig`).
package struct HTTPEndpoint: Sendable, Hashable {
    /// Name and password for basic authentication.
    package struct BasicAuthentication: Sendable, Hashable {
        /// The user's name.
        package let username: String
        /// The user's password.
        package let password: Secret

        /// Name and password.
        package init(username: String, password: Secret) {
            (self.username, self.password) = (username, password)
        }
    }

    /// The address, beginning with `http://` or `https://`.
    package let url: String
    /// Query items that every request gets.
    package let parameters: OrderedDictionary<ExactString, String>
    /// Headers that every request gets.
    package let headers: OrderedDictionary<ExactString, String>
    /// Who Parley says it is; nil for nobody.
    package let basicAuthentication: BasicAuthentication?
    /// A token that is sent as a query item; nil for none.
    package let token: Secret?
    /// The name of the token's query item.
    package let tokenName: String
    /// A file with the certificates to trust; nil for those of the system.
    package let certificateFile: String?
    /// Where it is configured, for messages: file and line.
    package let place: String

    /// How long one request may take, to the last byte of the response; of a model server, how long it may send
    /// nothing. Nil for the default time. A key of Parley's own (`timeout`).
    package let timeout: Duration?
    /// Whether requests carry the domain only for actions that ask for it (`enable_selective_domain`).
    package let isDomainSelective: Bool

    /// A server of these parts.
    package init(
        url: String, parameters: OrderedDictionary<ExactString, String>,
        headers: OrderedDictionary<ExactString, String>,
        basicAuthentication: BasicAuthentication?, token: Secret?, tokenName: String, certificateFile: String?,
        place: String, timeout: Duration?, isDomainSelective: Bool
    ) {
        self.url = url
        self.parameters = parameters
        self.headers = headers
        self.basicAuthentication = basicAuthentication
        self.token = token
        self.tokenName = tokenName
        self.certificateFile = certificateFile
        self.place = place
        self.timeout = timeout
        self.isDomainSelective = isDomainSelective
    }
}
