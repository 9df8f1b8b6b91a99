/// The name of a header, in lower case.
package struct HeaderName: Sendable, Hashable {
    package let text: String

    /// Nil for what cannot be one (RFC 9110, 5.1).
    package init?(_ text: String) {
        guard (1...100).contains(text.utf8.count), text.utf8.allSatisfy(ForwardedHeader.isTokenByte) else { return nil }
        self.text = text.lowercased()
    }
}
