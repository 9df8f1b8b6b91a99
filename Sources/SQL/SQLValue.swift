/// One value of a database's row or of a statement's parameters.
package enum SQLValue: Sendable, Hashable {
    /// No value.
    case null
    /// A whole number.
    case integer(Int)
    /// A number.
    case real(Double)
    /// Text in UTF-8.
    case text(String)
}
