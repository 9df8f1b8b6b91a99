import JSON
import Tensors
import TestSupport

@testable import Networks

/// One step of one of Rasa's networks, as `Fixtures` hold it.
struct RecordedStep {
    struct Tensor {
        var shape: [Int]
        var bits: [UInt32]

        var numbers: [Float] { bits.map(Float.init(bitPattern:)) }
        var integers: [Int] { bits.map { Int(Int32(bitPattern: $0)) } }
    }

    let facts: JSON
    private let tensors: [String: Tensor]

    init(_ name: String) throws {
        facts = try JSON(parsing: Fixtures.bytes("\(name).json"))
        let bytes = try Fixtures.bytes("\(name).safetensors")
        let size = bytes.withUnsafeBytes { Int(UInt64(littleEndian: $0.load(as: UInt64.self))) }
        let header = try JSON(parsing: Array(bytes[8..<8 + size]))
        var tensors: [String: Tensor] = [:]
        for (key, entry) in header.object ?? [:] {
            let offsets = (entry["data_offsets"]?.array ?? []).compactMap(\.int)
            guard offsets.count == 2 else { continue }
            let numbers = stride(from: 8 + size + offsets[0], to: 8 + size + offsets[1], by: 4).map { place in
                (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) }
            }
            tensors[key] = Tensor(shape: (entry["shape"]?.array ?? []).compactMap(\.int), bits: numbers)
        }
        self.tensors = tensors
    }

    subscript(_ name: String) -> Tensor? { tensors[name] }

    /// Tensors below a place, by paths as archives are read: without `_tf_layers` in front and without doubled dots.
    func variables(_ place: String) -> [String: Tensor] {
        var found: [String: Tensor] = [:]
        for (name, tensor) in tensors where name.utf8.starts(with: "\(place)/".utf8) {
            found[Self.path(String(decoding: name.utf8.dropFirst(place.utf8.count + 1), as: UTF8.self))] = tensor
        }
        return found
    }

    static func path(_ recorded: String) -> String {
        var bytes: [UInt8] = []
        let prefix = Array("_tf_layers/".utf8)
        let name = Array(recorded.utf8)
        for byte in name.starts(with: prefix) ? name.dropFirst(prefix.count) : name[...] {
            if byte == UInt8(ascii: "."), bytes.last == byte { continue }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The weights before the first step.
    var weights: [NetworkVariable] {
        variables("weights").map { NetworkVariable(path: $0, shape: $1.shape, values: $1.numbers) }
    }

    func number(_ keys: String...) -> Float? {
        (keys.reduce(facts) { $0?[$1] }).flatMap { value in value.double.map { Float($0) } }
    }

    /// Features of one kind in the batch or the labels, an attribute's texts one after another.
    func features(_ place: String, lengths: [Int]?) -> [FeatureSet] {
        var sets: [FeatureSet] = []
        for part in 0... {
            let base = "\(place)/\(part)"
            if let starts = self["\(base)/starts"]?.integers, let shape = self["\(base)/shape"]?.integers,
                let columns = self["\(base)/columns"]?.integers, let values = self["\(base)/values"]?.numbers
            {
                if sets.isEmpty { sets = Array(repeating: FeatureSet(), count: shape[0]) }
                for text in 0..<shape[0] {
                    var matrix = SparseMatrix(columns: shape[2])
                    for row in text * shape[1]..<text * shape[1] + (lengths?[text] ?? shape[1]) {
                        matrix.appendRow(
                            (starts[row]..<starts[row + 1]).map { (column: columns[$0], value: values[$0]) })
                    }
                    sets[text].sparse = matrix
                }
            } else if let dense = self[base] {
                if sets.isEmpty { sets = Array(repeating: FeatureSet(), count: dense.shape[0]) }
                let (rows, width) = (dense.shape[1], dense.shape[2])
                for text in 0..<dense.shape[0] {
                    let first = text * rows * width
                    let count = lengths?[text] ?? rows
                    sets[text].dense = Matrix(
                        rows: count, columns: width,
                        values: Array(dense.numbers[first..<first + count * width]))
                }
            } else {
                break
            }
        }
        return sets
    }

    func texts(_ place: String) -> [TextFeatureRows] {
        let lengths = self["\(place)/sequence_lengths/0"]?.numbers.map { Int($0) }
        let sequences = features("\(place)/sequence", lengths: lengths)
        let sentences = features("\(place)/sentence", lengths: nil)
        return (0..<max(sequences.count, sentences.count)).map { text in
            TextFeatureRows(
                sequence: text < sequences.count ? sequences[text] : FeatureSet(),
                sentence: text < sentences.count ? sentences[text] : FeatureSet())
        }
    }
}
