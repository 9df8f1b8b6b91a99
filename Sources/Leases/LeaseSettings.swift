package struct LeaseSettings: Sendable, Hashable {
    /// How long a ticket lives when its worker is silent; 60 seconds by default, as Rasa's `TICKET_LOCK_LIFETIME`.
    /// Longer, and the conversations of a host that vanished stand still for longer; shorter, and a stalled worker
    /// loses its turns sooner.
    package var lifetime: Duration
    /// How many tickets the queue of one conversation may hold; 1,000 by default.
    package var waitingLimit: Int
    /// How often a waiting message looks for itself whether it is first, which covers programs that wake nobody and
    /// lost messages; half a second by default.
    package var pollInterval: Duration
    /// How long after its return a ticket is looked for again, as another program may have brought it back into its
    /// queue; half a second by default.
    package var returnCheck: Duration

    package init(
        lifetime: Duration = .seconds(60), waitingLimit: Int = 1000, pollInterval: Duration = .milliseconds(500),
        returnCheck: Duration = .milliseconds(500)
    ) {
        self.lifetime = lifetime
        self.waitingLimit = waitingLimit
        self.pollInterval = pollInterval
        self.returnCheck = returnCheck
    }
}

extension Duration {
    var microseconds: Int {
        Int(components.seconds) * 1_000_000 + Int(components.attoseconds / 1_000_000_000_000)
    }
}
