import ExactText
import System
import Tensors
import TestSupport
import Testing

@testable import ModelArchive

@Suite("Checkpoints are written so that Parley, and TensorFlow, find every variable")
struct CheckpointWriterTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func write(
        _ body: (CheckpointWriter) throws -> Void, steps: Int = 3
    ) throws -> (index: [UInt8], data: [UInt8]) {
        let writer = try CheckpointWriter(in: directory.path)
        try body(writer)
        let checkpoint = try writer.finish(steps: steps, learningRate: 0.001)
        var data = [UInt8](repeating: 0, count: try checkpoint.data.size())
        let count = try data.withUnsafeMutableBytes { (bytes) throws(SystemError) in
            try checkpoint.data.read(into: bytes, at: 0)
        }
        #expect(count == data.count)
        return (checkpoint.index, data)
    }

    @Test func weightsAreReadAsWritten() throws {
        let files = try write { writer in
            try writer.write("embed.label/_dense/bias", shape: [2], [1, 2])
            try writer.write("a/kernel", shape: [2, 2], [1, 2, 3, 4])
            try writer.write("a/kernel_mask", shape: [2, 2], [1, 0, 0, 1])
            try writer.write("a/empty", shape: [0, 7], [])
        }
        let archive = SmallArchive { tar in
            let stem = "components/\(SmallArchive.resource)/\(SmallArchive.stem).tf_model"
            tar.file("\(stem).data-00000-of-00001", files.data)
            tar.file("\(stem).index", files.index)
        }
        let model = try directory.open(archive.bytes)
        let weights = try #require(model.weights(SmallArchive.resource, SmallArchive.stem))
        #expect(try weights.tensor("embed.label/_dense/bias").map { Array($0.values) } == [1, 2])
        #expect(try weights.tensor("a/kernel").map { Array($0.values) } == [1, 0, 0, 4])
        #expect(try weights.tensor("a/empty")?.shape == [0, 7])
    }

    @Test func sameVariablesGiveSameBytes() throws {
        let files = try (0..<2).map { _ in
            try write { writer in
                try writer.write("b/bias", shape: [], [7])
                try writer.write("a/kernel", shape: [2], [1, 2])
            }
        }
        #expect(files[0].index == files[1].index)
        #expect(files[0].data == files[1].data)
    }

    /// All checkpoints of a real archive: every variable under the key, along the path, and with the moments that
    /// TensorFlow has for it.
    @Test func sameAsTensorFlow() throws {
        let archive = try ArchiveMembers.tiny()
        for checkpoint in archive.checkpoints {
            let original = try archive.index(checkpoint)
            let entries = Dictionary(uniqueKeysWithValues: original.entries.map { ($0.key.exact, $0.entry) })
            func bytes(_ key: ExactString) throws -> [UInt8] {
                Array(archive.bytes(checkpoint, try #require(entries[key])))
            }
            let graph = ObjectGraphReader(tensor: try bytes("_CHECKPOINTABLE_OBJECT_GRAPH"))
            let variables = try Self.variables(entries, graph)
            let written = try write(
                { writer in
                    for variable in variables {
                        let moments = try variable.moments.map { try Self.floats(bytes($0)) }
                        try writer.write(
                            variable.name, shape: variable.shape, Self.floats(bytes(variable.key)),
                            moments: moments.isEmpty ? nil : (moments[0], moments[1]))
                    }
                }, steps: 11)
            let index = try written.index.withUnsafeBytes {
                try CheckpointIndex($0, name: "written", checkSums: CRC32C())
            }
            let expected = entries.keys.filter { $0.hasPrefix("model/_tf_layers/") || $0.hasPrefix("model/optimizer/") }
                .filter { !$0.contains(text: "/f1_score_metric/") }
            #expect(
                index.entries.map(\.key.exact) == (expected + ["_CHECKPOINTABLE_OBJECT_GRAPH"]).sorted(),
                "\(checkpoint)")
            var writtenGraph: ObjectGraphReader?
            for (key, entry) in index.entries {
                let content = written.data[entry.offset..<entry.offset + entry.size]
                #expect(Array(content).withUnsafeBytes { CRC32C().masked($0) } == entry.checkSum || !entry.isNumber)
                if key == "_CHECKPOINTABLE_OBJECT_GRAPH" {
                    writtenGraph = ObjectGraphReader(tensor: content)
                } else if !key.exact.hasPrefix("model/optimizer/_iterations"),
                    !key.exact.hasPrefix("model/optimizer/_learning_rate")
                {
                    #expect(try Array(content) == bytes(key.exact), "\(checkpoint): \(key)")
                    #expect(entry.shape == entries[key.exact]?.shape)
                }
            }
            let keys = try #require(writtenGraph?.keys)
            #expect(keys.count == expected.count)
            for (path, key) in keys { #expect(graph.keys[path] == key) }
        }
    }

    private struct Variable {
        let name: String
        let key: ExactString
        let shape: [Int]
        var moments: [ExactString] = []
    }

    /// The variables of layers, in a random order, with the keys of the moments that TensorFlow's names tell.
    private static func variables(
        _ entries: [ExactString: BundleEntry], _ graph: ObjectGraphReader
    ) throws -> [Variable] {
        let (start, end) = ("model/_tf_layers/", "/.ATTRIBUTES/VARIABLE_VALUE")
        var variables = entries.keys.filter { $0.hasPrefix(start) && !$0.contains(text: "/f1_score_metric/") }
            .map { key in
                let path = key.string.dropFirst(start.count).dropLast(end.count)
                return Variable(
                    name: String(path).exact.replacing("..", with: "."), key: key, shape: entries[key]?.shape ?? [])
            }
        let numbers = entries.keys.compactMap {
            $0.removingPrefix("model/optimizer/_variables/")?.exact.removingSuffix(end).flatMap { Int($0) }
        }
        for number in numbers.sorted() where number % 2 == 1 {
            let keys = [number, number + 1].map { "model/optimizer/_variables/\($0)\(end)" as ExactString }
            let name = try #require(graph.names[keys[0]]?.removingPrefix("Adam/m/"))
            // Tables of relative positions have the same name in all layers; they come in the order of these.
            let place = try #require(
                variables.indices.filter {
                    graph.names[variables[$0].key]?.string == String(name) && variables[$0].moments.isEmpty
                }.min { variables[$0].key < variables[$1].key })
            variables[place].moments = keys
        }
        return variables
    }

    private static func floats(_ bytes: [UInt8]) -> [Float] {
        bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
    }
}

extension BundleEntry {
    /// Texts have a check sum of another kind.
    fileprivate var isNumber: Bool { type != BundleEntry.text }
}
