internal import HTTPServer
internal import NIOCore

/// A body in the form of `application/x-www-form-urlencoded`. Empty values count.
struct Form: Sendable {
    let fields: [(name: String, value: String)]

    init(_ request: HTTPRequest) {
        guard request.contentType == nil || request.contentType == "application/x-www-form-urlencoded" else {
            self.init([])
            return
        }
        self.init(request.bytes)
    }

    init(_ bytes: [UInt8]) {
        fields = bytes.split(separator: UInt8(ascii: "&")).map { item in
            let parts = item.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return (Form.decoded(parts[0]), parts.count > 1 ? Form.decoded(parts[1]) : "")
        }
    }

    /// The first value under a name.
    subscript(name: String) -> String? {
        fields.first { $0.name == name }?.value
    }

    private static func decoded(_ text: ArraySlice<UInt8>) -> String {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                bytes.append(0x20)
            } else if byte == UInt8(ascii: "%"), let value = Hexadecimal.byte(rest.prefix(2)) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
