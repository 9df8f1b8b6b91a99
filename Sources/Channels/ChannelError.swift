import System

/// Why a channel cannot be used.
package struct ChannelError: CodedError {
    package enum Code: Sendable, Hashable {
        case unknownChannel
        /// What is said of the channel in the credentials cannot work.
        case badSettings
        /// The platform does not accept what the channel needs of it.
        case refused
    }

    package let code: Code
    /// The name in the credentials or after `--connector`.
    package let channel: String
    package let message: String

    init(_ code: Code, channel: String, _ message: String) {
        self.code = code
        self.channel = channel
        self.message = message
    }
}
