import HTTPServer

extension Operation {
    /// All operations that have words of their own.
    static var described: [Operation] { ofServer + ofModel + ofConversations + ofTraining + ofChannels }
}

extension Operation.Parameter {
    static let includeEvents = Operation.Parameter(
        name: "include_events",
        schema: .word(["ALL", "APPLIED", "AFTER_RESTART", "NONE"], otherwise: "AFTER_RESTART").inAnyCase,
        description: "Which events of the conversation are shown; upper and lower case alike.")
    static let until = Operation.Parameter(
        name: "until", schema: .lenient(.number),
        description: """
            Shows the conversation as it was at this time, in seconds since 1970. What is no number is passed over.
            """)
    static let outputChannel = Operation.Parameter(
        name: "output_channel", schema: .lenient(.string),
        description: """
            The channel that sends the replies; 'latest' for the one by which the user spoke last. Replies are in the \
            answer where this is missing or names no channel that can send.
            """)
}
