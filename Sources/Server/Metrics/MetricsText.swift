import System

/// Metrics in Prometheus' text format, version 0.0.4.
struct MetricsText {
    enum Kind: String { case counter, gauge, histogram }

    private(set) var bytes: [UInt8] = []

    /// Begins a metric; its samples follow.
    mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        bytes += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n".utf8
    }

    /// - Parameter labels: With their values, which are escaped.
    mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Value) {
        bytes += name.utf8
        if !labels.isEmpty {
            let pairs = labels.map { label, value in "\(label)=\"\(Self.escaped(value))\"" }
            bytes += "{\(pairs.joined(separator: ","))}".utf8
        }
        bytes += " \(value.text)\n".utf8
    }

    mutating func sample(_ name: String, _ value: Value) { sample(name, [], value) }

    /// A metric of one sample.
    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Int) {
        begin(name, kind, help)
        sample(name, .count(value))
    }

    /// A histogram's samples.
    ///
    /// - Parameters:
    ///   - bounds: Of all buckets but the last, in microseconds.
    ///   - buckets: What is in each and in none before; one more than bounds.
    mutating func histogram(
        _ name: String, _ labels: [(String, String)] = [], bounds: [Int], buckets: [Int], microseconds: Int
    ) {
        var count = 0
        for (bucket, bound) in zip(buckets, bounds.map { Value.microseconds($0).text } + ["+Inf"]) {
            count = count.addingSaturating(bucket)
            sample("\(name)_bucket", labels + [("le", bound)], .count(count))
        }
        sample("\(name)_sum", labels, .microseconds(microseconds))
        sample("\(name)_count", labels, .count(count))
    }

    enum Value {
        case count(Int)
        /// Written in seconds.
        case microseconds(Int)

        var text: String {
            switch self {
            case .count(let value): String(value)
            case .microseconds(let value):
                Self.trimmed(value / 1_000_000, String(value % 1_000_000 + 1_000_000).utf8.dropFirst())
            }
        }

        private static func trimmed(_ whole: Int, _ fraction: Substring.UTF8View) -> String {
            let digits = fraction.lastIndex { $0 != UInt8(ascii: "0") }.map { fraction[...$0] } ?? fraction.prefix(0)
            return digits.isEmpty ? String(whole) : "\(whole).\(Substring(digits))"
        }
    }

    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x5C || $0 == 0x0A }) else { return text }
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x0A: bytes += [0x5C, 0x6E]
            case 0x22, 0x5C: bytes += [0x5C, byte]
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
