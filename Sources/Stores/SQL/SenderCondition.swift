import SQL

/// The condition that a row belongs to a conversation, compared letter by letter.
struct SenderCondition {
    let text: String
    let values: [SQLValue]

    init(_ conversation: String, _ dialect: SQLConfiguration.Dialect) {
        switch dialect {
        case .sqlite, .postgreSQL:
            text = "sender_id = ?"
            values = [.text(conversation)]
        case .mySQL:
            // The first comparison finds the rows by their index, but takes "Ann" for "ann" and "ann ".
            text = "sender_id = ? AND \(Self.letters(of: "sender_id", dialect)) = \(Self.letters(of: "?", dialect))"
            values = [.text(conversation), .text(conversation)]
        }
    }

    /// A name as the letters that it consists of, which are equal to the same letters alone.
    static func letters(of name: String, _ dialect: SQLConfiguration.Dialect) -> String {
        dialect == .mySQL ? "CAST(CONVERT(\(name) USING utf8mb4) AS BINARY)" : name
    }
}
