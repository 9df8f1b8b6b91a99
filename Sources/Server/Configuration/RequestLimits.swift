import Assistant
package import HTTPServer
import Leases
package import Logging

package struct RequestLimits: Sendable {
    package var server = ServerLimits()
    /// Messages of one conversation that wait or are being handled.
    package var waitingMessages = LeaseSettings().waitingLimit
    /// Characters of a message.
    package var messageLength = Conversations.Options.defaultMaxMessageLength
    /// What memory allows; nil where nothing bounds it.
    package var memory: MemoryBudget?

    package init() {}
}

extension ServerLimits {
    /// Says what a worker takes where that is less than it would be with memory and open files without a bound.
    package func announce(_ logger: Logger) {
        let unbounded = ServerLimits()
        guard
            maxBodyBytes < unbounded.maxBodyBytes || maxBufferedBodyBytes < unbounded.maxBufferedBodyBytes
                || connections < unbounded.connections || maxJSONValues < unbounded.maxJSONValues
        else { return }
        logger.info(
            "What one worker takes from its clients at a time, by flags, memory and open files (ulimit -n)",
            metadata: [
                "max_body_size": "\(maxBodyBytes)", "max_bodies_size": "\(maxBufferedBodyBytes)",
                "max_connections": "\(connections)", "max_json_values": "\(maxJSONValues)",
            ])
    }
}
