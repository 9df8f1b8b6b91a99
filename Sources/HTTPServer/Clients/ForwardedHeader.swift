/// The elements of `Forwarded` (RFC 7239), the last first: each proxy appends what it knows of whoever called it, so the
/// end of the header is the part that the nearest proxy wrote. What is left of an element that cannot be read is of no
/// use, and of no effect on what is right of it: it may come from anybody.
struct ForwardedHeader: Sequence, IteratorProtocol {
    /// What one proxy says; names are in lower case, and each is there once.
    struct Element: Equatable {
        private(set) var pairs: [(name: String, value: String)] = []

        subscript(name: String) -> String? {
            pairs.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
        }

        static func == (one: Element, other: Element) -> Bool {
            one.pairs.elementsEqual(other.pairs) {
                $0.name.utf8.elementsEqual($1.name.utf8) && $0.value.utf8.elementsEqual($1.value.utf8)
            }
        }

        fileprivate mutating func append(_ name: String, _ value: String) -> Bool {
            guard pairs.count < ForwardedHeader.maxPairs, self[name] == nil else { return false }
            pairs.append((name, value))
            return true
        }
    }

    private static let maxPairs = 16
    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")

    private let bytes: [UInt8]
    /// Where the part ends that was not read yet; nil once nothing can be read.
    private var end: Int?

    /// - Parameter values: One for each line, in their order.
    init(_ values: [String]) {
        bytes = Array(values.joined(separator: ",").utf8)
        end = bytes.count
    }

    mutating func next() -> Element? {
        while let end, end > 0 {
            guard let start = start(ofElementBefore: end) else { break }
            self.end = start == 0 ? nil : start - 1
            let part = bytes[start..<end]
            // RFC 9110 lets lists have empty elements.
            if part.allSatisfy(Self.isBlank) { continue }
            guard let element = Self.element(part) else { break }
            return element
        }
        end = nil
        return nil
    }

    /// The place behind the comma before an element, or 0; nil where a quoted text has no beginning.
    private func start(ofElementBefore end: Int) -> Int? {
        var place = end - 1
        while place >= 0, bytes[place] != UInt8(ascii: ",") {
            if bytes[place] == Self.quote {
                repeat {
                    place -= 1
                } while place >= 0
                    && (bytes[place] != Self.quote || place > 0 && bytes[place - 1] == Self.backslash)
                guard place >= 0 else { return nil }
            }
            place -= 1
        }
        return place + 1
    }

    private static func element(_ bytes: ArraySlice<UInt8>) -> Element? {
        var element = Element()
        var rest = bytes
        while true {
            rest = rest.drop(while: isBlank)
            let name = rest.prefix(while: isTokenByte)
            rest = rest.dropFirst(name.count)
            if !name.isEmpty {
                guard rest.popFirst() == UInt8(ascii: "="), let value = value(&rest),
                    element.append(String(decoding: name, as: UTF8.self).lowercased(), value)
                else { return nil }
            }
            rest = rest.drop(while: isBlank)
            guard let separator = rest.popFirst() else { return element }
            guard separator == UInt8(ascii: ";") else { return nil }
        }
    }

    /// A token or a quoted text. Addresses are taken without quotes too, as some proxies write them.
    private static func value(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard rest.first == quote else {
            let value = rest.prefix { isTokenByte($0) || [0x3A, 0x5B, 0x5D].contains($0) }
            rest = rest.dropFirst(value.count)
            return value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
        }
        rest.removeFirst()
        var value: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == quote { return String(decoding: value, as: UTF8.self) }
            guard byte == backslash else {
                value.append(byte)
                continue
            }
            guard let escaped = rest.popFirst() else { return nil }
            value.append(escaped)
        }
        return nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// RFC 9110, 5.6.2.
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
