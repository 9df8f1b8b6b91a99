/// Why a channel cannot be served.
package struct ChannelError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    package enum Code: Sendable, Hashable {
        /// There is no channel of this name.
        case unknownChannel
        /// What is said of the channel in the credentials cannot work.
        case badSettings
        /// The platform does not accept what the channel needs of it.
        case refused
    }

    /// The kind of failure.
    package let code: Code
    /// The name in the credentials or after `--connector`.
    package let channel: String
    /// What is wrong and what would be right.
    package let message: String

    init(_ code: Code, channel: String, _ message: String) {
        self.code = code
        self.channel = channel
        self.message = message
    }

    /// The message.
    package var description: String { message }
}
