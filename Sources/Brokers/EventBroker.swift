import System

/// A place that other programs read events from.
///
/// A broker belongs to one thread at a time and may block it. It is made after the fork and opens nothing before
/// ``connect()``.
package protocol EventBroker: AnyObject {
    /// What people call this broker: its kind and where it is, without secrets.
    var name: String { get }

    /// Opens the connection and declares what is published to, once.
    ///
    /// - Throws: ``BrokerError``; another call may succeed later.
    func connect() throws(BrokerError)

    /// Publishes events in this order and waits until the broker has confirmed them.
    ///
    /// - Returns: How far it came. After a failure other than ``BrokerError/Code/refusedEvent`` the connection has to
    ///   be closed and opened again.
    func publish(_ events: [OutgoingEvent]) -> PublishOutcome

    /// Closes the connection, as well as it goes.
    func close()
}

package struct PublishOutcome: Sendable {
    /// How many events from the first on are confirmed.
    package let confirmed: Int
    /// Why the event after them is not; nil where all are.
    package let failure: BrokerError?

    package init(confirmed: Int, failure: BrokerError? = nil) {
        self.confirmed = confirmed
        self.failure = failure
    }
}

/// Why a broker does not take events.
package struct BrokerError: CodedError {
    package enum Code: Sendable, Hashable {
        /// The broker cannot be reached, ended the connection, or did not confirm in time.
        case unreachable
        /// The broker is there and does not let us in, or has a queue or exchange of another kind.
        case refused
        /// The broker will never take this one event, for instance because it is too large.
        case refusedEvent
        case notBuilt
    }

    package let code: Code
    /// What happened, in the broker's own words where it gave any.
    package let message: String

    package init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }
}
