import Dialogue
import Encodings
import JSON
import SQL

/// An event as a row of Rasa's table `events`.
struct EventRow: Sendable {
    /// The length of the columns that hold names.
    private static let nameLength = 255

    let type: String
    let timestamp: Double
    let intent: String?
    let action: String?
    /// The event in Rasa's JSON, in ASCII.
    let data: String

    init(_ event: Event) {
        let json = event.json
        type = event.typeName
        timestamp = event.timestamp
        intent = Self.name(json["parse_data"]?["intent"]?["name"])
        action = Self.name(json["name"])
        data = json.text(.python)
    }

    /// A name for a column that is only there to be searched: cut to its length, as the event itself is in the data.
    private static func name(_ json: JSON?) -> String? {
        guard let name = json?.string else { return nil }
        return String(String.UnicodeScalarView(name.unicodeScalars.lazy.filter { $0 != "\0" }.prefix(nameLength)))
    }

    /// The mark of a conversation that ends with this row.
    var digest: String { Self.digest(data) }

    /// The mark of a conversation that ends with a row of these data (FNV-1a): tells apart rows that got the same
    /// number because one of them was deleted.
    static func digest(_ data: String) -> String { String(FNV1a(data.utf8).value, radix: 16) }

    /// Rows of a query for `id` and `data` as events.
    static func events(_ rows: some Sequence<[SQLValue]>) throws(StoreError) -> [Event] {
        var values: [JSON] = []
        for row in rows {
            guard row.count == 2, case .text(let text) = row[1] else {
                throw StoreError(.unreadable, "an event of the conversation has no data in the database")
            }
            do throws(JSONError) {
                values.append(try JSON(parsing: Array(text.utf8)))
            } catch {
                throw StoreError(.unreadable, "an event of the conversation in the database is not JSON: \(error)")
            }
        }
        return try StoreError.events(from: values, "an event of the conversation in the database")
    }

    /// Rows as one text for databases that take them apart again: members `n`, `kind`, `at`, `intent`, `action`,
    /// `body`.
    static func list(_ rows: [EventRow]) -> String {
        let values = rows.enumerated().map { number, row -> JSON in
            [
                "n": .int(number), "kind": .string(row.type), "at": .double(row.timestamp),
                "intent": row.intent.map { .string($0) } ?? .null, "action": row.action.map { .string($0) } ?? .null,
                "body": .string(row.data),
            ]
        }
        return JSON.array(values).text(.compact)
    }
}
