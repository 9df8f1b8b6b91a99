/// The sentinels that know which of several servers is the master at present. They are asked for every connection, and
/// who they name must say itself that it is the master.
package struct RedisSentinels: Sendable, Hashable {
    package struct Address: Sendable, Hashable {
        /// A host name or an address.
        package var host: String
        /// The TCP port; 26379 is usual.
        package var port: Int

        package init(host: String, port: Int = 26379) { (self.host, self.port) = (host, port) }
    }

    /// Where the sentinels are; one that responds is enough.
    package var addresses: [Address]
    /// The name under which they watch the master.
    package var master: String
    /// The user with which the sentinels themselves are spoken to; nil for their default user.
    package var username: String?
    /// The password of the sentinels themselves; nil where they need none.
    package var password: String?

    package init(addresses: [Address], master: String, username: String? = nil, password: String? = nil) {
        self.addresses = addresses
        self.master = master
        self.username = username
        self.password = password
    }
}
