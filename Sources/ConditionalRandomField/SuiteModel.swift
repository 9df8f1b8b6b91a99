package import JSON

/// A conditional random field as the library CRFsuite writes it (`lCRF`, version 100): a table of weights, each of an
/// attribute and a label or of a label behind another, and the names of labels and attributes by number.
///
/// All numbers are little-endian. Source: `crf1d_model.c` and `cqdb.c` of CRFsuite 0.12.
package struct SuiteModel: Sendable {
    private let labels: [String]
    private let attributes: [String]
    /// By attribute: labels and weights.
    private let rows: [[(label: Int, weight: Double)]]
    /// From label × to label.
    private let transitions: [Double]

    /// Why a file was refused; completes the sentence "The model …".
    package struct Fault: Error {
        package let message: String
    }

    /// - Throws: ``Fault``.
    package init(_ bytes: ArraySlice<UInt8>) throws(Fault) {
        let file = SuiteFile(bytes)
        guard file.isTagged("lCRF", at: 0), file.isTagged("FOMC", at: 8) else {
            throw Fault(message: "is not one of CRFsuite")
        }
        // Behind the tags and the size: version, numbers of features, labels and attributes, places of their tables.
        guard file.number(at: 12) == 100,
            let labels = try file.names(at: file.number(at: 32), count: file.number(at: 20)),
            let attributes = try file.names(at: file.number(at: 36), count: file.number(at: 24)),
            let start = file.number(at: 28), file.isTagged("FEAT", at: start), let count = file.number(at: start + 8),
            file.has(count, of: Self.featureSize, at: start + 12)
        else { throw Fault(message: "is of another version of CRFsuite, or damaged") }
        guard labels.count <= Self.maxLabels else {
            throw Fault(message: "has \(labels.count) labels, of which at most \(Self.maxLabels) are read")
        }
        var rows = [[(label: Int, weight: Double)]](repeating: [], count: attributes.count)
        var transitions = [Double](repeating: 0, count: labels.count * labels.count)
        for place in stride(from: start + 12, to: start + 12 + count * Self.featureSize, by: Self.featureSize) {
            // Kind, from, to, weight.
            guard let kind = file.number(at: place), let source = file.number(at: place + 4),
                let label = file.number(at: place + 8), let weight = file.weight(at: place + 12),
                label < labels.count, source < (kind == 0 ? attributes.count : labels.count), kind <= 1, weight.isFinite
            else { throw Fault(message: "has a feature that does not fit its labels and attributes") }
            if kind == 0 {
                rows[source].append((label, weight))
            } else {
                transitions[source * labels.count + label] = weight
            }
        }
        (self.labels, self.attributes, self.rows, self.transitions) = (labels, attributes, rows, transitions)
    }

    private static let featureSize = 20
    private static let maxLabels = 1024

    /// As ``RandomField/init(_:)`` reads it.
    package var stored: JSON {
        var (names, weights): ([JSON], [JSON]) = ([], [])
        for (name, row) in zip(attributes, rows) where !row.isEmpty {
            names.append(.string(name))
            weights.append(.array(row.flatMap { [.int($0.label), .double($0.weight)] }))
        }
        return [
            "labels": .array(labels.map { .string($0) }), "attributes": .array(names), "rows": .array(weights),
            "transitions": .array(transitions.map { .double($0) }),
        ]
    }
}

/// The bytes of the file, by places from its start. Nothing outside of them is read.
private struct SuiteFile {
    private let bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    func has(_ count: Int, of size: Int, at place: Int) -> Bool {
        let (total, overflow) = count.multipliedReportingOverflow(by: size)
        return !overflow && 0 <= place && place <= bytes.count && total <= bytes.count - place
    }

    func isTagged(_ tag: String, at place: Int) -> Bool {
        has(4, of: 1, at: place) && bytes.dropFirst(place).prefix(4).elementsEqual(tag.utf8)
    }

    /// An unsigned number of four bytes.
    func number(at place: Int) -> Int? {
        guard has(4, of: 1, at: place) else { return nil }
        return (0..<4).reduce(0) { $0 | Int(bytes[bytes.startIndex + place + $1]) << (8 * $1) }
    }

    func weight(at place: Int) -> Double? {
        guard has(8, of: 1, at: place) else { return nil }
        return Double(
            bitPattern: (0..<8).reduce(0) { $0 | UInt64(bytes[bytes.startIndex + place + $1]) << UInt64(8 * $1) })
    }

    /// The names of a table by number: behind its head a list of the places of all entries, each a number, a length and
    /// a text that ends in a zero.
    func names(at start: Int?, count: Int?) throws(SuiteModel.Fault) -> [String]? {
        guard let start, let count, isTagged("CQDB", at: start), number(at: start + 12) == 0x6244_5371,
            let size = number(at: start + 16), let list = number(at: start + 20), size >= count,
            has(count, of: 4, at: start + list)
        else { return nil }
        var names: [String] = []
        // Entries that share their text would take more room than the file has.
        var room = bytes.count
        for index in 0..<count {
            guard let entry = number(at: start + list + 4 * index), let length = number(at: start + entry + 4),
                length > 0, has(length, of: 1, at: start + entry + 8)
            else { throw SuiteModel.Fault(message: "has a name outside of its table") }
            room -= length
            guard room >= 0 else { throw SuiteModel.Fault(message: "has longer names than it has room for") }
            let text = bytes.dropFirst(start + entry + 8).prefix(length - 1)
            guard let name = String(validating: text, as: UTF8.self) else {
                throw SuiteModel.Fault(message: "has a name that is not UTF-8")
            }
            names.append(name)
        }
        return names
    }
}
