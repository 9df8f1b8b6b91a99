extension Conversations {
    package struct Options: Sendable, Hashable {
        /// Whether a turn forgets the sessions before the last one, as Rasa does with its tracker store in memory.
        package var forgetsEarlierSessions: Bool

        /// Whether leases and conversations are kept by one server that is asked over one connection, so that a read
        /// sent behind the request for a lease sees what there is when the lease is given.
        package var readsAhead: Bool

        /// How many characters (code points) a message has at most: what is done with it grows faster than its length.
        package var maxMessageLength: Int

        /// How many bytes the conversations that are kept for their next turns may take together, about.
        package var warmBytes: Int

        /// What messages are held to unless told otherwise.
        package static let defaultMaxMessageLength = 10_000

        /// Keeps everything and reads after the lease was given, unless told otherwise.
        package init(
            forgetsEarlierSessions: Bool = false, readsAhead: Bool = false,
            maxMessageLength: Int = Options.defaultMaxMessageLength,
            warmBytes: Int = WarmConversations.defaultLimit
        ) {
            self.forgetsEarlierSessions = forgetsEarlierSessions
            self.readsAhead = readsAhead
            self.maxMessageLength = maxMessageLength
            self.warmBytes = warmBytes
        }
    }
}
