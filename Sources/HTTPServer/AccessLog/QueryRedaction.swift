import Encodings
import ExactText

/// A query as it may stand in a log: with the values of items that are known to be harmless, and without those of all
/// others, which may be tokens or what users wrote.
enum QueryRedaction {
    static let hidden = "***"

    static func text(_ query: Substring, plain: Set<ExactString>) -> String {
        guard !query.utf8.isEmpty else { return "" }
        return query.utf8.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false).map { item in
            guard let equals = item.firstIndex(of: UInt8(ascii: "=")) else {
                return item.isEmpty ? "" : hidden
            }
            let name = item[..<equals]
            guard plain.contains(Percent.decode(Array(name)[...])) else { return "\(Substring(name))=\(hidden)" }
            return String(Substring(item))
        }.joined(separator: "&")
    }
}
