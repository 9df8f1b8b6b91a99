package import ExactText

/// What a server writes about each request, and where.
package struct AccessLog: Sendable {
    package enum Format: String, CaseIterable, Sendable {
        /// The Common Log Format, with the request's id and its seconds behind.
        case common
        /// One JSON object a line.
        case json
    }

    package let format: Format
    /// Tells who a client is.
    package let rules: ForwardingRules
    /// The header that has a request's id, in lower case; of the response too.
    package let idHeader: String
    /// Items of a query whose values may be written; those of all others may be secrets.
    package let plainQueryItems: Set<ExactString>
    /// Takes a line with its end. Never waits.
    package let write: @Sendable ([UInt8]) -> Void

    package init(
        format: Format, rules: ForwardingRules, idHeader: String, plainQueryItems: Set<ExactString>,
        write: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.format = format
        self.rules = rules
        self.idHeader = idHeader
        self.plainQueryItems = plainQueryItems
        self.write = write
    }
}
