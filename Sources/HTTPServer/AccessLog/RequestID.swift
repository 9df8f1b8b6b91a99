import Encodings

/// The ids of requests, by which clients, proxies and logs speak of the same one.
package enum RequestID {
    /// The id of the request that is being handled; nil while there is no access log.
    @TaskLocal package static var current: String?

    /// The id that a proxy or a client has given to a request; nil where that is none which can stand in logs and
    /// headers.
    static func given(_ value: String?) -> String? {
        guard let value, (1...maxBytes).contains(value.utf8.count), value.utf8.allSatisfy({ mayStand($0) }) else {
            return nil
        }
        return value
    }

    private static let maxBytes = 128

    /// Letters, digits, and the signs that are in the ids of proxies; none of them ends a field of a log.
    private static func mayStand(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-_.:+/=@;".utf8.contains(byte)
        }
    }
}

/// Makes ids for requests that have none, without asking the system for each: a random half, which is one server's,
/// and a number.
struct RequestIDSequence {
    private let random: String
    private var number: UInt64 = 0

    init() { random = Hexadecimal.text(UInt64.random(in: .min ... .max)) }

    /// 32 hexadecimal digits.
    mutating func next() -> String {
        number &+= 1
        let digits = String(number, radix: 16)
        return random + String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
