import Encodings
import ExactText
package import HTTPServer
import NIOCore

/// A body in the form of `application/x-www-form-urlencoded`.
package struct Form: Sendable {
    package let fields: [(name: String, value: String)]

    package init(_ request: HTTPRequest) {
        guard request.contentType == nil || request.contentType == "application/x-www-form-urlencoded" else {
            self.init([])
            return
        }
        self.init(request.bytes)
    }

    package init(_ bytes: [UInt8]) {
        fields = bytes.split(separator: UInt8(ascii: "&")).map { item in
            let parts = item.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return (Percent.decode(parts[0]), parts.count > 1 ? Percent.decode(parts[1]) : "")
        }
    }

    /// The first value under a name. An empty one is none, as in Rasa.
    package subscript(name: String) -> String? {
        fields.first { $0.name.exact == name.exact && !$0.value.isEmpty }?.value
    }
}
