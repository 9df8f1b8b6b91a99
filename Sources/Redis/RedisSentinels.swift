/// The sentinels that know which of several servers is the master at present. They are asked for every connection, and
/// who they name must say itself that it is the master.
public struct RedisSentinels: Sendable, Hashable {
    /// Where one sentinel is.
    public struct Address: Sendable, Hashable {
        /// A host name or an address.
        public var host: String
        /// The TCP port; 26379 is usual.
        public var port: Int

        /// An address from its parts.
        public init(host: String, port: Int = 26379) {
            self.host = host
            self.port = port
        }
    }

    /// Where the sentinels are; one that answers is enough.
    public var addresses: [Address]
    /// The name under which they watch the master.
    public var master: String
    /// The user with which the sentinels themselves are spoken to; nil for their default user.
    public var username: String?
    /// The password of the sentinels themselves; nil where they need none.
    public var password: String?

    /// Sentinels of one master.
    public init(addresses: [Address], master: String, username: String? = nil, password: String? = nil) {
        self.addresses = addresses
        self.master = master
        self.username = username
        self.password = password
    }
}
