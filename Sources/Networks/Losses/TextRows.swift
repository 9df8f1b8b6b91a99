/// The rows of a text among those of others.
package struct TextRows: Sendable, Hashable {
    /// Its first row.
    package var first: Int
    /// Its tokens, one row each.
    package var tokens: Int
    /// The rows after those of its tokens that are its own.
    package var others: Int

    package init(first: Int, tokens: Int, others: Int) {
        self.first = first
        self.tokens = tokens
        self.others = others
    }
}
