/// A `--cors` origin that is a regular expression, matched from the start and whatever the case, as Rasa does.
struct CORSPattern: @unchecked Sendable {
    // @unchecked: a Regex is a value that nothing changes after it is made.

    private let regex: Regex<AnyRegexOutput>

    init(_ text: String) throws(CORSError) {
        do {
            regex = try Regex(text).ignoresCase().matchingSemantics(.unicodeScalar)
        } catch {
            throw CORSError(origin: text)
        }
    }

    /// Longer origins name no host, and would only keep the pattern busy.
    private static let maxOrigin = 300

    func matches(_ origin: String) -> Bool {
        origin.utf8.count <= Self.maxOrigin && (try? regex.prefixMatch(in: origin)) != nil
    }
}

/// An origin after `--cors` that is no valid pattern.
package struct CORSError: Error, Sendable, CustomStringConvertible {
    package let origin: String

    /// What is wrong and what would be right.
    package var description: String {
        "The origin '\(origin)' after --cors is not a valid pattern; write an origin such as https://shop.example, or *."
    }
}
