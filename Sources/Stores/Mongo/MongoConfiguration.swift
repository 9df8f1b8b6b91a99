/// A collection of a MongoDB server and how it is reached.
package struct MongoConfiguration: Sendable {
    /// The server's address, `mongodb://…` or `mongodb+srv://…`, with the options that libmongoc knows.
    package var url: String
    package var database = "rasa"
    package var collection = "conversations"
    /// The user's name; nil for the one in the address, if there is any.
    package var username: String?
    /// The user's password; nil for the one in the address.
    package var password: String?
    /// The database that knows the user.
    package var authSource = "admin"
    /// How many pieces of work may wait for the server at once, each with a connection of its own.
    package var poolSize = 4
    /// The longest wait for a connection, or for a server that takes writes, where the address does not say.
    package var connectTimeout = Duration.seconds(5)
    /// The longest wait for a response where the address does not say, and the longest wait for a free connection.
    package var timeout = Duration.seconds(10)

    /// A server with Rasa's default names.
    package init(url: String) { self.url = url }
}
